import { expect, onTestFinished, test, vi } from "vitest";
import { openLog } from "../observability/log.ts";
import { type Pace, startWorkLoop, type WorkLoop } from "./work-loop.ts";

const log = openLog("test", "silent");
const pace: Pace = { leastPauseMs: 0, pauseMs: 10, pauseMsMax: 160 };

test("a loop without work doubles its pause up to the maximum", async () => {
  const { gaps, turn, closeAtEnd } = recordTurns();
  closeAtEnd(startWorkLoop({ turn: () => turn(() => 0), fullCount: 10, pace, log, failure: "failed" }));
  expect(await gaps(6)).toEqual([10, 20, 40, 80, 160, 160]);
});

test("work, a failure and being woken bring back the short pause; a full turn is followed at once", async () => {
  const { gaps, turn, closeAtEnd } = recordTurns();
  const results = [0, 0, 0, 1, 10, 10, 0];
  const loop = startWorkLoop({
    turn: () =>
      turn(() => {
        const result = results.shift();
        if (result === undefined) throw new Error("the database is down");
        return result;
      }),
    fullCount: 10,
    pace: { ...pace, pauseMsMax: 60_000 },
    log,
    failure: "failed",
  });
  closeAtEnd(loop);
  expect(await gaps(8)).toEqual([10, 20, 40, 10, 0, 0, 10, 10]);
});

test("a wake is not lost, runs at most one turn per least pause, and ends a long pause", async () => {
  const { gaps, turn, closeAtEnd } = recordTurns();
  const slow = { leastPauseMs: 50, pauseMs: 60_000, pauseMsMax: 60_000 };
  const loop = startWorkLoop({ turn: () => turn(() => 0), fullCount: 1, pace: slow, log, failure: "failed" });
  closeAtEnd(loop);
  for (let each = 0; each < 100; each += 1) loop.wake();
  expect(await gaps(1)).toEqual([50]);
});

test("closing waits for the current turn and starts no other", async () => {
  const finished = Promise.withResolvers<void>();
  let turns = 0;
  const loop = startWorkLoop({
    turn: async () => {
      turns += 1;
      await finished.promise;
      return 1;
    },
    fullCount: 1,
    pace,
    log,
    failure: "failed",
  });
  let closed = false;
  const closing = loop.close().then(() => {
    closed = true;
  });
  await Promise.resolve();
  expect(closed).toBe(false);
  finished.resolve();
  await closing;
  expect(turns).toBe(1);
});

test("closing waits for no pause, not even the least one", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let turns = 0;
  const slow = { leastPauseMs: 60_000, pauseMs: 60_000, pauseMsMax: 60_000 };
  const turn = async () => {
    turns += 1;
    return 0;
  };
  const loop = startWorkLoop({ turn, fullCount: 1, pace: slow, log, failure: "failed" });
  await vi.advanceTimersByTimeAsync(30_000);
  loop.wake();
  // The clock stands still.
  await loop.close();
  expect(turns).toBe(1);
});

function recordTurns() {
  vi.useFakeTimers();
  const times: number[] = [];
  return {
    turn: async (work: () => number) => {
      times.push(performance.now());
      return work();
    },
    closeAtEnd: (loop: WorkLoop) =>
      onTestFinished(async () => {
        await loop.close();
        vi.useRealTimers();
      }),
    /** The milliseconds between the first turns, on a clock that goes from one timer to the next. */
    gaps: async (count: number) => {
      while (times.length <= count) await vi.advanceTimersToNextTimerAsync();
      return times.slice(1, count + 1).map((at, index) => at - (times[index] ?? 0));
    },
  };
}

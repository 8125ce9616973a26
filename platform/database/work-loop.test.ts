import { expect, onTestFinished, test } from "vitest";
import { openLog } from "../observability/log.ts";
import { type Pace, startWorkLoop } from "./work-loop.ts";

const log = openLog("test", "silent");
const pace: Pace = { leastPauseMs: 0, pauseMs: 10, pauseMsMax: 160 };

test("a loop without work doubles its pause up to the maximum", async () => {
  const { turnsAt, turn } = recordTurns();
  start(() => 0);
  const times = await turnsAt(8);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  for (const [index, least] of [10, 20, 40, 80, 160, 160].entries())
    expect(gaps[index]).toBeGreaterThanOrEqual(least - 2);

  function start(work: () => number) {
    const loop = startWorkLoop({ turn: () => turn(work), fullCount: 10, pace, log, failure: "failed" });
    onTestFinished(() => loop.close());
  }
});

test("work, a failure and being woken bring back the short pause; a full turn is followed at once", async () => {
  const { turnsAt, turn } = recordTurns();
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
  onTestFinished(() => loop.close());
  const times = await turnsAt(9);
  const gap = (index: number) => (times[index] ?? 0) - (times[index - 1] ?? 0);
  expect(gap(3)).toBeGreaterThanOrEqual(38);
  expect(gap(5)).toBeLessThan(8);
  expect(gap(6)).toBeLessThan(8);
  expect(gap(8)).toBeLessThan(38);
});

test("a wake is not lost, runs at most one turn per least pause, and ends a long pause", async () => {
  const { turnsAt, turn } = recordTurns();
  const slow = { leastPauseMs: 50, pauseMs: 60_000, pauseMsMax: 60_000 };
  const loop = startWorkLoop({ turn: () => turn(() => 0), fullCount: 1, pace: slow, log, failure: "failed" });
  onTestFinished(() => loop.close());
  await turnsAt(1);
  for (let each = 0; each < 100; each += 1) loop.wake();
  const times = await turnsAt(2);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(48);
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

function recordTurns() {
  const times: number[] = [];
  let turned = Promise.withResolvers<void>();
  return {
    turn: async (work: () => number) => {
      times.push(performance.now());
      turned.resolve();
      turned = Promise.withResolvers();
      return work();
    },
    /** Waits for that many turns and returns when each began. */
    turnsAt: async (count: number) => {
      while (times.length < count) await turned.promise;
      return times;
    },
  };
}

import type { Log } from "../observability/log.ts";

/** A loop that repeats one kind of background work. */
export type WorkLoop = {
  /** Runs the next turn as soon as the least pause allows. Cheap: call it after any request that may have left work. */
  wake(): void;
  /** Starts no further turn and waits for the current one. */
  close(): Promise<void>;
};

/** The pace of a loop. */
export type Pace = {
  /** The least time between two turns, however often the loop is woken. */
  leastPauseMs: number;
  /** The pause after a turn that did something, or that was woken for. */
  pauseMs: number;
  /** Each turn without work doubles the pause up to this, so that an idle process sends few statements. */
  pauseMsMax: number;
};

/**
 * Repeats `turn` until it is closed. Any number of processes may run the same loop if their turns skip each other's rows.
 *
 * @param options.turn does up to `fullCount` pieces of work and returns their number. After a full turn the next one follows at once.
 * @param options.failure the message that is logged when a turn throws; the loop goes on.
 */
export function startWorkLoop(options: {
  turn: () => Promise<number>;
  fullCount: number;
  pace: Pace;
  log: Log;
  failure: string;
}): WorkLoop {
  const { turn, fullCount, pace, log } = options;
  const bell = makeBell();
  let closing = false;
  const run = async () => {
    let pauseMs = pace.pauseMs;
    while (!closing) {
      let done = 0;
      let failed = false;
      try {
        done = await turn();
      } catch (error) {
        failed = true;
        log.warn({ err: error }, options.failure);
      }
      if (done >= fullCount) continue;
      const idle = done === 0 && !failed;
      if (!idle) pauseMs = pace.pauseMs;
      const woken = await bell.wait(pace.leastPauseMs, pauseMs);
      pauseMs = idle && !woken ? Math.min(pauseMs * 2, pace.pauseMsMax) : pace.pauseMs;
    }
  };
  const running = run();
  return {
    wake: bell.ring,
    close: async () => {
      closing = true;
      bell.ring();
      await running;
    },
  };
}

/** Waits for a ring, for at least and at most the given times. A ring during the least time is not lost. Returns whether it rang. */
function makeBell(): { ring: () => void; wait: (leastMs: number, longestMs: number) => Promise<boolean> } {
  let rung = false;
  let stopWaiting: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      stopWaiting?.();
    },
    wait: async (leastMs, longestMs) => {
      await new Promise((resolve) => setTimeout(resolve, leastMs));
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, longestMs - leastMs);
          stopWaiting = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      stopWaiting = undefined;
      const woken = rung;
      rung = false;
      return woken;
    },
  };
}

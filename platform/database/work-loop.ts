import type { Log } from "../observability/log.ts";

/** A loop that repeats one kind of background work. */
export type WorkLoop = {
  /** Runs the next turn as soon as the least pause allows. Cheap: call it after any request that may have left work. */
  wake(): void;
  /** Starts no further turn and waits for the current one, but for no pause. */
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
      bell.stop();
      await running;
    },
  };
}

/**
 * Waits for a ring, for at least and at most the given times, and returns whether it rang. A ring during the least time is not lost. `stop` ends the
 * wait at once, and every later one.
 */
function makeBell(): {
  ring: () => void;
  stop: () => void;
  wait: (leastMs: number, longestMs: number) => Promise<boolean>;
} {
  let rung = false;
  let stopped = false;
  let stopLeast: (() => void) | undefined;
  let stopRest: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      stopRest?.();
    },
    stop: () => {
      stopped = true;
      stopLeast?.();
      stopRest?.();
    },
    wait: async (leastMs, longestMs) => {
      if (!stopped) await pause(leastMs, (stop) => (stopLeast = stop));
      if (!stopped && !rung) await pause(longestMs - leastMs, (stop) => (stopRest = stop));
      stopRest = undefined;
      const woken = rung;
      rung = false;
      return woken;
    },
  };
}

/** Resolves after a time, or when the function that `offer` is given is called. */
function pause(ms: number, offer: (stop: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    offer(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

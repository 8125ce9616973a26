import { monitorEventLoopDelay } from "node:perf_hooks";
import { ApiError } from "#platform/shop/api-error.ts";

/** Whether there is room for one more request. */
export type Overload = {
  /** @throws {ApiError} OVERLOADED when there is no room: those who wait for nothing can be answered at once. */
  check(): void;
  /** Takes up room. @returns how to leave again. @throws {ApiError} OVERLOADED when there is none. */
  enter(): () => void;
  readonly inFlight: () => number;
  close(): void;
};

const sampleMs = 250;
/** Beyond it, requests wait longer for their turn than for their answer. */
const eventLoopDelayMsMax = 500;
/** So few are served however late it is: one large plan is no overload. */
const inFlightAlways = 100;
const retryAfterSeconds = 1;

/** @param inFlightMax how many requests are answered at the same time. */
export function watchOverload(inFlightMax: number): Overload {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let inFlight = 0;
  let late = false;
  const timer = setInterval(() => {
    late = delay.mean / 1e6 > eventLoopDelayMsMax;
    delay.reset();
  }, sampleMs);
  timer.unref();
  const check = () => {
    if (inFlight < inFlightMax && !(late && inFlight >= inFlightAlways)) return;
    throw new ApiError("OVERLOADED", "Too much is under way. Try again in a moment.", { retryAfterSeconds });
  };
  return {
    check,
    enter: () => {
      check();
      inFlight += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        inFlight -= 1;
      };
    },
    inFlight: () => inFlight,
    close: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}

import { monitorEventLoopDelay } from "node:perf_hooks";
import { ApiError } from "#platform/shop/api-error.ts";

/** Whether there is capacity for another request. */
export type Overload = {
  /** Checks before a request is read. @throws {ApiError} OVERLOADED when there is no capacity, so that the client learns it at once. */
  check(): void;
  /** Occupies capacity. @returns a function that frees it. @throws {ApiError} OVERLOADED when there is none. */
  enter(): () => void;
  readonly inFlight: () => number;
  close(): void;
};

const sampleMs = 250;
/** Beyond this delay, requests wait longer for the event loop than for their response. */
const eventLoopDelayMsMax = 500;
/** Up to this number of requests are served whatever the delay: one large response is not an overload. */
const inFlightAlways = 100;
const retryAfterSeconds = 1;

/**
 * Starts to watch the load.
 *
 * @param inFlightMax the maximum number of requests that are served at the same time.
 */
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
    throw new ApiError("OVERLOADED", "The server is too busy. Try again in a moment.", { retryAfterSeconds });
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

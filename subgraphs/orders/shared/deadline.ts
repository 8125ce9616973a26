import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "#platform/shop/api-error.ts";
import { requestMsMax } from "./limits.ts";

/** Until when one request may wait for other services, so that it responds before its caller gives up. */
export type Deadline = { readonly atMs: number };

/** A deadline that many milliseconds from now; by default, the time that one request may take. */
export function deadlineIn(milliseconds: number = requestMsMax): Deadline {
  return { atMs: Date.now() + milliseconds };
}

/** The milliseconds that remain; 0 once the deadline has passed. */
export function remainingMs(deadline: Deadline): number {
  return Math.max(0, deadline.atMs - Date.now());
}

const pauseMsMin = 20;
const pauseMsMax = 200;

/**
 * Repeats `attempt`, with growing pauses and nothing held in between, until it returns a value. The one loop for optimistic writes that lost a
 * race and for waiting on what another request or process is doing.
 *
 * @returns the first value; undefined if the deadline passes first. At least one attempt is made.
 */
export async function retryUntil<Value>(
  deadline: Deadline,
  attempt: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(pauseMs * 1.5, pauseMsMax)) {
    const value = await attempt();
    if (value !== undefined || remainingMs(deadline) === 0) return value;
    await sleep(Math.min(pauseMs * (0.75 + Math.random() / 2), remainingMs(deadline)));
  }
}

/**
 * As {@link retryUntil}, for a mutation that must come to a result.
 *
 * @throws {ApiError} TIMEOUT if the deadline passes first; the caller repeats with the same idempotency key.
 */
export async function retryOrTimeOut<Value>(
  deadline: Deadline,
  attempt: () => Promise<Value | undefined>,
): Promise<Value> {
  const value = await retryUntil(deadline, attempt);
  if (value === undefined) throw new ApiError("TIMEOUT", "The request took too long. Repeat it with the same key.");
  return value;
}

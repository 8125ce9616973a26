import { ApiError } from "#platform/shop/api-error.ts";
import type { Services } from "../services.ts";

/**
 * Looks up codes that a client has entered. They count against its address before anything is known about them, and no longer if they exist: otherwise
 * a client over its budget could still tell codes that exist from others.
 *
 * @throws {ApiError} RATE_LIMITED for too many codes that do not exist.
 */
export async function countGuesses<Value>(
  { limits }: Services,
  clientAddress: string,
  codes: number,
  lookUp: () => Promise<{ readonly value: Value; readonly isGuess: boolean }>,
): Promise<Value> {
  const spent = await limits.budgets.trySpend("unknown_codes", { address: clientAddress }, codes);
  if (!spent.ok) {
    const { retryAfterSeconds } = spent;
    throw new ApiError("RATE_LIMITED", "Too many unknown codes. Try again later.", { retryAfterSeconds });
  }
  const { value, isGuess } = await lookUp();
  if (!isGuess) await spent.giveBack();
  return value;
}

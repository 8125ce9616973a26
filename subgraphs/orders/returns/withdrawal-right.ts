import type { Order, OrderItem } from "../order/order.ts";
import { withdrawalDays } from "../shared/limits.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/** Where the right of withdrawal is given: upper-case country codes, or everywhere if there are none. */
export type WithdrawalCountries = ReadonlySet<string>;

/**
 * Whether the order's buyer has the right of withdrawal (Directive 2011/83/EU, Articles 9 and 11a): a consumer has, a business with a checked VAT
 * number has not. The shop gives it wherever the order goes, or where `countries` says.
 */
function hasWithdrawalRight(order: Order, countries: WithdrawalCountries): boolean {
  return order.vatNumber === null && (countries.size === 0 || countries.has(order.shippingAddress.country));
}

/** Until when the buyer may withdraw: 14 days after the last delivery. null before, and for orders without the right. */
export function withdrawableUntil(order: Order, countries: WithdrawalCountries): Date | null {
  if (!hasWithdrawalRight(order, countries) || order.status !== "DELIVERED" || order.deliveredAt === null) return null;
  return new Date(order.deliveredAt.getTime() + withdrawalDays * dayMs);
}

/** Whether a withdrawal of anything would be accepted at `now`. */
export function canWithdraw(
  order: Order,
  items: readonly OrderItem[],
  countries: WithdrawalCountries,
  now: Date,
): boolean {
  return withdrawalProblem(order, countries, now) === undefined && items.some((item) => withdrawableUnits(item) > 0);
}

/** Why no unit of the order can be withdrawn at `now`; undefined if the order itself permits it. */
export function withdrawalProblem(order: Order, countries: WithdrawalCountries, now: Date): string | undefined {
  if (!hasWithdrawalRight(order, countries)) return "This order has no right of withdrawal.";
  if (order.status === "CANCELLED") return "This order was cancelled.";
  if (order.status === "PENDING") return "This order is not paid yet. Cancel it instead.";
  const until = withdrawableUntil(order, countries);
  return until !== null && until <= now ? `The time to withdraw ended at ${until.toUTCString()}.` : undefined;
}

/** Units that a withdrawal can be of: those that were not cancelled and are not coming back already. */
export function withdrawableUnits({ isReturnable, quantity, cancelled, returned }: OrderItem): number {
  return isReturnable ? quantity - cancelled - returned : 0;
}

/** Units that can be sent back: they were shipped, and are not coming back already. */
export function returnableUnits({ isReturnable, shipped, returned }: OrderItem): number {
  return isReturnable ? shipped - returned : 0;
}

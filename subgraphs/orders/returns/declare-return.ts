import { type ReturnId, returnLines, returns } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { newId, type OrderId, type UserId } from "#platform/shop/ids.ts";
import {
  allUnits,
  countUnits,
  type EnteredLines,
  judgeLines,
  type LineUnits,
  unshippedUnits,
} from "../order/line-units.ts";
import { lockOrder, type Order, type OrderItem, readItems, readOrder } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { appendTimeline } from "../order/timeline.ts";
import { cancelUnits } from "../payment/cancel-units.ts";
import { writeCancellation } from "../payment/cancellation.ts";
import { refundUnits } from "../payment/reserve-refund.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import { returnableUnits, type WithdrawalCountries, withdrawableUnits, withdrawalProblem } from "./withdrawal-right.ts";

/** What a buyer declares. */
export type Declaration = {
  readonly isWithdrawal: boolean;
  /** Everything that can come back, if there are none. */
  readonly lines: EnteredLines | undefined;
  readonly reason: string | null;
  readonly actorId: UserId | null;
  /** When the declaration arrived, which decides whether it was in time. */
  readonly receivedAt: Date;
};

type Declared = { readonly returnId: ReturnId | null } | { readonly userErrors: readonly UserError[] };

/**
 * Takes a declaration in. Of a withdrawal, units that were not shipped are cancelled and their refund is reserved at once, the shipping with them if
 * the whole order goes; for the others, and for a return, a Return is made. The buyer is mailed what arrived, and when. The caller rolls back if there
 * are user errors, and calls the provider afterwards.
 */
export async function declareReturn(
  tx: Tx,
  orderId: OrderId,
  declaration: Declaration,
  countries: WithdrawalCountries,
): Promise<Declared> {
  await lockOrder(tx, orderId);
  const order = await readOrder(tx, orderId);
  if (order === undefined) throw new Error("An order disappeared while it was locked.");
  const { isWithdrawal, lines, actorId, reason, receivedAt } = declaration;
  const problem = isWithdrawal ? withdrawalProblem(order, countries, receivedAt) : returnProblem(order);
  if (problem !== undefined) return { userErrors: [notPossibleError(problem)] };
  const items = await readItems(tx, [orderId]);
  const possible = isWithdrawal ? withdrawableUnits : returnableUnits;
  const what = isWithdrawal ? "can be cancelled or sent back" : "can be sent back";
  const judged =
    lines === undefined ? { units: allUnits(items, possible) } : judgeLines(items, lines, possible, { what });
  if ("userErrors" in judged) return judged;
  const { units } = judged;
  if (units.length === 0) return { userErrors: [notPossibleError("Nothing of this order can be sent back.")] };
  const { unshipped, shipped } = isWithdrawal ? splitUnits(items, units) : { unshipped: [], shipped: units };
  const message = reason;
  await appendTimeline(tx, orderId, [{ type: "RETURN_REQUESTED", message, actorId }]);
  const returnId = await writeReturn(tx, orderId, shipped, { isWithdrawal, reason, receivedAt });
  if (unshipped.length > 0) await cancelWithdrawn(tx, order, items, unshipped, actorId);
  const template = isWithdrawal ? "withdrawal-received" : "return-received";
  await enqueueOrderMail(tx, template, order, {
    receivedAt,
    parcel: { trackingNumber: null, trackingUrl: null, items, units },
  });
  return { returnId };
}

function returnProblem({ status }: Order): string | undefined {
  if (status === "SHIPPED" || status === "DELIVERED" || status === "PROCESSING") return undefined;
  return status === "CANCELLED" ? "This order was cancelled." : "Nothing of this order was shipped yet.";
}

function notPossibleError(message: string): UserError {
  return checkoutError("RETURN_NOT_POSSIBLE", message);
}

/** Units that were not shipped go first: the buyer need not send them back. */
function splitUnits(
  items: readonly OrderItem[],
  units: readonly LineUnits[],
): { unshipped: LineUnits[]; shipped: LineUnits[] } {
  const left = new Map(items.map((item) => [item.id, unshippedUnits(item)]));
  const unshipped: LineUnits[] = [];
  const shipped: LineUnits[] = [];
  for (const { itemId, quantity } of units) {
    const first = Math.min(quantity, left.get(itemId) ?? 0);
    if (first > 0) unshipped.push({ itemId, quantity: first });
    if (quantity > first) shipped.push({ itemId, quantity: quantity - first });
  }
  return { unshipped, shipped };
}

async function writeReturn(
  tx: Tx,
  orderId: OrderId,
  units: readonly LineUnits[],
  { receivedAt, ...facts }: { isWithdrawal: boolean; reason: string | null; receivedAt: Date },
): Promise<ReturnId | null> {
  if (units.length === 0) return null;
  if (!(await countUnits(tx, orderId, "returned", units))) throw new Error("The lines of a locked order changed.");
  const id = newId<ReturnId>();
  await tx.insert(returns).values({ id, orderId, requestedAt: receivedAt, ...facts });
  await tx.insert(returnLines).values(units.map((line) => ({ returnId: id, ...line })));
  return id;
}

/** Cancels units before they leave. An order of which nothing was shipped and nothing is left is cancelled and refunded as a whole. */
async function cancelWithdrawn(
  tx: Tx,
  order: Order,
  items: readonly OrderItem[],
  units: readonly LineUnits[],
  actorId: UserId | null,
): Promise<void> {
  const left = items.reduce((sum, item) => sum + unshippedUnits(item), 0);
  const taken = units.reduce((sum, { quantity }) => sum + quantity, 0);
  if (order.shippedUnits === 0 && taken === left) {
    const closing = { reason: "CUSTOMER" as const, actorId, note: "The buyer withdrew." };
    if ((await writeCancellation(tx, order.id, closing)) === undefined) {
      throw new Error("An order that was not shipped could not be cancelled.");
    }
    return;
  }
  await cancelUnits(tx, order.id, items, units, { actorId, reason: "CUSTOMER" });
  await refundUnits(tx, order.id, units, { reason: "The buyer withdrew.", actorId });
}

import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { orderItems } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { OrderId, OrderItemId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, quantityInput } from "#platform/shop/input.ts";
import { linesPerOrderMax } from "#platform/shop/limits.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import type { OrderItem } from "./order.ts";

/** So many units of one line of an order. */
export type LineUnits = { readonly itemId: OrderItemId; readonly quantity: number };

/** The input of lines of an order, whose ids are not looked up yet. */
export const linesInput = z
  .array(z.object({ itemId: z.string(), quantity: quantityInput }))
  .min(1, "Name at least one line.")
  .max(linesPerOrderMax, `An order has at most ${linesPerOrderMax} lines.`);

/** Lines as they were entered, with where each stands in the input. */
export type EnteredLines = z.infer<typeof linesInput>;

/**
 * Judges lines of an input against what is possible for each line of the order.
 *
 * @param possible how many units of a line are possible at most; `what` says of what, such as "can be shipped".
 * @param field where the lines are among the mutation's arguments.
 * @returns the units of each line, once per line, in the order's order; or NOT_FOUND and QUANTITY_EXCEEDED for each entry that is wrong.
 */
export function judgeLines(
  items: readonly OrderItem[],
  entered: EnteredLines,
  possible: (item: OrderItem) => number,
  { what, field = ["lines"] }: { what: string; field?: readonly string[] },
): { readonly units: readonly LineUnits[] } | { readonly userErrors: readonly UserError[] } {
  const byId = new Map(items.map((item) => [item.id, item]));
  const sums = new Map<OrderItemId, number>();
  const userErrors: UserError[] = [];
  for (const [index, { itemId, quantity }] of entered.entries()) {
    const item = byId.get(idOrUndefined<OrderItemId>(itemId) as OrderItemId);
    if (item === undefined) {
      userErrors.push(notFoundError([...field, index, "itemId"], "The order has no such line."));
      continue;
    }
    const sum = (sums.get(item.id) ?? 0) + quantity;
    sums.set(item.id, sum);
    if (sum > possible(item)) userErrors.push(quantityExceededError(item, possible(item), what, [...field, index]));
  }
  if (userErrors.length > 0) return { userErrors };
  return {
    units: items.flatMap(({ id }) => {
      const quantity = sums.get(id) ?? 0;
      return quantity > 0 ? [{ itemId: id, quantity }] : [];
    }),
  };
}

function quantityExceededError(
  item: OrderItem,
  possible: number,
  what: string,
  field: readonly (string | number)[],
): UserError {
  const message =
    possible > 0 ? `Only ${possible} of ${item.productName} ${what}.` : `No more units of ${item.productName} ${what}.`;
  return checkoutError("QUANTITY_EXCEEDED", message, [...field, "quantity"]);
}

/** Units that neither left nor were cancelled. */
export function unshippedUnits({ quantity, shipped, cancelled }: OrderItem): number {
  return quantity - shipped - cancelled;
}

/** All units of the lines of which `count` leaves some. */
export function allUnits(items: readonly OrderItem[], count: (item: OrderItem) => number): LineUnits[] {
  return items.flatMap((item) => (count(item) > 0 ? [{ itemId: item.id, quantity: count(item) }] : []));
}

/** The counters of units on a line that changes can raise. */
type UnitCounter = "shipped" | "cancelled" | "returned";

/**
 * Adds units to a counter of an order's lines, in one statement that also decides: a line takes part only if its counters then still hold together.
 * The order must be locked.
 *
 * @returns whether all of them took part; if not, the caller rolls back.
 */
export async function countUnits(
  tx: Tx,
  orderId: OrderId,
  counter: UnitCounter,
  lines: readonly LineUnits[],
): Promise<boolean> {
  if (lines.length === 0) return true;
  const column = orderItems[counter];
  const left =
    counter === "returned"
      ? sql`${orderItems.shipped} - ${orderItems.returned}`
      : sql`${orderItems.quantity} - ${orderItems.shipped} - ${orderItems.cancelled}`;
  const counted = await tx
    .update(orderItems)
    .set({ [counter]: sql`${column} + units.quantity` })
    .from(unitsTable(lines))
    .where(and(eq(orderItems.orderId, orderId), sql`${orderItems.id} = units.item_id`, sql`${left} >= units.quantity`))
    .returning({ id: orderItems.id });
  return counted.length === lines.length;
}

/** Takes units off `returned` again, for a return that was declined or of which fewer came. */
export async function giveBackReturned(tx: Tx, orderId: OrderId, lines: readonly LineUnits[]): Promise<void> {
  if (lines.length === 0) return;
  await tx
    .update(orderItems)
    .set({ returned: sql`${orderItems.returned} - units.quantity` })
    .from(unitsTable(lines))
    .where(and(eq(orderItems.orderId, orderId), sql`${orderItems.id} = units.item_id`));
}

/** The lines as a table `units(item_id, quantity)`, in the order of their ids. */
function unitsTable(lines: readonly LineUnits[]) {
  const sorted = [...lines].sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
  return sql`unnest(${sql.param(sorted.map(({ itemId }) => itemId))}::uuid[],
    ${sql.param(sorted.map(({ quantity }) => quantity))}::int[]) as units(item_id, quantity)`;
}

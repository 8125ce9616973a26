import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { type ReturnId, type ReturnStatus, returnLines, returns } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import type { Tx } from "#platform/database/database.ts";
import type { OrderItemId } from "#platform/shop/ids.ts";
import { editConflictError, idOrUndefined, notFoundError, parseInput, validationError } from "#platform/shop/input.ts";
import { linesPerOrderMax, unitsPerLineMax } from "#platform/shop/limits.ts";
import { multilineText } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { ReturnUpdateInput } from "#schema/generated/orders.ts";
import { giveBackReturned, judgeLines, type LineUnits } from "../order/line-units.ts";
import { changeOrder, findChangeable, lockOrder, type OrderItem, readItems, readOrder } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { appendTimeline } from "../order/timeline.ts";
import { returnToStock } from "../payment/cancel-units.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import { noteCharactersMax } from "../shared/limits.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import type { ReturnPayload } from "./request-return.ts";
import { findReturn, type Return } from "./return.ts";

const receivedLines = z
  .array(
    z.object({
      itemId: z.string(),
      quantity: z
        .int("Enter a whole number.")
        .min(0, "Enter 0 or more.")
        .max(unitsPerLineMax, `Enter at most ${unitsPerLineMax}.`),
    }),
  )
  .max(linesPerOrderMax, `An order has at most ${linesPerOrderMax} lines.`);

const updateInput = z.object({
  lines: receivedLines.nullish(),
  restock: receivedLines.nullish(),
  note: multilineText(noteCharactersMax).nullish(),
});

/** The statuses to which staff may move a return. A withdrawal needs no approval. */
function nextStatuses({ status, isWithdrawal }: Pick<Return, "status" | "isWithdrawal">): readonly ReturnStatus[] {
  switch (status) {
    case "REQUESTED":
      return isWithdrawal ? ["RECEIVED"] : ["APPROVED", "DECLINED"];
    case "APPROVED":
      return ["RECEIVED"];
    case "RECEIVED":
      return ["CLOSED"];
    default:
      return [];
  }
}

/**
 * Moves a return on, for holders of orders:write. DECLINED gives its units back to the buyer's order. RECEIVED may name fewer units than were announced,
 * and of these the ones that go back on sale, which an event does once.
 */
export async function updateReturn(
  services: Services,
  viewer: SignedIn,
  input: ReturnUpdateInput,
): Promise<ReturnPayload> {
  const { db } = services;
  const parsed = parseInput(updateInput, input);
  const misused =
    input.status === "RECEIVED"
      ? []
      : (["lines", "restock"] as const)
          .filter((name) => input[name] != null)
          .map((name) => validationError([name], "This field is allowed only when `status` is RECEIVED."));
  if (!parsed.ok) return { userErrors: [...parsed.userErrors, ...misused] };
  if (misused.length > 0) return { userErrors: misused };
  const id = idOrUndefined<ReturnId>(input.id);
  const known = await findReturn(db, id);
  const order = await findChangeable(db, viewer, known?.orderId);
  if (known === undefined || order === undefined) return { userErrors: [notFoundError(["id"])] };
  const command = { ...parsed.value, status: input.status, expectedVersion: input.expectedVersion, viewer };
  crashPoint("orders:return-update:before-write");
  const { userErrors } = await commitUnlessRejected(db, async (tx) => {
    await lockOrder(tx, order.id);
    return { userErrors: await moveReturn(tx, known.id, command) };
  });
  crashPoint("orders:return-update:after-write");
  if (userErrors.length > 0) return { userErrors };
  if (command.status === "RECEIVED") services.afterSale.inc({ step: "return_received" });
  return { return: await findReturn(db, known.id), order: await readOrder(db, order.id), userErrors: [] };
}

type Command = z.infer<typeof updateInput> & {
  readonly status: ReturnStatus;
  readonly expectedVersion: number | null | undefined;
  readonly viewer: SignedIn;
};

/** Moves a return whose order is locked; returns why it cannot be moved. */
async function moveReturn(tx: Tx, id: ReturnId, command: Command): Promise<readonly UserError[]> {
  const { status, expectedVersion, viewer } = command;
  const found = await findReturn(tx, id);
  if (found === undefined) return [notFoundError(["id"])];
  if (expectedVersion != null && expectedVersion !== found.version) return [editConflictError(found.version)];
  if (!nextStatuses(found).includes(status)) {
    const message = `A ${found.isWithdrawal ? "withdrawal" : "return"} cannot go from ${found.status} to ${status}.`;
    return [checkoutError("RETURN_NOT_POSSIBLE", message, ["status"])];
  }
  const items = await readItems(tx, [found.orderId]);
  if (status === "DECLINED") await giveBackReturned(tx, found.orderId, found.lines);
  if (status === "RECEIVED") {
    const errors = await receive(tx, found, items, command);
    if (errors.length > 0) return errors;
  }
  const note = command.note || null;
  await tx
    .update(returns)
    .set({
      status,
      version: sql`${returns.version} + 1`,
      updatedAt: sql`now()`,
      ...(note === null ? {} : { note }),
    })
    .where(and(eq(returns.id, id), eq(returns.version, found.version)));
  await appendTimeline(tx, found.orderId, [
    { type: "RETURN_CHANGED", message: `${found.status} → ${status}`, actorId: viewer.id },
    ...(note === null ? [] : [{ type: "NOTE" as const, message: note, actorId: viewer.id, visibleToBuyer: false }]),
  ]);
  const changed = await changeOrder(tx, found.orderId, undefined, {});
  const isNews = status === "APPROVED" || status === "DECLINED";
  if (changed !== undefined && isNews)
    await enqueueOrderMail(tx, `return-${status === "APPROVED" ? "approved" : "declined"}`, changed.order);
  return [];
}

/** Writes what came and what of it goes back on sale. What did not come is no longer counted as returned. */
async function receive(
  tx: Tx,
  found: Return,
  items: readonly OrderItem[],
  command: Command,
): Promise<readonly UserError[]> {
  const announced = new Map(found.lines.map(({ itemId, quantity }) => [itemId, quantity]));
  const came = judgeReceived(items, command.lines, (item) => announced.get(item.id) ?? 0, "lines", "can be received");
  if ("userErrors" in came) return came.userErrors;
  const units = command.lines == null ? announced : came.counts;
  const back = judgeReceived(items, command.restock, (item) => units.get(item.id) ?? 0, "restock", "can be restocked");
  if ("userErrors" in back) return back.userErrors;
  for (const { itemId, quantity } of found.lines) {
    const arrived = units.get(itemId) ?? 0;
    await tx
      .update(returnLines)
      .set({ quantity: arrived, restockedQuantity: back.counts.get(itemId) ?? 0 })
      .where(
        and(eq(returnLines.returnId, found.id), eq(returnLines.itemId, itemId), eq(returnLines.quantity, quantity)),
      );
  }
  const missing = found.lines
    .map(({ itemId, quantity }) => ({ itemId, quantity: quantity - (units.get(itemId) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
  await giveBackReturned(tx, found.orderId, missing);
  await returnToStock(tx, found.orderId, items, unitsOf(back.counts));
  return [];
}

function judgeReceived(
  items: readonly OrderItem[],
  entered: z.infer<typeof receivedLines> | null | undefined,
  possible: (item: OrderItem) => number,
  field: string,
  what: string,
): { counts: ReadonlyMap<OrderItemId, number> } | { userErrors: readonly UserError[] } {
  const judged = judgeLines(items, entered ?? [], possible, { what, field: [field] });
  if ("userErrors" in judged) return judged;
  return { counts: new Map(judged.units.map(({ itemId, quantity }) => [itemId, quantity])) };
}

function unitsOf(counts: ReadonlyMap<OrderItemId, number>): LineUnits[] {
  return [...counts].map(([itemId, quantity]) => ({ itemId, quantity })).filter(({ quantity }) => quantity > 0);
}

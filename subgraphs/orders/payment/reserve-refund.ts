import { and, asc, eq, inArray, ne, sql } from "drizzle-orm";
import {
  orderItems,
  orders,
  orderTaxes,
  paymentTransactions,
  type ReturnId,
  refundLines,
  returnLines,
  returns,
  type TransactionId,
} from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { newId, type OrderId, type UserId } from "#platform/shop/ids.ts";
import { notFoundError } from "#platform/shop/input.ts";
import { formatAmount } from "#platform/shop/money.ts";
import { allUnits, type EnteredLines, judgeLines, type LineUnits } from "../order/line-units.ts";
import {
  changeOrder,
  lockOrder,
  type Order,
  type OrderItem,
  orderMoney,
  readItems,
  readOrder,
  sameVersion,
} from "../order/order.ts";
import { checkoutError, paymentError, type UserError } from "../shared/user-errors.ts";
import { cancelRefunded } from "./cancel-units.ts";
import {
  planGoodwill,
  planRest,
  planShares,
  type RefundBasis,
  type RefundPlan,
  type RefundRequest,
  shippingPaid,
} from "./refund-plan.ts";

/** A refund that staff ask for. Without lines, shipping and a return it is goodwill: of `amount`, or of all that remains. */
export type RefundCommand = {
  readonly id: TransactionId;
  readonly lines?: EnteredLines | undefined;
  readonly shipping?: boolean | undefined;
  readonly amountMinor?: bigint | undefined;
  readonly returnId?: ReturnId | undefined;
  readonly reason: string | null;
  readonly actorId: UserId | null;
  /** Set for money that was given back elsewhere, or seen at the provider. */
  readonly elsewhere?: {
    readonly provider: string;
    readonly reference: string;
    /** A refund unless given. */
    readonly type?: "REFUND" | "DISPUTE";
  };
};

type Outcome = { readonly order: Order } | { readonly userErrors: readonly UserError[] };

/**
 * Reserves a refund in its order's three fences (lines, shipping, payment) and writes it. It is refused as a whole if one of them has too little left.
 * Units that were not shipped yet are cancelled first. The caller rolls back if there are user errors, and then calls the provider.
 */
export async function reserveRefund(tx: Tx, orderId: OrderId, command: RefundCommand): Promise<Outcome> {
  const basis = await readRefundBasis(tx, orderId);
  if (basis === undefined) return { userErrors: [notFoundError(["paymentId"])] };
  const { order, items } = basis;
  const units = await chooseUnits(tx, items, command);
  if ("userErrors" in units) return units;
  const { chosen } = units;
  const wantsShipping = command.shipping === true;
  if (wantsShipping && order.shippingRefundedMinor > 0n) {
    return { userErrors: [exceedsError("The shipping was refunded before.", ["shipping"])] };
  }
  if (wantsShipping && chosen.length === 0 && shippingPaid(order).amount === 0n) {
    return { userErrors: [exceedsError("Nothing was paid for the shipping.", ["shipping"])] };
  }
  const remaining = order.amountPaidMinor - order.refundCommittedMinor;
  const isGoodwill = chosen.length === 0 && !wantsShipping;
  const plan = isGoodwill
    ? planGoodwill(basis, command.amountMinor ?? remaining)
    : planShares(basis, { units: chosen, shipping: wantsShipping, amount: command.amountMinor });
  if (plan === undefined) {
    return { userErrors: [exceedsError("The amount is greater than what was paid for these units.", ["amount"])] };
  }
  // What the provider has already given back is written even if nothing remains.
  const isNothing = isGoodwill && remaining === 0n && command.elsewhere === undefined;
  if (plan.amount > remaining || isNothing || (isUnpaid(order) && command.elsewhere === undefined)) {
    return { userErrors: [remainsError(order)] };
  }
  const written = await writePlan(tx, basis, plan, command);
  if (chosen.length === 0 || command.returnId !== undefined) return { order: written };
  return { order: await cancelRefunded(tx, basis, chosen, command) };
}

/** Reserves and writes the refund of all that remains of a payment; undefined if nothing does. */
export async function refundRest(
  tx: Tx,
  orderId: OrderId,
  by: { reason: string; actorId: UserId | null },
): Promise<bigint | undefined> {
  const basis = await readRefundBasis(tx, orderId);
  if (basis === undefined || basis.order.amountPaidMinor <= basis.order.refundCommittedMinor) return undefined;
  const plan = planRest(basis);
  await writePlan(tx, basis, plan, { id: newId<TransactionId>(), ...by });
  return plan.amount;
}

/**
 * Reserves and writes the refund of units at what was paid for them, at most of what remains of the payment; undefined if nothing does. Of an order that
 * was not paid yet the units are no longer owed. Cancelling them is left to the caller.
 */
export async function refundUnits(
  tx: Tx,
  orderId: OrderId,
  units: readonly LineUnits[],
  by: { reason: string; actorId: UserId | null },
): Promise<bigint | undefined> {
  const basis = await readRefundBasis(tx, orderId);
  if (basis === undefined) return undefined;
  const { order } = basis;
  const remaining = order.amountPaidMinor - order.refundCommittedMinor;
  const isOwed = order.paymentStatus === "UNPAID" || order.paymentStatus === "FAILED";
  if (remaining <= 0n && !isOwed) return undefined;
  const left = new Map(basis.items.map((item) => [item.id, unrefunded(item)]));
  const refundable = units
    .map(({ itemId, quantity }) => ({ itemId, quantity: Math.min(quantity, left.get(itemId) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
  const request = { units: refundable, shipping: false };
  if (isOwed) return waive(tx, basis, request, by);
  const full = planShares(basis, request);
  const plan =
    full !== undefined && full.amount > remaining ? planShares(basis, { ...request, amount: remaining }) : full;
  if (plan === undefined || refundable.length === 0) return undefined;
  await writePlan(tx, basis, plan, { id: newId<TransactionId>(), ...by });
  return plan.amount;
}

/**
 * Takes units off what is owed for an order: a refund of 0 that takes the units' whole shares, so that no later refund is of them. A credit note follows
 * it once there is an invoice.
 */
async function waive(
  tx: Tx,
  basis: RefundBasis,
  request: RefundRequest,
  by: { reason: string; actorId: UserId | null },
): Promise<undefined> {
  const [full, none] = [planShares(basis, request), planShares(basis, { ...request, amount: 0n })];
  if (full === undefined || none === undefined || full.lines.length === 0) return undefined;
  const id = newId<TransactionId>();
  await writePlan(tx, basis, none, { id, ...by });
  await tx
    .update(paymentTransactions)
    .set({ status: "SUCCEEDED", waivedMinor: full.amount, taxes: full.taxes, dueAt: null, settledAt: sql`now()` })
    .where(eq(paymentTransactions.id, id));
  await changeOrder(tx, basis.order.id, undefined, {
    ...sameVersion,
    waivedMinor: sql`${orders.waivedMinor} + ${full.amount}`,
    invoiceDueAt: sql`now()`,
  });
}

/** Locks an order and reads what its refunds are planned from. */
async function readRefundBasis(tx: Tx, orderId: OrderId): Promise<RefundBasis | undefined> {
  await lockOrder(tx, orderId);
  const order = await readOrder(tx, orderId);
  if (order === undefined) return undefined;
  const taxes = await tx
    .select()
    .from(orderTaxes)
    .where(eq(orderTaxes.orderId, orderId))
    .orderBy(asc(orderTaxes.position));
  const earlier = await tx
    .select({ taxes: paymentTransactions.taxes })
    .from(paymentTransactions)
    .where(
      and(
        eq(paymentTransactions.orderId, orderId),
        inArray(paymentTransactions.type, ["REFUND", "DISPUTE"]),
        ne(paymentTransactions.status, "FAILED"),
      ),
    );
  return { order, items: await readItems(tx, [orderId]), taxes, refunded: earlier.flatMap((row) => row.taxes) };
}

/** The units that a refund is of: those entered, or all of its return; none for goodwill. */
async function chooseUnits(
  tx: Tx,
  items: readonly OrderItem[],
  command: RefundCommand,
): Promise<{ chosen: readonly LineUnits[] } | { userErrors: readonly UserError[] }> {
  const { returnId, lines } = command;
  if (returnId === undefined) {
    if (lines === undefined) return { chosen: [] };
    const judged = judgeLines(items, lines, unrefunded, { what: "can be refunded" });
    return "userErrors" in judged ? judged : { chosen: judged.units };
  }
  const [found] = await tx.select().from(returns).where(eq(returns.id, returnId)).for("update");
  if (found === undefined || found.orderId !== items[0]?.orderId) return { userErrors: [notFoundError(["returnId"])] };
  if (found.status !== "RECEIVED") {
    const message = "Only a return that has been received, and not yet refunded, can be refunded.";
    return { userErrors: [checkoutError("RETURN_NOT_POSSIBLE", message, ["returnId"])] };
  }
  const ofReturn = await tx.select().from(returnLines).where(eq(returnLines.returnId, returnId));
  const left = new Map(ofReturn.map((line) => [line.itemId, line.quantity - line.refundedQuantity]));
  const count = (item: OrderItem) => Math.min(left.get(item.id) ?? 0, unrefunded(item));
  if (lines === undefined) {
    const all = allUnits(items, count);
    if (all.length > 0) return { chosen: all };
    return { userErrors: [exceedsError("Nothing of this return remains to be refunded.", ["returnId"])] };
  }
  const judged = judgeLines(items, lines, count, { what: "in this return can be refunded" });
  return "userErrors" in judged ? judged : { chosen: judged.units };
}

/** Whether nothing was paid for an order, not even 0.00: then nothing of it is refunded, lines that cost nothing included. */
function isUnpaid({ amountPaidMinor, paymentStatus }: Order): boolean {
  return amountPaidMinor === 0n && ["UNPAID", "PENDING", "FAILED", "CANCELLED"].includes(paymentStatus);
}

function unrefunded({ quantity, refundedQuantity }: OrderItem): number {
  return quantity - refundedQuantity;
}

/** Raises the three fences, each by a conditional statement, and writes the refund with its lines. The order is locked. */
async function writePlan(tx: Tx, { order }: RefundBasis, plan: RefundPlan, command: RefundCommand): Promise<Order> {
  const { id, elsewhere } = command;
  const changed = await changeOrder(
    tx,
    order.id,
    sql`${orders.amountPaidMinor} - ${orders.refundCommittedMinor} >= ${plan.amount}
      and ${orders.shippingRefundedMinor} + ${plan.shipping} <= ${shippingPaid(order).amount}`,
    {
      refundCommittedMinor: sql`${orders.refundCommittedMinor} + ${plan.amount}`,
      shippingRefundedMinor: sql`${orders.shippingRefundedMinor} + ${plan.shipping}`,
      shippingRefundedTaxMinor: sql`${orders.shippingRefundedTaxMinor} + ${plan.shippingTax}`,
    },
  );
  if (changed === undefined) throw new Error("The fences of a locked order changed.");
  const charge = tx
    .select({ id: paymentTransactions.id })
    .from(paymentTransactions)
    .where(
      and(
        eq(paymentTransactions.orderId, order.id),
        eq(paymentTransactions.type, "CHARGE"),
        eq(paymentTransactions.status, "SUCCEEDED"),
      ),
    );
  await tx.insert(paymentTransactions).values({
    id,
    orderId: order.id,
    type: elsewhere?.type ?? "REFUND",
    status: "PENDING",
    amountMinor: plan.amount,
    currency: order.currency,
    provider: elsewhere?.provider ?? order.paymentProvider,
    providerReference: elsewhere?.reference ?? null,
    chargeId: sql`(${charge})`,
    taxMinor: plan.tax,
    shippingMinor: plan.shipping,
    shippingTaxMinor: plan.shippingTax,
    taxes: plan.taxes,
    returnId: command.returnId ?? null,
    reason: command.reason,
    actorId: command.actorId,
    // A dispute is decided by the bank; its webhook says so.
    dueAt: elsewhere?.type === "DISPUTE" ? null : sql`now()`,
  });
  await writeLines(tx, order.id, plan, command);
  return changed.order;
}

async function writeLines(tx: Tx, orderId: OrderId, { lines }: RefundPlan, command: RefundCommand): Promise<void> {
  if (lines.length === 0) return;
  const column = (values: readonly (string | number)[]) => sql.param(values);
  const planned = sql`unnest(
    ${column(lines.map(({ itemId }) => itemId))}::uuid[], ${column(lines.map(({ quantity }) => quantity))}::int[],
    ${column(lines.map(({ amount }) => amount.toString()))}::bigint[], ${column(lines.map(({ tax }) => tax.toString()))}::bigint[],
    ${column(lines.map(({ share }) => share.toString()))}::bigint[], ${column(lines.map(({ shareTax }) => shareTax.toString()))}::bigint[]
  ) as planned(item_id, quantity, amount, tax, share, share_tax)`;
  const counted = await tx
    .update(orderItems)
    .set({
      refundedQuantity: sql`${orderItems.refundedQuantity} + planned.quantity`,
      refundedMinor: sql`${orderItems.refundedMinor} + planned.amount`,
      refundedTaxMinor: sql`${orderItems.refundedTaxMinor} + planned.tax`,
      refundedShareMinor: sql`${orderItems.refundedShareMinor} + planned.share`,
      refundedShareTaxMinor: sql`${orderItems.refundedShareTaxMinor} + planned.share_tax`,
    })
    .from(planned)
    .where(
      and(
        eq(orderItems.orderId, orderId),
        sql`${orderItems.id} = planned.item_id`,
        sql`${orderItems.refundedQuantity} + planned.quantity <= ${orderItems.quantity}`,
        sql`${orderItems.refundedShareMinor} + planned.share <= ${orderItems.totalMinor}`,
      ),
    )
    .returning({ id: orderItems.id });
  if (counted.length !== lines.length) throw new Error("The fences of a locked order's lines changed.");
  await tx.insert(refundLines).values(
    lines.map(({ itemId, quantity, amount, tax, share, shareTax }) => ({
      refundId: command.id,
      itemId,
      quantity,
      amountMinor: amount,
      taxMinor: tax,
      shareMinor: share,
      shareTaxMinor: shareTax,
    })),
  );
  if (command.returnId !== undefined) await countReturned(tx, command.id, command.returnId, 1);
}

/** Gives back the fences of a refund that the provider refused. What it cancelled stays cancelled. The order is locked. */
export async function releaseFences(
  tx: Tx,
  refund: Pick<typeof paymentTransactions.$inferSelect, "id" | "orderId" | "amountMinor" | "returnId"> & {
    readonly shippingMinor: bigint;
    readonly shippingTaxMinor: bigint;
  },
): Promise<void> {
  await changeOrder(tx, refund.orderId, undefined, {
    refundCommittedMinor: sql`${orders.refundCommittedMinor} - ${refund.amountMinor}`,
    shippingRefundedMinor: sql`${orders.shippingRefundedMinor} - ${refund.shippingMinor}`,
    shippingRefundedTaxMinor: sql`${orders.shippingRefundedTaxMinor} - ${refund.shippingTaxMinor}`,
  });
  await tx
    .update(orderItems)
    .set({
      refundedQuantity: sql`${orderItems.refundedQuantity} - ${refundLines.quantity}`,
      refundedMinor: sql`${orderItems.refundedMinor} - ${refundLines.amountMinor}`,
      refundedTaxMinor: sql`${orderItems.refundedTaxMinor} - ${refundLines.taxMinor}`,
      refundedShareMinor: sql`${orderItems.refundedShareMinor} - ${refundLines.shareMinor}`,
      refundedShareTaxMinor: sql`${orderItems.refundedShareTaxMinor} - ${refundLines.shareTaxMinor}`,
    })
    .from(refundLines)
    .where(and(eq(refundLines.refundId, refund.id), eq(orderItems.id, refundLines.itemId)));
  if (refund.returnId !== null) await countReturned(tx, refund.id, refund.returnId, -1);
}

async function countReturned(tx: Tx, refundId: TransactionId, returnId: ReturnId, sign: 1 | -1): Promise<void> {
  await tx
    .update(returnLines)
    .set({ refundedQuantity: sql`${returnLines.refundedQuantity} + ${sign}::int * ${refundLines.quantity}` })
    .from(refundLines)
    .where(
      and(
        eq(refundLines.refundId, refundId),
        eq(returnLines.returnId, returnId),
        eq(returnLines.itemId, refundLines.itemId),
      ),
    );
}

function exceedsError(message: string, field: readonly string[]): UserError {
  return paymentError("REFUND_EXCEEDS_PAID", message, { field });
}

function remainsError(order: Order): UserError {
  const remaining = orderMoney(order, order.amountPaidMinor - order.refundCommittedMinor);
  const message =
    remaining.minorUnits > 0n
      ? `Only ${formatAmount(remaining)} ${remaining.currency} remains to be refunded.`
      : "Nothing remains to be refunded.";
  return exceedsError(message, ["amount"]);
}

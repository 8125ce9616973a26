import { and, eq, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import { type EditedLine, type OrderEdit, orderItems, orders } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Tx, transaction } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { newId, type OrderId, type OrderItemId, type ProductId, type VariantId } from "#platform/shop/ids.ts";
import {
  editConflictError,
  idempotencyKeyInput,
  idOrUndefined,
  notFoundError,
  parseInput,
  quantityInput,
  validationError,
} from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { currencyMismatch } from "../cart/cart.ts";
import type { OrderAnswer } from "../checkout/place-order.ts";
import { findOrderable } from "../clients/orderable-lines.ts";
import type { Reservation, Shortage } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { transactionIf } from "../shared/commit-if.ts";
import { answerMsMax, type Deadline, deadlineIn, leftMs, pollUntil } from "../shared/deadline.ts";
import {
  findKey,
  type KeyName,
  keepOutcome,
  restoreUserErrors,
  storeUserErrors,
  writeKey,
} from "../shared/idempotency.ts";
import {
  checkoutError,
  idempotencyKeyReusedError,
  insufficientStockError,
  paymentError,
  type UserError,
} from "../shared/user-errors.ts";
import {
  changeOrder,
  findChangeable,
  type Order,
  type OrderItem,
  readItems,
  readOrder,
  sameVersion,
  scaledTotal,
} from "./order.ts";
import { leaseWork, workLeaseMs } from "./reserve-stock.ts";
import { writeSteps } from "./timeline.ts";

const orderLinesMax = 100;
const quantityMax = 1_000;

const addInput = z.object({
  input: z.object({ productId: z.string(), variantId: z.string().nullish(), quantity: quantityInput }),
  idempotencyKey: idempotencyKeyInput.nullish(),
});
const updateInput = z.object({ quantity: quantityInput });

/** What is to become of an order's lines, or why it cannot be. */
type Plan =
  | { readonly lines: readonly EditedLine[]; readonly message: string; readonly field: readonly string[] }
  | { readonly userErrors: readonly UserError[] };

/** An edit that was asked for. */
type Wish = {
  readonly orderId: OrderId | undefined;
  readonly expectedVersion: number | null | undefined;
  readonly key?: { readonly name: KeyName; readonly fingerprint: string } | undefined;
  readonly plan: (order: Order, items: readonly OrderItem[]) => Promise<Plan> | Plan;
};

/** Adds units of a product to a PENDING order, at today's price. With a key, a repeat answers as the first did. */
export async function addOrderItem(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; input: unknown; idempotencyKey?: string | null; expectedVersion?: number | null },
): Promise<OrderAnswer> {
  const parsed = parseInput(addInput, { input: args.input, idempotencyKey: args.idempotencyKey });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { input, idempotencyKey } = parsed.value;
  const { productId, variantId, quantity } = input;
  return editOrder(services, viewer, {
    orderId: idOrUndefined<OrderId>(args.orderId),
    expectedVersion: args.expectedVersion,
    key:
      idempotencyKey == null
        ? undefined
        : {
            name: { scope: `user:${viewer.id}`, mutation: "orderItemAdd", key: idempotencyKey },
            fingerprint: fingerprint({ orderId: args.orderId, input }),
          },
    plan: async (order, items) => {
      const found = await findOrderable(services.catalogue, [
        {
          productId: idOrUndefined<ProductId>(productId),
          variantId: variantId == null ? undefined : (idOrUndefined<VariantId>(variantId) ?? "malformed"),
          at: ["input"],
        },
      ]);
      const [variant] = found.variants;
      if (found.userErrors.length > 0 || variant === undefined) return { userErrors: found.userErrors };
      const { unitPrice } = variant;
      if (unitPrice.currency !== order.currency) return { userErrors: [currencyMismatch(["input", "productId"])] };
      const lines = items.map(editedLine);
      const standing = lines.find(
        (line) => line.variantId === variant.variantId && line.unitPriceMinor === unitPrice.minorUnits.toString(),
      );
      const field = ["input", "quantity"];
      const message = `Added ${quantity} × ${variant.productName}.`;
      if (standing !== undefined) return withQuantity(lines, standing.id, standing.quantity + quantity, message, field);
      if (lines.length >= orderLinesMax) {
        return { userErrors: [validationError(["input"], `An order has at most ${orderLinesMax} lines.`)] };
      }
      const line: EditedLine = {
        id: newId<OrderItemId>(),
        position: Math.max(...lines.map(({ position }) => position)) + 1,
        productId: variant.productId,
        variantId: variant.variantId,
        productName: variant.productName,
        variantName: variant.variantName,
        sku: variant.sku,
        productImageUrl: variant.imageUrl,
        unitPriceMinor: unitPrice.minorUnits.toString(),
        quantity,
      };
      return { lines: [...lines, line], message, field };
    },
  });
}

/** Changes the quantity of a PENDING order's line, at the price that the line has. */
export async function updateOrderItem(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; itemId: string; quantity: number; expectedVersion?: number | null },
): Promise<OrderAnswer> {
  const parsed = parseInput(updateInput, { quantity: args.quantity });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const itemId = idOrUndefined<OrderItemId>(args.itemId);
  return editOrder(services, viewer, {
    orderId: idOrUndefined<OrderId>(args.orderId),
    expectedVersion: args.expectedVersion,
    plan: (_order, items) => {
      const item = items.find(({ id }) => id === itemId);
      if (item === undefined) return { userErrors: [notFoundError(["itemId"])] };
      const message = `Changed ${item.productName} from ${item.quantity} to ${args.quantity}.`;
      return withQuantity(items.map(editedLine), item.id, args.quantity, message, ["quantity"]);
    },
  });
}

/** Takes a line out of a PENDING order, unless it is the last. */
export async function removeOrderItem(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; itemId: string; expectedVersion?: number | null },
): Promise<OrderAnswer> {
  const itemId = idOrUndefined<OrderItemId>(args.itemId);
  return editOrder(services, viewer, {
    orderId: idOrUndefined<OrderId>(args.orderId),
    expectedVersion: args.expectedVersion,
    plan: (_order, items) => {
      const item = items.find(({ id }) => id === itemId);
      if (item === undefined) return { userErrors: [notFoundError(["itemId"])] };
      if (items.length === 1) {
        const last = "It is the last line: cancel the order instead.";
        return { userErrors: [checkoutError("ORDER_NOT_EDITABLE", last, ["itemId"])] };
      }
      const lines = items.filter(({ id }) => id !== itemId).map(editedLine);
      return { lines, message: `Removed ${item.productName}.`, field: ["itemId"] };
    },
  });
}

function editedLine(item: OrderItem): EditedLine {
  const { id, position, productId, variantId, productName, variantName, sku, productImageUrl, quantity } = item;
  const unitPriceMinor = item.unitPriceMinor.toString();
  return {
    id,
    position,
    productId,
    variantId,
    productName,
    variantName,
    sku,
    productImageUrl,
    unitPriceMinor,
    quantity,
  };
}

function withQuantity(
  lines: readonly EditedLine[],
  id: OrderItemId,
  quantity: number,
  message: string,
  field: readonly string[],
): Plan {
  if (quantity > quantityMax) return { userErrors: [validationError(field, `A line holds at most ${quantityMax}.`)] };
  return { lines: lines.map((line) => (line.id === id ? { ...line, quantity } : line)), message, field };
}

/** Writes the intent, moves the reservation by it, and applies it; an edit that somebody else began is finished first. */
async function editOrder(services: Services, viewer: SignedIn, wish: Wish): Promise<OrderAnswer> {
  const { db } = services;
  const deadline = deadlineIn(answerMsMax);
  while (leftMs(deadline) > 0) {
    const known = wish.key === undefined ? undefined : await findKey(db, wish.key.name);
    if (known !== undefined && known.fingerprint !== wish.key?.fingerprint) {
      return { userErrors: [idempotencyKeyReusedError()] };
    }
    const order = await findChangeable(db, viewer, wish.orderId);
    if (order === undefined) return { userErrors: [notFoundError(["orderId"])] };
    if (order.edit !== null) {
      await awaitEdit(services, order.id, deadline, false);
      continue;
    }
    if (known !== undefined) return decidedAnswer(services, order.id, known);
    if (wish.expectedVersion != null && wish.expectedVersion !== order.version) {
      return { userErrors: [editConflictError(order.version)] };
    }
    const refusal = editRefusal(order);
    if (refusal !== undefined) return { userErrors: [refusal] };
    const plan = await wish.plan(order, await readItems(db, [order.id]));
    if ("userErrors" in plan) return { userErrors: plan.userErrors };
    const edit = await beginEdit(services, viewer, order, plan, wish);
    if (edit !== undefined) return finish(services, order, edit, deadline);
  }
  throw new ApiError("TIMEOUT", "The answer took too long.");
}

function editRefusal(order: Order): UserError | undefined {
  if (order.paymentStatus === "PENDING") return paymentError("PAYMENT_IN_PROGRESS", "A payment of it is under way.");
  const waits = order.expiresAt !== null && order.expiresAt.getTime() > Date.now();
  if (order.status === "PENDING" && order.stockStatus === "RESERVED" && waits) return undefined;
  return notEditable;
}

/** The plan was made from the order as it was read, so it begins only while it is still that. */
async function beginEdit(
  { db }: Services,
  viewer: SignedIn,
  order: Order,
  plan: { lines: readonly EditedLine[]; message: string; field: readonly string[] },
  wish: Wish,
): Promise<OrderEdit | undefined> {
  const revision = order.revision + 1;
  const key = wish.key ?? {
    name: { scope: `order:${order.id}`, mutation: "edit", key: String(revision) },
    fingerprint: "",
  };
  const edit: OrderEdit = {
    revision,
    actorId: viewer.id,
    message: plan.message,
    key: key.name,
    field: plan.field,
    lines: plan.lines,
  };
  crashPoint("orders:edit:before-write");
  const begun = await transactionIf(
    db,
    async (tx) => {
      const changing = await changeOrder(
        tx,
        order.id,
        sql`${orders.version} = ${order.version} and ${orders.revision} = ${order.revision} and ${orders.edit} is null and ${orders.status} = 'PENDING'
          and ${orders.stockStatus} = 'RESERVED' and ${orders.paymentStatus} <> 'PENDING' and ${orders.expiresAt} > now()`,
        {
          ...sameVersion,
          edit,
          revision: edit.revision,
          workDueAt: sql`now() + ${workLeaseMs} * interval '1 millisecond'`,
        },
      );
      if (changing === undefined) return false;
      return writeKey(tx, { ...key.name, fingerprint: key.fingerprint, orderId: order.id });
    },
    (wasFirst) => wasFirst,
  );
  crashPoint("orders:edit:after-write");
  return begun ? edit : undefined;
}

async function finish(services: Services, order: Order, edit: OrderEdit, deadline: Deadline): Promise<OrderAnswer> {
  const decided = await awaitEdit(services, order.id, deadline, true);
  if (!decided) throw new ApiError("TIMEOUT", "It is not known yet whether the change was made.");
  return decidedAnswer(services, order.id, edit.key);
}

/** What became of an edit stands with its key; where nothing does, the order was cancelled before it was decided. */
async function decidedAnswer({ db }: Services, id: OrderId, name: KeyName): Promise<OrderAnswer> {
  const order = await readOrder(db, id);
  const outcome = (await findKey(db, name))?.outcome;
  return { order, userErrors: outcome == null ? [notEditable] : restoreUserErrors(outcome.userErrors) };
}

const notEditable = checkoutError("ORDER_NOT_EDITABLE", "Only a pending order can be changed.", ["orderId"]);

/**
 * Waits until an order's edit is decided, working on it where nobody else does; false when it is not by the deadline.
 *
 * @param mine the edit was begun by this very request.
 */
export async function awaitEdit(services: Services, id: OrderId, deadline: Deadline, mine: boolean): Promise<boolean> {
  let first = mine;
  const decided = await pollUntil(deadline, async () => {
    const order = await readOrder(services.db, id);
    if (order === undefined || order.edit === null) return true;
    const isFirst = first;
    first = false;
    if (!isFirst && !(await leaseWork(services.db, id))) return undefined;
    return (await settleEdit(services, order, order.edit)) ? true : undefined;
  });
  return decided === true;
}

/** Asks products to move the reservation and writes what came of it; false when no answer came. */
export async function settleEdit(services: Services, order: Order, edit: OrderEdit): Promise<boolean> {
  let moved: Reservation;
  try {
    crashPoint("orders:edit:before-call");
    moved = await services.catalogue.reserve({
      id: order.id,
      revision: edit.revision,
      expiresAt: order.expiresAt,
      lines: edit.lines,
    });
    crashPoint("orders:edit:after-call");
  } catch (error) {
    services.log.warn({ err: error, orderId: order.id }, "It is not known whether a reservation moved; asking again.");
    return false;
  }
  await transaction(services.db, (tx) => {
    switch (moved.outcome) {
      case "RESERVED":
        return applyEdit(tx, order, edit);
      case "INSUFFICIENT":
        return dropEdit(tx, order, edit, shortageErrors(edit, moved.shortages));
      case "RELEASED":
      case "SOLD":
      case "STALE":
        return dropEdit(tx, order, edit, [notEditable]);
    }
  });
  return true;
}

const isCurrent = (edit: OrderEdit) => sql`(${orders.edit}->>'revision')::int = ${edit.revision}`;

async function applyEdit(tx: Tx, order: Order, edit: OrderEdit): Promise<void> {
  const totalMinor = edit.lines.reduce((sum, line) => sum + BigInt(line.unitPriceMinor) * BigInt(line.quantity), 0n);
  const applied = await changeOrder(tx, order.id, and(isCurrent(edit), eq(orders.status, "PENDING")), {
    edit: null,
    workDueAt: null,
    totalMinor,
    totalScaled: scaledTotal({ minorUnits: totalMinor, currency: order.currency }),
  });
  if (applied === undefined) return;
  const kept = edit.lines.map(({ id }) => id);
  await tx.delete(orderItems).where(and(eq(orderItems.orderId, order.id), notInArray(orderItems.id, kept)));
  await tx
    .insert(orderItems)
    .values(
      edit.lines.map((line) => ({
        ...line,
        orderId: order.id,
        currency: order.currency,
        unitPriceMinor: BigInt(line.unitPriceMinor),
      })),
    )
    .onConflictDoUpdate({ target: orderItems.id, set: { quantity: sql`excluded.quantity` } });
  await writeSteps(tx, order.id, [{ type: "ITEMS_CHANGED", message: edit.message, actorId: edit.actorId }]);
  await keepOutcome(tx, edit.key, { found: true, userErrors: [] });
}

async function dropEdit(tx: Tx, order: Order, edit: OrderEdit, userErrors: readonly UserError[]): Promise<void> {
  const dropped = await changeOrder(tx, order.id, isCurrent(edit), { ...sameVersion, edit: null, workDueAt: null });
  if (dropped !== undefined) await keepOutcome(tx, edit.key, { found: true, userErrors: storeUserErrors(userErrors) });
}

function shortageErrors(edit: OrderEdit, shortages: readonly Shortage[]): UserError[] {
  return shortages.map((shortage) => {
    const line = edit.lines.find(({ variantId }) => variantId === shortage.variantId);
    return insufficientStockError({ ...shortage, productId: line?.productId ?? "" }, edit.field);
  });
}

import { and, eq, sql } from "drizzle-orm";
import { type DiscountId, type EditedLine, type OrderEdit, orders } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Tx, transaction } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { editConflictError, notFoundError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { Reservation, Shortage } from "../clients/products-client.ts";
import { giveBackUses, takeUses } from "../discount/discount-uses.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { type Deadline, deadlineIn, retryOrTimeOut, retryUntil } from "../shared/deadline.ts";
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
import { editedSums, replaceItems } from "./edited-items.ts";
import { holdMore, recountHold } from "./holds.ts";
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
import type { OrderPayload } from "./order-payload.ts";
import { replacePriceParts } from "./order-price.ts";
import { type EditPrice, lostUseErrors, priceEdit, storedPrice } from "./price-edit.ts";
import { leaseWork, reservationExpiry, workLeaseMs } from "./reserve-stock.ts";
import { appendTimeline } from "./timeline.ts";
import { paidForNothing, writeZeroTotal } from "./zero-total.ts";

type AcceptedPlan = {
  readonly lines: readonly EditedLine[];
  readonly message: string;
  readonly field: readonly string[];
};

/** An order's lines after an edit, or why the edit is not possible. */
export type EditPlan = AcceptedPlan | { readonly userErrors: readonly UserError[] };

type EditOrderCommand = {
  readonly orderId: OrderId | undefined;
  readonly expectedVersion: number | null | undefined;
  readonly key?: { readonly name: KeyName; readonly fingerprint: string } | undefined;
  readonly plan: (order: Order, items: readonly OrderItem[]) => Promise<EditPlan> | EditPlan;
};

/**
 * Edits the lines of a PENDING order: stores the edit, changes the reservation, then applies the edit or drops it. An edit that another request
 * began is finished first.
 *
 * @throws {ApiError} TIMEOUT if it is not known in time whether the edit was made.
 */
export async function editOrder(
  services: Services,
  viewer: SignedIn,
  command: EditOrderCommand,
): Promise<OrderPayload> {
  const { db } = services;
  const deadline = deadlineIn();
  return retryOrTimeOut(deadline, async () => {
    const known = command.key === undefined ? undefined : await findKey(db, command.key.name);
    if (known !== undefined && known.fingerprint !== command.key?.fingerprint) {
      return { userErrors: [idempotencyKeyReusedError()] };
    }
    const order = await findChangeable(db, viewer, command.orderId);
    if (order === undefined) return { userErrors: [notFoundError(["orderId"])] };
    if (order.edit !== null) {
      await awaitEdit(services, order.id, deadline);
      return undefined;
    }
    if (known !== undefined) return editPayload(services, order.id, known);
    if (command.expectedVersion != null && command.expectedVersion !== order.version) {
      return { userErrors: [editConflictError(order.version)] };
    }
    const rejection = validateEditable(order);
    if (rejection !== undefined) return { userErrors: [rejection] };
    const items = await readItems(db, [order.id]);
    const plan = await command.plan(order, items);
    if ("userErrors" in plan) return { userErrors: plan.userErrors };
    const price = await priceEdit(services, order, plan.lines, undefined);
    if ("userErrors" in price) return { userErrors: price.userErrors };
    const edit = await beginEdit(services, viewer, order, items, plan, price, command);
    if (edit === undefined) return undefined;
    if ("lostIds" in edit) {
      const userErrors = lostUseErrors(price, edit.lostIds);
      return userErrors.length > 0 ? { userErrors } : undefined;
    }
    if (!(await awaitEdit(services, order.id, deadline, true))) {
      throw new ApiError("TIMEOUT", "It is not known yet whether the order was changed.");
    }
    return editPayload(services, order.id, edit.key);
  });
}

function validateEditable(order: Order): UserError | undefined {
  if (order.paymentStatus === "PENDING") return paymentError("PAYMENT_IN_PROGRESS", "A payment is in progress.");
  const isLive = order.expiresAt !== null && order.expiresAt.getTime() > Date.now();
  return order.status === "PENDING" && order.stockStatus === "RESERVED" && isLive ? undefined : notEditableError;
}

const notEditableError = checkoutError("ORDER_NOT_EDITABLE", "Only PENDING orders can be changed.", ["orderId"]);

/** Stores the edit and takes its uses of discounts, if the order is still as the plan was made for it; undefined otherwise. */
async function beginEdit(
  { db, limits }: Services,
  viewer: SignedIn,
  order: Order,
  items: readonly OrderItem[],
  plan: AcceptedPlan,
  price: EditPrice,
  command: EditOrderCommand,
): Promise<OrderEdit | { lostIds: readonly DiscountId[] } | undefined> {
  const revision = order.revision + 1;
  const key = command.key ?? {
    name: { scope: `order:${order.id}`, mutation: "edit", key: String(revision) },
    fingerprint: "",
  };
  const edit: OrderEdit = {
    revision,
    actorId: viewer.id,
    message: plan.message,
    key: key.name,
    field: plan.field,
    lines: price.lines,
    price: storedPrice(price),
  };
  crashPoint("orders:edit:before-write");
  const begun = await commitIf(
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
      if (changing === undefined) return undefined;
      if (order.userId === viewer.id) {
        await holdMore(tx, limits, order.id, { user: viewer.id }, sumUnits(plan.lines) - sumUnits(items));
      }
      if (!(await writeKey(tx, { ...key.name, fingerprint: key.fingerprint, orderId: order.id }))) return undefined;
      const lostIds = await takeUses(tx, order.id, price.buyer, price.taken);
      return lostIds.length > 0 ? { lostIds } : edit;
    },
    (result) => result !== undefined && !("lostIds" in result),
  );
  crashPoint("orders:edit:after-write");
  return begun;
}

const sumUnits = (lines: readonly { quantity: number }[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** The result of an edit is stored with its key. If there is none, the order was cancelled before the edit was decided. */
async function editPayload({ db }: Services, id: OrderId, name: KeyName): Promise<OrderPayload> {
  const order = await readOrder(db, id);
  const outcome = (await findKey(db, name))?.outcome;
  return { order, userErrors: outcome == null ? [notEditableError] : restoreUserErrors(outcome.userErrors) };
}

/**
 * Waits until an order's edit is applied or dropped, and works on it unless another process does. Returns false if it is still open at the deadline.
 *
 * @param isOwn this request has just stored the edit.
 */
export async function awaitEdit(services: Services, id: OrderId, deadline: Deadline, isOwn = false): Promise<boolean> {
  let isLeased = isOwn;
  const decided = await retryUntil(deadline, async () => {
    const order = await readOrder(services.db, id);
    if (order === undefined || order.edit === null) return true;
    const mayWork = isLeased || (await leaseWork(services.db, id));
    isLeased = false;
    return mayWork && (await settleEdit(services, order, order.edit)) ? true : undefined;
  });
  return decided === true;
}

/** Changes the reservation at products and writes the result. Returns false if products does not respond. */
export async function settleEdit(services: Services, order: Order, edit: OrderEdit): Promise<boolean> {
  let moved: Reservation;
  try {
    crashPoint("orders:edit:before-call");
    moved = await services.products.reserve({
      id: order.id,
      revision: edit.revision,
      expiresAt: reservationExpiry(order, services.orderTtlMs),
      lines: edit.lines,
    });
    crashPoint("orders:edit:after-call");
  } catch (error) {
    services.log.warn(
      { err: error, orderId: order.id },
      "The result of changing a reservation is unknown; it is retried.",
    );
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
        return dropEdit(tx, order, edit, [notEditableError]);
    }
  });
  return true;
}

const isCurrent = (edit: OrderEdit) => sql`(${orders.edit}->>'revision')::int = ${edit.revision}`;

async function applyEdit(tx: Tx, order: Order, edit: OrderEdit): Promise<void> {
  const { price } = edit;
  const sums = editedSums(edit.lines, price);
  const isPaid = sums.totalMinor === 0n;
  const applied = await changeOrder(tx, order.id, and(isCurrent(edit), eq(orders.status, "PENDING")), {
    edit: null,
    workDueAt: null,
    ...sums,
    pricesIncludeTax: price?.pricesIncludeTax ?? order.pricesIncludeTax,
    totalScaled: scaledTotal({ minorUnits: sums.totalMinor, currency: order.currency }),
    ...(isPaid ? { ...paidForNothing, sequence: sql`${orders.sequence} + 1` } : {}),
  });
  if (applied === undefined) return;
  await replaceItems(tx, order, edit.lines);
  await replacePriceParts(tx, order.id, price ?? { taxes: [], allocations: [] });
  await giveBackUses(tx, order.id, price?.givenBackIds ?? []);
  await appendTimeline(tx, order.id, [{ type: "ITEMS_CHANGED", message: edit.message, actorId: edit.actorId }]);
  if (isPaid) await writeZeroTotal(tx, applied.order);
  await recountHold(tx, order.id);
  await keepOutcome(tx, edit.key, { found: true, userErrors: [] });
}

async function dropEdit(tx: Tx, order: Order, edit: OrderEdit, userErrors: readonly UserError[]): Promise<void> {
  const dropped = await changeOrder(tx, order.id, isCurrent(edit), { ...sameVersion, edit: null, workDueAt: null });
  if (dropped === undefined) return;
  await giveBackUses(tx, order.id, edit.price?.takenIds ?? []);
  await recountHold(tx, order.id);
  await keepOutcome(tx, edit.key, { found: true, userErrors: storeUserErrors(userErrors) });
}

function shortageErrors(edit: OrderEdit, shortages: readonly Shortage[]): UserError[] {
  return shortages.map((shortage) => {
    const line = edit.lines.find(({ variantId }) => variantId === shortage.variantId);
    return insufficientStockError({ ...shortage, productId: line?.productId ?? "" }, edit.field);
  });
}

import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type OrderStatus, orders, outbox } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Tx, transaction } from "#platform/database/database.ts";
import { enqueueEvent } from "#platform/events/outbox.ts";
import type { OrderId, UserId } from "#platform/shop/ids.ts";
import {
  addressInput,
  editConflictError,
  idOrUndefined,
  notFoundError,
  parseInput,
  text,
  urlInput,
} from "#platform/shop/input.ts";
import { holds, type SignedIn, type Viewer } from "#platform/shop/viewer.ts";
import type { OrderCancelInput, OrderStatusUpdateInput } from "#schema/generated/orders.ts";
import type { OrderAnswer } from "../checkout/place-order.ts";
import {
  changeableBy,
  changeOrder,
  findChangeable,
  guestOrderId,
  isGuests,
  type Order,
  readItems,
  readOrder,
  stockLines,
} from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { availableTransitions, beforeShipping } from "../order/order-status.ts";
import { type Step, writeSteps } from "../order/timeline.ts";
import { writeCancellation } from "../payment/cancellation.ts";
import { askForOpenRefunds } from "../payment/refund.ts";
import type { Services } from "../services.ts";
import { answerMsMax, deadlineIn } from "../shared/deadline.ts";
import { checkoutError, invalidTransitionError, type UserError } from "../shared/user-errors.ts";

const noteCharactersMax = 2_000;
const note = text(noteCharactersMax).nullish();

/** Changes where an order that is not SHIPPED yet is sent. */
export async function updateShippingAddress(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; address: unknown; expectedVersion?: number | null },
): Promise<OrderAnswer> {
  const { db } = services;
  const parsed = parseInput(addressInput, args.address, ["address"]);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const id = idOrUndefined<OrderId>(args.orderId);
  const order = await transaction(db, async (tx) => {
    if (id === undefined) return undefined;
    const condition = and(
      changeableBy(viewer),
      inArray(orders.status, [...beforeShipping]),
      atVersion(args.expectedVersion),
    );
    const changed = await changeOrder(tx, id, condition, { shippingAddress: parsed.value });
    if (changed !== undefined) await writeSteps(tx, id, [{ type: "ADDRESS_CHANGED", actorId: viewer.id }]);
    return changed?.order;
  });
  if (order !== undefined) return { order, userErrors: [] };
  const found = await findChangeable(db, viewer, id);
  return {
    userErrors: [
      unchanged(found, args.expectedVersion) ??
        checkoutError("ORDER_NOT_EDITABLE", "It is on its way already.", ["orderId"]),
    ],
  };
}

function atVersion(version: number | null | undefined): SQL | undefined {
  return version == null ? undefined : eq(orders.version, version);
}

/** Why an order was not changed, where it is not for its status. */
function unchanged(order: Order | undefined, expectedVersion: number | null | undefined): UserError | undefined {
  if (order === undefined) return notFoundError(["orderId"]);
  return expectedVersion != null && expectedVersion !== order.version ? editConflictError(order.version) : undefined;
}

/**
 * Cancels an order: its buyer may until it is SHIPPED, staff until it is DELIVERED. Its stock goes back and what was paid is refunded; a charge
 * under way does not hold it up, and is refunded when it lands.
 */
export async function cancelOrder(services: Services, viewer: Viewer, input: OrderCancelInput): Promise<OrderAnswer> {
  const { db, tokenKey } = services;
  const parsed = parseInput(z.object({ note }), { note: input.note });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const id = idOrUndefined<OrderId>(input.orderId);
  const guests = input.guestOrderToken == null ? undefined : guestOrderId(tokenKey, input.guestOrderToken);
  const byToken = guests !== undefined && guests === id;
  const theirs = or(changeableBy(viewer), byToken ? and(isGuests, eq(orders.visible, true)) : undefined);
  if (id === undefined || (viewer.kind !== "user" && !byToken)) return { userErrors: [notFoundError(["orderId"])] };
  const staff = holds(viewer, "orders:write");
  const cancelled = await transaction(db, async (tx) => {
    crashPoint("orders:cancel:before-write");
    const [found] = await tx
      .select({ userId: orders.userId })
      .from(orders)
      .where(and(eq(orders.id, id), theirs));
    if (found === undefined) return undefined;
    const own = byToken || (viewer.kind === "user" && found.userId === viewer.id);
    return writeCancellation(tx, id, {
      reason: own ? "CUSTOMER" : "STAFF",
      actorId: viewer.kind === "user" ? viewer.id : null,
      note: parsed.value.note || null,
      condition: and(
        theirs,
        staff ? undefined : inArray(orders.status, [...beforeShipping]),
        atVersion(input.expectedVersion),
      ),
    });
  });
  crashPoint("orders:cancel:after-write");
  if (cancelled !== undefined) {
    await askForOpenRefunds(services, id, deadlineIn(answerMsMax));
    return { order: await readOrder(db, id), userErrors: [] };
  }
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), theirs));
  if (order === undefined) return { userErrors: [notFoundError(["orderId"])] };
  return { userErrors: [unchanged(order, input.expectedVersion) ?? noTransition(viewer, order, "CANCELLED")] };
}

function noTransition(viewer: Viewer, order: Order, to: OrderStatus): UserError {
  return invalidTransitionError(order.status, to, availableTransitions(viewer, order));
}

const statusInput = z.object({
  note,
  trackingNumber: text(100).nullish(),
  trackingUrl: urlInput().nullish(),
});

/** From where staff move an order to each status. */
const cameFrom: Partial<Record<OrderStatus, SQL>> = {
  PROCESSING: sql`(${orders.status} = 'PAID' or ${orders.status} = 'PENDING' and ${orders.stockStatus} = 'RESERVED'
    and ${orders.edit} is null)`,
  SHIPPED: eq(orders.status, "PROCESSING"),
  DELIVERED: eq(orders.status, "SHIPPED"),
};

/** Moves an order on, as staff. PENDING → PROCESSING is for those that are paid later: its stock is sold and it expires no more. */
export async function updateOrderStatus(
  services: Services,
  viewer: SignedIn,
  input: OrderStatusUpdateInput,
): Promise<OrderAnswer> {
  const { db } = services;
  const parsed = parseInput(statusInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { status, expectedVersion } = input;
  if (status === "CANCELLED") {
    return cancelOrder(services, viewer, {
      orderId: input.orderId,
      ...(input.note === undefined ? {} : { note: input.note }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
    });
  }
  const id = idOrUndefined<OrderId>(input.orderId);
  const condition = cameFrom[status];
  const { trackingNumber, trackingUrl } = parsed.value;
  const order = await transaction(db, async (tx) => {
    if (id === undefined || condition === undefined) return undefined;
    const moved = await changeOrder(tx, id, and(changeableBy(viewer), condition, atVersion(expectedVersion)), {
      status,
      ...(trackingNumber ? { trackingNumber } : {}),
      ...(trackingUrl == null ? {} : { trackingUrl }),
      expiresAt: null,
      sequence: sql`${orders.sequence} + case when ${orders.status} = 'PENDING' then 1 else 0 end`,
    });
    if (moved === undefined) return undefined;
    await writeMove(tx, moved.order, moved.before.status, { note: parsed.value.note, actorId: viewer.id });
    return moved.order;
  });
  if (order !== undefined) return { order, userErrors: [] };
  const found = await findChangeable(db, viewer, id);
  if (found === undefined) return { userErrors: [notFoundError(["orderId"])] };
  return { userErrors: [unchanged(found, expectedVersion) ?? noTransition(viewer, found, status)] };
}

async function writeMove(
  tx: Tx,
  order: Order,
  fromStatus: OrderStatus,
  by: { note: string | null | undefined; actorId: UserId },
): Promise<void> {
  const { id, status: toStatus, sequence, revision } = order;
  const step: Step = { type: "STATUS_CHANGED", fromStatus, toStatus, message: by.note || null, actorId: by.actorId };
  await writeSteps(tx, id, [step]);
  if (fromStatus === "PENDING") {
    const data = { orderId: id, revision, lines: await stockLines(tx, id) };
    await enqueueEvent(tx, outbox, "order.confirmed", { subject: id, sequence, data });
  }
  if (toStatus === "SHIPPED") await enqueueOrderMail(tx, "order-shipped", order, { items: await readItems(tx, [id]) });
}

/** Writes a note into an order's timeline, for staff, and for its buyer only where it says so. */
export async function addNote(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; note: string; visibleToBuyer: boolean },
): Promise<OrderAnswer> {
  const parsed = parseInput(z.object({ note: text(noteCharactersMax, 1) }), { note: args.note });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const id = idOrUndefined<OrderId>(args.orderId);
  const { visibleToBuyer } = args;
  const order = await transaction(services.db, async (tx) => {
    if (id === undefined) return undefined;
    const noted = await changeOrder(tx, id, changeableBy(viewer), {});
    if (noted === undefined) return undefined;
    await writeSteps(tx, id, [{ type: "NOTE", message: parsed.value.note, actorId: viewer.id, visibleToBuyer }]);
    return noted.order;
  });
  return order === undefined ? { userErrors: [notFoundError(["orderId"])] } : { order, userErrors: [] };
}

/** Makes a guest's order the user's own; from then on its token opens it no more. Can be repeated by the same user. */
export async function claimOrder(services: Services, userId: UserId, token: string): Promise<OrderAnswer> {
  const { db, tokenKey } = services;
  const id = guestOrderId(tokenKey, token);
  const order = await transaction(db, async (tx) => {
    if (id === undefined) return undefined;
    const claimed = await changeOrder(tx, id, and(isGuests, eq(orders.visible, true)), { userId });
    if (claimed === undefined) return undefined;
    await writeSteps(tx, id, [{ type: "NOTE", message: "Its buyer signed in and took it over.", actorId: userId }]);
    return claimed.order;
  });
  if (order !== undefined) return { order, userErrors: [] };
  const found = id === undefined ? undefined : await readOrder(db, id);
  const own = found?.byGuest === true && found.visible && found.userId === userId;
  return own ? { order: found, userErrors: [] } : { userErrors: [notFoundError(["guestOrderToken"])] };
}

import type { KeyOutcome, TransactionId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import type { Tx } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { notFoundError } from "#platform/shop/input.ts";
import { guestOrderToken, type Order, orderMoney, readOrder } from "../order/order.ts";
import type { OrderPayload } from "../order/order-payload.ts";
import { isGuestsOwn, mayRead } from "../order/read-rule.ts";
import { awaitReservation, publishOrder } from "../order/reserve-stock.ts";
import {
  awaitCharge,
  beginCharge,
  begunCharge,
  chargedOnceReserved,
  type NewCharge,
  type PaymentMethod,
  writeCharge,
} from "../payment/charge.ts";
import type { CountedAttempt } from "../payment/decline-budget.ts";
import { notPayableError } from "../payment/payment-errors.ts";
import type { Services } from "../services.ts";
import {
  findKey,
  type IdempotencyKey,
  keepOutcome,
  restoreUserErrors,
  storeUserErrors,
} from "../shared/idempotency.ts";
import type { UserError } from "../shared/user-errors.ts";
import type { PlaceOrderCommand, WrittenOrder } from "./write-order.ts";

type NextStep =
  | { readonly kind: "respond"; readonly outcome: KeyOutcome }
  | { readonly kind: "reserve"; readonly orderId: OrderId }
  | { readonly kind: "charge"; readonly order: Order };

/**
 * What remains to be done for a key, by what is stored: respond once its outcome is known, otherwise reserve, then charge. An outcome that was
 * reported before the order could be charged leaves the charge to be made.
 */
function nextStep(order: Order | undefined, { outcome, orderId }: IdempotencyKey): NextStep {
  if (outcome !== null && outcome.unpaid !== true) return { kind: "respond", outcome };
  if (orderId === null) throw new Error("A key has neither an order nor an outcome.");
  if (order === undefined || isUndecided(order)) return { kind: "reserve", orderId };
  return { kind: "charge", order };
}

const isUndecided = ({ status, stockStatus }: Order) => status === "PENDING" && stockStatus === "PENDING";

/** Does what remains to be done for a key, and responds. */
export async function continueOrder(
  services: Services,
  command: PlaceOrderCommand,
  stored: IdempotencyKey,
  counted?: CountedAttempt,
): Promise<OrderPayload> {
  const { db } = services;
  let key = stored;
  let order: Order | undefined;
  for (;;) {
    const step = nextStep(order, key);
    switch (step.kind) {
      case "reserve": {
        ({ order } = await awaitReservation(services, step.orderId, command.deadline));
        if (isUndecided(order)) return respondUndecided(services, command, order);
        key = (await findKey(db, command.key)) ?? key;
        break;
      }
      case "charge":
        return chargeOrder(services, command, key, step.order, counted);
      case "respond":
        return respond(services, command, key.orderId, step.outcome);
    }
  }
}

/** How to go on once this request has written that an order's stock is reserved; `read` what was written before. */
type AfterReservation =
  | { readonly kind: "respond"; readonly outcome: KeyOutcome }
  | { readonly kind: "charge"; readonly charge: NewCharge }
  | { readonly kind: "read" };

/**
 * Reserves the stock of an order that this request has just written, and charges it. The attempt to charge is written in the transaction of the
 * reservation, and so is the outcome of an order that is not charged.
 */
export async function continueNewOrder(
  services: Services,
  command: PlaceOrderCommand,
  { key, order: placed, items, counted }: WrittenOrder,
): Promise<OrderPayload> {
  const { method, deadline } = command;
  const { transactionId: id } = key;
  const isBeingPaid = method !== undefined && id !== null && placed.totalMinor > 0n;
  const charge = isBeingPaid ? newCharge(services, command, id, method, placed) : undefined;
  const whenReserved = async (tx: Tx, isCharged: boolean): Promise<AfterReservation> => {
    if (charge === undefined) {
      return { kind: "respond", outcome: await keepOutcome(tx, command.key, { found: true, userErrors: [] }) };
    }
    if (!isCharged) return { kind: "read" };
    crashPoint("orders:pay:before-write");
    await writeCharge(tx, charge);
    return { kind: "charge", charge };
  };
  const alsoChanged = charge && chargedOnceReserved(charge);
  const written = { order: placed, items, isBeingPaid, alsoChanged, whenReserved };
  const { order, next } = await awaitReservation(services, placed.id, deadline, written);
  if (isUndecided(order)) return respondUndecided(services, command, order);
  if (next?.kind === "respond") {
    await counted?.settle(undefined);
    return respond(services, command, order.id, next.outcome, order);
  }
  if (next?.kind === "charge") {
    const request = { key: command.key, counted, items };
    const begun = begunCharge(order, next.charge);
    const charged = await awaitCharge(services, next.charge.id, deadline, request, begun);
    return respond(services, command, order.id, charged.outcome, charged.order);
  }
  // Nothing was charged, and nothing will be.
  if (order.status === "CANCELLED") await counted?.settle(undefined);
  return continueOrder(services, command, key, counted);
}

/** Responds before it is known whether the stock is reserved. */
async function respondUndecided(services: Services, command: PlaceOrderCommand, order: Order): Promise<OrderPayload> {
  const outcome = await keepOutcome(services.db, command.key, { found: true, userErrors: [], unpaid: true });
  return respond(services, command, order.id, outcome);
}

function newCharge(
  { orderTtlMs }: Services,
  { userId: actorId }: PlaceOrderCommand,
  id: TransactionId,
  method: PaymentMethod,
  order: Order,
): NewCharge {
  return { id, orderId: order.id, amount: orderMoney(order, order.totalMinor), method, actorId, orderTtlMs };
}

/** Makes the one charge that the key may make, or waits for it, and responds. */
async function chargeOrder(
  services: Services,
  command: PlaceOrderCommand,
  { transactionId: id }: IdempotencyKey,
  order: Order,
  counted: CountedAttempt | undefined,
): Promise<OrderPayload> {
  const { method, deadline } = command;
  const { db } = services;
  const unpaid = async (userErrors: UserError[]) => {
    await counted?.settle(undefined);
    const outcome = await keepOutcome(db, command.key, { found: true, userErrors: storeUserErrors(userErrors) });
    return respond(services, command, order.id, outcome);
  };
  // An order for nothing was paid when its stock was reserved.
  if (method === undefined || id === null || order.totalMinor === 0n) return unpaid([]);
  const charge = newCharge(services, command, id, method, order);
  crashPoint("orders:pay:before-write");
  const begun = await beginCharge(db, charge);
  crashPoint("orders:pay:after-write");
  if (begun === "rejected") {
    return unpaid([notPayableError((await readOrder(db, order.id)) ?? order, charge.amount)]);
  }
  const own = begun === "begun" ? begunCharge(order, charge) : undefined;
  const charged = await awaitCharge(services, id, deadline, { key: command.key, counted }, own);
  return respond(services, command, order.id, charged.outcome, charged.order);
}

/**
 * The payload of an outcome. A guest whose order was claimed since may not read it any more, and learns nothing about it: see {@link mayRead}.
 *
 * @param current the order as it is now; read unless given.
 */
async function respond(
  services: Services,
  { viewer, userId }: PlaceOrderCommand,
  orderId: OrderId | null,
  outcome: KeyOutcome,
  current?: Order,
): Promise<OrderPayload> {
  const userErrors = restoreUserErrors(outcome.userErrors);
  if (!outcome.found || orderId === null) return { userErrors };
  const stored = current ?? (await readOrder(services.db, orderId));
  if (stored?.visible === false) await publishOrder(services.db, orderId);
  const order = stored === undefined ? undefined : { ...stored, visible: true };
  const guestOrderId = userId === null ? orderId : undefined;
  if (order === undefined || !mayRead(viewer, order, guestOrderId)) {
    return { userErrors: [notFoundError(["idempotencyKey"], "The order of this key is not available.")] };
  }
  return {
    order,
    guestOrderId,
    guestOrderToken: isGuestsOwn(order) ? guestOrderToken(services.tokenKey, orderId) : undefined,
    nextActionUrl: outcome.nextActionUrl,
    userErrors,
  };
}

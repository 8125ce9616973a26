import { z } from "zod";
import type { TransactionId } from "#drizzle/orders/tables.ts";
import type { BudgetSubjects } from "#platform/budgets/subjects.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { newId, type OrderId, type PaymentId, type UserId } from "#platform/shop/ids.ts";
import { idempotencyKeyInput, idOrUndefined, moneyInput, notFoundError, parseInput } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";
import { awaitEdit } from "../order/edit-order.ts";
import { amountDue, findByPayment, guestOrderId, type Order, readOrder } from "../order/order.ts";
import { awaitReservation } from "../order/reserve-stock.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { type Deadline, deadlineIn, retryOrTimeOut } from "../shared/deadline.ts";
import { findKey, type IdempotencyKey, type KeyName, writeKey } from "../shared/idempotency.ts";
import { idempotencyKeyReusedError } from "../shared/user-errors.ts";
import { awaitCharge, beginCharge, begunCharge, type PaymentMethod } from "./charge.ts";
import { type CountedAttempt, countAttempt } from "./decline-budget.ts";
import { notPayableError } from "./payment-errors.ts";
import { methodInput, parsePaymentMethod } from "./payment-method.ts";
import { type PaymentPayload, storedPaymentPayload } from "./payment-payload.ts";

const processInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput,
  method: methodInput,
  guestOrderToken: z.string().nullish(),
});

type ProcessPaymentCommand = {
  readonly key: KeyName;
  readonly fingerprint: string;
  readonly orderId: OrderId;
  readonly amount: Money;
  readonly method: PaymentMethod;
  readonly actorId: UserId | null;
  /** Whose declined payments are counted. */
  readonly subjects: BudgetSubjects;
  readonly deadline: Deadline;
};

/**
 * Charges an order's payment, for its buyer, a guest with the order's token, or holders of payments:write. Each key makes one attempt; a repeat
 * waits for it and has the user errors of the first response.
 *
 * @throws {ApiError} TIMEOUT if the order's reservation or another request is not decided in time.
 */
export async function processPayment(
  services: Services,
  viewer: Viewer,
  input: unknown,
  clientAddress: string,
): Promise<PaymentPayload> {
  const { db, tokenKey } = services;
  const parsed = parseInput(processInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const method = parsePaymentMethod(services, value.method, ["method"]);
  if (!method.ok) return { userErrors: method.userErrors };
  const order = await findByPayment(db, idOrUndefined<PaymentId>(value.paymentId));
  const tokenId = value.guestOrderToken == null ? undefined : guestOrderId(tokenKey, value.guestOrderToken);
  const byGuest = order?.userId === null && order.byGuest && tokenId === order.id;
  const byUser = viewer.kind === "user" && (order?.userId === viewer.id || holds(viewer, "payments:write"));
  if (order === undefined || !(byGuest || byUser)) return { userErrors: [notFoundError(["paymentId"])] };
  const command: ProcessPaymentCommand = {
    key: {
      scope: viewer.kind === "user" ? `user:${viewer.id}` : `order:${order.id}`,
      mutation: "paymentProcess",
      key: value.idempotencyKey,
    },
    fingerprint: fingerprint({ ...value, guestOrderToken: undefined }),
    orderId: order.id,
    amount: value.amount,
    method: method.value,
    actorId: viewer.kind === "user" ? viewer.id : null,
    subjects: {
      address: clientAddress,
      ...(viewer.kind === "user" ? { user: viewer.id } : { email: order.email ?? undefined }),
    },
    deadline: deadlineIn(),
  };
  const payload = await retryOrTimeOut(command.deadline, () => tryCharge(services, command));
  return byGuest ? { ...payload, guestOrderId: order.id } : payload;
}

/** undefined if another request was faster, and key and order have to be read again. */
async function tryCharge(services: Services, command: ProcessPaymentCommand): Promise<PaymentPayload | undefined> {
  const { db } = services;
  const key = await findKey(db, command.key);
  if (key !== undefined) return replay(services, command, key);
  const order = await readOrder(db, command.orderId);
  if (order === undefined) return { userErrors: [notFoundError(["paymentId"])] };
  if (order.edit !== null) {
    await awaitEdit(services, order.id, command.deadline);
    return undefined;
  }
  if (order.status === "PENDING" && order.stockStatus === "PENDING") {
    const { order: placed } = await awaitReservation(services, order.id, command.deadline);
    // Not an error of the payment: a repeat of the key may find it decided, and would have to report the same.
    if (placed.stockStatus === "PENDING") {
      throw new ApiError("TIMEOUT", "It is not known yet whether the order's stock is reserved.");
    }
  }
  const counted = await countAttempt(services.limits, command.subjects);
  const begun = await beginKeyedCharge(services, command);
  if (begun !== undefined) {
    const { amount, method } = command;
    const own = { counted, charge: begunCharge(order, { id: begun, amount, method }) };
    return awaitKeyedCharge(services, command, begun, own);
  }
  await counted.settle(undefined);
  const current = await readOrder(db, order.id);
  const isFinal = current !== undefined && current.edit === null && !isPayable(current, command.amount);
  if (!isFinal || (await findKey(db, command.key)) !== undefined) return undefined;
  return { userErrors: [notPayableError(current, command.amount)] };
}

/** Whether the obstacle to a charge is gone, so that another attempt makes sense. */
function isPayable(order: Order, amount: Money): boolean {
  return (
    (order.status === "PROCESSING" || (order.status === "PENDING" && (order.expiresAt?.getTime() ?? 0) > Date.now())) &&
    (order.paymentStatus === "UNPAID" || order.paymentStatus === "FAILED") &&
    (order.stockStatus === "RESERVED" || order.stockStatus === "SOLD") &&
    amountDue(order) === amount.minorUnits &&
    order.currency === amount.currency
  );
}

/** Writes the key and its attempt, both or neither; undefined for neither. */
async function beginKeyedCharge(
  services: Services,
  command: ProcessPaymentCommand,
): Promise<TransactionId | undefined> {
  const id = newId<TransactionId>();
  const { orderId, amount, method, actorId } = command;
  crashPoint("orders:pay:before-write");
  const begun = await commitIf(
    services.db,
    async (tx) => {
      if (
        (await beginCharge(tx, { id, orderId, amount, method, actorId, orderTtlMs: services.orderTtlMs })) !== "begun"
      )
        return false;
      return writeKey(tx, { ...command.key, fingerprint: command.fingerprint, orderId, transactionId: id });
    },
    (wasFirst) => wasFirst,
  );
  crashPoint("orders:pay:after-write");
  return begun ? id : undefined;
}

async function replay(
  services: Services,
  command: ProcessPaymentCommand,
  key: IdempotencyKey,
): Promise<PaymentPayload> {
  if (key.fingerprint !== command.fingerprint) return { userErrors: [idempotencyKeyReusedError()] };
  if (key.outcome !== null || key.transactionId === null) return storedPaymentPayload(services.db, key);
  return awaitKeyedCharge(services, command, key.transactionId);
}

async function awaitKeyedCharge(
  services: Services,
  command: ProcessPaymentCommand,
  id: TransactionId,
  own?: { readonly counted: CountedAttempt; readonly charge: ReturnType<typeof begunCharge> },
): Promise<PaymentPayload> {
  const request = { key: command.key, counted: own?.counted };
  const { attempt, outcome } = await awaitCharge(services, id, command.deadline, request, own?.charge);
  return storedPaymentPayload(services.db, { orderId: attempt.orderId, outcome });
}

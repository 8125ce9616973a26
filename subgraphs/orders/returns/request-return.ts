import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { orders, type ReturnId } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import {
  idempotencyKeyInput,
  idOrUndefined,
  notFoundError,
  parseInput,
  validationError,
} from "#platform/shop/input.ts";
import { multilineText } from "#platform/shop/text.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import type { ReturnRequestInput } from "#schema/generated/orders.ts";
import { linesInput } from "../order/line-units.ts";
import { findGuestOrder, type Order, readOrder } from "../order/order.ts";
import { mayRead } from "../order/read-rule.ts";
import { attemptOpenRefunds } from "../payment/refund.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { findKey, type IdempotencyKey, writeKey } from "../shared/idempotency.ts";
import { reasonCharactersMax } from "../shared/limits.ts";
import { idempotencyKeyReusedError, type UserError } from "../shared/user-errors.ts";
import { declareReturn } from "./declare-return.ts";
import { keepDeclaration } from "./number-declaration.ts";
import { findReturn, type Return } from "./return.ts";

/** The result of a declaration or of a change of a return. */
export type ReturnPayload = {
  readonly return?: Return | undefined;
  /** The return's order: the payload shows the return only if the read rule permits. */
  readonly order?: Order | undefined;
  readonly receivedAt?: Date | undefined;
  readonly userErrors: readonly UserError[];
};

const requestInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  isWithdrawal: z.boolean(),
  lines: linesInput.nullish(),
  reason: multilineText(reasonCharactersMax).nullish(),
});

/**
 * Takes in that a buyer sends goods back or withdraws: a signed-in buyer by the order's id, a guest by the order's token, and anyone by number and
 * e-mail, whose response is always the same. Once per idempotency key.
 *
 * @throws {ApiError} RATE_LIMITED for a network that asks too often as a guest or by number.
 */
export async function requestReturn(
  services: Services,
  viewer: Viewer,
  input: ReturnRequestInput,
  clientAddress: string,
): Promise<ReturnPayload> {
  const parsed = parseInput(requestInput, input);
  const ways = [input.orderId, input.guestOrderToken, input.orderNumber].filter((way) => way != null).length;
  const misused = [
    ...(parsed.ok ? [] : parsed.userErrors),
    ...(ways === 1
      ? []
      : [validationError(["orderId"], "Give one of `orderId`, `guestOrderToken` and `orderNumber` with `email`.")]),
    ...(input.orderNumber != null && input.email == null
      ? [validationError(["email"], "An order number needs the order's email address.")]
      : []),
    ...(input.orderNumber != null && input.lines != null
      ? [validationError(["lines"], "Lines need the order's token or a signed-in buyer.")]
      : []),
  ];
  if (!parsed.ok || misused.length > 0) return { userErrors: misused };
  const { value } = parsed;
  if (viewer.kind !== "user" || input.orderNumber != null) {
    await services.limits.budgets.spend("return_requests", { address: clientAddress });
  }
  if (input.orderNumber != null && input.email != null) {
    const { orderNumber, email } = input;
    const { idempotencyKey, isWithdrawal } = value;
    const declaration = { orderNumber, email, idempotencyKey, isWithdrawal, reason: value.reason || null };
    return { receivedAt: await keepDeclaration(services, declaration), userErrors: [] };
  }
  const order = await findOwnOrder(services, viewer, input);
  const field = input.orderId == null ? "guestOrderToken" : "orderId";
  if (order === undefined) return { userErrors: [notFoundError([field])] };
  const scope = viewer.kind === "user" && input.orderId != null ? `user:${viewer.id}` : `order:${order.id}`;
  const name = { scope, mutation: "returnRequest", key: value.idempotencyKey };
  const inputFingerprint = fingerprint({ ...value, orderId: order.id });
  const known = await findKey(services.db, name);
  if (known !== undefined) return repeat(services, known, inputFingerprint);
  const actorId = viewer.kind === "user" ? viewer.id : null;
  const receivedAt = new Date();
  crashPoint("orders:return:before-write");
  const declared = await commitUnlessRejected(services.db, async (tx) => {
    const { isWithdrawal, lines, reason } = value;
    const declaration = { isWithdrawal, lines: lines ?? undefined, reason: reason || null, actorId, receivedAt };
    const outcome = await declareReturn(tx, order.id, declaration, services.withdrawalCountries);
    if ("userErrors" in outcome) return outcome;
    const key = { ...name, fingerprint: inputFingerprint, orderId: order.id, resultId: outcome.returnId };
    const written = await writeKey(tx, { ...key, createdAt: receivedAt });
    return { userErrors: written ? [] : [idempotencyKeyReusedError()] };
  });
  crashPoint("orders:return:after-write");
  if (declared.userErrors.length === 0) services.afterSale.inc({ step: "return_requested" });
  const key = await findKey(services.db, name);
  if (key === undefined) return { userErrors: declared.userErrors };
  await attemptOpenRefunds(services, order.id, deadlineIn());
  return repeat(services, key, inputFingerprint);
}

/** The viewer's own order, or the one whose token was shown. */
async function findOwnOrder(
  { db, tokenKey }: Services,
  viewer: Viewer,
  { orderId, guestOrderToken }: ReturnRequestInput,
): Promise<Order | undefined> {
  if (guestOrderToken != null) return findGuestOrder(db, tokenKey, guestOrderToken);
  const id = orderId == null ? undefined : idOrUndefined<OrderId>(orderId);
  if (viewer.kind !== "user" || id === undefined) return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.id, id), eq(orders.visible, true), eq(orders.userId, viewer.id)));
  return order;
}

async function repeat(services: Services, key: IdempotencyKey, inputFingerprint: string): Promise<ReturnPayload> {
  if (key.fingerprint !== inputFingerprint) return { userErrors: [idempotencyKeyReusedError()] };
  const found = await findReturn(services.db, (key.resultId ?? undefined) as ReturnId | undefined);
  const order = key.orderId === null ? undefined : await readOrder(services.db, key.orderId);
  return { return: found, order, receivedAt: key.createdAt, userErrors: [] };
}

/** Whether a payload may show its return to the viewer. */
export function mayReadReturn(viewer: Viewer, { order }: ReturnPayload): boolean {
  return order !== undefined && mayRead(viewer, order);
}

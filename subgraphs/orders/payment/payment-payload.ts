import type { Db } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { type Order, readOrder } from "../order/order.ts";
import { type IdempotencyKey, restoreUserErrors } from "../shared/idempotency.ts";
import type { UserError } from "../shared/user-errors.ts";

/** The result of changing a payment, which is part of its order. */
export type PaymentPayload = {
  readonly payment?: Order | undefined;
  /** The order whose token the caller has shown: the payload shows `payment` only if the read rule permits. */
  readonly guestOrderId?: OrderId | undefined;
  readonly nextActionUrl?: string | undefined;
  readonly userErrors: readonly UserError[];
};

/** The payload of a key that was used: the outcome of its first response, with the payment as it is now. */
export async function storedPaymentPayload(
  db: Db,
  { orderId, outcome }: Pick<IdempotencyKey, "orderId" | "outcome">,
): Promise<PaymentPayload> {
  return {
    payment: orderId === null ? undefined : await readOrder(db, orderId),
    nextActionUrl: outcome?.nextActionUrl,
    userErrors: restoreUserErrors(outcome?.userErrors ?? []),
  };
}

import type { OrderId } from "#platform/shop/ids.ts";
import type { UserError } from "../shared/user-errors.ts";
import type { Order } from "./order.ts";

/** The result of placing or changing an order. A repeat with the same key has the same user errors, and the order as it is by then. */
export type OrderPayload = {
  readonly order?: Order | undefined;
  /** The order whose token, or whose cart's token, the caller has shown: the payload shows `order` only if the read rule permits. */
  readonly guestOrderId?: OrderId | undefined;
  readonly guestOrderToken?: string | undefined;
  readonly nextActionUrl?: string | undefined;
  readonly userErrors: readonly UserError[];
};

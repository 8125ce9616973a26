import type { UserError } from "../shared/user-errors.ts";
import type { Order } from "./order.ts";

/** The result of placing or changing an order. A repeat with the same key has the same user errors, and the order as it is by then. */
export type OrderPayload = {
  readonly order?: Order | undefined;
  readonly guestOrderToken?: string | undefined;
  readonly nextActionUrl?: string | undefined;
  readonly userErrors: readonly UserError[];
};

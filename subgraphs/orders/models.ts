// The domain type that resolvers return for each GraphQL type: `export type { <domain type> as <GraphQL type> }`.
// `npm run schema` reads this file. A type that is missing here is returned as the contract spells it.
export type { Cart, CartAnswer as CartPayload, CartItem } from "./cart/cart.ts";
export type { CartProblem } from "./cart/cart-prices.ts";
export type { OrderAnswer as OrderPayload } from "./checkout/place-order.ts";
export type { Order, Order as Payment, OrderItem } from "./order/order.ts";
export type { OrderConnection } from "./order/order-list.ts";
export type { OrderEvent, OrderEventConnection } from "./order/timeline.ts";
export type { PaymentAnswer as PaymentPayload } from "./payment/payments.ts";
export type { Transaction as PaymentTransaction } from "./payment/refund.ts";
export type { UserError } from "./shared/user-errors.ts";

// The domain type that resolvers return for each GraphQL type: `export type { <domain type> as <GraphQL type> }`.
// `npm run schema` reads this file. Types that are not listed are returned as the contract spells them.
export type { Cart, CartItem, CartPayload } from "./cart/cart.ts";
export type { CartProblem } from "./cart/cart-prices.ts";
export type { DiscountPayload } from "./discount/change-discount.ts";
export type { DiscountCode, DiscountCodeConnection, DiscountConnection } from "./discount/discount-list.ts";
export type { ShipmentPayload } from "./fulfilment/create-shipment.ts";
export type { Shipment, ShipmentLine } from "./fulfilment/shipment.ts";
export type { Invoice, InvoiceConnection } from "./invoice/invoice.ts";
export type { Order, Order as Payment, OrderItem } from "./order/order.ts";
export type { OrderConnection } from "./order/order-list.ts";
export type { OrderPayload } from "./order/order-payload.ts";
export type { OrderTotals } from "./order/order-totals.ts";
export type { OrderEvent, OrderEventConnection } from "./order/timeline.ts";
export type { PaymentPayload } from "./payment/payment-payload.ts";
export type { PaymentTransaction, PaymentTransaction as Refund } from "./payment/refund.ts";
export type { RefundLine } from "./payment/refund-lines.ts";
export type { ReturnPayload } from "./returns/request-return.ts";
export type { Return, ReturnConnection, ReturnLine } from "./returns/return.ts";
export type { Discount, ShippingMethod, ShippingRate, TaxRate } from "./settings/settings.ts";
export type { UserError } from "./shared/user-errors.ts";
export type { ShippingMethodPayload } from "./shipping/set-shipping-method.ts";
export type { TaxRatesPayload, TaxSettingsPayload } from "./tax/change-tax.ts";

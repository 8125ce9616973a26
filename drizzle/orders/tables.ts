// The tables of orders, a file for each room: migrations are written from here, and code imports from here.
export * from "./tables/cart.ts";
export * from "./tables/idempotency.ts";
export * from "./tables/invoice.ts";
export * from "./tables/order.ts";
export * from "./tables/order-edit.ts";
export * from "./tables/order-price.ts";
export * from "./tables/order-states.ts";
export * from "./tables/payment.ts";
export * from "./tables/platform.ts";
export * from "./tables/returns.ts";
export * from "./tables/sandbox-provider.ts";
export * from "./tables/settings.ts";
export * from "./tables/shipment.ts";
export * from "./tables/timeline.ts";

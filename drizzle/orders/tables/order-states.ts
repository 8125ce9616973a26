/** Where an order stands; the graph's OrderStatus. */
export const orderStatuses = ["PENDING", "PAID", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Where an order's payment stands; the graph's PaymentStatus. PENDING exactly while a charge is under way. */
export const paymentStatuses = [
  "UNPAID",
  "PENDING",
  "PAID",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "FAILED",
  "CANCELLED",
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** Where an order's stock is, as orders has heard; the graph's StockStatus. */
export const stockStatuses = ["PENDING", "RESERVED", "SOLD", "RELEASED"] as const;
export type StockStatus = (typeof stockStatuses)[number];

/** The graph's TaxTreatment. */
export const taxTreatments = ["STANDARD", "REVERSE_CHARGE", "EXPORT", "NOT_COLLECTED"] as const;
export type TaxTreatment = (typeof taxTreatments)[number];

export const cancelReasons = ["CUSTOMER", "OUT_OF_STOCK", "PAYMENT_FAILED", "EXPIRED", "STAFF"] as const;
export type CancelReason = (typeof cancelReasons)[number];

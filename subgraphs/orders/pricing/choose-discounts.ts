import { byAge } from "./apply-discounts.ts";
import { orderTotal, priceOrder } from "./price-order.ts";
import type { DiscountRule, OrderPrice, OrderToPrice } from "./pricing-model.ts";

/**
 * Prices an order with the best of its discounts: either all that combine, or a single one that does not, whichever leaves the lower total. Of equal
 * totals the combined set wins, then the older discount.
 *
 * @returns the price, whose `discounts` are the ones that were applied; and the ones that lost to them.
 */
export function priceWithBestDiscounts(order: OrderToPrice): {
  readonly price: OrderPrice;
  readonly passedOver: readonly DiscountRule[];
} {
  const combined = order.discounts.filter(({ combines }) => combines);
  const single = order.discounts.filter(({ combines }) => !combines).sort(byAge);
  let chosen: readonly DiscountRule[] = combined;
  let total = orderTotal({ ...order, discounts: combined });
  for (const discount of single) {
    const candidate = orderTotal({ ...order, discounts: [discount] });
    // A discount that takes nothing off yet, such as one on shipping before an option is chosen, applies rather than none.
    const isBetter = candidate < total || (chosen.length === 0 && candidate === total);
    if (!isBetter) continue;
    total = candidate;
    chosen = [discount];
  }
  const price = priceOrder({ ...order, discounts: chosen });
  return { price, passedOver: order.discounts.filter((discount) => !chosen.includes(discount)) };
}

import { byAge } from "./apply-discounts.ts";
import { orderTotal } from "./price-order.ts";
import type { DiscountRule, OrderToPrice } from "./pricing-model.ts";

/**
 * Chooses the best of an order's discounts: either all that combine, or a single one that does not, whichever leaves the lower total by the lines' own
 * tax rules. Of equal totals the combined set wins, then the older discount.
 */
export function chooseDiscounts(order: OrderToPrice): readonly DiscountRule[] {
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
  return chosen;
}

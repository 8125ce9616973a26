import type { DiscountUse } from "../discount/discount-uses.ts";
import type { DiscountOutcome } from "./quote.ts";

/** The uses that an order takes if it is placed by a quote. */
export function usesOf(outcomes: readonly DiscountOutcome[]): DiscountUse[] {
  return outcomes.flatMap(({ status, candidate: { discount, code } }) =>
    status === "APPLIED"
      ? [
          {
            discountId: discount.id,
            code,
            hasLimit: discount.usageLimit !== null,
            hasLimitPerBuyer: discount.usageLimitPerBuyer !== null,
          },
        ]
      : [],
  );
}

import type { z } from "zod";
import { moneyInput } from "#platform/shop/input.ts";
import { decimalsOf, type Money } from "#platform/shop/money.ts";
import { settingAmountWholeUnitsMax } from "../shared/limits.ts";

/** An amount of a setting, such as the price of shipping, the amount of a discount, or a threshold. @param least in minor units. */
export function settingAmountInput(least: bigint): z.ZodType<Money> {
  return moneyInput.superRefine(({ minorUnits, currency }, context) => {
    const isTooLarge = minorUnits >= settingAmountWholeUnitsMax * 10n ** BigInt(decimalsOf(currency));
    const message = isTooLarge
      ? `Enter an amount less than ${settingAmountWholeUnitsMax.toLocaleString("en")}.`
      : minorUnits >= least
        ? undefined
        : least === 0n
          ? "The amount cannot be negative."
          : "The amount must be greater than 0.";
    if (message !== undefined) context.addIssue({ code: "custom", path: ["amount"], message });
  });
}

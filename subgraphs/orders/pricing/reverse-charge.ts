import { millionths, roundHalfUp } from "./allocate.ts";

/**
 * A price without the tax that it includes, for a business customer who accounts for the tax: `price / (1 + rate)`, rounded half up.
 *
 * @param price minor units, with tax.
 * @param rate the destination's rate for the price's tax class, in millionths.
 */
export function priceWithoutTax(price: bigint, rate: bigint): bigint {
  return roundHalfUp(price * millionths, millionths + rate);
}

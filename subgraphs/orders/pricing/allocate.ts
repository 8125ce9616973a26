/** Rates and percentages are integers in millionths: 190,000 is 19 %. */
export const millionths = 1_000_000n;

/** `numerator / denominator`, rounded to the nearest integer, halves up. @throws {RangeError} for a negative numerator or a denominator below 1. */
export function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  if (numerator < 0n || denominator < 1n) throw new RangeError(`Cannot round ${numerator}/${denominator}.`);
  return (2n * numerator + denominator) / (2n * denominator);
}

/**
 * Splits an amount in proportion to weights by the largest remainder method; of equal remainders the earlier part gets the extra unit. The parts
 * add up to the amount exactly, and no part exceeds its weight while the amount does not exceed the sum of the weights.
 *
 * @param amount minor units, not negative.
 * @param weights not negative.
 * @throws {RangeError} when there is something to split and every weight is zero.
 */
export function allocate(amount: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  if (amount < 0n || weights.some((weight) => weight < 0n)) throw new RangeError("Cannot allocate negative amounts.");
  if (amount === 0n) return weights.map(() => 0n);
  if (sum === 0n) throw new RangeError(`Cannot allocate ${amount} over no weight.`);
  const parts = weights.map((weight) => (amount * weight) / sum);
  let rest = amount - parts.reduce((total, part) => total + part, 0n);
  if (rest === 0n) return parts;
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder) {
    if (rest === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    rest -= 1n;
  }
  return parts;
}

/**
 * The share of an amount that units `before + 1` to `before + units` of `quantity` units stand for. Shares are differences of cumulative rounded
 * shares, so however the units are split up, the shares of all of them add up to the amount.
 *
 * @throws {RangeError} when there are not that many units.
 */
export function unitShare(amount: bigint, quantity: number, before: number, units: number): bigint {
  if (quantity < 1 || before < 0 || units < 0 || before + units > quantity) {
    throw new RangeError(`There are no ${units} units after ${before} of ${quantity}.`);
  }
  const cumulative = (count: number) => roundHalfUp(amount * BigInt(count), BigInt(quantity));
  return cumulative(before + units) - cumulative(before);
}

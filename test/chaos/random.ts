/** A sequence of random numbers that a seed determines, so that a run can be repeated. */
export type Random = {
  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** Returns an integer from `least` to `most`. */
  whole(least: number, most: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** Returns true at a rate from 0 to 1. */
  chance(rate: number): boolean;
  /** Returns another sequence, which this one determines. */
  fork(): Random;
};

/** Returns a sequence by Mulberry32. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    pick: <Value>(values: readonly Value[]) => {
      if (values.length === 0) throw new Error("The list is empty.");
      return values[whole(0, values.length - 1)] as Value;
    },
    chance: (rate) => next() < rate,
    fork: () => makeRandom(whole(0, 2 ** 31)),
  };
}

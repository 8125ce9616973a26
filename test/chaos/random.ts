/** Numbers that a seed decides, so that what was broken can be broken again. */
export type Random = {
  /** From 0 up to, but not, 1. */
  next(): number;
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** True so often, from 0 to 1. */
  chance(rate: number): boolean;
  /** Another sequence, decided by this one. */
  fork(): Random;
};

/** Mulberry32: 32 bits of state are plenty for choosing what to break. */
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
      if (values.length === 0) throw new Error("There is nothing to pick from.");
      return values[whole(0, values.length - 1)] as Value;
    },
    chance: (rate) => next() < rate,
    fork: () => makeRandom(whole(0, 2 ** 31)),
  };
}

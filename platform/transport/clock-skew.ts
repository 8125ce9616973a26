/** By how much another machine's clock is ahead of ours, as its responses tell. */
export type SkewGauge = {
  /** @param date the response's Date header. @param sentAtMs our clock when the request was sent. */
  note(date: string | string[] | undefined, sentAtMs: number): void;
  /** The median of the last measurements, negative when it is behind; undefined before the first, and when the last is old. */
  seconds(): number | undefined;
};

const skewSecondsMax = 10;

/** Whether a clock is further off than the time servers of two machines ever leave them. Undefined is not known, and so not skewed. */
export function isClockSkewed(seconds: number | undefined): boolean {
  return seconds !== undefined && Math.abs(seconds) > skewSecondsMax;
}

/** Reading a date costs more than the rest of a short response, and a clock does not jump every second. */
const everyMs = 1_000;
const samplesMax = 5;
const keptMs = 60_000;
/** A response that took longer says too little about the moment at which its date was written. */
const roundTripMsMax = 1_000;

/** Measures with the precision of the header, a second: enough to tell a clock that nothing sets. */
export function makeSkewGauge(): SkewGauge {
  const samples: number[] = [];
  let notedAt = Number.NEGATIVE_INFINITY;
  return {
    note: (date, sentAtMs) => {
      const now = performance.now();
      if (typeof date !== "string" || now - notedAt < everyMs) return;
      const roundTripMs = Date.now() - sentAtMs;
      const theirsMs = Date.parse(date);
      if (Number.isNaN(theirsMs) || roundTripMs > roundTripMsMax) return;
      notedAt = now;
      // The header is cut to the second, so on average half of one is missing.
      samples.push((theirsMs + 500 - (sentAtMs + roundTripMs / 2)) / 1_000);
      if (samples.length > samplesMax) samples.shift();
    },
    seconds: () => {
      if (performance.now() - notedAt > keptMs) return undefined;
      const sorted = samples.toSorted((a, b) => a - b);
      return sorted[Math.floor(sorted.length / 2)];
    },
  };
}

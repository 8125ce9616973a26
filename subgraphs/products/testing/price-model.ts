/** A price of a market and its time, in milliseconds; null is no end. */
export type Piece = {
  readonly price: number;
  readonly compareAt: number | null;
  readonly from: number;
  readonly until: number | null;
};

/** A price that is set. Its times are as they are given: undefined is left out. */
export type GivenPiece = {
  readonly market: number;
  readonly price: number;
  readonly compareAt: number | null;
  readonly from: number | undefined;
  readonly until: number | undefined;
};

/** The prices of one variant over time, said as simply as possible. Markets are numbered; 0 is the default one. */
export type PriceModel = {
  /** The variant is made with a price in the default market. */
  begin(price: number, atMs: number): void;
  /** `variantPricesSet`. Returns the errors, with which nothing changes. */
  set(prices: readonly GivenPiece[], atMs: number): string[];
  /** `productVariantUpdate` with a price. */
  write(price: number, atMs: number): void;
  wait(ms: number): void;
  /** A market's own prices, in the order of time. */
  own(market: number): Piece[];
  /** Those and, where there are none, the ones that it falls back to. */
  pieces(market: number): Piece[];
  /** Price, what it is reduced from, the lowest price of the 30 days before the reduction, and its end. */
  offer(market: number, atMs: number): [number, number | null, number | null, number | null] | null;
};

const priorMs = 30 * 86_400_000;
const forever = Number.POSITIVE_INFINITY;

/** The end of a price as a number. */
export function endOf(until: number | null | undefined): number {
  return until ?? forever;
}

/** @param hasDefaultCurrency whether each market has the currency of the default one, whose prices it then falls back to. */
export function newPriceModel(hasDefaultCurrency: readonly boolean[]): PriceModel {
  let rows: (Piece & { market: number })[] = [];
  const byTime = (a: Piece, b: Piece) => a.from - b.from;
  const own = (market: number): Piece[] =>
    rows
      .filter((row) => row.market === market)
      .sort(byTime)
      .map(({ price, compareAt, from, until }) => ({ price, compareAt, from, until }));
  /** Ends what runs, in these markets. */
  const endRunning = (markets: readonly number[], atMs: number) => {
    rows = rows.map((row) =>
      markets.includes(row.market) && row.from < atMs && endOf(row.until) > atMs ? { ...row, until: atMs } : row,
    );
  };
  const pieces = (market: number): Piece[] => {
    const ofMarket = own(market);
    if (market === 0 || hasDefaultCurrency[market] !== true) return ofMarket;
    const free = own(0).flatMap((base) => subtract(base, ofMarket));
    return [...ofMarket, ...free].sort(byTime);
  };
  return {
    begin: (price, atMs) => {
      rows = [{ market: 0, price, compareAt: null, from: atMs, until: null }];
    },
    set: (prices, atMs) => {
      const placed = prices.map((one, index) => {
        const isFirst = own(one.market).length === 0;
        const from = isFirst ? (one.from ?? atMs) : Math.max(one.from ?? atMs, atMs);
        return { ...one, from, until: one.until ?? null, index };
      });
      const errors = placed.flatMap((one) => {
        const isLater = (other: Piece & { index: number }) =>
          other.from < one.from || (other.from === one.from && other.index < one.index);
        const meets = placed.some(
          (other) => other.market === one.market && other !== one && isLater(other) && endOf(other.until) > one.from,
        );
        return [
          ...(endOf(one.until) <= one.from ? [`VALIDATION_FAILED prices.${one.index}.validUntil`] : []),
          ...(meets ? [`PRICE_OVERLAP prices.${one.index}`] : []),
        ];
      });
      if (errors.length > 0) return errors;
      const markets = placed.map(({ market }) => market);
      endRunning(markets, atMs);
      rows = rows.filter((row) => !markets.includes(row.market) || row.from < atMs);
      rows.push(
        ...placed.map(({ market, price, compareAt, from, until }) => ({ market, price, compareAt, from, until })),
      );
      return [];
    },
    write: (price, atMs) => {
      const running = own(0).find(({ from, until }) => from <= atMs && atMs < endOf(until));
      if (running?.price === price) return;
      const next = Math.min(endOf(running?.until), ...own(0).flatMap(({ from }) => (from > atMs ? [from] : [])));
      endRunning([0], atMs);
      rows.push({ market: 0, price, compareAt: null, from: atMs, until: next === forever ? null : next });
    },
    wait: (ms) => {
      rows = rows.map((row) => ({ ...row, from: row.from - ms, until: row.until === null ? null : row.until - ms }));
    },
    own,
    pieces,
    offer: (market, atMs) => {
      const all = pieces(market);
      const at = all.findIndex(({ from, until }) => from <= atMs && atMs < endOf(until));
      const running = all[at];
      if (running === undefined) return null;
      let first = running;
      for (let index = at - 1; index >= 0; index -= 1) {
        const before = all[index];
        if (before === undefined || before.compareAt === null || before.until !== first.from) break;
        first = before;
      }
      const prior = all.filter(({ from, until }) => from < first.from && endOf(until) > first.from - priorMs);
      const lowest = prior.length === 0 ? null : Math.min(...prior.map(({ price }) => price));
      return [running.price, running.compareAt, running.compareAt === null ? null : lowest, running.until];
    },
  };
}

/** What is left of a price's time without that of others. */
function subtract(base: Piece, others: readonly Piece[]): Piece[] {
  return others
    .reduce<Piece[]>(
      (left, { from, until }) =>
        left.flatMap((piece) => [
          ...(piece.from < from ? [{ ...piece, until: Math.min(endOf(piece.until), from) }] : []),
          ...(endOf(until) < endOf(piece.until) ? [{ ...piece, from: Math.max(piece.from, endOf(until)) }] : []),
        ]),
      [base],
    )
    .map((piece) => (piece.until === forever ? { ...piece, until: null } : piece));
}

import { sql } from "drizzle-orm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Database, type Db, openDatabase, transaction } from "#platform/database/database.ts";
import type { MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { parseVariantUpdate } from "../catalogue/product-input.ts";
import { updateVariant } from "../catalogue/variant-update.ts";
import { runCommand } from "../shared/result.ts";
import { endOf, newPriceModel, type Piece, type PriceModel } from "../testing/price-model.ts";
import { sellerViewer, stockedVariants } from "../testing/stock.ts";
import { refreshDuePrices } from "./due-prices.ts";
import { isDefaultMarket, listMarkets, type Market } from "./market.ts";
import { createMarket } from "./market-changes.ts";
import { readOffers, readPrices } from "./offer.ts";
import { setVariantPrices } from "./price-changes.ts";
import { parseVariantPrices } from "./price-input.ts";

const runs = Number(process.env.PRICE_MODEL_RUNS ?? 25);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const marketCount = 3;

const price = fc.integer({ min: 0, max: 9 });
const day = fc.integer({ min: -70, max: 50 });
const given = fc.record({
  market: fc.nat(marketCount - 1),
  price,
  reducedBy: fc.option(fc.integer({ min: 1, max: 5 })),
  from: fc.option(day),
  until: fc.option(day),
});
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant("set" as const),
      prices: fc.array(given, { minLength: 1, maxLength: 4 }),
    }),
  },
  fc.record({ does: fc.constant("write" as const), price }),
  { weight: 3, arbitrary: fc.record({ does: fc.constant("wait" as const), days: fc.integer({ min: 1, max: 25 }) }) },
  fc.record({ does: fc.constant("sweep" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test("whatever prices are set, written and waited for, each moment has the price that a simple model says, and the past stays", async () => {
  await using home = await createDatabase("products");
  const database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 2 });
  const { db } = database;
  try {
    const viewer = sellerViewer();
    const market = { countries: ["DE"], languages: ["en"], pricesIncludeTax: true };
    for (const [code, currencyCode] of [
      ["us", "USD"],
      ["ca", "USD"],
      ["eu", "EUR"],
    ] as const) {
      await createMarket(db, { ...market, code, name: code, currencyCode: currencyCode as Market["currency"] });
    }
    const markets = await listMarkets(db);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const world = await openWorld(database, viewer, markets);
        for (const one of steps) {
          expect([one, await act(world, one)]).toEqual([one, []]);
          expect([one, await differences(world)]).toEqual([one, []]);
        }
      }),
      { numRuns: runs },
    );
  } finally {
    await database.close();
  }
}, 600_000);

type World = {
  readonly db: Db;
  readonly viewer: SignedIn;
  readonly markets: readonly Market[];
  readonly variantId: VariantId;
  readonly productId: ProductId;
  /** Six hours off the clock, so that no moment of a test is now. */
  readonly noonMs: number;
  readonly model: PriceModel;
};

async function openWorld({ db }: Database, viewer: SignedIn, markets: readonly Market[]): Promise<World> {
  const [variantId] = await stockedVariants(db, viewer, [1]);
  if (variantId === undefined) throw new Error("A product has a variant.");
  const [row] = await db.execute<{ product_id: ProductId }>(
    sql`select product_id from variants where id = ${variantId}`,
  );
  const [first] = await readPrices(db, [variantId]);
  if (row === undefined || first === undefined) throw new Error("A variant has a product and a price.");
  const model = newPriceModel(markets.map(({ currency }) => currency === "USD"));
  model.begin(100, first.validFrom.getTime());
  return { db, viewer, markets, variantId, productId: row.product_id, noonMs: Date.now() + 6 * hourMs, model };
}

/** Runs one step against the real subgraph and the model. Returns what the two respond differently. */
async function act(world: World, step: Step): Promise<string[]> {
  const { db, viewer, markets, variantId, model } = world;
  switch (step.does) {
    case "sweep":
      while (await refreshDuePrices(db));
      return [];
    case "wait":
      await letDaysPass(world, step.days);
      model.wait(step.days * dayMs);
      return [];
    case "write": {
      const { result, atMs } = await timed(world, () =>
        runCommand(parseVariantUpdate({ price: { amount: String(step.price) } }), (command) =>
          updateVariant(db, viewer, variantId, command),
        ),
      );
      model.write(step.price * 100, atMs);
      return result.ok ? [] : ["A price could not be written."];
    }
    case "set": {
      const moment = (days: number | null) => (days === null ? undefined : world.noonMs + days * dayMs);
      const prices = step.prices.map((one) => ({
        market: one.market,
        price: one.price * 100,
        compareAt: one.reducedBy === null ? null : (one.price + one.reducedBy) * 100,
        from: moment(one.from),
        until: moment(one.until),
      }));
      const input = { variantId, prices: prices.map((one) => inputOf(one, markets[one.market])) };
      const { result, atMs } = await timed(world, () =>
        runCommand(parseVariantPrices(input), (command) => setVariantPrices(db, viewer, command)),
      );
      const errors = result.ok ? [] : result.userErrors.map(({ code, field }) => `${code} ${field?.join(".")}`);
      const expected = model.set(prices, atMs);
      return errors.join() === expected.join() ? [] : [`${errors.join()} instead of ${expected.join()}`];
    }
  }
}

function inputOf(
  one: { price: number; compareAt: number | null; from: number | undefined; until: number | undefined },
  market: Market | undefined,
) {
  const money = (minorUnits: number) => ({ amount: String(minorUnits / 100), currencyCode: market?.currency });
  return {
    market: market?.id ?? "",
    price: money(one.price),
    ...(one.compareAt === null ? {} : { compareAtPrice: money(one.compareAt) }),
    ...(one.from === undefined ? {} : { validFrom: new Date(one.from).toISOString() }),
    ...(one.until === undefined ? {} : { validUntil: new Date(one.until).toISOString() }),
  };
}

/** Runs a change and finds the moment that the database took as now: the only bound of a price that is not hours away. */
async function timed<Result>({ db, variantId }: World, work: () => Promise<Result>) {
  const beforeMs = Date.now();
  const result = await work();
  const bounds = (await readPrices(db, [variantId])).flatMap(({ validFrom, validUntil }) => [
    validFrom.getTime(),
    validUntil?.getTime() ?? 0,
  ]);
  return {
    result,
    atMs: bounds.find((bound) => bound >= beforeMs) === undefined ? beforeMs : latest(bounds, beforeMs),
  };
}

function latest(bounds: readonly number[], beforeMs: number): number {
  return bounds.find((bound) => bound >= beforeMs && bound < beforeMs + hourMs) ?? beforeMs;
}

/** Moves everything that has a time into the past, as if the days had gone by. */
async function letDaysPass({ db, variantId, productId }: World, days: number): Promise<void> {
  const shift = sql`${days * 24} * interval '1 hour'`;
  await transaction(db, async (tx) => {
    // Rows that are moved one after the other would overlap for a moment.
    await tx.execute(
      sql`create temp table moved on commit drop as select * from variant_prices where variant_id = ${variantId}`,
    );
    await tx.execute(
      sql`create temp table listed on commit drop as select * from market_listing where product_id = ${productId}`,
    );
    await tx.execute(sql`delete from variant_prices where variant_id = ${variantId}`);
    await tx.execute(sql`delete from market_listing where product_id = ${productId}`);
    await tx.execute(sql`update moved set valid_from = valid_from - ${shift}, valid_until = valid_until - ${shift}`);
    await tx.execute(sql`update listed set valid_from = valid_from - ${shift}, valid_until = valid_until - ${shift}`);
    await tx.execute(sql`insert into variant_prices select * from moved`);
    await tx.execute(sql`insert into market_listing select * from listed`);
    await tx.execute(sql`update products set prices_until = prices_until - ${shift} where id = ${productId}`);
  });
}

/** Where the subgraph differs from the model: in what is stored, what is offered now, and what lists show now and later. */
async function differences(world: World): Promise<string[]> {
  const { db, variantId, productId, markets, model } = world;
  const nowMs = Date.now();
  const found: string[] = [];
  const compare = (what: string, actual: unknown, expected: unknown) => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      found.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
    }
  };
  const stored = await readPrices(db, [variantId]);
  const listed = await readListing(db, productId);
  for (const [index, market] of markets.entries()) {
    const own = stored.filter(({ marketId }) => marketId === market.id).map(pieceOf);
    compare(`the prices of ${market.code}`, own, model.own(index));
    const [offered] = await readOffers(db, [variantId], market);
    const offer = offered?.offer ?? null;
    const shown =
      offer === null
        ? null
        : [
            Number(offer.price),
            offer.compareAt === null ? null : Number(offer.compareAt),
            offer.lowestPrior === null ? null : Number(offer.lowestPrior),
            offer.validUntil?.getTime() ?? null,
          ];
    compare(`the offer in ${market.code}`, shown, model.offer(index, nowMs));
    const pieces = model.pieces(index);
    for (const atMs of [
      nowMs,
      ...pieces.flatMap(({ from, until }) => [from, until ?? from]).filter((bound) => bound > nowMs),
    ]) {
      const row = listed.find(({ marketId, from, until }) => marketId === market.id && from <= atMs && atMs < until);
      const piece = pieces.find(({ from, until }) => from <= atMs && atMs < endOf(until));
      compare(`the list of ${market.code} ${atMs - nowMs} ms from now`, row?.price ?? null, piece?.price ?? null);
    }
    if (isDefaultMarket(market)) {
      const [row] = await db.execute<{ price: string }>(sql`
        select case when prices_until is null or prices_until > now() then variants.price else current_price(variants.id, variants.price) end as price
        from variants join products on products.id = product_id where variants.id = ${variantId}`);
      const running = model.offer(index, nowMs);
      if (running !== null) compare("the variant's price", Number(row?.price), running[0]);
    }
  }
  return found;
}

function pieceOf({
  price: amount,
  compareAt,
  validFrom,
  validUntil,
}: Awaited<ReturnType<typeof readPrices>>[number]): Piece {
  return {
    price: Number(amount),
    compareAt: compareAt === null ? null : Number(compareAt),
    from: validFrom.getTime(),
    until: validUntil?.getTime() ?? null,
  };
}

async function readListing(db: Db, productId: ProductId) {
  const rows = await db.execute<{ market_id: MarketId; price_min: string; from_ms: string; until_ms: string }>(sql`
    select market_id, price_min, extract(epoch from valid_from) * 1000 as from_ms, extract(epoch from valid_until) * 1000 as until_ms
    from market_listing where product_id = ${productId} and label_id = every_product_label()`);
  return rows.map(({ market_id, price_min, from_ms, until_ms }) => ({
    marketId: market_id,
    price: Number(price_min),
    from: Number(from_ms),
    until: Number(until_ms),
  }));
}

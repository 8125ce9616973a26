import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { DiscountId, ShippingMethodId } from "#drizzle/orders/tables.ts";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import { demoEuMarketId } from "#drizzle/seeds/ids.ts";
import type { Db } from "#platform/database/database.ts";
import type { MarketId, ProductId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { tableCalculator } from "#subgraphs/orders/pricing/tax-calculator.ts";
import { priceQuote } from "#subgraphs/orders/quote/quote.ts";
import type { Discount } from "#subgraphs/orders/settings/settings.ts";
import { marketQueries } from "./catalogue.ts";
import { fillCatalogue as fillDatabase } from "./catalogue-data.ts";
import { type Ask, signIn, startBenchShop } from "./gateway-shop.ts";
import { readCpu, readPostmaster } from "./processes.ts";
import { compareSizes } from "./sizes.ts";
import { type ComparedProduct, comparedOperations, fillCatalogue } from "./vendure-operations.ts";

const connections = 10;
const secondsDefault = 3;
const rounds = 4;
const ratioMax = 1.15;
const discountRatioMax = 1.1;
const quoteMsMax = 2;
const quoteRuns = 500;
const linesPriced = 100;
const discountsPriced = 20;

/**
 * Measures what markets, tax, shipping and discounts cost: the pricing of a large order alone; everyday operations of a shop with nothing configured
 * beside one with all of it, by the processor time that a request takes; a checkout with a code beside one without; and lists of markets with
 * 10,000 and with 1,000,000 products.
 *
 * @param words the seconds of each measurement, and other numbers of products, such as "3 10000 100000".
 * @returns whether all is as fast as it is meant to be.
 */
export async function benchPrices(words: readonly string[]): Promise<boolean> {
  const [seconds = secondsDefault, small = 10_000, large = 1_000_000] = words.map(Number);
  const results = [
    await measureQuote(),
    await compareShops(seconds),
    await compareSizes({
      ...{ subgraph: "products", table: "products", sizes: [small, large] },
      ...{ fill: fillDatabase, queries: marketQueries() },
    }),
  ];
  return results.every((isFast) => isFast);
}

/** Prices an order of 100 lines in ten tax classes with 20 discounts, half of which do not combine. */
async function measureQuote(): Promise<boolean> {
  const market = {
    id: demoEuMarketId,
    currency: "EUR" as CurrencyCode,
    countries: ["DE"],
    languages: ["de"],
    pricesIncludeTax: true,
  };
  const classes = Array.from({ length: 10 }, (_class, index) => `class-${index}`);
  const request: Parameters<typeof priceQuote>[0] = {
    settings: {
      revision: 1,
      tax: { homeCountry: "DE", homeRegion: null, unregistered: "NO_TAX", version: 1 },
      taxRates: classes.map((taxClass, index) => ({
        ...{
          id: randomUUID(),
          country: "DE",
          region: null,
          taxClass,
          name: taxClass,
          rateMillionths: 10_000 * (index + 5),
        },
        ...{ validFrom: new Date(0), validUntil: null, recordedAt: 1, replacedAt: null },
      })),
      shippingMethods: [shippingMethod(market.id)],
      automaticDiscounts: [],
    },
    now: new Date(),
    market,
    currency: market.currency,
    lines: Array.from({ length: linesPriced }, (_line, index) => ({
      productId: `product-${index}` as ProductId,
      categoryIds: [],
      unitPrice: BigInt(100 + index * 37),
      quantity: 1 + (index % 7),
      taxClass: classes[index % classes.length] ?? "standard",
      weightGrams: 100 * index,
    })),
    destination: { country: "DE", region: null },
    shippingOptionId: methodId,
    businessOf: undefined,
    discounts: Array.from({ length: discountsPriced }, (_discount, index) => ({
      ...{ discount: percentOff(index), code: null, usedByBuyer: 0, isHeld: false },
    })),
  };
  const times: number[] = [];
  for (let run = 0; run < quoteRuns; run += 1) {
    const beganAtMs = performance.now();
    await priceQuote(request, tableCalculator);
    times.push(performance.now() - beganAtMs);
  }
  const medianMs = times.sort((a, b) => a - b)[Math.floor(quoteRuns / 2)] ?? Number.NaN;
  const isFast = medianMs < quoteMsMax;
  const verdict = isFast ? "" : ` **too much**, at most ${quoteMsMax} ms`;
  console.log(`Pricing ${linesPriced} lines with ${discountsPriced} discounts: ${medianMs.toFixed(2)} ms${verdict}\n`);
  return isFast;
}

const methodId = "method" as ShippingMethodId;

function shippingMethod(marketId: MarketId) {
  const rate = {
    methodId,
    version: 1,
    position: 0,
    marketId,
    countries: [],
    basis: "ORDER_VALUE" as const,
    fromValue: 0n,
  };
  return {
    ...{
      id: methodId,
      version: 1,
      name: "Standard",
      isPickup: false,
      trackingUrlTemplate: null,
      taxClass: null,
      isActive: true,
    },
    ...{ createdAt: new Date(0), recordedAt: 1, replacedAt: null },
    rates: [
      {
        ...rate,
        currency: "EUR" as CurrencyCode,
        priceMinor: 490n,
        freeFromMinor: 5_000_000n,
        minDays: null,
        maxDays: null,
      },
    ],
  };
}

function percentOff(index: number): Discount {
  return {
    ...{ id: `discount-${index}` as DiscountId, name: "Discount", percentage: 10_000 + index, amounts: null },
    ...{
      target: index % 3 === 0 ? ("LINES" as const) : ("ORDER" as const),
      buyQuantity: null,
      getQuantity: null,
      getPercentage: null,
    },
    ...{
      productIds: [],
      categoryIds: [],
      minSubtotals: null,
      marketIds: [],
      needsCode: false,
      startsAt: null,
      endsAt: null,
    },
    ...{
      usageLimit: null,
      usageLimitPerBuyer: null,
      used: 0,
      combines: index % 2 === 0,
      priority: index,
      isActive: true,
    },
    ...{ version: 1, createdAt: new Date(index), createdRevision: 1 },
  };
}

/** A request of each of two things that are compared; `ratioMax` if the second must not cost more than so much of the first. */
type Pair = {
  readonly name: string;
  readonly first: () => Promise<unknown>;
  readonly second: () => Promise<unknown>;
  readonly ratioMax?: number;
};

async function compareShops(seconds: number): Promise<boolean> {
  const plain = await startBenchShop({ ...putDemoData, products: putOneMarket, orders: async () => {} });
  const priced = await startBenchShop();
  try {
    const servers = [await readPostmaster(plain.databaseUrl), await readPostmaster(priced.databaseUrl)];
    const product = await fillCatalogue(plain.ask);
    const pricedProduct = await fillCatalogue(priced.ask);
    const shippingOptionId = await configure(priced.ask);
    const buyer = { product, ask: plain.ask };
    const pricedBuyer = { product: pricedProduct, ask: priced.ask, shippingOptionId };
    const operations = comparedOperations(product);
    const pricedOperations = comparedOperations(pricedProduct);
    const pairs: Pair[] = [
      ...operations.map(({ name, agora }, index) => ({
        ...{ name, ratioMax },
        first: () => plain.ask(agora()),
        second: () => priced.ask(pricedOperations[index]?.agora() ?? ""),
      })),
      {
        ...{ name: "a cart with its totals", ratioMax },
        first: () => readTotals(buyer),
        second: () => readTotals(pricedBuyer),
      },
      { name: "cart to paid order", first: () => buy(buyer), second: () => buy(pricedBuyer) },
      {
        name: "list of 12 in a market of its own, with offers",
        first: () => plain.ask(operations[0]?.agora() ?? ""),
        second: () => priced.ask(marketList()),
      },
      {
        ...{ name: "cart to paid order, without and with a code without limits", ratioMax: discountRatioMax },
        first: () => buy({ ...pricedBuyer, codes: 0 }),
        second: () => buy({ ...pricedBuyer, codes: 1 }),
      },
    ];
    console.log("| operation | nothing configured | everything configured | times |\n| --- | ---: | ---: | ---: |");
    let isFast = true;
    for (const pair of pairs) isFast = (await comparePair(pair, servers, seconds)) && isFast;
    console.log();
    return isFast;
  } finally {
    await Promise.all([plain.close(), priced.close()]);
  }
}

/** The demo's products, sold in the default market alone. */
async function putOneMarket(db: Db, environment: Record<string, string | undefined> = {}): Promise<void> {
  await putDemoData.products?.(db, environment);
  for (const table of ["market_listing", "variant_prices"]) {
    await db.execute(sql`delete from ${sql.identifier(table)} where market_id = ${demoEuMarketId}`);
  }
  await db.execute(sql`delete from markets where id = ${demoEuMarketId}`);
}

const taxPercent = "8.875";
const discountsMade = 20;
const codeWithoutLimits = "BENCH";

/** Sets up tax, shipping and discounts for both markets. Returns the way of shipping in the default one. */
async function configure(ask: Ask): Promise<string> {
  const token = await signIn(ask, "admin@example.com", "admin123");
  const change = async (mutation: string, type: string, input: Record<string, unknown>, selection: string) => {
    const query = `mutation ($input: ${type}!) { result: ${mutation}(input: $input) { ${selection} userErrors { code message } } }`;
    return (await ask(JSON.stringify({ query, variables: { input } }), token)).result;
  };
  const rates = [{ name: "Sales tax", rate: taxPercent }];
  await change("taxRatesSet", "TaxRatesSetInput", { country: "US", rates }, "taxRates { rate }");
  const usd = (amount: string) => ({ amount, currencyCode: "USD" });
  const market = "00000000-0000-7000-8000-000000000001";
  const method = { name: "Parcel", rates: [{ market, price: usd("5.00"), freeFrom: usd("1000.00") }] };
  const set = await change("shippingMethodSet", "ShippingMethodSetInput", method, "shippingMethod { id }");
  // Half of them apply to every order, and the others to none.
  for (let index = 0; index < discountsMade; index += 1) {
    const condition = index % 2 === 0 ? {} : { minSubtotals: [usd("1000000.00")] };
    const discount = { name: `Discount ${index}`, percentage: "0.1", combines: true, ...condition };
    await change("discountCreate", "DiscountInput", discount, "discount { id }");
  }
  const coded = { name: "Coded", percentage: "5", combines: true, codes: [codeWithoutLimits] };
  await change("discountCreate", "DiscountInput", coded, "discount { id }");
  return (set as { shippingMethod: { id: string } }).shippingMethod.id;
}

type Buyer = {
  readonly ask: Ask;
  readonly product: ComparedProduct;
  readonly shippingOptionId?: string;
  readonly codes?: number;
};

async function addToCart({ ask, product }: Buyer): Promise<string> {
  const query = "mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cartToken userErrors { code } } }";
  const input = { productId: product.id, variantId: product.variantIds[0], quantity: 2 };
  const { cartItemAdd } = (await ask(JSON.stringify({ query, variables: { input } }))) as {
    cartItemAdd: { cartToken: string };
  };
  return cartItemAdd.cartToken;
}

const carts = new Map<Ask, string>();

/** Reads one cart again and again, with what checkoutComplete would charge. */
async function readTotals(buyer: Buyer): Promise<void> {
  const token = carts.get(buyer.ask) ?? (await addToCart(buyer));
  carts.set(buyer.ask, token);
  const address = { line1: randomUUID(), country: "US" };
  const query = `query ($token: String!, $address: AddressInput) { cart(token: $token) { items { quantity unitPrice { amount } }
    totals(shippingAddress: $address) { total { amount } tax { amount } discount { amount } } } }`;
  await buyer.ask(JSON.stringify({ query, variables: { token, address } }));
}

async function buy(buyer: Buyer): Promise<void> {
  const cartToken = await addToCart(buyer);
  if (buyer.codes === 1) {
    const query =
      "mutation ($input: CartDiscountCodeInput!) { cartDiscountCodeAdd(input: $input) { userErrors { code } } }";
    await buyer.ask(JSON.stringify({ query, variables: { input: { cartToken, code: codeWithoutLimits } } }));
  } else if (buyer.codes === 0) {
    // The same number of requests, so that only the code makes the difference.
    const query = "mutation ($input: CartDiscountCodeInput!) { cartDiscountCodeRemove(input: $input) { cart { id } } }";
    await buyer.ask(JSON.stringify({ query, variables: { input: { cartToken, code: codeWithoutLimits } } }));
  }
  const query = `mutation ($input: CheckoutCompleteInput!) {
    checkoutComplete(input: $input) { order { status } userErrors { code message } } }`;
  const input = {
    idempotencyKey: randomUUID(),
    cartToken,
    email: `${randomUUID()}@example.com`,
    shippingAddress: { line1: "1 Main", country: "US" },
    ...(buyer.shippingOptionId === undefined ? {} : { shippingOptionId: buyer.shippingOptionId }),
    payment: { token: "tok_ok" },
  };
  await buyer.ask(JSON.stringify({ query, variables: { input } }));
}

/** A list of the demo's European market with what each product costs there; no two are the same. */
function marketList(): string {
  const query = `query ($filter: ProductFilter, $market: ID) { products(first: 12, filter: $filter) {
    nodes { id slug name imageUrl offer(market: $market) { price { amount } compareAtPrice { amount } lowestPriorPrice { amount } } } } }`;
  const price = { max: String(100_000 + Math.floor(Math.random() * 1_000_000)) };
  return JSON.stringify({ query, variables: { filter: { market: demoEuMarketId, price }, market: demoEuMarketId } });
}

/** Measures both in turn, in several rounds, by the processor time of every process of both shops. The better round of each counts. */
async function comparePair(pair: Pair, servers: readonly number[], seconds: number): Promise<boolean> {
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of [pair.first, pair.second].entries()) {
      const before = await cpuMs(servers);
      const count = await repeat(work, seconds);
      const ms = ((await cpuMs(servers)) - before) / count;
      // The first round warms up.
      if (round > 0) best[index] = Math.min(best[index] ?? ms, ms);
    }
  }
  const [first = Number.NaN, second = Number.NaN] = best;
  const isFast = pair.ratioMax === undefined || second <= first * pair.ratioMax;
  const note =
    pair.ratioMax === undefined ? " (not guaranteed)" : isFast ? "" : ` **too much**, at most ${pair.ratioMax}`;
  console.log(
    `| ${pair.name} | ${first.toFixed(2)} ms | ${second.toFixed(2)} ms | ${(second / first).toFixed(2)}${note} |`,
  );
  return isFast;
}

/** As many at once as there are connections. Returns how often it was done. */
async function repeat(work: () => Promise<unknown>, seconds: number): Promise<number> {
  const endsAtMs = performance.now() + seconds * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endsAtMs) {
        await work();
        count += 1;
      }
    }),
  );
  return count;
}

/** The processor time of the services of both shops and of their Postgres servers. */
async function cpuMs(servers: readonly number[]): Promise<number> {
  const parts = await Promise.all(servers.map((server) => readCpu(server)));
  const [first] = parts;
  const sum = (cpu: ReadonlyMap<string, number> | undefined, isPostgres: boolean) =>
    [...(cpu ?? [])].reduce((total, [name, ms]) => (/Postgres$/.test(name) === isPostgres ? total + ms : total), 0);
  return sum(first, false) + parts.reduce((total, cpu) => total + sum(cpu, true), 0);
}

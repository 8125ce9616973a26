import {
  type DataOf,
  MarketsDocument,
  ProductOffersDocument,
  ProductPricesDocument,
  type VariantPriceInput,
  VariantPricesSetDocument,
} from "#client/sdk/index.ts";
import { amount, type CommandContext, succeeded } from "./command-context.ts";
import { moment, price, table } from "./format.ts";

type Market = NonNullable<DataOf<typeof MarketsDocument>["markets"]>[number];
type PricedProduct = NonNullable<DataOf<typeof ProductPricesDocument>["product"]>;
type PricedVariant = PricedProduct["variants"][number];
type VariantPrice = NonNullable<PricedVariant["prices"]>[number];

/** Shows a product's prices in all markets, which can be set and scheduled, and what buyers pay in one of them. */
export async function productPrices(context: CommandContext, productId: string): Promise<void> {
  const { shop, terminal } = context;
  for (;;) {
    const [{ product }, { markets: known }] = await terminal.withSpinner("Loading", () =>
      Promise.all([shop.query(ProductPricesDocument, { id: productId }), shop.query(MarketsDocument)]),
    );
    if (product === null) return terminal.warn("This product no longer exists.");
    const markets = known ?? [];
    terminal.show("Prices", scheduleTable(product, markets));
    const choice = await terminal.choose("What next?", [
      { value: "set", label: "Set a price" },
      { value: "market", label: "See a market's prices" },
      { value: "back", label: "Back" },
    ]);
    if (choice === "back") return;
    const market = await chooseMarket(context, markets);
    if (choice === "market") await showOffers(context, product, market);
    else await setPrice(context, product, market);
  }
}

function scheduleTable({ variants }: PricedProduct, markets: readonly Market[]): string {
  const rows = variants.flatMap(({ name, prices }) =>
    (prices ?? []).map((one) => [
      name,
      markets.find(({ id }) => id === one.market.id)?.name ?? one.market.code,
      price(one.price),
      one.compareAtPrice === null ? "" : price(one.compareAtPrice),
      moment(one.validFrom),
      one.validUntil === null ? "" : moment(one.validUntil),
      stateOf(one),
    ]),
  );
  return table(["Variant", "Market", ">Price", ">Instead of", "From", "Until", ""], rows);
}

function stateOf({ validFrom, validUntil }: VariantPrice): string {
  const nowMs = Date.now();
  if (Date.parse(validFrom) > nowMs) return "scheduled";
  return validUntil !== null && Date.parse(validUntil) <= nowMs ? "ended" : "now";
}

function chooseMarket({ terminal }: CommandContext, markets: readonly Market[]): Promise<Market> {
  return terminal.choose(
    "Which market?",
    markets.map((value) => ({ value, label: value.name, hint: value.currencyCode })),
  );
}

/** Shows what each variant costs a buyer in a market now. */
async function showOffers(
  { shop, terminal }: CommandContext,
  { id, variants }: PricedProduct,
  market: Market,
): Promise<void> {
  const { product } = await terminal.withSpinner("Loading", () =>
    shop.query(ProductOffersDocument, { id, market: market.id }),
  );
  const rows = (product?.variants ?? []).map((variant) => {
    const name = variants.find((one) => one.id === variant.id)?.name ?? "";
    if (variant.offer === null) return [name, "not sold there"];
    const { compareAtPrice, lowestPriorPrice, validUntil } = variant.offer;
    return [
      name,
      price(variant.offer.price),
      compareAtPrice === null ? "" : price(compareAtPrice),
      lowestPriorPrice === null ? "" : price(lowestPriorPrice),
      validUntil === null ? "" : moment(validUntil),
    ];
  });
  terminal.show(
    `${market.name} (${market.currencyCode}, ${market.pricesIncludeTax ? "tax included" : "without tax"})`,
    table(["Variant", ">Price", ">Instead of", ">Lowest in 30 days before", "Until"], rows),
  );
}

/** Sets a price in a market, from now or a later moment on. Other prices of the market stay for the times that it leaves them. */
async function setPrice(context: CommandContext, { variants }: PricedProduct, market: Market): Promise<void> {
  const { shop, terminal } = context;
  const [only, ...others] = variants;
  if (only === undefined) return;
  const variant =
    others.length === 0
      ? only
      : await terminal.choose(
          "Which variant?",
          variants.map((value) => ({ value, label: value.name })),
        );
  const { currencyCode } = market;
  const cost = await terminal.ask(`Price in ${currencyCode}`, { placeholder: "79.99", check: amount });
  const optional = (check: (input: string) => string | undefined) => (input: string) =>
    input === "" ? undefined : check(input);
  const before = await terminal.ask("Reduced from (empty: it is not reduced)", { check: optional(amount) });
  const from = await terminal.ask("From (empty: now)", { placeholder: "2026-12-24 18:00", check: optional(time) });
  const until = await terminal.ask("Until (empty: without an end)", {
    placeholder: "2027-01-01 00:00",
    check: optional(time),
  });
  const added: VariantPriceInput = {
    market: market.id,
    price: { amount: cost, currencyCode },
    ...(before === "" ? {} : { compareAtPrice: { amount: before, currencyCode } }),
    ...(from === "" ? {} : { validFrom: new Date(from).toISOString() }),
    ...(until === "" ? {} : { validUntil: new Date(until).toISOString() }),
  };
  const inMarket = (variant.prices ?? []).filter((one) => one.market.id === market.id);
  const input = {
    variantId: variant.id,
    prices: [...keptPrices(inMarket, added, new Date()), added],
    expectedVersion: variant.version,
  };
  const payload = await terminal.withSpinner("Saving", () => shop.mutate(VariantPricesSetDocument, { input }));
  if (succeeded(context, payload)) terminal.success(`The price in ${market.name} is set.`);
}

/** Checks input that must be a time, in the time zone of this machine unless it names another. */
function time(input: string): string | undefined {
  return Number.isNaN(Date.parse(input)) ? "Enter a date and time such as 2026-12-24 18:00." : undefined;
}

/**
 * The prices of a market that have not ended, without the time of a new one: `variantPricesSet` replaces all that lies ahead, so those that shall
 * stay are sent again.
 */
export function keptPrices(
  prices: readonly VariantPrice[],
  added: Pick<VariantPriceInput, "validFrom" | "validUntil">,
  now: Date,
): VariantPriceInput[] {
  const beginsMs = Math.max(now.getTime(), added.validFrom == null ? 0 : Date.parse(added.validFrom));
  const endsMs = endOf(added.validUntil);
  return prices.flatMap(({ market, price: cost, compareAtPrice, validFrom, validUntil }) => {
    const fromMs = Math.max(now.getTime(), Date.parse(validFrom));
    const untilMs = endOf(validUntil);
    const part = (partFromMs: number, partUntilMs: number): VariantPriceInput[] =>
      partFromMs >= partUntilMs
        ? []
        : [
            {
              market: market.id,
              price: { amount: cost.amount, currencyCode: cost.currencyCode },
              ...(compareAtPrice === null
                ? {}
                : { compareAtPrice: { amount: compareAtPrice.amount, currencyCode: compareAtPrice.currencyCode } }),
              ...(partFromMs === now.getTime() ? {} : { validFrom: new Date(partFromMs).toISOString() }),
              ...(partUntilMs === Number.POSITIVE_INFINITY ? {} : { validUntil: new Date(partUntilMs).toISOString() }),
            },
          ];
    return [...part(fromMs, Math.min(untilMs, beginsMs)), ...part(Math.max(fromMs, endsMs), untilMs)];
  });
}

function endOf(validUntil: string | null | undefined): number {
  return validUntil == null ? Number.POSITIVE_INFINITY : Date.parse(validUntil);
}

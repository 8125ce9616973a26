import { z } from "zod";
import type { ServiceClient } from "#platform/http/service-client.ts";
import type { CategoryId, MarketId, OrderId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { type CurrencyCode, type Money, parseCurrency, parseMoney } from "#platform/shop/money.ts";

/** The ids of a line; without a variant, the product's default variant is meant. */
export type LineIds = { readonly productId: ProductId; readonly variantId: VariantId | undefined };

/** Countries that share a currency, prices and a price mode. */
export type Market = {
  readonly id: MarketId;
  readonly currency: CurrencyCode;
  /** Empty for the default market, which serves every country. */
  readonly countries: readonly string[];
  /** The first one is the market's default. */
  readonly languages: readonly string[];
  readonly pricesIncludeTax: boolean;
};

/** A variant that can be ordered today, with everything that an order's line copies from it. */
export type OrderableVariant = {
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly productName: string;
  readonly variantName: string;
  readonly sku: string;
  readonly imageUrl: string | null;
  readonly unitPrice: Money;
  readonly quantityAvailable: number;
  /** The most units in one order; null for the shop's own limit. */
  readonly maxPerOrder: number | null;
  readonly taxClass: string;
  /** Of one unit; null when it is not known. */
  readonly weightGrams: number | null;
  /** The product's categories and all above them. */
  readonly categoryIds: readonly CategoryId[];
  /** Whether the right of withdrawal covers it. */
  readonly isReturnable: boolean;
};

/** Whether a line can be ordered in a market. */
export type LineAvailability =
  | { readonly outcome: "ORDERABLE"; readonly market: Market; readonly variant: OrderableVariant }
  | { readonly outcome: "UNAVAILABLE" | "VARIANT_REQUIRED" | "NOT_IN_MARKET" };

/** A line for which there is not enough stock. */
export type Shortage = {
  readonly variantId: VariantId;
  readonly requestedQuantity: number;
  readonly availableQuantity: number;
};

/** The state of an order's reservation. */
export type Reservation =
  | { readonly outcome: "RESERVED" | "RELEASED" | "SOLD" | "STALE" }
  | { readonly outcome: "INSUFFICIENT"; readonly shortages: readonly Shortage[] };

/** The client of the products subgraph, which owns prices and stock. */
export type ProductsClient = {
  /**
   * Today's availability of each line in a market, in the order given, with names in `language`: the market's first one unless given.
   *
   * @throws {ApiError} if products is unavailable.
   */
  findOrderable(lines: readonly LineIds[], marketId: MarketId, language?: string): Promise<LineAvailability[]>;
  /** The market; undefined for an id of none. @throws {ApiError} if products is unavailable. */
  findMarket(id: MarketId): Promise<Market | undefined>;
  /** The markets among `ids`. @throws {ApiError} if products is unavailable. */
  findMarkets(ids: readonly MarketId[]): Promise<ReadonlyMap<MarketId, Market>>;
  /** The products among `ids` that the public can see, on sale or archived, each with its variants. @throws {ApiError} if products is unavailable. */
  findListed(ids: readonly ProductId[]): Promise<ReadonlyMap<ProductId, readonly VariantId[]>>;
  /**
   * Makes an order's reservation match its lines, all or none. Idempotent by order and revision.
   *
   * @throws {ApiError} if it is not known whether the reservation was made.
   */
  reserve(order: {
    readonly id: OrderId;
    readonly revision: number;
    readonly expiresAt: Date | null;
    readonly lines: readonly { readonly variantId: VariantId; readonly quantity: number }[];
  }): Promise<Reservation>;
};

const linesPerQueryMax = 100;

/** Opens the client over the service connection. */
export function openProductsClient(products: ServiceClient): ProductsClient {
  const findMarkets = async (ids: readonly MarketId[]) => {
    const representations = ids.map((id) => ({ __typename: "Market", id }));
    const { _entities: found } = await products.query(marketsDocument, { representations }, marketsData);
    return new Map(found.flatMap((market) => (market === null ? [] : [[market.id, market] as const])));
  };
  return {
    findOrderable: async (lines, marketId, language) => {
      // In the default market a product keeps its own price, whatever its currency.
      const market = marketId === defaultMarketId ? null : marketId;
      const found: LineAvailability[] = [];
      for (let from = 0; from < lines.length; from += linesPerQueryMax) {
        const part = lines
          .slice(from, from + linesPerQueryMax)
          .map(({ productId, variantId }) => ({ productId, variantId }));
        const variables = { lines: part, market, language: language ?? null };
        const { orderableVariants } = await products.query(orderableDocument, variables, orderableData);
        if (orderableVariants.length !== part.length)
          throw new Error("The products subgraph returned a different number of lines.");
        found.push(...orderableVariants);
      }
      return found;
    },
    findMarkets,
    findMarket: async (id) => (await findMarkets([id])).get(id),
    findListed: async (ids) => {
      const representations = ids.map((id) => ({ __typename: "Product", id }));
      const { _entities: found } = await products.query(productsDocument, { representations }, productsData);
      return new Map(
        found.flatMap((product) => (product === null ? [] : [[product.id, product.variants.map(({ id }) => id)]])),
      );
    },
    reserve: async ({ id, revision, expiresAt, lines }) => {
      const input = {
        orderId: id,
        revision,
        expiresAt: expiresAt?.toISOString() ?? null,
        lines: lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      };
      return (await products.query(reserveDocument, { input }, reserveData)).stockReserve;
    },
  };
}

const orderableDocument = `query OrderableVariants($lines: [OrderableLineInput!]!, $market: ID, $language: LanguageCode) {
  orderableVariants(lines: $lines, market: $market, language: $language) {
    outcome
    market { id currencyCode countries languages pricesIncludeTax }
    variant {
      productId variantId productName variantName sku imageUrl quantityAvailable maxPerOrder taxClass weightGrams categoryIds isReturnable
      unitPrice { amount currencyCode }
    }
  }
}`;

const marketsDocument = `query Markets($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Market { id currencyCode countries languages pricesIncludeTax } }
}`;

const reserveDocument = `mutation StockReserve($input: StockReserveInput!) {
  stockReserve(input: $input) { outcome shortages { variantId requestedQuantity availableQuantity } }
}`;

const productsDocument = `query ListedProducts($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Product { id variants { id } } }
}`;

const productId = z.uuid().transform((id) => id as ProductId);
const variantId = z.uuid().transform((id) => id as VariantId);

const currency = z.string().transform((code, context) => {
  const parsed = parseCurrency(code);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "not a currency" });
  return z.NEVER;
});

const market = z
  .object({
    id: z.uuid().transform((id) => id as MarketId),
    currencyCode: currency,
    countries: z.array(z.string()),
    languages: z.array(z.string()),
    pricesIncludeTax: z.boolean(),
  })
  .transform(({ currencyCode, ...fields }) => ({ ...fields, currency: currencyCode }));

const money = z
  .object({ amount: z.string(), currencyCode: z.string() })
  .transform(({ amount, currencyCode }, context) => {
    const parsed = parseMoney(amount, currencyCode);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: "not an amount of money" });
    return z.NEVER;
  });

const orderableData = z.object({
  orderableVariants: z.array(
    z.discriminatedUnion("outcome", [
      z.object({
        outcome: z.literal("ORDERABLE"),
        market,
        variant: z.object({
          productId,
          variantId,
          productName: z.string(),
          variantName: z.string(),
          sku: z.string(),
          imageUrl: z.string().nullable(),
          unitPrice: money,
          quantityAvailable: z.int(),
          maxPerOrder: z.int().nullable(),
          taxClass: z.string(),
          weightGrams: z.int().nullable(),
          categoryIds: z.array(z.uuid().transform((id) => id as CategoryId)),
          isReturnable: z.boolean(),
        }),
      }),
      z.object({ outcome: z.enum(["UNAVAILABLE", "VARIANT_REQUIRED", "NOT_IN_MARKET"]) }),
    ]),
  ),
});

const marketsData = z.object({ _entities: z.array(market.nullable()) });

const productsData = z.object({
  _entities: z.array(z.object({ id: productId, variants: z.array(z.object({ id: variantId })) }).nullable()),
});

const reserveData = z.object({
  stockReserve: z.discriminatedUnion("outcome", [
    z.object({ outcome: z.enum(["RESERVED", "RELEASED", "SOLD", "STALE"]) }),
    z.object({
      outcome: z.literal("INSUFFICIENT"),
      shortages: z
        .array(z.object({ variantId, requestedQuantity: z.int(), availableQuantity: z.int() }))
        .min(1, "a shortage without a line"),
    }),
  ]),
});

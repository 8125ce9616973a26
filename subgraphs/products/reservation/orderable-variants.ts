import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { markets, products, type SelectedOption, stockLevels, variants } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { CategoryId, MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { CurrencyCode, Money } from "#platform/shop/money.ts";
import { variantPrice } from "../catalogue/current-price.ts";
import { variantName as nameOfVariant } from "../catalogue/product-input.ts";
import { optionValue } from "../catalogue/product-options.ts";
import { type LanguageChain, translated } from "../languages/language-chain.ts";
import { readOptionTexts, readTexts } from "../languages/product-texts.ts";
import { type Market, marketColumns } from "../markets/market.ts";
import { priceInMarket } from "../markets/market-price.ts";
import { imageUrlOf, type MediaLibrary } from "../media/media.ts";

/** A line of a cart or an order. Malformed ids are undefined, which matches no product. */
export type OrderableLineQuery = {
  readonly productId: ProductId | undefined;
  /** Null for the product's default variant. */
  readonly variantId: VariantId | undefined | null;
};

/** A variant on sale with everything that an order line copies. */
export type OrderableVariant = {
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly productName: string;
  readonly variantName: string;
  readonly sku: string;
  readonly imageUrl: string | null;
  readonly unitPrice: Money;
  readonly quantityAvailable: number;
  /** Most units in one order; null for the shop's own limit. */
  readonly maxPerOrder: number | null;
  readonly taxClass: string;
  /** Of one unit; null when it is not known. */
  readonly weightGrams: number | null;
  readonly categoryIds: readonly CategoryId[];
  readonly isReturnable: boolean;
};

/** Whether a line can be ordered in a market, and its variant. */
export type OrderableLineResult =
  | { readonly outcome: "ORDERABLE"; readonly market: Market; readonly variant: OrderableVariant }
  | { readonly outcome: "UNAVAILABLE" | "VARIANT_REQUIRED" | "NOT_IN_MARKET"; readonly marketId: MarketId };

/**
 * Reads which lines can be ordered, in one statement. Returns one result for each line, in the order of the lines.
 *
 * @param market the market whose prices count; undefined: the variant's own price, in its own currency.
 * @param languages the languages that names are shown in; none: as they are stored.
 */
export async function readOrderable(
  db: Db,
  library: Pick<MediaLibrary, "baseUrl">,
  lines: readonly OrderableLineQuery[],
  market: Market | undefined,
  languages: LanguageChain = [],
): Promise<OrderableLineResult[]> {
  const ids = [...new Set(lines.flatMap(({ productId }) => productId ?? []))];
  const marketId = market?.id ?? defaultMarketId;
  const rows =
    ids.length === 0
      ? []
      : await db
          .select({
            productId: products.id,
            variantId: variants.id,
            productName: products.name,
            variantName: variants.name,
            options: variants.options,
            sku: variants.sku,
            imageUrl: products.imageUrl,
            imageName: sql<string | null>`coalesce(${variants.imageName}, ${products.imageName})`,
            ...priceColumns(market),
            taxClass: variants.taxClass,
            weightGrams: variants.weightGrams,
            categoryIds: products.categoryIds,
            isReturnable: products.isReturnable,
            maxPerOrder: variants.maxPerOrder,
            quantityAvailable: sql<number>`${stockLevels.onHand} - ${stockLevels.reserved}`,
            market: marketColumns,
          })
          .from(products)
          .innerJoin(variants, eq(variants.productId, products.id))
          .innerJoin(stockLevels, eq(stockLevels.variantId, variants.id))
          // A shop without markets sells nothing.
          .innerJoin(markets, eq(markets.id, marketId))
          .where(
            and(
              sql`${products.id} = any(${sql.param(ids)}::uuid[])`,
              eq(products.status, "ACTIVE"),
              isNull(variants.removedAt),
            ),
          )
          .orderBy(asc(variants.id));
  const byProduct = Map.groupBy(rows, ({ productId }) => productId);
  const name = await readNames(db, ids, languages);
  return lines.map(({ productId, variantId }) => {
    const onSale = (productId && byProduct.get(productId)) || [];
    if (variantId === null && onSale.length > 1) return { outcome: "VARIANT_REQUIRED", marketId };
    const row = variantId === null ? onSale[0] : onSale.find((candidate) => candidate.variantId === variantId);
    if (row === undefined) return { outcome: "UNAVAILABLE", marketId };
    const { price, currency, imageName, options, market: where, ...variant } = row;
    const imageUrl = imageUrlOf(library, imageName) ?? variant.imageUrl;
    if (price === null) return { outcome: "NOT_IN_MARKET", marketId };
    return {
      outcome: "ORDERABLE",
      market: where,
      variant: { ...variant, ...name({ ...variant, options }), imageUrl, unitPrice: { minorUnits: price, currency } },
    };
  });
}

type Named = Pick<OrderableVariant, "productId" | "productName" | "variantName"> & {
  readonly options: readonly SelectedOption[];
};

/** Reads the names of products in the first language that they are translated to. A variant's name is translated where it is that of its options. */
async function readNames(
  db: Db,
  ids: readonly ProductId[],
  languages: LanguageChain,
): Promise<(variant: Named) => Pick<Named, "productName" | "variantName">> {
  if (languages.length === 0) return ({ productName, variantName }) => ({ productName, variantName });
  const [texts, options] = await Promise.all([readTexts(db, ids, languages), readOptionTexts(db, ids)]);
  const namesOf = new Map(texts.map(({ productId, names }) => [productId, names]));
  const optionsOf = new Map(options.map(({ productId, translations }) => [productId, translations]));
  return (variant) => {
    const translations = optionsOf.get(variant.productId) ?? new Map();
    const values = variant.options.map(({ name, value }) => optionValue({ name, translations }, value, languages));
    const isNamedByOptions = values.length > 0 && variant.variantName === nameOfVariant(variant.options);
    return {
      productName: translated(variant.productName, namesOf.get(variant.productId) ?? {}, languages),
      variantName: isNamedByOptions ? values.join(" / ") : variant.variantName,
    };
  };
}

function priceColumns(market: Market | undefined): { price: SQL<bigint | null>; currency: SQL<CurrencyCode> } {
  return market === undefined
    ? { price: variantPrice, currency: sql<CurrencyCode>`${products.currency}` }
    : { price: priceInMarket(market), currency: sql<CurrencyCode>`${market.currency}` };
}

import type { ProductStatus } from "#drizzle/products/tables.ts";
import { type Page, type PageArguments, readPage } from "#platform/graphql/page.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type MarketId, type ProductId, parseId, type UserId } from "#platform/shop/ids.ts";
import { type CurrencyCode, decimalsOf, parseCurrency, parseMoney } from "#platform/shop/money.ts";
import { lookupText } from "#platform/shop/text.ts";
import type { PriceRangeInput, ProductFilter, QueryProductsArgs } from "#schema/generated/products.ts";
import { foldTag } from "../catalogue/tag.ts";
import { filterValuesMax, searchCharactersMax } from "../shared/limits.ts";
import { type PropertyFilter, parsePropertyFilter } from "./property-filters.ts";

/** A range of prices, both ends inclusive. */
export type PriceRange = {
  readonly currency: CurrencyCode;
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
};

/** The filter of a product query. Undefined fields do not filter. */
export type ListingFilter = {
  /** Slugs; any of them. */
  readonly categories?: readonly string[];
  /** Any of them. */
  readonly tags?: readonly string[];
  /** In a market, the range is in its currency and not known before the market is: see `priceRange`. */
  readonly price?: PriceRange;
  readonly priceRange?: PriceRangeInput;
  /** Null for a malformed id, which matches no market. */
  readonly market?: MarketId | null;
  readonly inStock?: boolean;
  /** Null for a malformed id, which matches no user. */
  readonly ownerId?: UserId | null;
  readonly status: ProductStatus;
  readonly ids?: readonly ProductId[];
  readonly properties?: PropertyFilter;
};

/** How a listing is sorted. */
export type ListingSort =
  | { readonly key: "RELEVANCE" | "NAME" | "CREATED_AT"; readonly direction: "asc" | "desc" }
  | { readonly key: "PRICE"; readonly direction: "asc" | "desc"; readonly currency: CurrencyCode };

/** The arguments of `Query.products`. */
export type ProductQuery = {
  readonly search: string | undefined;
  readonly filter: ListingFilter;
  readonly sort: ListingSort;
  readonly page: Page;
  /** The currency of the price facet. */
  readonly facetCurrency: CurrencyCode;
};

/** Parses the arguments of `Query.products`. @throws {ApiError} BAD_USER_INPUT for an invalid argument. */
export function parseProductQuery(args: Partial<QueryProductsArgs>): ProductQuery {
  const search = parseSearch(args.search);
  const filter = parseFilter(args.filter ?? undefined);
  const sort = parseSort(args.sort ?? undefined, search);
  return {
    search,
    filter,
    sort,
    page: pageOf(args, sort, filter.market ?? undefined),
    facetCurrency: filter.price?.currency ?? (sort.key === "PRICE" ? sort.currency : usDollar),
  };
}

/** Parses the page arguments of a listing. Cursors of another sort are rejected. @throws {ApiError} BAD_USER_INPUT */
export function pageOf(args: PageArguments, sort: ListingSort, market?: MarketId): Page {
  const prices = sort.key === "PRICE" ? `:${market ?? sort.currency}` : "";
  return readPage(args, `products:${sort.key.toLowerCase()}:${sort.direction}${prices}`, 2);
}

/** The currency of the price facet unless the query names another one. */
export const usDollar = currencyOf("USD");

/** The default sort of a listing. */
export const newestFirst: ListingSort = { key: "CREATED_AT", direction: "desc" };

function parseSearch(search: string | null | undefined): string | undefined {
  const trimmed = lookupText(search ?? "").trim();
  if (trimmed.length > searchCharactersMax) {
    throw new ApiError("BAD_USER_INPUT", `\`search\` must have at most ${searchCharactersMax} characters.`);
  }
  return trimmed === "" ? undefined : trimmed;
}

function parseSort(sort: QueryProductsArgs["sort"] | undefined, search: string | undefined): ListingSort {
  if (!sort) return { key: search === undefined ? "CREATED_AT" : "RELEVANCE", direction: "desc" };
  const ascends = sort.direction ? sort.direction === "ASC" : sort.key === "NAME" || sort.key === "PRICE";
  const direction = ascends ? "asc" : "desc";
  if (sort.key === "PRICE") return { key: "PRICE", direction, currency: currencyOf(sort.currencyCode) };
  if (sort.key === "RELEVANCE" && search === undefined) {
    throw new ApiError("BAD_USER_INPUT", "Sorting by RELEVANCE requires `search`.");
  }
  return { key: sort.key, direction };
}

function parseFilter(filter: ProductFilter | undefined): ListingFilter {
  const values = (name: "categories" | "tags" | "ids") => {
    const given = filter?.[name] ?? undefined;
    if (given !== undefined && given.length > filterValuesMax) {
      throw new ApiError("BAD_USER_INPUT", `\`filter.${name}\` must have at most ${filterValuesMax} values.`);
    }
    return given?.map(lookupText);
  };
  const categories = values("categories");
  const tags = values("tags")?.map(foldTag);
  const ids = values("ids")?.flatMap((id) => parseId<ProductId>(id) ?? []);
  return {
    status: filter?.status ?? "ACTIVE",
    // An empty list is a form on which nothing is selected.
    ...(categories === undefined || categories.length === 0 ? {} : { categories }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(ids === undefined ? {} : { ids }),
    ...parsePrices(filter),
    properties: parsePropertyFilter(filter),
    ...(filter?.inStock === undefined || filter.inStock === null ? {} : { inStock: filter.inStock }),
    ...(filter?.ownerId ? { ownerId: parseId<UserId>(filter.ownerId) ?? null } : {}),
  };
}

function parsePrices(filter: ProductFilter | undefined): Pick<ListingFilter, "price" | "priceRange" | "market"> {
  const range = filter?.price;
  if (filter?.market === undefined || filter.market === null) {
    return range ? { price: parsePriceRange(range, currencyOf(range.currencyCode)) } : {};
  }
  return { market: parseId<MarketId>(filter.market) ?? null, ...(range ? { priceRange: range } : {}) };
}

/** Parses a range of prices in a currency. @throws {ApiError} BAD_USER_INPUT for what is no amount of it. */
export function parsePriceRange(range: PriceRangeInput, currency: CurrencyCode): PriceRange {
  const bound = (name: "min" | "max") => {
    const amount = range[name];
    if (amount === undefined || amount === null) return undefined;
    const money = parseMoney(amount, currency);
    if (money !== undefined) return money.minorUnits;
    throw new ApiError(
      "BAD_USER_INPUT",
      `\`filter.price.${name}\` must be an amount of ${currency}, which has ${decimalsOf(currency)} decimals.`,
    );
  };
  return { currency, min: bound("min"), max: bound("max") };
}

function currencyOf(code: string): CurrencyCode {
  const currency = parseCurrency(code);
  if (currency === undefined) throw new ApiError("BAD_USER_INPUT", "`currencyCode` must be an ISO 4217 currency code.");
  return currency;
}

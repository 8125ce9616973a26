import { getTableColumns, type SQL, sql } from "drizzle-orm";
import { products, stockLevels, variants } from "#drizzle/products/tables.ts";
import { constantPart, readColumns } from "#platform/database/built-once.ts";
import { type Variant, variantColumns } from "./variant-columns.ts";

/** What a statement that reads products reads besides them: their variants on sale, or these with their stock levels. */
export type Also = "nothing" | "variants" | "variants and levels";

/** A row of `stock_levels`. */
type Level = typeof stockLevels.$inferSelect;

/** A variant with its stock level, where that was read. */
export type VariantRead = Variant & { readonly level?: Level | null };

/** A product with its variants on sale in order of creation, where these were read. */
export type WithVariants<Product> = Product & { readonly variants?: readonly VariantRead[] };

/** What the product's own row has, and what is the same for all variants on sale, is not read again: Postgres takes its time for each field of an object. */
type Shared = Pick<Variant, "productId" | "removedAt" | "currency" | "pricesUntil">;

const { productId: _product, removedAt: _removed, currency: _currency, pricesUntil: _until, ...own } = variantColumns;
const ownRow = readColumns<Omit<Variant, keyof Shared>>(own, getTableColumns(variants));

const { variantId: _variant, productId: _levelled, ...level } = getTableColumns(stockLevels);
const levelRow = readColumns<Omit<Level, "variantId" | "productId">>(level, level);

/** A column `variants` beside those of a row of `products`. */
export const alsoColumns: Readonly<Record<Also, SQL>> = {
  nothing: sql``,
  variants: variantsColumn(sql``, sql``),
  "variants and levels": variantsColumn(
    sql`, ${levelRow.list}`,
    sql`left join ${stockLevels} on ${stockLevels.variantId} = ${variants.id}`,
  ),
};

function variantsColumn(more: SQL, join: SQL): SQL {
  return constantPart(sql`, (
    select coalesce(json_agg(variant), '[]')
    from (
      select ${ownRow.list}${more} from ${variants} ${join}
      where ${variants.productId} = ${products.id} and ${variants.removedAt} is null order by ${variants.id}
    ) variant) as variants`);
}

type Listed = Omit<Variant, keyof Shared> & Partial<{ readonly [Field in keyof typeof level]: Level[Field] | null }>;

/** Makes the variants of a product that was read with one of {@link alsoColumns}. */
export function readAlso<
  Product extends { readonly id: Variant["productId"] } & Omit<Shared, "productId" | "removedAt">,
>(product: Product): WithVariants<Product> {
  if (!("variants" in product) || !Array.isArray(product.variants)) return product;
  const shared: Shared = {
    productId: product.id,
    removedAt: null,
    currency: product.currency,
    pricesUntil: product.pricesUntil,
  };
  return { ...product, variants: product.variants.map((given) => readVariant(given, shared)) };
}

function readVariant(given: Readonly<Record<string, unknown>>, shared: Shared): VariantRead {
  const { onHand, reserved, onSale, low, ...variant }: Listed = ownRow.read(given);
  const read = Object.assign(variant, shared);
  if (onHand === undefined) return read;
  if (typeof onHand !== "number" || typeof reserved !== "number" || typeof low !== "number") {
    return Object.assign(read, { level: null });
  }
  const ids = { variantId: variant.id, productId: shared.productId };
  return Object.assign(read, { level: { ...ids, onHand, reserved, onSale: onSale === true, low } });
}

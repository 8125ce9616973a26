import { type SQL, sql } from "drizzle-orm";
import { products, stockLevels, variants } from "#drizzle/products/tables.ts";
import { constantPart } from "#platform/database/built-once.ts";
import { type Variant, variantRow } from "./variant-columns.ts";

/** What a statement that reads products reads besides them: their variants on sale, or these with their stock levels. */
export type Also = "nothing" | "variants" | "variants and levels";

/** A variant with its row of `stock_levels`, where that was read. */
export type VariantRead = Variant & { readonly level?: typeof stockLevels.$inferSelect | null };

/** A product with its variants on sale in order of creation, where these were read. */
export type WithVariants<Product> = Product & { readonly variants?: readonly VariantRead[] };

const level = sql`
  case when ${stockLevels.variantId} is null then null else json_build_object(
    'variantId', ${stockLevels.variantId}, 'productId', ${stockLevels.productId}, 'onHand', ${stockLevels.onHand},
    'reserved', ${stockLevels.reserved}, 'onSale', ${stockLevels.onSale}, 'low', ${stockLevels.low}) end`;

/** A column `variants` beside those of a row of `products`. */
export const alsoColumns: Readonly<Record<Also, SQL>> = {
  nothing: sql``,
  variants: variantsColumn(sql``, sql``),
  "variants and levels": variantsColumn(
    sql`, ${level} as level`,
    sql`left join ${stockLevels} on ${stockLevels.variantId} = ${variants.id}`,
  ),
};

function variantsColumn(more: SQL, join: SQL): SQL {
  return constantPart(sql`, (
    select coalesce(json_agg(variant), '[]')
    from (
      select ${variantRow.list}${more} from ${variants} ${join}
      where ${variants.productId} = ${products.id} and ${variants.removedAt} is null order by ${variants.id}
    ) variant) as variants`);
}

/** Makes the variants of a row that was read with one of {@link alsoColumns}. */
export function readAlso<Row extends object>(row: Row): WithVariants<Row> {
  if (!("variants" in row) || !Array.isArray(row.variants)) return row;
  return { ...row, variants: row.variants.map(variantRow.read) };
}

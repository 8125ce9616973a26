import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { products, stockLevels, variants } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import type { Money } from "#platform/shop/money.ts";
import { imageUrlOf, type MediaLibrary } from "../media/media.ts";

/** A line of a cart or an order. Malformed ids are undefined, which matches no product. */
export type OrderableLineQuery = {
  readonly productId: ProductId | undefined;
  /** Null for the product's default variant. */
  readonly variantId: VariantId | undefined | null;
};

/** A variant on sale with everything that an order line copies. */
type OrderableVariant = {
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
};

/** Whether a line can be ordered, and its variant. */
export type OrderableLineResult =
  | { readonly outcome: "ORDERABLE"; readonly variant: OrderableVariant }
  | { readonly outcome: "UNAVAILABLE" | "VARIANT_REQUIRED" };

/** Reads which lines can be ordered, in one statement. Returns one result for each line, in the order of the lines. */
export async function readOrderable(
  db: Db,
  library: Pick<MediaLibrary, "baseUrl">,
  lines: readonly OrderableLineQuery[],
): Promise<OrderableLineResult[]> {
  const ids = [...new Set(lines.flatMap(({ productId }) => productId ?? []))];
  const rows =
    ids.length === 0
      ? []
      : await db
          .select({
            productId: products.id,
            variantId: variants.id,
            productName: products.name,
            variantName: variants.name,
            sku: variants.sku,
            imageUrl: products.imageUrl,
            imageName: sql<string | null>`coalesce(${variants.imageName}, ${products.imageName})`,
            price: variants.price,
            currency: products.currency,
            maxPerOrder: variants.maxPerOrder,
            quantityAvailable: sql<number>`${stockLevels.onHand} - ${stockLevels.reserved}`,
          })
          .from(products)
          .innerJoin(variants, eq(variants.productId, products.id))
          .innerJoin(stockLevels, eq(stockLevels.variantId, variants.id))
          .where(
            and(
              sql`${products.id} = any(${sql.param(ids)}::uuid[])`,
              eq(products.status, "ACTIVE"),
              isNull(variants.removedAt),
            ),
          )
          .orderBy(asc(variants.id));
  const byProduct = Map.groupBy(rows, ({ productId }) => productId);
  return lines.map(({ productId, variantId }) => {
    const onSale = (productId && byProduct.get(productId)) || [];
    if (variantId === null && onSale.length > 1) return { outcome: "VARIANT_REQUIRED" };
    const row = variantId === null ? onSale[0] : onSale.find((candidate) => candidate.variantId === variantId);
    if (row === undefined) return { outcome: "UNAVAILABLE" };
    const { price, currency, imageName, ...variant } = row;
    const imageUrl = imageUrlOf(library, imageName) ?? variant.imageUrl;
    return { outcome: "ORDERABLE", variant: { ...variant, imageUrl, unitPrice: { minorUnits: price, currency } } };
  });
}

import { and, asc, eq, getTableColumns, isNull, type SQL, sql } from "drizzle-orm";
import { products, shopWideScope, variants } from "#drizzle/products/tables.ts";
import { builtOnce, constantPart, readColumns } from "#platform/database/built-once.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { ProductId } from "#platform/shop/ids.ts";
import { holds, type SignedIn, type Viewer } from "#platform/shop/viewer.ts";
import { productPriceMax, productPriceMin, productPricesUntil } from "./current-price.ts";
import { type Also, alsoColumns, readAlso, type WithVariants } from "./variants-with-product.ts";

const { search: _search, ...columns } = getTableColumns(products);

const ownPrices = { priceMin: productPriceMin, priceMax: productPriceMax, pricesUntil: productPricesUntil };

/** The columns of a {@link Product}. */
export const productColumns = { ...columns, ...ownPrices };

/** A row of `products` with its current prices, without its search vector. */
export type Product = Omit<typeof products.$inferSelect, "search">;

/** A product with its variants, where they were read with it. */
export type ProductRead = WithVariants<Product>;

/** The columns of a {@link Product} in statements that are run with `execute`. */
export const productRow = readColumns<Product>(productColumns, columns);

const brief = {
  id: columns.id,
  ownerId: columns.ownerId,
  slug: columns.slug,
  name: columns.name,
  status: columns.status,
  imageUrl: columns.imageUrl,
  imageName: columns.imageName,
  currency: columns.currency,
  priceMin: columns.priceMin,
  priceMax: columns.priceMax,
  pricesUntil: columns.pricesUntil,
  variantsInStock: columns.variantsInStock,
};

/** What lists show of most products: all but texts, labels and times. */
export type BriefProduct = Pick<Product, keyof typeof brief>;

/** A product of a list. Fields that were not read with it are read when they are shown. */
export type ListedProduct = WithVariants<BriefProduct> | ProductRead;

/** The columns of a {@link BriefProduct}. */
export const briefRow = readColumns<BriefProduct>({ ...brief, ...ownPrices }, brief);

/** Whether a product of a list was read with all its fields. */
export function isWhole(product: ListedProduct): product is ProductRead {
  return "description" in product;
}

/** Whether the viewer may update and delete the product: its owner and ADMINs, provided they hold `products:write`. */
export function mayEdit(viewer: Viewer, product: Pick<Product, "ownerId">): boolean {
  if (viewer.kind !== "user" || !holds(viewer, "products:write")) return false;
  return viewer.role === "ADMIN" || product.ownerId === viewer.id;
}

/** {@link mayEdit} as a condition on rows of `products`. */
export function editableBy(viewer: Viewer): SQL {
  if (viewer.kind !== "user" || !holds(viewer, "products:write")) return sql`false`;
  return viewer.role === "ADMIN" ? sql`true` : eq(products.ownerId, viewer.id);
}

/**
 * The condition for rows of `products` that the viewer may read by id, slug or SKU. A DRAFT, and an ARCHIVED product that was never
 * published, is visible only to viewers who may edit it.
 */
export function visibleTo(viewer: Viewer): SQL {
  return viewer.kind === "user" ? sql`(${published} or ${editableBy(viewer)})` : published;
}

const published = constantPart(sql`(${products.status} <> 'DRAFT' and ${products.publishedAt} is not null)`);

const ofIds = builtOnce<"ids">(sql`from ${products} where ${products.id} = any(${sql.placeholder("ids")}::uuid[])`);
const ofSlugs = builtOnce<"slugs">(
  sql`from ${products} where ${products.slug} = any(${sql.placeholder("slugs")}::text[])`,
);

/** Reads the products with these ids, or with these slugs, that the viewer may see, in any order. */
export async function readProducts(
  db: Db,
  viewer: Viewer,
  keys: { readonly ids: readonly ProductId[] } | { readonly slugs: readonly string[] },
  also: Also = "nothing",
): Promise<ProductRead[]> {
  const wanted = "ids" in keys ? ofIds(keys) : ofSlugs(keys);
  const rows = await db.execute(sql`select ${productRow.list} ${alsoColumns[also]} ${wanted} and ${visibleTo(viewer)}`);
  return rows.map((row) => readAlso(productRow.read(row)));
}

/**
 * Which of several variants with one SKU the viewer means, as an order of rows: the one of a product that was published, of which there is one at most,
 * then of the viewer's own drafts, then the oldest, for ADMINs, who see all drafts.
 */
export function preferredSku(viewer: Viewer): SQL[] {
  const foreign = viewer.kind === "user" ? [sql`${variants.skuScope} <> ${viewer.id}`] : [];
  return [sql`${variants.skuScope} <> ${shopWideScope}`, ...foreign, asc(variants.id)];
}

/** Reads the product with a variant on sale that has the SKU, by {@link preferredSku}; null if there is none that the viewer may see. */
export async function readProductBySku(db: Db, viewer: Viewer, sku: string): Promise<Product | null> {
  const [row] = await db
    .select(productColumns)
    .from(variants)
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(eq(variants.sku, sku), isNull(variants.removedAt), visibleTo(viewer)))
    .orderBy(...preferredSku(viewer))
    .limit(1);
  return row ?? null;
}

/** The same message for a product that does not exist and for one that belongs to another seller. */
export const noSuchProduct = "Product not found.";

/** Set by every change of a product. */
export const touched = { version: sql`${products.version} + 1`, updatedAt: sql`now()` };

/** Locks a product until the end of the transaction and returns it; undefined if the viewer may not edit it. */
export async function lockProduct(tx: Tx, viewer: SignedIn, id: ProductId): Promise<Product | undefined> {
  const [product] = await tx
    .select(productColumns)
    .from(products)
    .where(and(eq(products.id, id), editableBy(viewer)))
    .for("no key update");
  return product;
}

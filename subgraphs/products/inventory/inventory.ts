import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { products, stockLevels, stockMovements, variants } from "#drizzle/products/tables.ts";
import { builtOnce, readColumns } from "#platform/database/built-once.ts";
import type { Db } from "#platform/database/database.ts";
import {
  type Connection,
  connection,
  keyset,
  type Page,
  type PageArguments,
  readPage,
  type SortColumn,
} from "#platform/graphql/page.ts";
import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { editableBy } from "../catalogue/product.ts";
import { type Variant, variantColumns } from "../catalogue/variant-columns.ts";

/** A row of `stock_levels`. */
export type StockLevel = typeof stockLevels.$inferSelect;

/** A row of the stock ledger. */
export type StockMovement = typeof stockMovements.$inferSelect;

/** A page of movements, newest first. The total is counted separately, on demand. */
export type StockMovementPage = Connection<StockMovement> & { readonly variantId: VariantId };

/** Units available over all variants on sale of a product. */
export type Availability = { readonly productId: ProductId; readonly quantity: number };

const levelRow = readColumns<StockLevel>(getTableColumns(stockLevels), getTableColumns(stockLevels));
const levelsOf = builtOnce<"ids">(
  sql`select ${levelRow.list} from ${stockLevels} where ${stockLevels.variantId} = any(${sql.placeholder("ids")}::uuid[])`,
);
const availabilityOf = builtOnce<"ids">(sql`
  select ${stockLevels.productId} as "productId", sum(${stockLevels.onHand} - ${stockLevels.reserved})::int as quantity
  from ${stockLevels} where ${stockLevels.productId} = any(${sql.placeholder("ids")}::uuid[]) and ${stockLevels.onSale} group by 1`);

/** Reads the stock levels of these variants, in any order. */
export async function readLevels(db: Db, ids: readonly VariantId[]): Promise<StockLevel[]> {
  return (await db.execute(levelsOf({ ids }))).map(levelRow.read);
}

/** Sums the available units of these products, in any order. Leaves out products without variants on sale. */
export async function readAvailability(db: Db, ids: readonly ProductId[]): Promise<Availability[]> {
  return db.execute<Availability>(availabilityOf({ ids }));
}

/** Parses the arguments of `movements`. @throws {ApiError} BAD_USER_INPUT */
export function movementsPage(args: PageArguments): Page {
  return readPage(args, "movements:newest", 1);
}

/** Reads the same page of movements for each of several variants, in one statement. */
export async function readMovements(db: Db, ids: readonly VariantId[], page: Page): Promise<StockMovementPage[]> {
  const { conditions, order } = keyset(page, [{ column: stockMovements.id, direction: "desc", cast: "uuid" }]);
  const found = db
    .select()
    .from(stockMovements)
    .where(and(sql`${stockMovements.variantId} = wanted.variant_id`, ...conditions))
    .orderBy(...order)
    .limit(page.size + 1)
    .as("found");
  const rows = await db
    .select({
      id: found.id,
      variantId: found.variantId,
      type: found.type,
      onHandChange: found.onHandChange,
      reservedChange: found.reservedChange,
      reason: found.reason,
      orderId: found.orderId,
      createdAt: found.createdAt,
    })
    .from(sql`unnest(${sql.param(ids)}::uuid[]) as wanted(variant_id)`)
    .crossJoinLateral(found);
  const byVariant = Map.groupBy(
    rows.sort((a, b) => (a.id < b.id ? 1 : -1)),
    ({ variantId }) => variantId,
  );
  return ids.map((variantId) => ({ ...connection(page, byVariant.get(variantId) ?? [], ({ id }) => [id]), variantId }));
}

/** Counts the movements of these variants, in any order. Leaves out variants without movements. */
export async function countMovements(
  db: Db,
  ids: readonly VariantId[],
): Promise<{ variantId: VariantId; count: number }[]> {
  return db
    .select({ variantId: stockMovements.variantId, count: sql<number>`count(*)::int` })
    .from(stockMovements)
    .where(sql`${stockMovements.variantId} = any(${sql.param(ids)}::uuid[])`)
    .groupBy(stockMovements.variantId);
}

/** A page of variants with low stock. The total is counted separately, on demand. */
export type LowStockPage = Connection<Variant> & { readonly result: SQL };

/** Parses the page arguments of `lowStock`. @throws {ApiError} BAD_USER_INPUT */
export function lowStockPage(args: PageArguments): Page {
  return readPage(args, "low-stock:fewest", 2);
}

/**
 * Lists variants on sale with `threshold` or fewer units available, fewest first, of products that are not ARCHIVED and that the viewer may
 * edit.
 */
export async function listLowStock(db: Db, viewer: Viewer, threshold: number, page: Page): Promise<LowStockPage> {
  const available = sql`(${stockLevels.onHand} - ${stockLevels.reserved})`;
  const result = sql`${stockLevels.onSale} and ${stockLevels.low} <= least(${threshold}::int, 20) and ${available} <= ${threshold}::int
    and ${products.status} <> 'ARCHIVED' and ${editableBy(viewer)}`;
  const columns: SortColumn[] = [
    { column: available, direction: "asc", cast: "int" },
    { column: stockLevels.variantId, direction: "asc", cast: "uuid" },
  ];
  const { conditions, order } = keyset(page, columns);
  const rows = await db
    .select({ ...variantColumns, available: sql<number>`${available}` })
    .from(stockLevels)
    .innerJoin(variants, eq(variants.id, stockLevels.variantId))
    .innerJoin(products, eq(products.id, stockLevels.productId))
    .where(and(result, ...conditions))
    .orderBy(...order)
    .limit(page.size + 1);
  return { ...connection(page, rows, ({ available: units, id }) => [units, id]), result };
}

/** Counts the variants of the whole list. */
export async function countLowStock(db: Db, { result }: LowStockPage): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(stockLevels)
    .innerJoin(products, eq(products.id, stockLevels.productId))
    .where(result);
  return row?.count ?? 0;
}

import DataLoader from "dataloader";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { type DiscountId, discountCodes, discountRedemptions, discounts } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import { type Connection, connection, keyset, type PageArguments, readPage } from "#platform/graphql/page.ts";
import { parseId } from "#platform/shop/ids.ts";
import { isStorable } from "#platform/shop/text.ts";
import type { Discount } from "../settings/settings.ts";
import { codeKey } from "./discount-candidates.ts";

/** A page of discounts; they are counted only if `totalCount` is called. */
export type DiscountConnection = Connection<Discount> & { totalCount: () => Promise<number> };
/** A discount's code. */
export type DiscountCode = typeof discountCodes.$inferSelect;
/** A page of codes; they are counted only if `totalCount` is called. */
export type DiscountCodeConnection = Connection<DiscountCode> & { totalCount: () => Promise<number> };

/** The discount by its id or by one of its codes; null if there is none, or if the code is another discount's. */
export async function findDiscount(
  db: Db,
  { id, code }: { id?: string | null | undefined; code?: string | null | undefined },
): Promise<Discount | null> {
  const parsed = id == null ? undefined : parseId<DiscountId>(id);
  if ((id == null && code == null) || (id != null && parsed === undefined)) return null;
  if (code != null && !isStorable(code)) return null;
  const ofCode = db
    .select({ id: discountCodes.discountId })
    .from(discountCodes)
    .where(eq(discountCodes.key, codeKey(code ?? "")));
  const [discount] = await db
    .select()
    .from(discounts)
    .where(
      and(
        parsed === undefined ? undefined : eq(discounts.id, parsed),
        code == null ? undefined : inArray(discounts.id, ofCode),
      ),
    );
  return discount ?? null;
}

/** All discounts, newest first. */
export async function listDiscounts(db: Db, args: PageArguments): Promise<DiscountConnection> {
  const page = readPage(args, "discounts:newest", 2);
  const { conditions, order } = keyset(page, [
    { column: discounts.createdAt, direction: "desc", cast: "timestamptz" },
    { column: discounts.id, direction: "desc", cast: "uuid" },
  ]);
  const rows = await db
    .select()
    .from(discounts)
    .where(and(...conditions))
    .orderBy(...order)
    .limit(page.size + 1);
  return {
    ...connection(page, rows, ({ createdAt, id }) => [createdAt.toISOString(), id]),
    totalCount: () => db.$count(discounts),
  };
}

/** The codes of a discount, in the order of the alphabet. */
export async function listCodes(db: Db, discountId: DiscountId, args: PageArguments): Promise<DiscountCodeConnection> {
  const page = readPage(args, "code", 1);
  const { conditions, order } = keyset(page, [{ column: discountCodes.key, direction: "asc", cast: "text" }]);
  const rows = await db
    .select()
    .from(discountCodes)
    .where(and(eq(discountCodes.discountId, discountId), ...conditions))
    .orderBy(...order)
    .limit(page.size + 1);
  return {
    ...connection(page, rows, ({ key }) => [key]),
    totalCount: () => db.$count(discountCodes, eq(discountCodes.discountId, discountId)),
  };
}

/** A loader of how many orders use a discount and were not cancelled unpaid. */
export function makeUsageCounts(db: Db): DataLoader<DiscountId, number> {
  return new DataLoader(async (ids) => {
    const rows = await db
      .select({ id: discountRedemptions.discountId, count: sql<number>`count(*)::int` })
      .from(discountRedemptions)
      .where(and(isAnyOf(discountRedemptions.discountId, [...ids]), isNull(discountRedemptions.releasedAt)))
      .groupBy(discountRedemptions.discountId);
    const counts = new Map(rows.map(({ id, count }) => [id, count]));
    return ids.map((id) => counts.get(id) ?? 0);
  });
}

import { and, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { type DiscountId, discountBuyers, discountRedemptions, discounts } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import type { Tx } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";

/** A use of a discount that an order is to have. */
export type DiscountUse = {
  readonly discountId: DiscountId;
  readonly code: string | null;
  readonly hasLimit: boolean;
  readonly hasLimitPerBuyer: boolean;
};

/**
 * Takes a use of each discount for an order, like units of stock, in the transaction that writes the order. The redemptions come first: a change of a
 * discount's limits locks their table, so from then on the limits stay as they are. The counters come last, for all orders wait for them.
 *
 * @returns the discounts of which no use is left, or whose limits have changed meanwhile. The transaction must then be rolled back.
 */
export async function takeUses(
  tx: Tx,
  orderId: OrderId,
  buyer: string,
  uses: readonly DiscountUse[],
): Promise<DiscountId[]> {
  if (uses.length === 0) return [];
  const sorted = uses.toSorted((a, b) => (a.discountId < b.discountId ? -1 : 1));
  const redeemed = await tx.execute<{ discount_id: DiscountId }>(sql`
    insert into ${discountRedemptions} (order_id, discount_id, code, buyer)
    select ${orderId}::uuid, ${discounts.id}, wanted.code, ${buyer}
    from json_to_recordset(${JSON.stringify(sorted)}::json)
      as wanted("discountId" uuid, code text, "hasLimit" boolean, "hasLimitPerBuyer" boolean)
    join ${discounts} on ${discounts.id} = wanted."discountId"
      and (${discounts.usageLimit} is not null) = wanted."hasLimit"
      and (${discounts.usageLimitPerBuyer} is not null) = wanted."hasLimitPerBuyer"
    on conflict (order_id, discount_id) do update set released_at = null, code = excluded.code
      where ${discountRedemptions.releasedAt} is not null
    returning discount_id`);
  const isRedeemed = new Set(redeemed.map(({ discount_id }) => discount_id));
  const lost = sorted.filter(({ discountId }) => !isRedeemed.has(discountId));
  if (lost.length > 0) return lost.map(({ discountId }) => discountId);
  for (const use of sorted) {
    const hasRoom =
      (!use.hasLimitPerBuyer || (await countForBuyer(tx, use.discountId, buyer))) &&
      (!use.hasLimit || (await count(tx, use.discountId)));
    if (!hasRoom) return [use.discountId];
  }
  return [];
}

async function count(tx: Tx, id: DiscountId): Promise<boolean> {
  const counted = await tx
    .update(discounts)
    .set({ used: sql`${discounts.used} + 1` })
    .where(and(eq(discounts.id, id), sql`${discounts.used} < ${discounts.usageLimit}`))
    .returning({ id: discounts.id });
  return counted.length === 1;
}

async function countForBuyer(tx: Tx, discountId: DiscountId, buyer: string): Promise<boolean> {
  const limit = sql`(select ${discounts.usageLimitPerBuyer} from ${discounts} where ${discounts.id} = ${discountId})`;
  const counted = await tx
    .insert(discountBuyers)
    .values({ discountId, buyer, used: 1 })
    .onConflictDoUpdate({
      target: [discountBuyers.discountId, discountBuyers.buyer],
      set: { used: sql`${discountBuyers.used} + 1` },
      setWhere: sql`${discountBuyers.used} < ${limit}`,
    })
    .returning({ buyer: discountBuyers.buyer });
  return counted.length === 1;
}

/** Gives back an order's uses, all or those of some discounts, in the transaction that ends them. */
export async function giveBackUses(tx: Tx, orderId: OrderId, ids?: readonly DiscountId[]): Promise<void> {
  if (ids?.length === 0) return;
  const released = await tx
    .update(discountRedemptions)
    .set({ releasedAt: sql`now()` })
    .where(
      and(
        eq(discountRedemptions.orderId, orderId),
        isNull(discountRedemptions.releasedAt),
        ids === undefined ? undefined : isAnyOf(discountRedemptions.discountId, ids),
      ),
    )
    .returning({ id: discountRedemptions.discountId, buyer: discountRedemptions.buyer });
  if (released.length > 0) crashPoint("orders:redeem:given-back");
  for (const { id, buyer } of released.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const limits = tx
      .select({ id: discounts.id })
      .from(discounts)
      .where(and(eq(discounts.id, id), isNotNull(discounts.usageLimitPerBuyer)));
    await tx
      .update(discountBuyers)
      .set({ used: sql`${discountBuyers.used} - 1` })
      .where(and(eq(discountBuyers.buyer, buyer), inArray(discountBuyers.discountId, limits)));
    await tx
      .update(discounts)
      .set({ used: sql`${discounts.used} - 1` })
      .where(and(eq(discounts.id, id), isNotNull(discounts.usageLimit)));
  }
}

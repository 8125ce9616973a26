import { sql } from "drizzle-orm";
import type { MovementId, MovementType } from "#drizzle/products/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { newId, type OrderId, type VariantId } from "#platform/shop/ids.ts";

/** One change of a variant's stock level. */
export type StockChange = {
  readonly variantId: VariantId;
  readonly type: MovementType;
  readonly onHandChange: number;
  readonly reservedChange: number;
  /** Rejected if the variant or its product is off sale. */
  readonly onSaleOnly?: boolean;
};

/**
 * Changes the stock levels of several variants for an order and records the movements, in one statement: all of them, or none if units on hand
 * would fall below the reserved units or either below zero. Rows are locked in the order of their ids. Both the decision and the new values
 * come from the locked rows, because Postgres first checks constraints against values computed from the statement's snapshot.
 *
 * @param changes each variant at most once.
 * @returns whether the changes were made.
 */
export async function moveStock(
  tx: Tx,
  { orderId, changes, reason }: { orderId: OrderId; changes: readonly StockChange[]; reason?: string },
): Promise<boolean> {
  if (changes.length === 0) return true;
  const column = <Value>(value: (change: StockChange) => Value) => sql.param(changes.map(value));
  const [outcome] = await tx.execute<{ moved: boolean }>(sql`
    with changes as materialized (
      select * from unnest(
        ${column(({ variantId }) => variantId)}::uuid[],
        ${column(({ type }) => type)}::text[],
        ${column(({ onHandChange }) => onHandChange)}::int[],
        ${column(({ reservedChange }) => reservedChange)}::int[],
        ${column(({ onSaleOnly }) => (onSaleOnly === true ? 1 : 0))}::int[],
        ${column(() => newId<MovementId>())}::uuid[]
      ) as change(variant_id, type, on_hand_change, reserved_change, on_sale_only, movement_id)
    ),
    locked as materialized (
      select level.variant_id, level.on_hand + changes.on_hand_change as on_hand,
        level.reserved + changes.reserved_change as reserved
      from changes
        join stock_levels level using (variant_id)
        join products on products.id = level.product_id
      where level.reserved + changes.reserved_change between 0 and level.on_hand + changes.on_hand_change
        and (changes.on_sale_only = 0 or (level.on_sale and products.status = 'ACTIVE'))
      order by level.variant_id
      for no key update of level
    ),
    allowed as materialized (select (select count(*) from locked) = ${changes.length}::int as moved),
    movements as (
      insert into stock_movements (id, variant_id, type, on_hand_change, reserved_change, reason, order_id)
      select movement_id, variant_id, type, on_hand_change, reserved_change, ${reason ?? null}::text, ${orderId}::uuid
      from changes where (select moved from allowed)
    ),
    levels as (
      update stock_levels level set on_hand = locked.on_hand, reserved = locked.reserved
      from locked where level.variant_id = locked.variant_id and (select moved from allowed)
    )
    select moved from allowed`);
  return outcome?.moved === true;
}

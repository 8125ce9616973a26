import { asc, eq, sql } from "drizzle-orm";
import {
  discountAllocations,
  type orderItems,
  type orders,
  orderTaxes,
  type StoredAllocation,
  type StoredTax,
} from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { OrderId, OrderItemId } from "#platform/shop/ids.ts";
import type { Quote } from "../quote/quote.ts";

/** A rate of an order's tax, as it is stored. */
export type OrderTax = typeof orderTaxes.$inferSelect;
/** A part of a discount, as it is stored. */
export type DiscountPart = typeof discountAllocations.$inferSelect;

/** The columns of an order that hold its sums. */
export type OrderSums = Required<
  Pick<
    typeof orders.$inferInsert,
    | "subtotalMinor"
    | "discountMinor"
    | "shippingMinor"
    | "shippingDiscountMinor"
    | "shippingTaxMinor"
    | "taxMinor"
    | "totalMinor"
  >
>;

/** The columns of a line that hold its price. */
export type ItemPrice = Pick<
  typeof orderItems.$inferSelect,
  "unitPriceMinor" | "discountMinor" | "taxMinor" | "totalMinor" | "taxName" | "taxRate" | "taxTreatment"
>;

/** What a quote comes to for an order, as it is stored. */
export type PricedOrder = {
  readonly sums: { readonly [Column in keyof OrderSums]: bigint };
  readonly pricesIncludeTax: boolean;
  /** In the order of the lines. */
  readonly items: readonly ItemPrice[];
  /** None while the shop has no tax rates. */
  readonly taxes: readonly StoredTax[];
  readonly allocations: readonly StoredAllocation[];
};

/** The rows of an order by its quote. @param itemIds the ids of its lines, in the order in which they were quoted. */
export function pricedOrder({ price, unitPrices, isTaxed }: Quote, itemIds: readonly OrderItemId[]): PricedOrder {
  return {
    sums: {
      subtotalMinor: price.subtotal,
      discountMinor: price.discount,
      shippingMinor: price.shipping,
      shippingDiscountMinor: price.shippingPrice.discount,
      shippingTaxMinor: price.shippingPrice.tax,
      taxMinor: price.tax,
      totalMinor: price.total,
    },
    pricesIncludeTax: price.pricesIncludeTax,
    items: price.lines.map(({ discount, tax, total, rule }, index) => ({
      unitPriceMinor: unitPrices[index] ?? 0n,
      discountMinor: discount,
      taxMinor: tax,
      totalMinor: total,
      taxName: rule.name,
      taxRate: Number(rule.rate),
      taxTreatment: rule.treatment,
    })),
    taxes: isTaxed ? storedTaxes(price) : [],
    allocations: storedAllocations(price, itemIds),
  };
}

function storedTaxes({ taxes, shippingPrice }: Quote["price"]): StoredTax[] {
  return taxes.map(({ rule, taxable, tax }) => {
    const share = shippingPrice.shares.find(
      (one) => one.rule.rate === rule.rate && one.rule.treatment === rule.treatment,
    );
    return {
      name: rule.name,
      rate: Number(rule.rate),
      treatment: rule.treatment,
      taxableMinor: taxable.toString(),
      taxMinor: tax.toString(),
      shippingMinor: (share?.amount ?? 0n).toString(),
      shippingTaxMinor: (share?.tax ?? 0n).toString(),
    };
  });
}

/** Parts of 0 are left out, but for one of a discount that takes nothing off. */
function storedAllocations({ discounts }: Quote["price"], itemIds: readonly OrderItemId[]): StoredAllocation[] {
  return discounts.flatMap(({ discount, lines, shipping, amount }): StoredAllocation[] => {
    const part = (itemId: OrderItemId | null, minorUnits: bigint): StoredAllocation => ({
      discountId: discount.id,
      itemId,
      name: discount.name,
      code: discount.code,
      amountMinor: minorUnits.toString(),
    });
    const ofLines = lines.flatMap((minorUnits, index) => {
      const itemId = itemIds[index];
      return minorUnits === 0n || itemId === undefined ? [] : [part(itemId, minorUnits)];
    });
    return shipping > 0n || amount === 0n ? [...ofLines, part(null, shipping)] : ofLines;
  });
}

/** Writes what an order's sums are made of, in one statement; none for an order without taxes and discounts. */
export async function writePriceParts(
  tx: Tx,
  orderId: OrderId,
  { taxes, allocations }: Pick<PricedOrder, "taxes" | "allocations">,
): Promise<void> {
  if (taxes.length === 0 && allocations.length === 0) return;
  await tx.execute(sql`
    with taxes as (
      insert into ${orderTaxes} (order_id, position, name, rate_millionths, treatment, taxable_minor, tax_minor, shipping_minor, shipping_tax_minor)
      select ${orderId}::uuid, ordinality, name, rate, treatment, "taxableMinor", "taxMinor", "shippingMinor", "shippingTaxMinor"
      from rows from (json_to_recordset(${JSON.stringify(taxes)}::json) as (name text, rate int, treatment text,
        "taxableMinor" bigint, "taxMinor" bigint, "shippingMinor" bigint, "shippingTaxMinor" bigint)) with ordinality
    )
    insert into ${discountAllocations} (order_id, position, discount_id, item_id, name, code, amount_minor)
    select ${orderId}::uuid, ordinality, "discountId", "itemId", name, code, "amountMinor"
    from rows from (json_to_recordset(${JSON.stringify(allocations)}::json) as ("discountId" uuid, "itemId" uuid, name text, code text,
      "amountMinor" bigint)) with ordinality`);
}

/** Replaces what an order's sums are made of. */
export async function replacePriceParts(
  tx: Tx,
  orderId: OrderId,
  parts: Pick<PricedOrder, "taxes" | "allocations">,
): Promise<void> {
  await tx.delete(orderTaxes).where(eq(orderTaxes.orderId, orderId));
  await tx.delete(discountAllocations).where(eq(discountAllocations.orderId, orderId));
  await writePriceParts(tx, orderId, parts);
}

/** The taxes of the orders. */
export async function readTaxes(db: Db, ids: readonly OrderId[]): Promise<OrderTax[]> {
  return db
    .select()
    .from(orderTaxes)
    .where(isAnyOf(orderTaxes.orderId, [...ids]))
    .orderBy(asc(orderTaxes.orderId), asc(orderTaxes.position));
}

/** The parts of the orders' discounts, in the order of application. */
export async function readDiscountParts(db: Db, ids: readonly OrderId[]): Promise<DiscountPart[]> {
  return db
    .select()
    .from(discountAllocations)
    .where(isAnyOf(discountAllocations.orderId, [...ids]))
    .orderBy(asc(discountAllocations.orderId), asc(discountAllocations.position));
}

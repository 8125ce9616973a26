import { and, eq, notInArray, sql } from "drizzle-orm";
import { type EditedLine, type EditedPrice, orderItems } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import type { Order } from "./order.ts";
import type { OrderSums } from "./order-price.ts";

/** The sums of an edited order. One of the release before costs the sum of its lines. */
export function editedSums(
  lines: readonly EditedLine[],
  price: EditedPrice | undefined,
): { [Column in keyof OrderSums]: bigint } {
  const subtotal = lines.reduce((sum, line) => sum + BigInt(line.unitPriceMinor) * BigInt(line.quantity), 0n);
  const { sums } = price ?? {};
  return {
    subtotalMinor: BigInt(sums?.subtotalMinor ?? subtotal),
    discountMinor: BigInt(sums?.discountMinor ?? 0n),
    shippingMinor: BigInt(sums?.shippingMinor ?? 0n),
    shippingDiscountMinor: BigInt(sums?.shippingDiscountMinor ?? 0n),
    shippingTaxMinor: BigInt(sums?.shippingTaxMinor ?? 0n),
    taxMinor: BigInt(sums?.taxMinor ?? 0n),
    totalMinor: BigInt(sums?.totalMinor ?? subtotal),
  };
}

/** Makes an order's lines what an edit says: removes, changes and adds them. */
export async function replaceItems(
  tx: Tx,
  order: Pick<Order, "id" | "currency">,
  lines: readonly EditedLine[],
): Promise<void> {
  const kept = lines.map(({ id }) => id);
  await tx.delete(orderItems).where(and(eq(orderItems.orderId, order.id), notInArray(orderItems.id, kept)));
  await tx
    .insert(orderItems)
    .values(lines.map((line) => itemRow(order, line)))
    .onConflictDoUpdate({
      target: orderItems.id,
      set: {
        quantity: sql`excluded.quantity`,
        unitPriceMinor: sql`excluded.unit_price_minor`,
        discountMinor: sql`excluded.discount_minor`,
        taxMinor: sql`excluded.tax_minor`,
        totalMinor: sql`excluded.total_minor`,
        taxName: sql`excluded.tax_name`,
        taxRate: sql`excluded.tax_rate_millionths`,
        taxTreatment: sql`excluded.tax_treatment`,
      },
    });
}

function itemRow(order: Pick<Order, "id" | "currency">, line: EditedLine): typeof orderItems.$inferInsert {
  const { unitPriceMinor, marketPriceMinor, discountMinor, taxMinor, totalMinor, categoryIds, ...rest } = line;
  const unitPrice = BigInt(unitPriceMinor);
  return {
    ...rest,
    orderId: order.id,
    currency: order.currency,
    unitPriceMinor: unitPrice,
    marketPriceMinor: BigInt(marketPriceMinor ?? unitPrice),
    discountMinor: BigInt(discountMinor ?? 0n),
    taxMinor: BigInt(taxMinor ?? 0n),
    totalMinor: BigInt(totalMinor ?? unitPrice * BigInt(line.quantity)),
    categoryIds: [...(categoryIds ?? [])],
  };
}

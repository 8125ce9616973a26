import type { Cluster } from "./cluster.ts";

/**
 * Adds up every order's children: its lines, the parts of its discounts, and its tax by rate. Each sum of the order, and each of a line, must be the
 * sum of its parts to the minor unit. Returns one sentence for each that is not.
 */
export async function checkPrices({ sql }: { readonly sql: Pick<Cluster["sql"], "orders"> }): Promise<string[]> {
  const rows = await sql.orders<{ what: string }[]>`
    WITH lines AS (
      SELECT order_id, sum(unit_price_minor * quantity) AS list, sum(discount_minor) AS discount, sum(tax_minor) AS tax, sum(total_minor) AS total
      FROM order_items GROUP BY order_id),
    allocated AS (
      SELECT order_id, sum(amount_minor) AS discount, coalesce(sum(amount_minor) FILTER (WHERE item_id IS NULL), 0) AS shipping
      FROM discount_allocations GROUP BY order_id),
    taxed AS (
      SELECT order_id, sum(tax_minor) AS tax, sum(shipping_tax_minor) AS shipping_tax, sum(shipping_minor) AS shipping
      FROM order_taxes GROUP BY order_id),
    sums AS (
      SELECT o.id, o.subtotal_minor, o.discount_minor, o.shipping_minor, o.shipping_discount_minor, o.shipping_tax_minor, o.tax_minor, o.total_minor,
        CASE WHEN o.prices_include_tax THEN 0 ELSE 1 END AS added, l.list, l.discount, l.tax, l.total, taxed.order_id IS NOT NULL AS is_taxed,
        coalesce(a.discount, 0) AS allocated, coalesce(a.shipping, 0) AS allocated_shipping,
        coalesce(taxed.tax, 0) AS taxes, coalesce(taxed.shipping_tax, 0) AS shipping_taxes, coalesce(taxed.shipping, 0) AS taxed_shipping
      FROM orders o JOIN lines l ON l.order_id = o.id
      LEFT JOIN allocated a ON a.order_id = o.id LEFT JOIN taxed ON taxed.order_id = o.id)
    SELECT format('order %s: %s', id, problem) AS what FROM sums CROSS JOIN LATERAL (VALUES
      (subtotal_minor = list, 'the lines do not add up to the subtotal'),
      (total_minor = subtotal_minor - discount_minor + shipping_minor + added * tax_minor, 'the total is not its parts'),
      (total_minor = total + shipping_minor - shipping_discount_minor + added * shipping_tax_minor, 'the lines and shipping do not add up to the total'),
      (discount_minor = discount + shipping_discount_minor, 'the discounts of lines and shipping do not add up'),
      (discount_minor = allocated AND shipping_discount_minor = allocated_shipping, 'the parts of the discounts do not add up'),
      (tax_minor = tax + shipping_tax_minor, 'the tax of lines and shipping does not add up'),
      (tax_minor = taxes AND shipping_tax_minor = shipping_taxes, 'the tax by rate does not add up'),
      (NOT is_taxed OR shipping_minor - shipping_discount_minor = taxed_shipping, 'the shipping by rate does not add up')
    ) AS checks (holds, problem) WHERE NOT holds
    UNION ALL
    SELECT format('line %s: its discounts do not add up', i.id) FROM order_items i
    WHERE i.discount_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM discount_allocations WHERE item_id = i.id)`;
  return rows.map(({ what }) => what);
}

/**
 * A discount is used by the orders that have it and were not cancelled unpaid: its counters say as many, no more than its limits, and no order that
 * was cancelled unpaid has it still.
 */
export async function checkRedemptions({ sql }: Cluster): Promise<string[]> {
  const rows = await sql.orders<{ what: string }[]>`
    SELECT format('discount %s: %s uses are counted, %s orders have it', d.id, d.used, count(r.order_id)) AS what
    FROM discounts d LEFT JOIN discount_redemptions r ON r.discount_id = d.id AND r.released_at IS NULL
    WHERE d.usage_limit IS NOT NULL GROUP BY d.id HAVING d.used <> count(r.order_id) OR d.used > d.usage_limit
    UNION ALL
    SELECT format('discount %s: %s uses of a buyer are counted', b.discount_id, b.used)
    FROM discount_buyers b JOIN discounts d ON d.id = b.discount_id AND d.usage_limit_per_buyer IS NOT NULL
    WHERE b.used > d.usage_limit_per_buyer OR b.used <> (SELECT count(*) FROM discount_redemptions r
      WHERE r.discount_id = b.discount_id AND r.buyer = b.buyer AND r.released_at IS NULL)
    UNION ALL
    SELECT format('order %s (%s, %s): its uses of discounts were%s given back', o.id, o.status, o.payment_status,
      CASE WHEN r.released_at IS NULL THEN ' not' ELSE '' END)
    FROM discount_redemptions r JOIN orders o ON o.id = r.order_id
    WHERE r.released_at IS NULL AND o.status = 'CANCELLED' AND o.payment_status = 'CANCELLED'
      OR r.released_at IS NOT NULL AND o.status <> 'CANCELLED'
        AND EXISTS (SELECT FROM discount_allocations a WHERE a.order_id = o.id AND a.discount_id = r.discount_id)`;
  return rows.map(({ what }) => what);
}

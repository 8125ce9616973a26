import type { Cluster } from "./cluster.ts";

/**
 * Checks what happened after the sale: the counters of each line are the sums of its parcels, returns and refunds; refunds add up to what the order and
 * the credit notes say; documents are numbered from 1 without a gap. Returns one sentence for each violation.
 */
export async function checkAfterSale({ sql }: Cluster): Promise<string[]> {
  const rows = await sql.orders<{ fault: string }[]>`
    SELECT 'the counters of line ' || i.id || ' are not the sums of what happened to it' AS fault FROM order_items i
    WHERE i.shipped > 0 AND i.shipped <> (SELECT coalesce(sum(quantity), 0) FROM shipment_lines WHERE item_id = i.id)
       OR i.returned <> (SELECT coalesce(sum(l.quantity), 0) FROM return_lines l JOIN returns r ON r.id = l.return_id
            WHERE l.item_id = i.id AND r.status <> 'DECLINED')
       OR (i.refunded_quantity, i.refunded_minor, i.refunded_tax_minor) <> (
            SELECT coalesce(sum(l.quantity), 0), coalesce(sum(l.amount_minor), 0), coalesce(sum(l.tax_minor), 0)
            FROM refund_lines l JOIN payment_transactions t ON t.id = l.refund_id WHERE l.item_id = i.id AND t.status <> 'FAILED')
       OR i.refunded_minor > i.total_minor
    UNION ALL
    SELECT 'the fences of order ' || o.id || ' are not the sums of its refunds' FROM orders o
    WHERE (o.refund_committed_minor, o.shipping_refunded_minor) <> (
            SELECT coalesce(sum(amount_minor), 0), coalesce(sum(shipping_minor), 0) FROM payment_transactions
            WHERE order_id = o.id AND type <> 'CHARGE' AND status <> 'FAILED')
    UNION ALL
    SELECT 'the credit notes of order ' || o.id || ' are not its refunds' FROM orders o
    WHERE o.invoice_due_at IS NULL AND EXISTS (SELECT FROM invoices WHERE order_id = o.id)
      AND o.amount_refunded_minor <> (SELECT coalesce(sum(total_minor), 0) FROM invoices WHERE order_id = o.id AND kind = 'CREDIT_NOTE')
    UNION ALL
    SELECT 'the documents of ' || year || ' have gaps' FROM invoices GROUP BY year HAVING count(*) <> max(sequence)`;
  return rows.map(({ fault }) => fault);
}

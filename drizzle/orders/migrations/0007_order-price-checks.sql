-- outside-transaction
-- The sums of the orders that are there, a thousand at a time so that the running shop waits for no lock, and then the checks.
DO $$
BEGIN
  LOOP
    UPDATE order_items SET total_minor = subtotal_minor, market_price_minor = unit_price_minor
    WHERE id IN (SELECT id FROM order_items WHERE total_minor IS NULL ORDER BY id LIMIT 1000);
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
  LOOP
    UPDATE orders SET subtotal_minor = total_minor
    WHERE id IN (SELECT id FROM orders WHERE subtotal_minor IS NULL ORDER BY id LIMIT 1000);
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END $$;--> statement-breakpoint
ALTER TABLE "order_items" DROP CONSTRAINT IF EXISTS "order_items_total";--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_total" CHECK ("order_items"."total_minor" - ("order_items"."subtotal_minor" - "order_items"."discount_minor") in (0, "order_items"."tax_minor")
        and "order_items"."discount_minor" between 0 and "order_items"."subtotal_minor" and "order_items"."tax_minor" >= 0) NOT VALID;--> statement-breakpoint
ALTER TABLE "order_items" VALIDATE CONSTRAINT "order_items_total";--> statement-breakpoint
ALTER TABLE "order_items" DROP CONSTRAINT IF EXISTS "order_items_treatment";--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_treatment" CHECK ("order_items"."tax_treatment" in ('STANDARD', 'REVERSE_CHARGE', 'EXPORT', 'NOT_COLLECTED')) NOT VALID;--> statement-breakpoint
ALTER TABLE "order_items" VALIDATE CONSTRAINT "order_items_treatment";--> statement-breakpoint
ALTER TABLE "orders" DROP CONSTRAINT IF EXISTS "orders_total";--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_total" CHECK ("orders"."total_minor" = "orders"."subtotal_minor" - "orders"."discount_minor" + "orders"."shipping_minor"
        + case when "orders"."prices_include_tax" then 0 else "orders"."tax_minor" end) NOT VALID;--> statement-breakpoint
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_total";--> statement-breakpoint
ALTER TABLE "orders" DROP CONSTRAINT IF EXISTS "orders_parts";--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_parts" CHECK ("orders"."discount_minor" >= "orders"."shipping_discount_minor" and "orders"."shipping_discount_minor" between 0 and "orders"."shipping_minor"
        and "orders"."discount_minor" - "orders"."shipping_discount_minor" <= "orders"."subtotal_minor"
        and "orders"."shipping_tax_minor" between 0 and "orders"."tax_minor") NOT VALID;--> statement-breakpoint
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_parts";--> statement-breakpoint
ALTER TABLE "orders" DROP CONSTRAINT IF EXISTS "orders_subtotal_known";--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_subtotal_known" CHECK (subtotal_minor IS NOT NULL) NOT VALID;--> statement-breakpoint
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_subtotal_known";--> statement-breakpoint
ALTER TABLE "order_items" DROP CONSTRAINT IF EXISTS "order_items_sums_known";--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_sums_known" CHECK (total_minor IS NOT NULL AND market_price_minor IS NOT NULL) NOT VALID;--> statement-breakpoint
ALTER TABLE "order_items" VALIDATE CONSTRAINT "order_items_sums_known";--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "subtotal_minor" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ALTER COLUMN "total_minor" SET NOT NULL, ALTER COLUMN "market_price_minor" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" DROP CONSTRAINT "orders_subtotal_known";--> statement-breakpoint
ALTER TABLE "order_items" DROP CONSTRAINT "order_items_sums_known";

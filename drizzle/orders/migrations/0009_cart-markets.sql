-- outside-transaction
-- The default market has the id that products gives it. Rows are moved a thousand at a time, so that the running shop waits for no lock.
ALTER TABLE "carts" ALTER COLUMN "market_id" SET DEFAULT '00000000-0000-7000-8000-000000000001';--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "market_id" SET DEFAULT '00000000-0000-7000-8000-000000000001';--> statement-breakpoint
ALTER TABLE "cart_items" ADD COLUMN IF NOT EXISTS "price_currency" text;--> statement-breakpoint
DO $$
DECLARE
  earlier CONSTANT uuid := '01900000-0000-7000-8004-000000000001';
  later CONSTANT uuid := '00000000-0000-7000-8000-000000000001';
  last uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  UPDATE carts SET market_id = later WHERE market_id = earlier;
  COMMIT;
  LOOP
    WITH part AS MATERIALIZED (SELECT id FROM orders WHERE id > last ORDER BY id LIMIT 1000),
      moved AS (UPDATE orders SET market_id = later FROM part WHERE orders.id = part.id AND market_id = earlier)
    SELECT max(id::text)::uuid INTO last FROM part;
    EXIT WHEN last IS NULL;
    COMMIT;
  END LOOP;
END $$;

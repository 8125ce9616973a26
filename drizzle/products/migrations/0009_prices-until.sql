-- outside-transaction
-- Products whose price is scheduled to change. On a table that the shop writes to all the time.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "products_prices_until" ON "products" USING btree ("prices_until") WHERE prices_until is not null;

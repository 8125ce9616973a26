-- outside-transaction
-- Built while the shop sells.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "products_label_ids" ON "products" USING gin ("label_ids") WITH (fastupdate=false) WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "products_off_sale_categories" ON "products" USING gin ("category_ids") WHERE status <> 'ACTIVE';--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "search_index_label_ids" ON "search_index" USING gin ("label_ids") WITH (fastupdate=false) WHERE is_active;

-- outside-transaction
-- Built while the shop sells. The old index holds until the new one does, under its name.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "variants_sku_and_scope" ON "variants" USING btree ("sku","sku_scope") WHERE removed_at is null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "variants_sku";--> statement-breakpoint
ALTER INDEX "variants_sku_and_scope" RENAME TO "variants_sku";

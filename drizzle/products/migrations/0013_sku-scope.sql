-- SKUs become unique in the whole shop only once their product was published; before that, among its owner's drafts.
ALTER TABLE "variants" ADD COLUMN "sku_scope" uuid DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL;--> statement-breakpoint
CREATE FUNCTION sku_scope_of(product_id uuid, owner_id uuid, published_at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN published_at IS NULL THEN coalesce(owner_id, product_id) ELSE '00000000-0000-0000-0000-000000000000'::uuid END;--> statement-breakpoint
CREATE FUNCTION scope_new_sku() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT sku_scope_of(id, owner_id, published_at) INTO NEW.sku_scope FROM products WHERE id = NEW.product_id;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER variants_sku_scoped BEFORE INSERT ON variants FOR EACH ROW EXECUTE FUNCTION scope_new_sku();--> statement-breakpoint
CREATE FUNCTION scope_skus_of_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE variants SET sku_scope = sku_scope_of(NEW.id, NEW.owner_id, NEW.published_at) WHERE product_id = NEW.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER products_skus_scoped AFTER UPDATE OF owner_id, published_at ON products
FOR EACH ROW WHEN (sku_scope_of(OLD.id, OLD.owner_id, OLD.published_at) <> sku_scope_of(NEW.id, NEW.owner_id, NEW.published_at))
EXECUTE FUNCTION scope_skus_of_product();--> statement-breakpoint
UPDATE variants SET sku_scope = sku_scope_of(products.id, owner_id, published_at)
FROM products WHERE products.id = product_id AND published_at IS NULL;

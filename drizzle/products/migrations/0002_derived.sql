-- What is derived and kept beside its source, whoever writes the source. Each takes its locks in the order of the ids, and writes from what it
-- locked: a row is held to its constraints first as it follows from the row that the statement's snapshot shows, which may be older.

-- Levels change often and in place: room on each page keeps their indexes out of it.
ALTER TABLE stock_levels SET (fillfactor = 70);--> statement-breakpoint

-- Products count their variants with something available.
CREATE FUNCTION count_variants_in_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    WITH changes AS (
      SELECT product_id, count(*) AS change FROM new_levels WHERE on_sale AND on_hand > reserved GROUP BY product_id
    ), locked AS MATERIALIZED (
      SELECT id, variants_in_stock FROM products WHERE id IN (SELECT product_id FROM changes) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE products SET variants_in_stock = locked.variants_in_stock + change
    FROM changes JOIN locked ON locked.id = product_id WHERE products.id = product_id;
  ELSE
    IF NOT EXISTS (
      SELECT FROM new_levels n JOIN old_levels o USING (variant_id)
      WHERE (n.on_sale AND n.on_hand > n.reserved) <> (o.on_sale AND o.on_hand > o.reserved)
    ) THEN
      RETURN NULL;
    END IF;
    WITH changes AS (
      SELECT n.product_id,
        sum((n.on_sale AND n.on_hand > n.reserved)::int - (o.on_sale AND o.on_hand > o.reserved)::int) AS change
      FROM new_levels n JOIN old_levels o USING (variant_id) GROUP BY n.product_id
    ), locked AS MATERIALIZED (
      SELECT id, variants_in_stock FROM products
      WHERE id IN (SELECT product_id FROM changes WHERE change <> 0) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE products SET variants_in_stock = locked.variants_in_stock + change
    FROM changes JOIN locked ON locked.id = product_id WHERE products.id = product_id;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER stock_levels_counted_when_made AFTER INSERT ON stock_levels
REFERENCING NEW TABLE AS new_levels FOR EACH STATEMENT EXECUTE FUNCTION count_variants_in_stock();--> statement-breakpoint
CREATE TRIGGER stock_levels_counted_when_changed AFTER UPDATE ON stock_levels
REFERENCING OLD TABLE AS old_levels NEW TABLE AS new_levels FOR EACH STATEMENT EXECUTE FUNCTION count_variants_in_stock();--> statement-breakpoint

-- Categories count their products on sale.
CREATE FUNCTION count_products_of_categories() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    WITH changes AS (
      SELECT category_id, count(*) AS change FROM new_products, unnest(category_ids) AS category_id
      WHERE status = 'ACTIVE' GROUP BY category_id
    ), locked AS MATERIALIZED (
      SELECT id FROM categories WHERE id IN (SELECT category_id FROM changes) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE categories SET product_count = product_count + change
    FROM changes WHERE id = category_id AND id IN (SELECT id FROM locked);
  ELSE
    IF NOT EXISTS (
      SELECT FROM new_products n JOIN old_products o USING (id)
      WHERE (n.status, n.category_ids) IS DISTINCT FROM (o.status, o.category_ids)
    ) THEN
      RETURN NULL;
    END IF;
    WITH counted AS (
      SELECT category_id, 1 AS change FROM new_products, unnest(category_ids) AS category_id WHERE status = 'ACTIVE'
      UNION ALL
      SELECT category_id, -1 FROM old_products, unnest(category_ids) AS category_id WHERE status = 'ACTIVE'
    ), changes AS (
      SELECT category_id, sum(change) AS change FROM counted GROUP BY category_id HAVING sum(change) <> 0
    ), locked AS MATERIALIZED (
      SELECT id FROM categories WHERE id IN (SELECT category_id FROM changes) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE categories SET product_count = product_count + change
    FROM changes WHERE id = category_id AND id IN (SELECT id FROM locked);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER products_counted_when_made AFTER INSERT ON products
REFERENCING NEW TABLE AS new_products FOR EACH STATEMENT EXECUTE FUNCTION count_products_of_categories();--> statement-breakpoint
CREATE TRIGGER products_counted_when_changed AFTER UPDATE ON products
REFERENCING OLD TABLE AS old_products NEW TABLE AS new_products FOR EACH STATEMENT EXECUTE FUNCTION count_products_of_categories();--> statement-breakpoint

-- Words that products are found by are noted, and never forgotten: one too many does no harm.
CREATE FUNCTION note_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_words (word, stem)
  SELECT word, stem
  FROM unnest(tsvector_to_array(to_tsvector('public.shop_words'::regconfig,
    NEW.name || ' ' || NEW.description || ' ' || array_to_string(NEW.tags, ' ')))) AS word,
    LATERAL (SELECT (tsvector_to_array(to_tsvector('public.shop'::regconfig, word)))[1] AS stem) AS stemmed
  WHERE stem IS NOT NULL AND length(word) BETWEEN 2 AND 40
  ORDER BY word
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER products_words_noted AFTER INSERT OR UPDATE OF name, description, tags ON products
FOR EACH ROW EXECUTE FUNCTION note_search_words();--> statement-breakpoint

-- Products on sale stand on the shelves of their categories and tags.
CREATE FUNCTION shelf_of_tag(tag text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(encode(sha256(convert_to('tag:' || tag, 'UTF8')), 'hex'), 1, 32)::uuid;--> statement-breakpoint
CREATE FUNCTION put_on_shelves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.status, NEW.category_ids, NEW.tags, NEW.created_at, NEW.name, NEW.currency, NEW.price_min)
      IS NOT DISTINCT FROM (OLD.status, OLD.category_ids, OLD.tags, OLD.created_at, OLD.name, OLD.currency, OLD.price_min) THEN
      RETURN NULL;
    END IF;
    DELETE FROM shelves WHERE product_id = OLD.id;
  END IF;
  IF NEW.status = 'ACTIVE' THEN
    INSERT INTO shelves (product_id, shelf, created_at, name, currency, price)
    SELECT NEW.id, shelf, NEW.created_at, lower(NEW.name), NEW.currency, NEW.price_min
    FROM (
      SELECT unnest(NEW.category_ids) AS shelf UNION SELECT shelf_of_tag(tag) FROM unnest(NEW.tags) AS tag
    ) AS all_of_them;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER products_put_on_shelves AFTER INSERT OR UPDATE ON products
FOR EACH ROW EXECUTE FUNCTION put_on_shelves();

-- Whoever writes category_ids writes what was chosen. Product writers share the tree's lock, which moves of categories take alone: a product is
-- committed before a move begins, and the rewriting that follows it sees the product; or it reads the ancestors that the move has written. Row
-- locks of the categories would not do: while one waits for them, others become its ancestors, and the order of locks is lost.
CREATE OR REPLACE FUNCTION add_ancestor_categories() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.chosen_category_ids := NEW.category_ids;
  IF cardinality(NEW.category_ids) > 0 THEN
    PERFORM pg_advisory_xact_lock_shared(7201910);
    NEW.category_ids := with_ancestors(NEW.category_ids);
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- A change of labels alone leaves prices and their spans as they are: new labels copy the rows that all products of a market have.
CREATE FUNCTION relabel_in_markets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(market_list_lock());
  DELETE FROM market_listing WHERE product_id = NEW.id AND label_id <> every_product_label()
    AND label_id NOT IN (SELECT label_id FROM listing_index WHERE product_id = NEW.id);
  INSERT INTO market_listing (product_id, market_id, label_id, created_at, name, price_min, price_max, valid_from, valid_until)
  SELECT listed.product_id, market_id, labels.label_id, listed.created_at, listed.name, price_min, price_max, valid_from, valid_until
  FROM market_listing AS listed JOIN listing_index AS labels ON labels.product_id = listed.product_id
  WHERE listed.product_id = NEW.id AND listed.label_id = every_product_label()
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
DROP TRIGGER products_sold_in_markets ON products;--> statement-breakpoint
-- After products_listed_under_labels, whose labels they copy: triggers run in the order of their names.
CREATE TRIGGER products_sold_in_markets AFTER UPDATE ON products
FOR EACH ROW WHEN ((OLD.status, OLD.created_at, OLD.name, OLD.currency) IS DISTINCT FROM (NEW.status, NEW.created_at, NEW.name, NEW.currency))
EXECUTE FUNCTION list_changed_product();--> statement-breakpoint
CREATE TRIGGER products_relabelled_in_markets AFTER UPDATE ON products
FOR EACH ROW WHEN ((OLD.status, OLD.created_at, OLD.name, OLD.currency) IS NOT DISTINCT FROM (NEW.status, NEW.created_at, NEW.name, NEW.currency)
  AND (OLD.category_ids, OLD.tags, OLD.label_ids) IS DISTINCT FROM (NEW.category_ids, NEW.tags, NEW.label_ids))
EXECUTE FUNCTION relabel_in_markets();

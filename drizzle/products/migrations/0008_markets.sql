-- Markets and prices over time.
CREATE TABLE "market_listing" (
	"product_id" uuid NOT NULL,
	"market_id" uuid NOT NULL,
	"label_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"name" text NOT NULL,
	"price_min" bigint NOT NULL,
	"price_max" bigint NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "market_listing_product_id_market_id_label_id_valid_from_pk" PRIMARY KEY("product_id","market_id","label_id","valid_from")
);--> statement-breakpoint
CREATE TABLE "markets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"countries" text[] NOT NULL,
	"languages" text[] NOT NULL,
	"prices_include_tax" boolean NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"listed_at" timestamp (3) with time zone,
	"listed_product_id" uuid
);--> statement-breakpoint
CREATE TABLE "variant_prices" (
	"variant_id" uuid NOT NULL,
	"market_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"price" bigint NOT NULL,
	"compare_at" bigint,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	CONSTRAINT "variant_prices_variant_id_market_id_valid_from_pk" PRIMARY KEY("variant_id","market_id","valid_from"),
	CONSTRAINT "variant_prices_price" CHECK (price >= 0),
	CONSTRAINT "variant_prices_compare_at" CHECK (compare_at > price),
	CONSTRAINT "variant_prices_valid" CHECK (valid_until > valid_from)
);--> statement-breakpoint
CREATE INDEX "market_listing_newest" ON "market_listing" USING btree ("market_id","label_id","created_at","product_id");--> statement-breakpoint
CREATE INDEX "market_listing_by_name" ON "market_listing" USING btree ("market_id","label_id","name","product_id");--> statement-breakpoint
CREATE INDEX "market_listing_by_price" ON "market_listing" USING btree ("market_id","label_id","price_min","product_id");--> statement-breakpoint
CREATE INDEX "market_listing_begins" ON "market_listing" USING btree ("valid_from") WHERE valid_from > '-infinity';--> statement-breakpoint
CREATE INDEX "market_listing_ends" ON "market_listing" USING btree ("valid_until") WHERE valid_until < 'infinity';--> statement-breakpoint
CREATE UNIQUE INDEX "markets_code" ON "markets" USING btree ("code");--> statement-breakpoint
-- The default market has this id in every shop.
CREATE FUNCTION default_market_id() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '00000000-0000-7000-8000-000000000001'::uuid;--> statement-breakpoint
-- The label of all products of a market.
CREATE FUNCTION every_product_label() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '00000000-0000-0000-0000-000000000000'::uuid;--> statement-breakpoint
-- Product writes hold this lock shared, and a new market takes it: products written before the market are committed when it is, and those
-- written afterwards know the market.
CREATE FUNCTION market_list_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 7201905;--> statement-breakpoint

-- The prices of variants in a market over time: its own, and in a market with the default market's currency the default market's for the
-- times at which it has none.
CREATE FUNCTION prices_in_market(variant_ids uuid[], market uuid)
RETURNS TABLE (variant_id uuid, price bigint, compare_at bigint, valid tstzrange) LANGUAGE sql STABLE AS $$
  SELECT own.variant_id, own.price, own.compare_at, tstzrange(own.valid_from, own.valid_until)
  FROM variant_prices own JOIN markets ON markets.id = own.market_id AND markets.currency = own.currency
  WHERE own.variant_id = ANY (variant_ids) AND own.market_id = market
  UNION ALL
  SELECT base.variant_id, base.price, base.compare_at, piece
  FROM markets
    JOIN markets standard ON standard.id = default_market_id() AND standard.currency = markets.currency
    JOIN variant_prices base ON base.market_id = standard.id AND base.currency = standard.currency AND base.variant_id = ANY (variant_ids),
    LATERAL unnest(tstzmultirange(tstzrange(base.valid_from, base.valid_until)) - coalesce((
      SELECT range_agg(tstzrange(own.valid_from, own.valid_until)) FROM variant_prices own
      WHERE own.variant_id = base.variant_id AND own.market_id = market
    ), '{}'::tstzmultirange)) AS piece
  WHERE markets.id = market AND markets.id <> standard.id
$$;--> statement-breakpoint

-- Brings everything that is derived from the prices of products up to date: the current prices of their variants, the price range, when that
-- ends, and the listing of each market. A price whose time has come needs none of this to count: readers look at the time.
CREATE FUNCTION refresh_prices(product_ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  now_at timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(market_list_lock());
  PERFORM FROM products WHERE id = ANY (product_ids) ORDER BY id FOR NO KEY UPDATE;
  now_at := date_trunc('milliseconds', clock_timestamp());
  UPDATE variants SET price = running.price
  FROM variant_prices running
  WHERE product_id = ANY (product_ids) AND removed_at IS NULL
    AND running.variant_id = variants.id AND running.market_id = default_market_id()
    AND running.valid_from <= now_at AND (running.valid_until IS NULL OR running.valid_until > now_at)
    AND running.price <> variants.price;
  UPDATE products SET price_min = least, price_max = most, prices_until = ends
  FROM (
    SELECT product_id, min(variants.price) AS least, max(variants.price) AS most, min(changes.first) AS ends
    FROM variants LEFT JOIN LATERAL (
      SELECT min(change) AS first
      FROM variant_prices, LATERAL (VALUES (valid_from), (valid_until)) AS changes(change)
      WHERE variant_id = variants.id AND market_id = default_market_id() AND change > now_at
    ) AS changes ON true
    WHERE product_id = ANY (product_ids) AND removed_at IS NULL
    GROUP BY product_id
  ) AS priced
  WHERE id = priced.product_id AND (price_min, price_max, prices_until) IS DISTINCT FROM (least, most, ends);
  DELETE FROM market_listing WHERE product_id = ANY (product_ids);
  INSERT INTO market_listing (product_id, market_id, label_id, created_at, name, price_min, price_max, valid_from, valid_until)
  WITH listed AS (
    SELECT products.id, products.created_at, lower(products.name) AS name, array_agg(variants.id) AS variant_ids
    FROM products JOIN variants ON variants.product_id = products.id AND variants.removed_at IS NULL
    WHERE products.id = ANY (product_ids) AND status = 'ACTIVE' GROUP BY products.id
  ), sold AS MATERIALIZED (
    SELECT listed.id, markets.id AS market_id, price, valid
    FROM listed CROSS JOIN markets CROSS JOIN LATERAL prices_in_market(listed.variant_ids, markets.id)
    WHERE upper_inf(valid) OR upper(valid) > now_at
  ), starts AS (
    SELECT DISTINCT id, market_id, '-infinity'::timestamptz AS start FROM sold
    UNION
    SELECT id, market_id, start FROM sold, LATERAL (VALUES (lower(valid)), (upper(valid))) AS changes(start) WHERE start > now_at
  ), spans AS (
    SELECT *, lead(start, 1, 'infinity') OVER (PARTITION BY id, market_id ORDER BY start) AS finish FROM starts
  ), priced AS (
    SELECT spans.id, spans.market_id, start, finish, min(price) AS least, max(price) AS most
    FROM spans JOIN sold ON sold.id = spans.id AND sold.market_id = spans.market_id AND valid @> greatest(start, now_at)
    GROUP BY 1, 2, 3, 4
  )
  SELECT listed.id, market_id, label_id, created_at, listed.name, least, most, start, finish
  FROM priced JOIN listed USING (id), LATERAL (
    SELECT every_product_label() AS label_id UNION SELECT label_id FROM listing_index WHERE product_id = listed.id
  ) AS labels;
END $$;--> statement-breakpoint

-- Makes a variant's price and currency its running row in the default market. The row that was running ends now; what is scheduled stays, but for
-- another currency. Returns whether it changed anything.
CREATE FUNCTION keep_default_price(variant uuid, new_price bigint, new_currency text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  moment timestamptz := date_trunc('milliseconds', clock_timestamp());
  running variant_prices;
  ends timestamptz;
BEGIN
  SELECT * INTO running FROM variant_prices
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from <= moment AND (valid_until IS NULL OR valid_until > moment);
  IF FOUND AND running.price = new_price AND running.currency = new_currency THEN
    RETURN false;
  END IF;
  DELETE FROM variant_prices
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from > moment AND currency <> new_currency;
  SELECT min(valid_from) INTO ends FROM variant_prices
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from > moment;
  IF running.valid_from = moment THEN
    UPDATE variant_prices SET price = new_price, currency = new_currency, compare_at = NULL
    WHERE variant_id = variant AND market_id = default_market_id() AND valid_from = moment;
    RETURN true;
  END IF;
  UPDATE variant_prices SET valid_until = moment
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from = running.valid_from;
  INSERT INTO variant_prices (variant_id, market_id, currency, price, valid_from, valid_until)
  VALUES (variant, default_market_id(), new_currency, new_price, moment, least(running.valid_until, ends));
  RETURN true;
END $$;--> statement-breakpoint

CREATE FUNCTION price_new_variants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM keep_default_price(new_variants.id, price, currency)
  FROM new_variants JOIN products ON products.id = product_id WHERE removed_at IS NULL;
  PERFORM refresh_prices(array(SELECT DISTINCT product_id FROM new_variants));
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION price_changed_variant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  priced boolean := false;
BEGIN
  IF NEW.removed_at IS NULL THEN
    SELECT keep_default_price(NEW.id, NEW.price, currency) INTO priced FROM products WHERE id = NEW.product_id;
  END IF;
  IF priced OR NEW.removed_at IS DISTINCT FROM OLD.removed_at THEN
    PERFORM refresh_prices(ARRAY[NEW.product_id]);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION list_changed_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.currency <> OLD.currency THEN
    PERFORM keep_default_price(id, price, NEW.currency) FROM variants WHERE product_id = NEW.id AND removed_at IS NULL;
  END IF;
  PERFORM refresh_prices(ARRAY[NEW.id]);
  RETURN NULL;
END $$;--> statement-breakpoint
-- A shop that has products has a market: in the currency that most of them are priced in. A new shop chooses its own.
INSERT INTO markets (id, code, name, currency, countries, languages, prices_include_tax)
SELECT default_market_id(), 'default', 'Default', currency, '{}', '{en}', false
FROM products GROUP BY currency ORDER BY count(*) FILTER (WHERE status = 'ACTIVE') DESC, count(*) DESC, currency LIMIT 1;--> statement-breakpoint
INSERT INTO variant_prices (variant_id, market_id, currency, price, valid_from)
SELECT variants.id, default_market_id(), products.currency, variants.price, date_trunc('milliseconds', now())
FROM variants JOIN products ON products.id = product_id;--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS btree_gist;--> statement-breakpoint
ALTER TABLE variant_prices ADD CONSTRAINT variant_prices_never_overlap
EXCLUDE USING gist (variant_id WITH =, market_id WITH =, tstzrange(valid_from, valid_until) WITH &&);--> statement-breakpoint
-- Statements whose locks block others come last. The new checks let more pass than the old ones.
ALTER TABLE "products" DROP CONSTRAINT "products_price";--> statement-breakpoint
ALTER TABLE "variants" DROP CONSTRAINT "variants_price";--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "prices_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "is_returnable" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "variants" ADD COLUMN "tax_class" text DEFAULT 'standard' NOT NULL;--> statement-breakpoint
ALTER TABLE "variants" ADD COLUMN "weight_grams" integer;--> statement-breakpoint
ALTER TABLE "variant_prices" ADD CONSTRAINT "variant_prices_variant_id_variants_id_fk" FOREIGN KEY ("variant_id") REFERENCES "public"."variants"("id") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_price" CHECK (0 <= price_min and price_min <= price_max) NOT VALID;--> statement-breakpoint
ALTER TABLE "variants" ADD CONSTRAINT "variants_weight" CHECK (weight_grams >= 0) NOT VALID;--> statement-breakpoint
ALTER TABLE "variants" ADD CONSTRAINT "variants_price" CHECK (price >= 0) NOT VALID;--> statement-breakpoint
CREATE TRIGGER variants_priced_when_made AFTER INSERT ON variants
REFERENCING NEW TABLE AS new_variants FOR EACH STATEMENT EXECUTE FUNCTION price_new_variants();--> statement-breakpoint
CREATE TRIGGER variants_priced_when_changed AFTER UPDATE OF price, removed_at ON variants
FOR EACH ROW WHEN ((OLD.price, OLD.removed_at) IS DISTINCT FROM (NEW.price, NEW.removed_at)) EXECUTE FUNCTION price_changed_variant();--> statement-breakpoint
-- After products_listed_under_labels, whose labels it copies: triggers run in the order of their names.
CREATE TRIGGER products_sold_in_markets AFTER UPDATE ON products
FOR EACH ROW WHEN ((OLD.status, OLD.category_ids, OLD.tags, OLD.label_ids, OLD.created_at, OLD.name, OLD.currency)
  IS DISTINCT FROM (NEW.status, NEW.category_ids, NEW.tags, NEW.label_ids, NEW.created_at, NEW.name, NEW.currency))
EXECUTE FUNCTION list_changed_product();--> statement-breakpoint
-- Variants that were written while the rows above were copied.
INSERT INTO variant_prices (variant_id, market_id, currency, price, valid_from)
SELECT variants.id, default_market_id(), products.currency, variants.price, date_trunc('milliseconds', now())
FROM variants JOIN products ON products.id = product_id
ON CONFLICT (variant_id, market_id, valid_from) DO UPDATE SET price = excluded.price, currency = excluded.currency
WHERE (variant_prices.price, variant_prices.currency) <> (excluded.price, excluded.currency);

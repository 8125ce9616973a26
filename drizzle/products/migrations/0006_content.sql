CREATE TABLE "attribute_choices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"attribute_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"names" jsonb DEFAULT '{}' NOT NULL,
	"swatch" text,
	"position" integer NOT NULL
);--> statement-breakpoint
CREATE TABLE "attributes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"names" jsonb DEFAULT '{}' NOT NULL,
	"kind" text NOT NULL,
	"unit" text,
	"is_filterable" boolean NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attributes_kind" CHECK (kind in ('CHOICE', 'TEXT', 'NUMBER', 'BOOLEAN')),
	CONSTRAINT "attributes_text_is_no_filter" CHECK (not (is_filterable and kind = 'TEXT'))
);--> statement-breakpoint
CREATE TABLE "option_labels" (
	"label_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"value" text NOT NULL
);--> statement-breakpoint
CREATE TABLE "product_attribute_values" (
	"product_id" uuid NOT NULL,
	"attribute_id" uuid NOT NULL,
	"choice_ids" uuid[],
	"text" text,
	"number" numeric,
	"boolean" boolean,
	CONSTRAINT "product_attribute_values_product_id_attribute_id_pk" PRIMARY KEY("product_id","attribute_id"),
	CONSTRAINT "product_attribute_values_one" CHECK (num_nonnulls(choice_ids, text, number, boolean) = 1)
);--> statement-breakpoint
CREATE TABLE "product_rewrites" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"last_product_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "product_rewrites_kind" CHECK (kind in ('CATEGORY', 'ATTRIBUTE', 'ALL'))
);--> statement-breakpoint
CREATE TABLE "product_translations" (
	"product_id" uuid NOT NULL,
	"language" text NOT NULL,
	"name" text,
	"description" text,
	"options" jsonb DEFAULT '[]' NOT NULL,
	CONSTRAINT "product_translations_product_id_language_pk" PRIMARY KEY("product_id","language")
);--> statement-breakpoint
CREATE TABLE "translation_index" (
	"product_id" uuid NOT NULL,
	"language" text NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"category_ids" uuid[] NOT NULL,
	"tags" text[] NOT NULL,
	"label_ids" uuid[] DEFAULT '{}' NOT NULL,
	"translated" text[] DEFAULT '{}' NOT NULL,
	"document" "tsvector" NOT NULL,
	CONSTRAINT "translation_index_product_id_language_pk" PRIMARY KEY("product_id","language")
);--> statement-breakpoint
CREATE TABLE "translation_words" (
	"language" text NOT NULL,
	"word" text NOT NULL,
	"stem" text NOT NULL,
	"letters" text GENERATED ALWAYS AS (sorted_letters(word)) STORED NOT NULL,
	CONSTRAINT "translation_words_language_word_pk" PRIMARY KEY("language","word")
);--> statement-breakpoint
CREATE UNIQUE INDEX "attribute_choices_code" ON "attribute_choices" USING btree ("attribute_id","code");--> statement-breakpoint
CREATE UNIQUE INDEX "attributes_code" ON "attributes" USING btree ("code");--> statement-breakpoint
CREATE INDEX "product_attribute_values_of_attribute" ON "product_attribute_values" USING btree ("attribute_id","product_id");--> statement-breakpoint
CREATE INDEX "product_attribute_values_number" ON "product_attribute_values" USING btree ("attribute_id","number","product_id") WHERE number is not null;--> statement-breakpoint
CREATE INDEX "product_translations_by_name" ON "product_translations" USING btree ("language",lower("name"),"product_id");--> statement-breakpoint
CREATE INDEX "translation_index_document" ON "translation_index" USING gin ("document","category_ids","tags","label_ids") WITH (fastupdate=false) WHERE is_active;--> statement-breakpoint
CREATE INDEX "translation_index_newest" ON "translation_index" USING btree ("language","created_at","product_id") WHERE is_active;--> statement-breakpoint
CREATE INDEX "translation_words_stem" ON "translation_words" USING btree ("language","stem");--> statement-breakpoint
CREATE INDEX "translation_words_letters" ON "translation_words" USING btree ("language","letters");--> statement-breakpoint
CREATE INDEX "translation_words_prefix" ON "translation_words" USING btree ("language","word" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "translation_words_alike" ON "translation_words" USING gin ("word" gin_trgm_ops);--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "names" jsonb DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "parent_id" uuid;--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "ancestor_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "categories" ADD COLUMN "position" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_parent" FOREIGN KEY ("parent_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_parent_is_last_ancestor" CHECK (parent_id is not distinct from ancestor_ids[cardinality(ancestor_ids)]);--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_not_below_itself" CHECK (id <> all (ancestor_ids));--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_levels" CHECK (cardinality(ancestor_ids) < 8);--> statement-breakpoint
CREATE INDEX "categories_of_parent" ON "categories" USING btree ("parent_id");--> statement-breakpoint

-- ── The category tree ──

-- Categories with all their ancestors.
CREATE FUNCTION with_ancestors(chosen uuid[]) RETURNS uuid[] LANGUAGE sql STABLE
RETURN (SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM (
  SELECT unnest(chosen) AS id UNION SELECT unnest(ancestor_ids) FROM categories WHERE id = ANY (chosen)
) AS closure);--> statement-breakpoint

-- Whoever writes category_ids writes what was chosen. The rows are locked until the product is committed: a move of one of them waits, and its
-- rewriting of products then sees this one; or this one waits, and reads the ancestors that the move has written.
CREATE FUNCTION add_ancestor_categories() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.chosen_category_ids := NEW.category_ids;
  IF cardinality(NEW.category_ids) > 0 THEN
    PERFORM id FROM categories WHERE id = ANY (with_ancestors(NEW.category_ids)) ORDER BY id FOR NO KEY UPDATE;
    NEW.category_ids := with_ancestors(NEW.category_ids);
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint

-- ── Labels of attributes and options ──

CREATE FUNCTION boolean_label_id(attribute_id uuid, value boolean) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(encode(sha256(convert_to('boolean:' || attribute_id::text || ':' || value::text, 'UTF8')), 'hex'), 1, 32)::uuid;--> statement-breakpoint
CREATE FUNCTION option_label_id(name text, value text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(encode(sha256(convert_to('option:' || length(name)::text || ':' || name || value, 'UTF8')), 'hex'), 1, 32)::uuid;--> statement-breakpoint

-- Writes the labels of products from their values of filterable attributes and from the options of their variants on sale.
CREATE FUNCTION refresh_labels(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO option_labels (label_id, name, value)
  SELECT DISTINCT option_label_id(option ->> 'name', option ->> 'value'), option ->> 'name', option ->> 'value'
  FROM variants, jsonb_array_elements(options) AS option
  WHERE product_id = ANY (ids) AND removed_at IS NULL ORDER BY 1
  ON CONFLICT DO NOTHING;
  UPDATE products SET label_ids = fresh.label_ids
  FROM (
    SELECT id, array(
      SELECT unnest(choice_ids) FROM product_attribute_values JOIN attributes ON attributes.id = attribute_id
      WHERE product_id = labelled.id AND is_filterable
      UNION
      SELECT boolean_label_id(attribute_id, boolean) FROM product_attribute_values JOIN attributes ON attributes.id = attribute_id
      WHERE product_id = labelled.id AND is_filterable AND boolean IS NOT NULL
      UNION
      SELECT option_label_id(option ->> 'name', option ->> 'value') FROM variants, jsonb_array_elements(options) AS option
      WHERE product_id = labelled.id AND removed_at IS NULL
      ORDER BY 1
    ) AS label_ids
    FROM products AS labelled WHERE id = ANY (ids)
  ) AS fresh
  WHERE products.id = fresh.id AND products.label_ids <> fresh.label_ids;
END $$;--> statement-breakpoint
CREATE FUNCTION label_changed_values() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM refresh_labels(array(SELECT DISTINCT product_id FROM old_values));
  ELSE
    PERFORM refresh_labels(array(SELECT DISTINCT product_id FROM new_values));
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint

-- Products on sale are listed under all of their labels. A change of labels alone leaves the other rows as they are.
CREATE OR REPLACE FUNCTION list_under_labels() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  labels uuid[] := array(
    SELECT unnest(NEW.category_ids) UNION SELECT unnest(NEW.label_ids) UNION SELECT tag_label_id(tag) FROM unnest(NEW.tags) AS tag);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.status, NEW.category_ids, NEW.tags, NEW.label_ids, NEW.created_at, NEW.name, NEW.currency, NEW.price_min)
      IS NOT DISTINCT FROM (OLD.status, OLD.category_ids, OLD.tags, OLD.label_ids, OLD.created_at, OLD.name, OLD.currency, OLD.price_min) THEN
      RETURN NULL;
    END IF;
    DELETE FROM listing_index WHERE product_id = OLD.id AND (label_id <> ALL (labels)
      OR (NEW.status, NEW.created_at, NEW.name, NEW.currency, NEW.price_min)
        IS DISTINCT FROM (OLD.status, OLD.created_at, OLD.name, OLD.currency, OLD.price_min));
  END IF;
  IF NEW.status = 'ACTIVE' THEN
    INSERT INTO listing_index (product_id, label_id, created_at, name, currency, price)
    SELECT NEW.id, label_id, NEW.created_at, lower(NEW.name), NEW.currency, NEW.price_min FROM unnest(labels) AS label_id
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint

-- ── Languages ──

-- For each language that Postgres can stem two text search configurations, as `shop` and `shop_names` are for stored texts; `shop_other` and
-- `shop_other_names` leave words as they are.
DO $$
DECLARE
  code text;
  language text;
BEGIN
  FOR code, language IN SELECT * FROM (VALUES ('ar', 'arabic'), ('ca', 'catalan'), ('da', 'danish'), ('de', 'german'), ('el', 'greek'),
    ('en', 'english'), ('es', 'spanish'), ('eu', 'basque'), ('fi', 'finnish'), ('fr', 'french'), ('ga', 'irish'), ('hi', 'hindi'),
    ('hu', 'hungarian'), ('hy', 'armenian'), ('id', 'indonesian'), ('it', 'italian'), ('lt', 'lithuanian'), ('nb', 'norwegian'),
    ('ne', 'nepali'), ('nl', 'dutch'), ('nn', 'norwegian'), ('no', 'norwegian'), ('pt', 'portuguese'), ('ro', 'romanian'), ('ru', 'russian'),
    ('sr', 'serbian'), ('sv', 'swedish'), ('ta', 'tamil'), ('tr', 'turkish'), ('yi', 'yiddish')) AS languages(code, language)
    WHERE EXISTS (SELECT FROM pg_ts_config WHERE cfgname = languages.language AND cfgnamespace = 'pg_catalog'::regnamespace)
  LOOP
    EXECUTE format('CREATE TEXT SEARCH DICTIONARY %I (TEMPLATE = pg_catalog.snowball, Language = %s)', 'shop_' || code || '_stem', language);
    EXECUTE format('CREATE TEXT SEARCH CONFIGURATION %I (COPY = pg_catalog.%I)', 'shop_' || code, language);
    EXECUTE format('ALTER TEXT SEARCH CONFIGURATION %I ALTER MAPPING FOR word, hword, hword_part, asciiword, asciihword, hword_asciipart WITH unaccent, pg_catalog.%I',
      'shop_' || code, language || '_stem');
    EXECUTE format('CREATE TEXT SEARCH CONFIGURATION %I (COPY = pg_catalog.%I)', 'shop_' || code || '_names', language);
    EXECUTE format('ALTER TEXT SEARCH CONFIGURATION %I ALTER MAPPING FOR word, hword, hword_part, asciiword, asciihword, hword_asciipart WITH unaccent, %I',
      'shop_' || code || '_names', 'shop_' || code || '_stem');
  END LOOP;
END $$;--> statement-breakpoint
CREATE TEXT SEARCH CONFIGURATION shop_other (COPY = shop_words);--> statement-breakpoint
CREATE TEXT SEARCH CONFIGURATION shop_other_names (COPY = shop_words);--> statement-breakpoint

-- The configuration that a language's texts are cut into words by, and the one for its names, which keeps stop words.
CREATE FUNCTION search_config(language text) RETURNS regconfig LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((
  SELECT oid::regconfig FROM pg_ts_config
  WHERE cfgname = 'shop_' || split_part(lower(language), '-', 1) AND cfgnamespace = 'public'::regnamespace), 'public.shop_other'::regconfig);--> statement-breakpoint
CREATE FUNCTION search_names_config(language text) RETURNS regconfig LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((
  SELECT oid::regconfig FROM pg_ts_config
  WHERE cfgname = 'shop_' || split_part(lower(language), '-', 1) || '_names' AND cfgnamespace = 'public'::regnamespace), 'public.shop_other_names'::regconfig);--> statement-breakpoint

-- The values of a variant's options in a language, separated by spaces.
CREATE FUNCTION option_texts(options jsonb, translations jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT string_agg(coalesce((
    SELECT translated ->> 'translatedValue'
    FROM jsonb_array_elements(translations) AS translation, jsonb_array_elements(translation -> 'values') AS translated
    WHERE translation ->> 'name' = option ->> 'name' AND translated ->> 'value' = option ->> 'value' LIMIT 1
  ), option ->> 'value'), ' ' ORDER BY place)
  FROM jsonb_array_elements(options) WITH ORDINALITY AS listed(option, place));--> statement-breakpoint

-- Writes the rows of products in the translation index, and notes their words.
CREATE FUNCTION index_translations(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM translation_index AS indexed WHERE product_id = ANY (ids) AND NOT EXISTS (
    SELECT FROM product_translations AS given WHERE given.product_id = indexed.product_id AND given.language = indexed.language);
  INSERT INTO translation_index (product_id, language, is_active, created_at, category_ids, tags, label_ids, translated, document)
  SELECT id, language, status = 'ACTIVE', created_at, category_ids, tags, label_ids,
    array(SELECT language FROM product_translations WHERE product_id = products.id ORDER BY 1),
    setweight(to_tsvector(search_names_config(language), search_index_text(coalesce(given.name, products.name))), 'A')
      || setweight(to_tsvector(search_config(language), search_index_text(
        coalesce(given.description, products.description) || ' ' || array_to_string(tags, ' '))), 'B')
      || setweight(to_tsvector(search_config(language), search_index_text(coalesce(variant_text, ''))), 'C')
  FROM product_translations AS given JOIN products ON id = product_id LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(' ', sku, barcode, option_texts(variants.options, given.options)), ' ' ORDER BY variants.id) AS variant_text
    FROM variants WHERE product_id = products.id AND removed_at IS NULL
  ) AS sold ON true
  WHERE id = ANY (ids) ORDER BY id, language
  ON CONFLICT (product_id, language) DO UPDATE SET is_active = excluded.is_active, created_at = excluded.created_at,
    category_ids = excluded.category_ids, tags = excluded.tags, label_ids = excluded.label_ids, translated = excluded.translated,
    document = excluded.document;
  INSERT INTO translation_words (language, word, stem)
  SELECT DISTINCT language, word, stem
  FROM product_translations AS given JOIN products ON id = product_id, LATERAL (
    SELECT word FROM unnest(tsvector_to_array(to_tsvector('public.shop_words', search_index_text(concat_ws(' ',
      coalesce(given.name, products.name), coalesce(given.description, products.description), array_to_string(tags, ' ')))))) AS word
    UNION
    SELECT word FROM variants, LATERAL unnest(tsvector_to_array(to_tsvector('public.shop_words', search_index_text(concat_ws(' ', sku,
      option_texts(variants.options, given.options)))))) AS word
    WHERE product_id = products.id AND removed_at IS NULL AND word !~ '[0-9]'
  ) AS noted, LATERAL (SELECT (tsvector_to_array(to_tsvector(search_names_config(language), word)))[1] AS stem) AS stemmed
  WHERE id = ANY (ids) AND stem IS NOT NULL AND length(word) BETWEEN 2 AND 40 AND NOT search_is_unspaced(word) AND word NOT LIKE 'emoji%'
  ORDER BY language, word
  ON CONFLICT DO NOTHING;
END $$;--> statement-breakpoint
-- Writes the index rows of products from the products and their variants on sale, and notes their words for completion and correction. With
-- only_missing, rows that exist stay: another transaction may have written them from a newer product than this statement sees.
CREATE OR REPLACE FUNCTION index_products(ids uuid[], only_missing boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_index (product_id, language, is_active, created_at, category_ids, tags, label_ids, translated, document)
  SELECT id, 'en', status = 'ACTIVE', created_at, category_ids, tags, label_ids,
    array(SELECT language FROM product_translations WHERE product_id = products.id ORDER BY 1),
    setweight(to_tsvector('public.shop_names', search_index_text(name)), 'A')
      || setweight(to_tsvector('public.shop', search_index_text(description || ' ' || array_to_string(tags, ' '))), 'B')
      || setweight(to_tsvector('public.shop', search_index_text(coalesce(variant_text, ''))), 'C')
  FROM products LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(' ', sku, barcode, option_values), ' ' ORDER BY variants.id) AS variant_text
    FROM variants, LATERAL (SELECT string_agg(option ->> 'value', ' ') AS option_values FROM jsonb_array_elements(options) AS option) AS listed
    WHERE product_id = products.id AND removed_at IS NULL
  ) AS sold ON true
  WHERE id = ANY (ids) ORDER BY id
  ON CONFLICT (product_id, language) DO UPDATE SET is_active = excluded.is_active, created_at = excluded.created_at,
    category_ids = excluded.category_ids, tags = excluded.tags, label_ids = excluded.label_ids, translated = excluded.translated,
    document = excluded.document
  WHERE NOT only_missing;
  INSERT INTO search_words (word, stem)
  SELECT DISTINCT word, stem
  FROM products, LATERAL (
    SELECT word FROM unnest(tsvector_to_array(to_tsvector('public.shop_words',
      search_index_text(concat_ws(' ', name, description, array_to_string(tags, ' ')))))) AS word
    UNION
    SELECT word FROM variants, LATERAL unnest(tsvector_to_array(to_tsvector('public.shop_words', search_index_text(concat_ws(' ', sku,
      (SELECT string_agg(option ->> 'value', ' ') FROM jsonb_array_elements(options) AS option)))))) AS word
    WHERE product_id = products.id AND removed_at IS NULL AND word !~ '[0-9]'
  ) AS noted, LATERAL (SELECT (tsvector_to_array(to_tsvector('public.shop_names', word)))[1] AS stem) AS stemmed
  WHERE id = ANY (ids) AND stem IS NOT NULL AND length(word) BETWEEN 2 AND 40 AND NOT search_is_unspaced(word) AND word NOT LIKE 'emoji%'
  ORDER BY word
  ON CONFLICT DO NOTHING;
  PERFORM index_translations(ids);
END $$;--> statement-breakpoint
CREATE FUNCTION index_changed_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE search_index SET is_active = NEW.status = 'ACTIVE', created_at = NEW.created_at, category_ids = NEW.category_ids, label_ids = NEW.label_ids
  WHERE product_id = NEW.id;
  UPDATE translation_index SET is_active = NEW.status = 'ACTIVE', created_at = NEW.created_at, category_ids = NEW.category_ids, label_ids = NEW.label_ids
  WHERE product_id = NEW.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION index_changed_variant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM index_products(ARRAY[NEW.product_id], false);
  PERFORM refresh_labels(ARRAY[NEW.product_id]);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION index_new_variants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM index_products(array(SELECT DISTINCT product_id FROM new_variants), false);
  PERFORM refresh_labels(array(SELECT DISTINCT product_id FROM new_variants WHERE options <> '[]'));
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION index_changed_translation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM index_products(ARRAY[CASE WHEN TG_OP = 'DELETE' THEN OLD.product_id ELSE NEW.product_id END], false);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER product_translations_indexed AFTER INSERT OR UPDATE OR DELETE ON product_translations
FOR EACH ROW EXECUTE FUNCTION index_changed_translation();--> statement-breakpoint
CREATE TRIGGER attribute_values_labelled_when_made AFTER INSERT ON product_attribute_values
REFERENCING NEW TABLE AS new_values FOR EACH STATEMENT EXECUTE FUNCTION label_changed_values();--> statement-breakpoint
CREATE TRIGGER attribute_values_labelled_when_changed AFTER UPDATE ON product_attribute_values
REFERENCING NEW TABLE AS new_values FOR EACH STATEMENT EXECUTE FUNCTION label_changed_values();--> statement-breakpoint
CREATE TRIGGER attribute_values_labelled_when_deleted AFTER DELETE ON product_attribute_values
REFERENCING OLD TABLE AS old_values FOR EACH STATEMENT EXECUTE FUNCTION label_changed_values();--> statement-breakpoint

-- Statements whose locks block others come last.
ALTER TABLE "products" ADD COLUMN "chosen_category_ids" uuid[];--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "label_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "search_index" ADD COLUMN "label_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "search_index" ADD COLUMN "translated" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "attribute_choices" ADD CONSTRAINT "attribute_choices_attribute_id_attributes_id_fk" FOREIGN KEY ("attribute_id") REFERENCES "public"."attributes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_attribute_values" ADD CONSTRAINT "product_attribute_values_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_translations" ADD CONSTRAINT "product_translations_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE TRIGGER products_categories_closed BEFORE INSERT OR UPDATE OF category_ids ON products
FOR EACH ROW EXECUTE FUNCTION add_ancestor_categories();--> statement-breakpoint
DROP TRIGGER products_indexed ON products;--> statement-breakpoint
CREATE TRIGGER products_indexed AFTER UPDATE OF name, description, tags ON products
FOR EACH ROW WHEN ((OLD.name, OLD.description, OLD.tags) IS DISTINCT FROM (NEW.name, NEW.description, NEW.tags))
EXECUTE FUNCTION index_changed_product();--> statement-breakpoint
CREATE TRIGGER products_index_columns_changed AFTER UPDATE ON products
FOR EACH ROW WHEN ((OLD.status, OLD.created_at, OLD.category_ids, OLD.label_ids)
  IS DISTINCT FROM (NEW.status, NEW.created_at, NEW.category_ids, NEW.label_ids))
EXECUTE FUNCTION index_changed_columns();--> statement-breakpoint
-- Products that are there already get the labels of their options in batches.
INSERT INTO product_rewrites (id, kind) SELECT '00000000-0000-0000-0000-000000000000', 'ALL' WHERE EXISTS (SELECT FROM products);

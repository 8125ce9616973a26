-- The language that stored texts are taken to be in: the first one of the default market, without its region.
CREATE FUNCTION shop_language() RETURNS text LANGUAGE sql STABLE
RETURN coalesce((SELECT split_part(lower(languages[1]), '-', 1) FROM markets WHERE id = default_market_id()), 'en');--> statement-breakpoint

-- The words of the stored texts of products, for completion and correction.
CREATE FUNCTION stored_words(ids uuid[]) RETURNS SETOF text LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT DISTINCT word
  FROM products, LATERAL (
    SELECT word FROM unnest(tsvector_to_array(to_tsvector('public.shop_words',
      search_index_text(concat_ws(' ', name, description, array_to_string(tags, ' ')))))) AS word
    UNION
    SELECT word FROM variants, LATERAL unnest(tsvector_to_array(to_tsvector('public.shop_words', search_index_text(concat_ws(' ', sku,
      (SELECT string_agg(option ->> 'value', ' ') FROM jsonb_array_elements(options) AS option)))))) AS word
    WHERE product_id = products.id AND removed_at IS NULL AND word !~ '[0-9]'
  ) AS noted
  WHERE id = ANY (ids) AND length(word) BETWEEN 2 AND 40 AND NOT search_is_unspaced(word) AND word NOT LIKE 'emoji%';
END;--> statement-breakpoint

-- Writes the index rows of products in one language from the products and their variants on sale, and notes their words: English ones in
-- search_words, others beside those of translations. With only_missing, rows that exist stay: another transaction may have written them from a newer
-- product than this statement sees.
CREATE FUNCTION index_stored_texts(ids uuid[], in_language text, only_missing boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  config regconfig := CASE in_language WHEN 'en' THEN 'public.shop'::regconfig ELSE search_config(in_language) END;
  names_config regconfig := CASE in_language WHEN 'en' THEN 'public.shop_names'::regconfig ELSE search_names_config(in_language) END;
BEGIN
  INSERT INTO search_index (product_id, language, is_active, created_at, category_ids, tags, label_ids, translated, document)
  SELECT id, in_language, status = 'ACTIVE', created_at, category_ids, tags, label_ids,
    array(SELECT language FROM product_translations WHERE product_id = products.id ORDER BY 1),
    setweight(to_tsvector(names_config, search_index_text(name)), 'A')
      || setweight(to_tsvector(config, search_index_text(description || ' ' || array_to_string(tags, ' '))), 'B')
      || setweight(to_tsvector(config, search_index_text(coalesce(variant_text, ''))), 'C')
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
  IF in_language = 'en' THEN
    INSERT INTO search_words (word, stem)
    SELECT word, stem
    FROM stored_words(ids) AS word, LATERAL (SELECT (tsvector_to_array(to_tsvector(names_config, word)))[1] AS stem) AS stemmed
    WHERE stem IS NOT NULL ORDER BY word
    ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO translation_words (language, word, stem)
    SELECT in_language, word, stem
    FROM stored_words(ids) AS word, LATERAL (SELECT (tsvector_to_array(to_tsvector(names_config, word)))[1] AS stem) AS stemmed
    WHERE stem IS NOT NULL ORDER BY word
    ON CONFLICT DO NOTHING;
  END IF;
END $$;--> statement-breakpoint

-- Statements whose locks block others come last.
ALTER TABLE "product_translations" ADD COLUMN "attribute_texts" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "search_index_backfill" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE "search_index_backfill" ADD COLUMN "next_language" text;--> statement-breakpoint
ALTER TABLE "search_index_backfill" ADD COLUMN "old_language" text;--> statement-breakpoint
-- Writes products in the language that searches read, and in the one that the index is about to have.
CREATE OR REPLACE FUNCTION index_products(ids uuid[], only_missing boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each_language text;
BEGIN
  FOR each_language IN
    SELECT language FROM search_index_backfill UNION SELECT next_language FROM search_index_backfill WHERE next_language IS NOT NULL ORDER BY 1
  LOOP
    PERFORM index_stored_texts(ids, each_language, only_missing);
  END LOOP;
  PERFORM index_translations(ids);
END $$;

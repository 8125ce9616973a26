-- How the shop's texts are cut into words: accents do not matter, endings neither. `shop_words` keeps the endings, for completions and for
-- finding the word that a mistyped one was meant to be.
CREATE EXTENSION IF NOT EXISTS unaccent;--> statement-breakpoint
CREATE TEXT SEARCH CONFIGURATION shop (COPY = english);--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION shop
  ALTER MAPPING FOR word, hword, hword_part, asciiword, asciihword, hword_asciipart WITH unaccent, english_stem;--> statement-breakpoint
CREATE TEXT SEARCH CONFIGURATION shop_words (COPY = simple);--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION shop_words
  ALTER MAPPING FOR word, hword, hword_part, asciiword, asciihword, hword_asciipart WITH unaccent, simple;--> statement-breakpoint
-- What a product is found by: its name first, then its description and tags.
CREATE FUNCTION product_search(name text, description text, tags text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('public.shop'::regconfig, name), 'A')
  || setweight(to_tsvector('public.shop'::regconfig, description || ' ' || array_to_string(tags, ' ')), 'B');--> statement-breakpoint
-- The letters of a word in their order: the same for two words of which one has letters swapped, which trigrams do not see in short words.
CREATE FUNCTION sorted_letters(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg(letter, '' ORDER BY letter) FROM regexp_split_to_table(word, '') AS letter);

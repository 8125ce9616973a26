-- Tags that were lower-cased with a separate dot above.
UPDATE products SET tags = ARRAY(SELECT DISTINCT replace(tag, U&'i\0307', 'i') FROM unnest(tags) AS tag)
WHERE array_to_string(tags, ' ') LIKE U&'%i\0307%';--> statement-breakpoint

-- The search index: one row per product and language, written by triggers. Rows of products that exist already are added in batches by the
-- products service, see search_index_backfill; until they are complete, searches read products.search.
CREATE TABLE "search_index" (
	"product_id" uuid NOT NULL,
	"language" text NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"category_ids" uuid[] NOT NULL,
	"tags" text[] NOT NULL,
	"document" "tsvector" NOT NULL,
	CONSTRAINT "search_index_product_id_language_pk" PRIMARY KEY("product_id","language")
);
--> statement-breakpoint
CREATE INDEX "search_index_document" ON "search_index" USING gin ("document","category_ids","tags") WITH (fastupdate=false) WHERE is_active;--> statement-breakpoint
CREATE INDEX "search_index_newest" ON "search_index" USING btree ("created_at","product_id") WHERE is_active;--> statement-breakpoint
CREATE TABLE "search_index_backfill" (
	"id" integer PRIMARY KEY NOT NULL,
	"last_product_id" uuid,
	"completed_at" timestamp (3) with time zone
);
--> statement-breakpoint

-- Names keep their stop words, so that "The Who" is found although "the" and "who" are ignored elsewhere.
CREATE TEXT SEARCH DICTIONARY shop_stem (TEMPLATE = pg_catalog.snowball, Language = english);--> statement-breakpoint
CREATE TEXT SEARCH CONFIGURATION shop_names (COPY = english);--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION shop_names
  ALTER MAPPING FOR word, hword, hword_part, asciiword, asciihword, hword_asciipart WITH unaccent, shop_stem;--> statement-breakpoint

-- Folds a text for search: NFC, lower case, without invisible characters. An emoji sequence, regardless of skin tone, becomes a word of ASCII.
CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded text := lower(value);
  emoji text;
BEGIN
  IF folded !~ '[^\u0001-\u007f]' THEN
    RETURN folded;
  END IF;
  folded := translate(replace(lower(normalize(value, NFC)), U&'i\0307', 'i'), U&'\03C2\00AD\200B\FEFF', U&'\03C3');
  IF folded ~ '[\u231a-\u23ff\u25aa-\u27bf\u2934-\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff\U0001f1e6-\U0001f1ff]' THEN
    folded := regexp_replace(folded, '[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]', '', 'g');
    FOR emoji IN
      SELECT DISTINCT sequence[1] FROM regexp_matches(folded, '[\U0001f1e6-\U0001f1ff]{2}|[\u231a-\u23ff\u25aa-\u27bf\u2934-\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff][\U000e0020-\U000e007f]*(?:\u200d[\u231a-\u23ff\u25aa-\u27bf\u2934-\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff][\U000e0020-\U000e007f]*)*', 'g') AS matches(sequence)
      ORDER BY 1 DESC
    LOOP
      folded := replace(folded, emoji, ' emoji' || encode(convert_to(emoji, 'UTF8'), 'hex') || ' ');
    END LOOP;
  END IF;
  RETURN folded;
END $$;--> statement-breakpoint

-- The words of a folded text, separated by spaces: runs of letters, marks and digits.
CREATE FUNCTION search_split(folded text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN regexp_replace(folded, '[^0-9A-Za-z\u00aa\u00b2-\u00b3\u00b5\u00b9-\u00ba\u00bc-\u00be\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u02c6-\u02d1\u02e0-\u02e4\u02ec\u02ee\u0300-\u0374\u0376-\u037d\u037f\u0386\u0388-\u03f5\u03f7-\u0481\u0483-\u0559\u0560-\u0588\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7-\u05f2\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06fc\u06ff\u0710-\u07f5\u07fa-\u07fd\u0800-\u082d\u0840-\u085b\u0860-\u0887\u0889-\u088f\u0897-\u08e1\u08e3-\u0963\u0966-\u096f\u0971-\u09f1\u09f4-\u09f9\u09fc\u09fe-\u0a75\u0a81-\u0aef\u0af9-\u0b6f\u0b71-\u0bf2\u0c00-\u0c6f\u0c78-\u0c7e\u0c80-\u0c83\u0c85-\u0d4e\u0d54-\u0d78\u0d7a-\u0df3\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0f00\u0f18-\u0f19\u0f20-\u0f33\u0f35\u0f37\u0f39\u0f3e-\u0f84\u0f86-\u0fbc\u0fc6\u1000-\u1049\u1050-\u109d\u10a0-\u10fa\u10fc-\u135f\u1369-\u138f\u13a0-\u13fd\u1401-\u166c\u166f-\u167f\u1681-\u169a\u16a0-\u16ea\u16ee-\u1734\u1740-\u17d3\u17d7\u17dc-\u17f9\u180b-\u180d\u180f-\u193b\u1946-\u19da\u1a00-\u1a1b\u1a20-\u1a99\u1aa7\u1ab0-\u1b4c\u1b50-\u1b59\u1b6b-\u1b73\u1b80-\u1bf3\u1c00-\u1c37\u1c40-\u1c7d\u1c80-\u1cbf\u1cd0-\u1cd2\u1cd4-\u1fbc\u1fbe\u1fc2-\u1fcc\u1fd0-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ffc\u2070-\u2079\u207f-\u2089\u2090-\u209c\u20d0-\u20f0\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2139\u213c-\u213f\u2145-\u2149\u214e\u2150-\u2189\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u2c00-\u2ce4\u2ceb-\u2cf3\u2cfd\u2d00-\u2d6f\u2d7f-\u2dff\u2e2f\u3005-\u3007\u3021-\u302f\u3031-\u3035\u3038-\u303c\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u318e\u3192-\u3195\u31a0-\u31bf\u31f0-\u31ff\u3220-\u3229\u3248-\u324f\u3251-\u325f\u3280-\u3289\u32b1-\u32bf\u3400-\u4dbf\u4e00-\ua48c\ua4d0-\ua4fd\ua500-\ua60c\ua610-\ua672\ua674-\ua67d\ua67f-\ua6f1\ua717-\ua71f\ua722-\ua788\ua78b-\ua827\ua82c-\ua835\ua840-\ua873\ua880-\ua8c5\ua8d0-\ua8f7\ua8fb\ua8fd-\ua92d\ua930-\ua953\ua960-\ua9c0\ua9cf-\ua9d9\ua9e0-\uaa59\uaa60-\uaa76\uaa7a-\uaadd\uaae0-\uaaef\uaaf2-\uab5a\uab5c-\uab69\uab70-\uabea\uabec-\ud7fb\uf900-\ufb28\ufb2a-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfb\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00010000-\U000100fa\U00010107-\U00010133\U00010140-\U00010178\U0001018a-\U0001018b\U000101fd-\U0001039d\U000103a0-\U000103cf\U000103d1-\U00010563\U00010570-\U00010855\U00010858-\U00010876\U00010879-\U0001091b\U00010920-\U00010939\U00010940-\U00010a48\U00010a60-\U00010a7e\U00010a80-\U00010ac7\U00010ac9-\U00010aef\U00010b00-\U00010b35\U00010b40-\U00010b91\U00010ba9-\U00010d6d\U00010d6f-\U00010d85\U00010e60-\U00010eac\U00010eb0-\U00010ec7\U00010efa-\U00010f54\U00010f70-\U00010f85\U00010fb0-\U00011046\U00011052-\U000110ba\U000110c2\U000110d0-\U0001113f\U00011144-\U00011173\U00011176-\U000111c4\U000111c9-\U000111cc\U000111ce-\U000111da\U000111dc\U000111e1-\U00011237\U0001123e-\U000112a8\U000112b0-\U000113d3\U000113e1-\U0001144a\U00011450-\U00011459\U0001145e-\U000114c5\U000114c7-\U000115c0\U000115d8-\U00011640\U00011644-\U00011659\U00011680-\U000116b8\U000116c0-\U0001173b\U00011740-\U0001183a\U000118a0-\U00011943\U00011950-\U000119e1\U000119e3-\U00011a3e\U00011a47-\U00011a99\U00011a9d\U00011ab0-\U00011af8\U00011b60-\U00011be0\U00011bf0-\U00011c40\U00011c50-\U00011c6c\U00011c72-\U00011ef6\U00011f00-\U00011f42\U00011f50-\U00011fd4\U00012000-\U0001246e\U00012480-\U00012ff0\U00013000-\U0001342f\U00013440-\U00016a69\U00016a70-\U00016af4\U00016b00-\U00016b36\U00016b40-\U00016b43\U00016b50-\U00016d6c\U00016d70-\U00016e96\U00016ea0-\U00016fe1\U00016fe3-\U0001bc99\U0001bc9d-\U0001bc9e\U0001ccf0-\U0001ccf9\U0001cf00-\U0001cf46\U0001d165-\U0001d169\U0001d16d-\U0001d172\U0001d17b-\U0001d182\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad\U0001d242-\U0001d244\U0001d2c0-\U0001d2f3\U0001d360-\U0001d6c0\U0001d6c2-\U0001d6da\U0001d6dc-\U0001d6fa\U0001d6fc-\U0001d714\U0001d716-\U0001d734\U0001d736-\U0001d74e\U0001d750-\U0001d76e\U0001d770-\U0001d788\U0001d78a-\U0001d7a8\U0001d7aa-\U0001d7c2\U0001d7c4-\U0001d7ff\U0001da00-\U0001da36\U0001da3b-\U0001da6c\U0001da75\U0001da84\U0001da9b-\U0001e14e\U0001e290-\U0001e2f9\U0001e4d0-\U0001e5fa\U0001e6c0-\U0001e959\U0001ec71-\U0001ecab\U0001ecad-\U0001ecaf\U0001ecb1-\U0001ed2d\U0001ed2f-\U0001eebb\U0001f100-\U0001f10c\U0001fbf0-\U0001fbf9\U00020000-\U00033479\U000e0100-\U000e01ef]+', ' ', 'g');
END $$;--> statement-breakpoint

-- The parts of a folded compound without what separates them: "usbc" for "usb-c".
CREATE FUNCTION search_join(folded text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN regexp_replace(folded, '[^0-9A-Za-z\u00aa\u00b2-\u00b3\u00b5\u00b9-\u00ba\u00bc-\u00be\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u02c6-\u02d1\u02e0-\u02e4\u02ec\u02ee\u0300-\u0374\u0376-\u037d\u037f\u0386\u0388-\u03f5\u03f7-\u0481\u0483-\u0559\u0560-\u0588\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7-\u05f2\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06fc\u06ff\u0710-\u07f5\u07fa-\u07fd\u0800-\u082d\u0840-\u085b\u0860-\u0887\u0889-\u088f\u0897-\u08e1\u08e3-\u0963\u0966-\u096f\u0971-\u09f1\u09f4-\u09f9\u09fc\u09fe-\u0a75\u0a81-\u0aef\u0af9-\u0b6f\u0b71-\u0bf2\u0c00-\u0c6f\u0c78-\u0c7e\u0c80-\u0c83\u0c85-\u0d4e\u0d54-\u0d78\u0d7a-\u0df3\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0f00\u0f18-\u0f19\u0f20-\u0f33\u0f35\u0f37\u0f39\u0f3e-\u0f84\u0f86-\u0fbc\u0fc6\u1000-\u1049\u1050-\u109d\u10a0-\u10fa\u10fc-\u135f\u1369-\u138f\u13a0-\u13fd\u1401-\u166c\u166f-\u167f\u1681-\u169a\u16a0-\u16ea\u16ee-\u1734\u1740-\u17d3\u17d7\u17dc-\u17f9\u180b-\u180d\u180f-\u193b\u1946-\u19da\u1a00-\u1a1b\u1a20-\u1a99\u1aa7\u1ab0-\u1b4c\u1b50-\u1b59\u1b6b-\u1b73\u1b80-\u1bf3\u1c00-\u1c37\u1c40-\u1c7d\u1c80-\u1cbf\u1cd0-\u1cd2\u1cd4-\u1fbc\u1fbe\u1fc2-\u1fcc\u1fd0-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ffc\u2070-\u2079\u207f-\u2089\u2090-\u209c\u20d0-\u20f0\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2139\u213c-\u213f\u2145-\u2149\u214e\u2150-\u2189\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u2c00-\u2ce4\u2ceb-\u2cf3\u2cfd\u2d00-\u2d6f\u2d7f-\u2dff\u2e2f\u3005-\u3007\u3021-\u302f\u3031-\u3035\u3038-\u303c\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u318e\u3192-\u3195\u31a0-\u31bf\u31f0-\u31ff\u3220-\u3229\u3248-\u324f\u3251-\u325f\u3280-\u3289\u32b1-\u32bf\u3400-\u4dbf\u4e00-\ua48c\ua4d0-\ua4fd\ua500-\ua60c\ua610-\ua672\ua674-\ua67d\ua67f-\ua6f1\ua717-\ua71f\ua722-\ua788\ua78b-\ua827\ua82c-\ua835\ua840-\ua873\ua880-\ua8c5\ua8d0-\ua8f7\ua8fb\ua8fd-\ua92d\ua930-\ua953\ua960-\ua9c0\ua9cf-\ua9d9\ua9e0-\uaa59\uaa60-\uaa76\uaa7a-\uaadd\uaae0-\uaaef\uaaf2-\uab5a\uab5c-\uab69\uab70-\uabea\uabec-\ud7fb\uf900-\ufb28\ufb2a-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfb\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00010000-\U000100fa\U00010107-\U00010133\U00010140-\U00010178\U0001018a-\U0001018b\U000101fd-\U0001039d\U000103a0-\U000103cf\U000103d1-\U00010563\U00010570-\U00010855\U00010858-\U00010876\U00010879-\U0001091b\U00010920-\U00010939\U00010940-\U00010a48\U00010a60-\U00010a7e\U00010a80-\U00010ac7\U00010ac9-\U00010aef\U00010b00-\U00010b35\U00010b40-\U00010b91\U00010ba9-\U00010d6d\U00010d6f-\U00010d85\U00010e60-\U00010eac\U00010eb0-\U00010ec7\U00010efa-\U00010f54\U00010f70-\U00010f85\U00010fb0-\U00011046\U00011052-\U000110ba\U000110c2\U000110d0-\U0001113f\U00011144-\U00011173\U00011176-\U000111c4\U000111c9-\U000111cc\U000111ce-\U000111da\U000111dc\U000111e1-\U00011237\U0001123e-\U000112a8\U000112b0-\U000113d3\U000113e1-\U0001144a\U00011450-\U00011459\U0001145e-\U000114c5\U000114c7-\U000115c0\U000115d8-\U00011640\U00011644-\U00011659\U00011680-\U000116b8\U000116c0-\U0001173b\U00011740-\U0001183a\U000118a0-\U00011943\U00011950-\U000119e1\U000119e3-\U00011a3e\U00011a47-\U00011a99\U00011a9d\U00011ab0-\U00011af8\U00011b60-\U00011be0\U00011bf0-\U00011c40\U00011c50-\U00011c6c\U00011c72-\U00011ef6\U00011f00-\U00011f42\U00011f50-\U00011fd4\U00012000-\U0001246e\U00012480-\U00012ff0\U00013000-\U0001342f\U00013440-\U00016a69\U00016a70-\U00016af4\U00016b00-\U00016b36\U00016b40-\U00016b43\U00016b50-\U00016d6c\U00016d70-\U00016e96\U00016ea0-\U00016fe1\U00016fe3-\U0001bc99\U0001bc9d-\U0001bc9e\U0001ccf0-\U0001ccf9\U0001cf00-\U0001cf46\U0001d165-\U0001d169\U0001d16d-\U0001d172\U0001d17b-\U0001d182\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad\U0001d242-\U0001d244\U0001d2c0-\U0001d2f3\U0001d360-\U0001d6c0\U0001d6c2-\U0001d6da\U0001d6dc-\U0001d6fa\U0001d6fc-\U0001d714\U0001d716-\U0001d734\U0001d736-\U0001d74e\U0001d750-\U0001d76e\U0001d770-\U0001d788\U0001d78a-\U0001d7a8\U0001d7aa-\U0001d7c2\U0001d7c4-\U0001d7ff\U0001da00-\U0001da36\U0001da3b-\U0001da6c\U0001da75\U0001da84\U0001da9b-\U0001e14e\U0001e290-\U0001e2f9\U0001e4d0-\U0001e5fa\U0001e6c0-\U0001e959\U0001ec71-\U0001ecab\U0001ecad-\U0001ecaf\U0001ecb1-\U0001ed2d\U0001ed2f-\U0001eebb\U0001f100-\U0001f10c\U0001fbf0-\U0001fbf9\U00020000-\U00033479\U000e0100-\U000e01ef]+', '', 'g');
END $$;--> statement-breakpoint

-- Whether a word is of a script that is written without spaces between words.
CREATE FUNCTION search_is_unspaced(word text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN word ~ '[\u0e01-\u0e5b\u0e81-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u309f\u30a1-\u30ff\u3105-\u318e\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003347f]';
END $$;--> statement-breakpoint

-- Replaces runs of scripts without spaces between words by their bigrams; for the index with the last character of each run besides.
CREATE FUNCTION search_bigrams(words text, indexed boolean) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF NOT search_is_unspaced(words) THEN
    RETURN words;
  END IF;
  RETURN (
    SELECT string_agg(
      CASE WHEN NOT search_is_unspaced(run[1]) THEN run[1] ELSE (
        SELECT string_agg(substr(run[1], start, 2), ' ' ORDER BY start)
        FROM generate_series(1, CASE WHEN indexed OR length(run[1]) = 1 THEN length(run[1]) ELSE length(run[1]) - 1 END) AS start
      ) END, ' ' ORDER BY place)
    FROM regexp_matches(words, '[\u0e01-\u0e5b\u0e81-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u309f\u30a1-\u30ff\u3105-\u318e\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003347f]+|[^\u0e01-\u0e5b\u0e81-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u309f\u30a1-\u30ff\u3105-\u318e\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U0003347f ]+', 'g') WITH ORDINALITY AS runs(run, place));
END $$;--> statement-breakpoint

-- The words of a search, separated by spaces.
CREATE FUNCTION search_query_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN search_bigrams(search_split(search_fold(value)), false);--> statement-breakpoint

-- The words that a text is indexed under, separated by spaces: its words in order, then the joined forms of its compounds.
CREATE FUNCTION search_index_text(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded text := search_fold(value);
  joined text;
BEGIN
  IF folded ~ '\S[^\w\s]\S' OR folded ~ '[^\u0001-\u007f]' THEN
    joined := (
      SELECT string_agg(search_join(part), ' ')
      FROM (
        SELECT DISTINCT part
        FROM regexp_split_to_table(folded, '\s+') AS run,
          LATERAL (SELECT run UNION SELECT regexp_split_to_table(run, '/')) AS parts(part)
        WHERE length(part) BETWEEN 3 AND 64 AND trim(search_split(part)) LIKE '% %'
      ) AS compounds);
  END IF;
  RETURN search_bigrams(search_split(folded || coalesce(' ' || joined, '')), true);
END $$;--> statement-breakpoint

-- Writes the index rows of products from the products and their variants on sale, and notes their words for completion and correction. With
-- only_missing, rows that exist stay: another transaction may have written them from a newer product than this statement sees.
CREATE FUNCTION index_products(ids uuid[], only_missing boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_index (product_id, language, is_active, created_at, category_ids, tags, document)
  SELECT id, 'en', status = 'ACTIVE', created_at, category_ids, tags,
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
    category_ids = excluded.category_ids, tags = excluded.tags, document = excluded.document
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
END $$;--> statement-breakpoint
CREATE FUNCTION index_changed_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM index_products(ARRAY[NEW.id], false);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION index_changed_variant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM index_products(ARRAY[NEW.product_id], false);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION index_new_variants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM index_products(array(SELECT DISTINCT product_id FROM new_variants), false);
  RETURN NULL;
END $$;--> statement-breakpoint

-- Statements whose locks block others come last.
ALTER TABLE "variants" ADD COLUMN "barcode" text;--> statement-breakpoint
ALTER TABLE "variants" ADD COLUMN "max_per_order" integer;--> statement-breakpoint
ALTER TABLE "variants" ADD CONSTRAINT "variants_max_per_order" CHECK (max_per_order > 0) NOT VALID;--> statement-breakpoint
DROP TRIGGER products_words_noted ON products;--> statement-breakpoint
DROP FUNCTION note_search_words();--> statement-breakpoint
CREATE TRIGGER products_indexed AFTER UPDATE OF name, description, tags, category_ids, status, created_at ON products
FOR EACH ROW WHEN ((OLD.name, OLD.description, OLD.tags, OLD.category_ids, OLD.status, OLD.created_at)
  IS DISTINCT FROM (NEW.name, NEW.description, NEW.tags, NEW.category_ids, NEW.status, NEW.created_at))
EXECUTE FUNCTION index_changed_product();--> statement-breakpoint
CREATE TRIGGER variants_indexed_when_made AFTER INSERT ON variants
REFERENCING NEW TABLE AS new_variants FOR EACH STATEMENT EXECUTE FUNCTION index_new_variants();--> statement-breakpoint
CREATE TRIGGER variants_indexed_when_changed AFTER UPDATE OF sku, barcode, options, removed_at ON variants
FOR EACH ROW WHEN ((OLD.sku, OLD.barcode, OLD.options, OLD.removed_at) IS DISTINCT FROM (NEW.sku, NEW.barcode, NEW.options, NEW.removed_at))
EXECUTE FUNCTION index_changed_variant();--> statement-breakpoint
-- An empty shop has nothing to add.
INSERT INTO search_index_backfill (id, completed_at) SELECT 1, CASE WHEN EXISTS (SELECT FROM products) THEN NULL ELSE now() END;--> statement-breakpoint

-- Lists by category or tag: the table is named for what it is. Code of the previous version reads it by its old name.
ALTER TABLE "shelves" RENAME TO "listing_index";--> statement-breakpoint
ALTER TABLE "listing_index" RENAME COLUMN "shelf" TO "label_id";--> statement-breakpoint
ALTER TABLE "listing_index" RENAME CONSTRAINT "shelves_product_id_shelf_pk" TO "listing_index_product_id_label_id_pk";--> statement-breakpoint
ALTER INDEX "shelves_newest" RENAME TO "listing_index_newest";--> statement-breakpoint
ALTER INDEX "shelves_by_name" RENAME TO "listing_index_by_name";--> statement-breakpoint
ALTER INDEX "shelves_by_price" RENAME TO "listing_index_by_price";--> statement-breakpoint
CREATE VIEW shelves AS SELECT product_id, label_id AS shelf, created_at, name, currency, price FROM listing_index;--> statement-breakpoint
CREATE FUNCTION tag_label_id(tag text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN shelf_of_tag(tag);--> statement-breakpoint
CREATE OR REPLACE FUNCTION put_on_shelves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.status, NEW.category_ids, NEW.tags, NEW.created_at, NEW.name, NEW.currency, NEW.price_min)
      IS NOT DISTINCT FROM (OLD.status, OLD.category_ids, OLD.tags, OLD.created_at, OLD.name, OLD.currency, OLD.price_min) THEN
      RETURN NULL;
    END IF;
    DELETE FROM listing_index WHERE product_id = OLD.id;
  END IF;
  IF NEW.status = 'ACTIVE' THEN
    INSERT INTO listing_index (product_id, label_id, created_at, name, currency, price)
    SELECT NEW.id, label_id, NEW.created_at, lower(NEW.name), NEW.currency, NEW.price_min
    FROM (
      SELECT unnest(NEW.category_ids) AS label_id UNION SELECT tag_label_id(tag) FROM unnest(NEW.tags) AS tag
    ) AS labels;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
ALTER FUNCTION put_on_shelves() RENAME TO list_under_labels;--> statement-breakpoint
ALTER TRIGGER products_put_on_shelves ON products RENAME TO products_listed_under_labels;

import { type SQL, sql } from "drizzle-orm";
import type { Db } from "#platform/database/database.ts";

const correctedWordsMax = 10;
const alternativesMax = 3;
const correctedCharactersMin = 3;

/** A search as Postgres compares it with products: the text of a tsquery. */
export type SearchQuery = string & { readonly searchQuery: true };

/**
 * Reads a search as people type it (quotes, OR and - mean what they mean elsewhere), forgiving typing errors: a word that no product has is
 * taken for those that look most like it. Words that products have are left alone, rare or not. Costs a few index lookups a word.
 */
export async function parseSearchQuery(db: Db, search: string): Promise<SearchQuery> {
  const [row] = await db.execute<{ query: string; alternatives: Record<string, string[]> }>(sql`
    select websearch_to_tsquery('public.shop', ${search}::text)::text as query,
      coalesce((
        select jsonb_object_agg(unknown.stem, alike.stems)
        from (
          select stem, min(word) as word
          from unnest(tsvector_to_array(to_tsvector('public.shop_words', ${search}::text))) as word,
            lateral (select (tsvector_to_array(to_tsvector('public.shop', word)))[1] as stem) as stemmed
          where stem is not null and length(word) >= ${correctedCharactersMin}::int
            and not exists (select from search_words where search_words.stem = stemmed.stem)
          group by stem
          limit ${correctedWordsMax}::int
        ) unknown,
        lateral (${alikeStems(sql`unknown.word`, alternativesMax)}) as alike
      ), '{}') as alternatives`);
  if (row === undefined) throw new Error("A search was not read.");
  return withAlternatives(row.query, row.alternatives) as SearchQuery;
}

/** How alike words are that have the same letters in another order; trigrams call short ones strangers. */
const swappedLikeness = 0.6;

/** The lexemes of the words that look most like `word`, the likeliest first, as one array `stems`. */
export function alikeStems(word: SQL, stemsMax: number): SQL {
  return sql`
    select coalesce(array_agg(stem order by likeness desc, stem), '{}') as stems
    from (
      select stem, max(
        case when letters = sorted_letters(${word}) then ${swappedLikeness}::real else similarity(search_words.word, ${word}) end
      ) as likeness
      from search_words where search_words.word % ${word} or letters = sorted_letters(${word})
      group by stem order by likeness desc, stem limit ${stemsMax}::int
    ) likest`;
}

/**
 * Puts alternatives into the text of a tsquery, in place of the lexemes that have some. A lexeme that is excluded stays: nobody asked to
 * exclude what only looks like it.
 */
export function withAlternatives(query: string, alternatives: Readonly<Record<string, readonly string[]>>): string {
  return query.replaceAll(/(!?)'((?:[^'\\]|''|\\.)*)'/g, (whole, not: string, quoted: string) => {
    const stem = quoted.replaceAll("''", "'").replaceAll(/\\(.)/g, "$1");
    const others = Object.hasOwn(alternatives, stem) ? (alternatives[stem] ?? []) : [];
    return not === "!" || others.length === 0 ? whole : anyOf(others);
  });
}

/** The text of a tsquery that finds any of the lexemes. */
export function anyOf(stems: readonly string[]): string {
  return `( ${stems.map((stem) => `'${stem.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`).join(" | ")} )`;
}

/** Whether a row of `products` is found by the search. Nothing is when the search has no word that counts, such as "the". */
export function matches(query: SearchQuery): SQL {
  return query === "" ? sql`false` : sql`"products"."search" @@ ${query}::tsquery`;
}

/** How well a row with the column `search` answers: the name weighs two and a half times what description and tags do. */
export function rankBy(query: SearchQuery, column: SQL): SQL {
  return sql`ts_rank(${column}, ${query}::tsquery)`;
}

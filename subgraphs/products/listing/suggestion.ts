import { asc, sql } from "drizzle-orm";
import { products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type Product, productColumns } from "../catalogue/product.ts";
import { suggestionPrefixCharactersMax, suggestionsDefault, suggestionsMax } from "../shared/limits.ts";
import {
  alikeStems,
  anyOf,
  isMatch,
  parseSearchQuery,
  rankBy,
  type SearchQuery,
  searchRelation,
  startOf,
} from "./search.ts";

const wordsReadMax = 1_000;
const completionsMax = 50;
const correctionsMax = 5;
const rankedSuggestionsMax = 1_000;

/** The arguments of `productSuggestions`. */
export type SuggestionQuery = {
  /** What the user has typed so far. */
  readonly prefix: string;
  /** How many suggestions to return. */
  readonly first: number;
};

/** Parses the arguments of `productSuggestions`. @throws {ApiError} BAD_USER_INPUT */
export function parseSuggestionQuery(prefix: string, first: number | null | undefined): SuggestionQuery {
  const size = first ?? suggestionsDefault;
  if (size < 0 || size > suggestionsMax) {
    throw new ApiError("BAD_USER_INPUT", `\`first\` must be from 0 to ${suggestionsMax}.`, { maximum: suggestionsMax });
  }
  if (prefix.length > suggestionPrefixCharactersMax) {
    throw new ApiError("BAD_USER_INPUT", `\`prefix\` must have at most ${suggestionPrefixCharactersMax} characters.`);
  }
  return { prefix: prefix.toWellFormed().normalize("NFC").replaceAll("\0", " ").trim(), first: size };
}

/**
 * Returns ACTIVE products that complete the prefix: first those whose name begins with it, then those that have its words, the last of which may
 * be unfinished, best first. Forgives typing errors.
 */
export async function suggestProducts(db: Db, { prefix, first }: SuggestionQuery): Promise<Product[]> {
  const query = first === 0 ? undefined : await completeQuery(db, prefix);
  if (query === undefined) return [];
  const start = prefix.toLowerCase();
  const suggested = sql`(
    with beginning as materialized (
      select ${products.id} as id, 0 as kind, 0::real as score, lower(${products.name}) as name from ${products}
      where ${products.status} = 'ACTIVE' and lower(${products.name}) >= ${start}::text
        and lower(${products.name}) < ${start}::text || U&'\\+10FFFF'
      order by lower(${products.name}), ${products.id} limit ${first}::int
    ), having_words as (
      select product_id as id, 1 as kind, ${query.tsquery === "" ? sql`0::real` : rankBy(query, sql`document`)} as score, lower(name) as name
      from (
        select product_id, document from ${searchRelation(query)}
        where is_active and ${isMatch(query)} and (select count(*) from beginning) < ${first}::int
        order by created_at desc, product_id desc limit ${rankedSuggestionsMax}::int
      ) newest join ${products} on ${products.id} = product_id
    )
    select id as suggested_id, row_number() over (order by kind, score desc, name, id) as place
    from (
      select distinct on (id) * from (select * from beginning union all select * from having_words) found
      order by id, kind
    ) each
    order by place limit ${first}::int
  ) suggested`;
  return db
    .select(productColumns)
    .from(products)
    .innerJoin(suggested, sql`suggested_id = ${products.id}`)
    .orderBy(asc(sql`place`));
}

/** Scripts that are written without spaces between words: every character that is typed narrows the search down, and nothing is completed. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const lastWord = /^(.*?)(\S*?)([\p{L}\p{M}\p{N}]+)[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{RI}]*$/su;

/** The search for what the prefix may become; undefined for a prefix without words. */
async function completeQuery(db: Db, prefix: string): Promise<SearchQuery | undefined> {
  const parts = lastWord.exec(prefix);
  const word = parts?.[3];
  if (parts === null || word === undefined || unspaced.test(word)) {
    return /[\p{L}\p{N}\p{Extended_Pictographic}\p{RI}]/u.test(prefix) ? parseSearchQuery(db, prefix) : undefined;
  }
  const [_whole, before = "", compound = ""] = parts;
  const [earlier, completed, joined] = await Promise.all([
    parseSearchQuery(db, before),
    completeAfter(db, compound, word),
    compound === "" ? undefined : completeWord(db, `${compound}${word}`.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "")),
  ]);
  const ends = [completed.tsquery, joined?.tsquery ?? ""].filter((tsquery) => tsquery !== "");
  const tsquery =
    ends.length === 0
      ? ""
      : [earlier.tsquery, ends.join(" | ")]
          .filter(Boolean)
          .map((part) => `( ${part} )`)
          .join(" & ");
  return { tsquery, isIndexComplete: completed.isIndexComplete };
}

/** The search for the start of a compound with the completions of its last word. */
async function completeAfter(db: Db, compound: string, word: string): Promise<SearchQuery> {
  const [start, completed] = await Promise.all([parseSearchQuery(db, compound), completeWord(db, word)]);
  if (start.tsquery === "" || completed.tsquery === "") return completed;
  return { ...completed, tsquery: `( ${start.tsquery} ) & ( ${completed.tsquery} )` };
}

/**
 * The search for the words that begin with the text, shortest first. If no known word does, for those that look like it, and for what is indexed
 * without being noted as a word, such as SKUs and barcodes.
 */
async function completeWord(db: Db, word: string): Promise<SearchQuery> {
  const start = sql`unaccent(search_fold(${word}::text))`;
  const [row] = await db.execute<{
    start: string;
    completions: string[];
    corrections: string[];
    complete: boolean;
  }>(sql`
    with completed as materialized (
      select stem, min(length(word)) as characters
      from (
        select word, stem from search_words where word like ${start} || '%' order by word using ~<~ limit ${wordsReadMax}::int
      ) begun
      group by stem order by characters, stem limit ${completionsMax}::int
    )
    select ${start} as start, coalesce((select array_agg(stem order by characters, stem) from completed), '{}') as completions,
      case when exists (select from completed) then '{}'
        else (select stems from (${alikeStems(start, correctionsMax)}) alike) end as corrections,
      (select completed_at is not null from search_index_backfill) as complete`);
  if (row === undefined) throw new Error("A word was not completed.");
  const isCode = /[0-9]/.test(row.start);
  const tsquery = [
    ...(row.completions.length > 0 ? [anyOf(row.completions)] : []),
    ...(isCode || row.completions.length === 0 ? [startOf(row.start)] : []),
    ...(isCode || row.corrections.length === 0 ? [] : [anyOf(row.corrections)]),
  ].join(" | ");
  return { tsquery, isIndexComplete: row.complete };
}

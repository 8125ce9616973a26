import { asc, type SQL, sql } from "drizzle-orm";
import { products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { lookupText } from "#platform/shop/text.ts";
import { type Product, productColumns } from "../catalogue/product.ts";
import type { LanguageChain } from "../languages/language-chain.ts";
import { suggestionPrefixCharactersMax, suggestionsDefault, suggestionsMax } from "../shared/limits.ts";
import {
  alikeStems,
  anyOf,
  inLanguages,
  isEmpty,
  isMatch,
  parseWords,
  rank,
  type StoredQuery,
  searchRelation,
  startOf,
  type WordSource,
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
  return { prefix: lookupText(prefix).trim(), first: size };
}

/**
 * Returns ACTIVE products that complete the prefix: first those whose name begins with it, then those that have its words, the last of which may
 * be unfinished, best first. Forgives typing errors.
 */
export async function suggestProducts(
  db: Db,
  { prefix, first }: SuggestionQuery,
  languages: LanguageChain = [],
): Promise<Product[]> {
  const isAsked = first > 0 && /[\p{L}\p{N}\p{Extended_Pictographic}\p{RI}]/u.test(prefix);
  const query = isAsked ? await inLanguages(languages, (source) => completeQuery(db, prefix, source)) : undefined;
  if (query === undefined) return [];
  const suggested = sql`(
    with beginning as materialized (
      select id, 0 as kind, 0::real as score, name from ${namedLike(prefix.toLowerCase(), languages, first)}
      order by name, id limit ${first}::int
    ), having_words as (
      select product_id as id, 1 as kind, ${isEmpty(query) ? sql`0::real` : rank} as score, lower(name) as name
      from (
        select product_id, document, query from ${searchRelation(query)}
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

/** The ACTIVE products whose name begins with the text in the first language that it is translated to: up to `first` of each language. */
function namedLike(start: string, languages: LanguageChain, first: number): SQL {
  const begins = (name: SQL) =>
    sql`lower(${name}) >= ${start}::text and lower(${name}) < ${start}::text || U&'\\+10FFFF'`;
  const isNamedIn = (some: LanguageChain) =>
    some.length === 0
      ? sql`false`
      : sql`exists (
          select from product_translations as other
          where other.product_id = ${products.id} and other.language = any(${sql.param(some)}::text[]) and other.name is not null)`;
  const stored = sql`(
    select ${products.id} as id, lower(${products.name}) as name from ${products}
    where ${products.status} = 'ACTIVE' and ${begins(sql`${products.name}`)} and not ${isNamedIn(languages)}
    order by lower(${products.name}), ${products.id} limit ${first}::int)`;
  const translated = languages.map(
    (language, index) => sql`(
      select ${products.id} as id, lower(given.name) as name
      from product_translations as given join ${products} on ${products.id} = given.product_id
      where given.language = ${language}::text and ${begins(sql`given.name`)} and ${products.status} = 'ACTIVE'
        and not ${isNamedIn(languages.slice(0, index))}
      order by lower(given.name), given.product_id limit ${first}::int)`,
  );
  return sql`(${sql.join([stored, ...translated], sql` union all `)}) named`;
}

/** Scripts that are written without spaces between words: every character that is typed narrows the search down, and nothing is completed. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const lastWord = /^(.*?)(\S*?)([\p{L}\p{M}\p{N}]+)[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{RI}]*$/su;

/** The search for what the prefix may become. */
async function completeQuery(db: Db, prefix: string, source: WordSource): Promise<StoredQuery> {
  const parts = lastWord.exec(prefix);
  const word = parts?.[3];
  if (parts === null || word === undefined || unspaced.test(word)) {
    return parseWords(db, prefix, source);
  }
  const [_whole, before = "", compound = ""] = parts;
  const [earlier, completed, joined] = await Promise.all([
    parseWords(db, before, source),
    completeAfter(db, compound, word, source),
    compound === ""
      ? undefined
      : completeWord(db, `${compound}${word}`.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ""), source),
  ]);
  const ends = [completed.tsquery, joined?.tsquery ?? ""].filter((tsquery) => tsquery !== "");
  const tsquery =
    ends.length === 0
      ? ""
      : [earlier.tsquery, ends.join(" | ")]
          .filter(Boolean)
          .map((part) => `( ${part} )`)
          .join(" & ");
  return { ...completed, tsquery };
}

/** The search for the start of a compound with the completions of its last word. */
async function completeAfter(db: Db, compound: string, word: string, source: WordSource): Promise<StoredQuery> {
  const [start, completed] = await Promise.all([parseWords(db, compound, source), completeWord(db, word, source)]);
  if (start.tsquery === "" || completed.tsquery === "") return completed;
  return { ...completed, tsquery: `( ${start.tsquery} ) & ( ${completed.tsquery} )` };
}

/**
 * The search for the words that begin with the text, shortest first. If no known word does, for those that look like it, and for what is indexed
 * without being noted as a word, such as SKUs and barcodes.
 */
async function completeWord(db: Db, word: string, { words }: WordSource): Promise<StoredQuery> {
  const start = sql`unaccent(search_fold(${word}::text))`;
  const [row] = await db.execute<{
    start: string;
    completions: string[];
    corrections: string[];
    complete: boolean;
    indexLanguage: string;
  }>(sql`
    with completed as materialized (
      select stem, min(length(word)) as characters
      from (
        select word, stem from ${words} as known where word like ${start} || '%' order by word using ~<~ limit ${wordsReadMax}::int
      ) begun
      group by stem order by characters, stem limit ${completionsMax}::int
    )
    select ${start} as start, coalesce((select array_agg(stem order by characters, stem) from completed), '{}') as completions,
      case when exists (select from completed) then '{}'
        else (select stems from (${alikeStems(start, correctionsMax, words)}) alike) end as corrections,
      (select completed_at is not null from search_index_backfill) as complete,
      (select language from search_index_backfill) as "indexLanguage"`);
  if (row === undefined) throw new Error("A word was not completed.");
  const isCode = /[0-9]/.test(row.start);
  const tsquery = [
    ...(row.completions.length > 0 ? [anyOf(row.completions)] : []),
    ...(isCode || row.completions.length === 0 ? [startOf(row.start)] : []),
    ...(isCode || row.corrections.length === 0 ? [] : [anyOf(row.corrections)]),
  ].join(" | ");
  return { tsquery, isIndexComplete: row.complete, indexLanguage: row.indexLanguage };
}

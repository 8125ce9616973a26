import { asc, sql } from "drizzle-orm";
import { products } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type Product, productColumns } from "../catalogue/product.ts";
import { suggestionPrefixCharactersMax, suggestionsDefault, suggestionsMax } from "../shared/limits.ts";
import { alikeStems, anyOf, matches, parseSearchQuery, rankBy, type SearchQuery } from "./search.ts";

const wordsReadMax = 1_000;
const completionsMax = 50;
const correctionsMax = 5;
const rankedProductsMax = 1_000;

/** What somebody has typed so far, and how many completions are wanted. */
export type SuggestionQuery = { readonly prefix: string; readonly first: number };

/** Parses the arguments of `productSuggestions`. @throws {ApiError} BAD_USER_INPUT */
export function parseSuggestionQuery(prefix: string, first: number | null | undefined): SuggestionQuery {
  const size = first ?? suggestionsDefault;
  if (size < 0 || size > suggestionsMax) {
    throw new ApiError("BAD_USER_INPUT", `\`first\` must be from 0 to ${suggestionsMax}.`, { maximum: suggestionsMax });
  }
  if (prefix.length > suggestionPrefixCharactersMax) {
    throw new ApiError("BAD_USER_INPUT", `\`prefix\` has more than ${suggestionPrefixCharactersMax} characters.`);
  }
  return { prefix: prefix.replaceAll("\0", " ").trim(), first: size };
}

/**
 * Products on sale that what was typed may become: first those whose name begins so, then those that have the words, the last of them maybe
 * unfinished, the best first. Words that nothing has are taken for those that look most like them.
 */
export async function suggestProducts(db: Db, { prefix, first }: SuggestionQuery): Promise<Product[]> {
  const words = prefix.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const last = words.at(-1);
  if (last === undefined || first === 0) return [];
  const [before, completions] = await Promise.all([
    words.length === 1 ? undefined : parseSearchQuery(db, words.slice(0, -1).join(" ")),
    completeWord(db, last),
  ]);
  const parts = [...(before ? [`( ${before} )`] : []), ...(completions.length === 0 ? [] : [anyOf(completions)])];
  const query = (completions.length === 0 ? "" : parts.join(" & ")) as SearchQuery;
  const start = prefix.toLowerCase();
  const suggested = sql`(
    with beginning as materialized (
      select ${products.id} as id, 0 as kind, 0::real as score, lower(${products.name}) as name from ${products}
      where ${products.status} = 'ACTIVE' and lower(${products.name}) >= ${start}::text
        and lower(${products.name}) < ${start}::text || U&'\\+10FFFF'
      order by lower(${products.name}), ${products.id} limit ${first}::int
    ), having_words as (
      select id, 1 as kind, ${query === "" ? sql`0::real` : rankBy(query, sql`search`)} as score, name
      from (
        select ${products.id} as id, ${products.search} as search, lower(${products.name}) as name from ${products}
        where ${products.status} = 'ACTIVE' and ${matches(query)}
          and (select count(*) from beginning) < ${first}::int
        order by ${products.createdAt} desc, ${products.id} desc limit ${rankedProductsMax}::int
      ) newest
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

/** The lexemes of the words that begin so, the shortest first; of those that look like it when none does. */
async function completeWord(db: Db, word: string): Promise<string[]> {
  const start = sql`lower(unaccent(${word}::text))`;
  const [row] = await db.execute<{ completions: string[]; corrections: string[] }>(sql`
    with completed as materialized (
      select stem, min(length(word)) as characters
      from (
        select word, stem from search_words where word like ${start} || '%' order by word using ~<~ limit ${wordsReadMax}::int
      ) begun
      group by stem order by characters, stem limit ${completionsMax}::int
    )
    select coalesce((select array_agg(stem order by characters, stem) from completed), '{}') as completions,
      case when exists (select from completed) then '{}'
        else (select stems from (${alikeStems(start, correctionsMax)}) alike) end as corrections`);
  if (row === undefined) return [];
  return row.completions.length > 0 ? row.completions : row.corrections;
}

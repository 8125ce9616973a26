import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import { builtOnce } from "#platform/database/built-once.ts";
import type { Reader } from "#platform/database/shared-reads.ts";
import type { LanguageChain } from "../languages/language-chain.ts";
import { correctedCharactersMin, correctedWordsMax, correctionsPerWordMax } from "../shared/limits.ts";
import { type Clause, parseClauses } from "./search-clauses.ts";

/** A search in the form in which Postgres compares it with products. */
export type SearchQuery = StoredQuery & {
  /** The same search in each language that products are shown in, the first one first. A product is compared in the first that it is translated to. */
  readonly translations: readonly { readonly language: string; readonly tsquery: string }[];
};

/** A search of stored texts, or of one language. */
export type StoredQuery = {
  /** The text of a tsquery; empty for a search without words, which finds nothing. */
  readonly tsquery: string;
  /** Whether the search index has all products. Until it has, searches read the column that preceded it. */
  readonly isIndexComplete: boolean;
  /** The language in which the search index has stored texts. */
  readonly indexLanguage: string;
};

/** Whose words a search is made of: those of stored texts, or of translations to a language. */
export type WordSource = {
  readonly language: string | undefined;
  /** The relation of the known words. */
  readonly words: SQL;
};

/** Of stored texts in English. */
const englishWords: WordSource = { language: undefined, words: sql`search_words` };

/** Of translations to a language, and of stored texts in it. */
function wordsOf(language: string): WordSource {
  return { language, words: wordsIn(language) };
}

function wordsIn(language: string | Placeholder): SQL {
  return sql`(select word, stem, letters from translation_words where language = ${language}::text)`;
}

/**
 * The language in which the search index had stored texts when it was last read. Every statement that cuts a search into words returns the language that
 * the index has, so this only saves a statement that would ask for it.
 */
let expectedIndexLanguage = "en";

/** Runs `parse` for stored texts, in the language in which the search index has them. */
async function parseStored(parse: (source: WordSource) => Promise<StoredQuery>): Promise<StoredQuery> {
  const inLanguage = (language: string) => parse(language === "en" ? englishWords : wordsOf(language));
  const expected = expectedIndexLanguage;
  const query = await inLanguage(expected);
  if (query.indexLanguage === expected) return query;
  expectedIndexLanguage = query.indexLanguage;
  return { ...(await inLanguage(query.indexLanguage)), indexLanguage: query.indexLanguage };
}

/** Runs `parse` for stored texts and for each language, in which products are shown in this order. */
export async function inLanguages(
  languages: LanguageChain,
  parse: (source: WordSource) => Promise<StoredQuery>,
): Promise<SearchQuery> {
  const [stored, ...translations] = await Promise.all([
    parseStored(parse),
    ...languages.map(async (language) => ({ language, tsquery: (await parse(wordsOf(language))).tsquery })),
  ]);
  return { ...stored, translations };
}

/** Parses a search in the languages that products are shown in, see {@link parseWords}. */
export function parseSearchQuery(reads: Reader, search: string, languages: LanguageChain = []): Promise<SearchQuery> {
  return inLanguages(languages, (source) => parseWords(reads, search, source));
}

/** {@link parseSearchQuery} of some reads. */
export type SearchParser = (search: string, languages: LanguageChain) => Promise<SearchQuery>;

const keptSearchesMax = 2_000;

/**
 * Makes a parser that keeps what it has parsed for `keptMs`: the same words are searched for over and over, and what they are corrected to hardly
 * changes.
 */
export function makeSearchParser(reads: Reader, keptMs: number): SearchParser {
  const kept = new LRUCache<string, SearchQuery>({ max: keptSearchesMax, ttl: Math.max(1, keptMs) });
  return async (search, languages) => {
    const key = JSON.stringify([search, languages]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const parsed = await parseSearchQuery(reads, search, languages);
    kept.set(key, parsed);
    return parsed;
  };
}

/** A word of a clause as the index holds it. */
type Term = {
  readonly clause: number;
  /** Of the compound's joined form: "usbc" for "usb-c". */
  readonly joined: boolean;
  readonly place: number;
  /** Null for a stop word. */
  readonly stem: string | null;
  /** The lexeme in names, which keep stop words. */
  readonly nameStem: string | null;
  /** A single character of a script without spaces, which is indexed as the start of a bigram. */
  readonly prefix: boolean;
  readonly alternatives: readonly string[];
};

/**
 * Parses a search as people type it: quotes, OR and a leading minus work as in web search, and everything else that is not a word separates
 * words. Typing errors are forgiven: a word that no product has also finds the words that look most like it, unless it has digits. Costs a few
 * index lookups a word.
 */
export async function parseWords(reads: Reader, search: string, { language }: WordSource): Promise<StoredQuery> {
  const clauses = parseClauses(search);
  const texts = clauses.map(({ text }) => text);
  const statement = language === undefined ? termsOfStored({ texts }) : termsOfTranslated({ texts, language });
  const rows = await reads.execute<Term & { is_complete: boolean; index_language: string }>(statement);
  return {
    tsquery: combineClauses(clauses, rows),
    isIndexComplete: rows[0]?.is_complete === true,
    // A search without words finds nothing in any language.
    indexLanguage: rows[0]?.index_language ?? expectedIndexLanguage,
  };
}

/**
 * The statement that returns the terms of clauses. The configurations are the rules by which texts and names are cut into words. By an offset, Postgres looks each
 * term up in the index of known words, rather than reads all of them once for the many terms that it expects.
 */
function termsOf(config: SQL, namesConfig: SQL, words: SQL): SQL {
  return sql`
    with clauses as (
      select number, text from unnest(${sql.placeholder("texts")}::text[]) with ordinality as clauses(text, number)
    ), forms as (
      select number, text, false as joined from clauses
      union all
      select number, search_join(search_fold(text)), true from clauses where trim(search_split(search_fold(text))) like '% %'
    ), terms as materialized (
      select number, joined, place, word, stems.stem, stems.name_stem, search_is_unspaced(word) and length(word) = 1 as prefix,
        not joined and length(word) >= ${correctedCharactersMin}::int and text !~ '[0-9]' and word not like 'emoji%'
          and not search_is_unspaced(word) and not exists (select from ${words} as known where known.stem = stems.name_stem offset 0) as unknown
      from forms,
        lateral string_to_table(trim(search_query_text(text)), ' ') with ordinality as words(word, place),
        lateral (select (tsvector_to_array(to_tsvector(${config}, word)))[1] as stem,
          (tsvector_to_array(to_tsvector(${namesConfig}, word)))[1] as name_stem) as stems
      where word <> ''
    ), alike as materialized (
      select word, stems as alternatives
      from (select distinct word from terms where unknown limit ${correctedWordsMax}::int) unknown,
        lateral (${alikeStems(sql`unknown.word`, correctionsPerWordMax, words)}) as alike
    )
    select (number - 1)::int as clause, joined, place::int as place, stem, name_stem as "nameStem", prefix,
      coalesce(alternatives, '{}') as alternatives,
      (select completed_at is not null from search_index_backfill) as is_complete,
      (select language from search_index_backfill) as index_language
    from terms left join alike on alike.word = terms.word and not joined
    order by number, joined, place`;
}

/** How alike words are that have the same letters in another order; trigrams find no likeness between short ones. */
const swappedLikeness = 0.6;

/** The lexemes of the words that look most like `word`, the likeliest first, as one array `stems`. */
export function alikeStems(word: SQL, stemsMax: number, words: SQL): SQL {
  return sql`
    select coalesce(array_agg(stem order by likeness desc, stem), '{}') as stems
    from (
      select stem, max(
        case when letters = sorted_letters(${word}) then ${swappedLikeness}::real else similarity(known.word, ${word}) end
      ) as likeness
      from ${words} as known where known.word % ${word} or letters = sorted_letters(${word})
      group by stem order by likeness desc, stem limit ${stemsMax}::int
    ) likest`;
}

const termsOfStored = builtOnce<"texts">(termsOf(sql`'public.shop'`, sql`'public.shop_names'`, englishWords.words));
const inLanguage = sql`${sql.placeholder("language")}::text`;
const termsOfTranslated = builtOnce<"texts" | "language">(
  termsOf(
    sql`search_config(${inLanguage})`,
    sql`search_names_config(${inLanguage})`,
    wordsIn(sql.placeholder("language")),
  ),
);

/** The text of a tsquery of the clauses: those of a group must all match, and one group is enough. Clauses of stop words alone are left out. */
function combineClauses(clauses: readonly Clause[], terms: readonly Term[]): string {
  const byClause = Map.groupBy(terms, ({ clause }) => clause);
  const combine = (lexemeOf: (term: Term) => string | null) => {
    const groups: string[][] = [];
    for (const [index, clause] of clauses.entries()) {
      if (clause.startsGroup || groups.length === 0) groups.push([]);
      const query = clauseQuery(byClause.get(index) ?? [], clause.isExcluded, lexemeOf);
      if (query !== undefined) groups.at(-1)?.push(clause.isExcluded ? `!${query}` : query);
    }
    const found = groups.filter((group) => group.length > 0);
    return found.map((group) => `( ${group.join(" & ")} )`).join(" | ");
  };
  // A search of stop words alone is for a name, such as "The Who".
  return combine(({ stem }) => stem) || combine(({ nameStem }) => nameStem);
}

function clauseQuery(
  terms: readonly Term[],
  isExcluded: boolean,
  lexemeOf: (term: Term) => string | null,
): string | undefined {
  const phrases = [false, true].flatMap((joined) => {
    const phrase = phraseOf(
      terms.filter((term) => term.joined === joined),
      isExcluded,
      lexemeOf,
    );
    return phrase === undefined ? [] : [phrase];
  });
  return phrases.length === 0 ? undefined : `( ${phrases.join(" | ")} )`;
}

/** The words one after the other. */
function phraseOf(
  terms: readonly Term[],
  isExcluded: boolean,
  lexemeOf: (term: Term) => string | null,
): string | undefined {
  let phrase: string | undefined;
  let last = 0;
  for (const term of terms) {
    const lexeme = lexemeOf(term);
    if (lexeme === null) continue;
    // Excluding a mistyped word must not exclude what only looks like it.
    const alternatives = isExcluded ? [] : term.alternatives;
    const one = term.prefix ? `${quote(lexeme)}:*` : anyOf([lexeme, ...alternatives]);
    phrase = phrase === undefined ? one : `${phrase} <${term.place - last}> ${one}`;
    last = term.place;
  }
  return phrase === undefined ? undefined : `( ${phrase} )`;
}

/** The text of a tsquery that finds any of the lexemes. */
export function anyOf(stems: readonly string[]): string {
  return `( ${stems.map(quote).join(" | ")} )`;
}

/** The text of a tsquery that finds the words that begin with the text. */
export function startOf(text: string): string {
  return `${quote(text)}:*`;
}

function quote(lexeme: string): string {
  return `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** Whether the search has no words in any language, and finds nothing. */
export function isEmpty({ tsquery, translations }: SearchQuery): boolean {
  return tsquery === "" && translations.every((translation) => translation.tsquery === "");
}

/** The relation `found` that a search reads: a row for each product, with its document, and with the tsquery that is compared with it. */
export function searchRelation({ tsquery, isIndexComplete, indexLanguage, translations }: SearchQuery): SQL {
  const languages = translations.map(({ language }) => language);
  const isShownIn = (column: SQL) => sql`${column} && ${sql.param(languages)}::text[]`;
  const stored = isIndexComplete
    ? sql`select ${columns}, ${tsquery}::tsquery as query from search_index where language = ${indexLanguage}::text
        ${languages.length === 0 ? sql`` : sql`and not ${isShownIn(sql`translated`)}`}`
    : sql`select id as product_id, status = 'ACTIVE' as is_active, created_at, category_ids, tags, label_ids, search as document,
          ${tsquery}::tsquery as query
        from products where ${
          languages.length === 0
            ? sql`true`
            : sql`not exists (
                select from product_translations as given
                where given.product_id = products.id and given.language = any(${sql.param(languages)}::text[]))`
        }`;
  const arms = translations.map((translation, index) => {
    const earlier = languages.slice(0, index);
    return sql`
      select ${columns}, ${translation.tsquery}::tsquery as query from translation_index
      where language = ${translation.language}::text
        ${earlier.length === 0 ? sql`` : sql`and not translated && ${sql.param(earlier)}::text[]`}`;
  });
  return sql`(${sql.join([...arms, stored], sql` union all `)}) found`;
}

const columns = sql`product_id, is_active, created_at, category_ids, tags, label_ids, document`;

/** Whether a row of `found` matches the search. */
export function isMatch(query: SearchQuery): SQL {
  return isEmpty(query) ? sql`false` : sql`found.document @@ found.query`;
}

/** The rank of a row with the columns `document` and `query`: a name weighs more than description and tags, and those more than SKUs and options. */
export const rank: SQL = sql`ts_rank(document, query)`;

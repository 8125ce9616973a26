/** A part of a search: a word, a compound such as "USB-C", or a quoted phrase. */
export type Clause = {
  readonly text: string;
  /** Products with it are left out. */
  readonly isExcluded: boolean;
  /** It comes after OR. */
  readonly startsGroup: boolean;
};

const fragment = /(-?)"([^"]*)"?|[^\s"]+/gu;

/** Splits a search into its clauses. A compound with slashes is several clauses, such as 14/15/16. */
export function parseClauses(search: string): Clause[] {
  const clauses: Clause[] = [];
  let startsGroup = false;
  for (const [whole, minus, quoted] of search.matchAll(fragment)) {
    if (/^or$/i.test(whole)) {
      startsGroup = clauses.length > 0;
      continue;
    }
    const isExcluded = minus === "-" || /^-[^\s-]/.test(whole);
    const texts = quoted === undefined ? (isExcluded ? [whole.slice(1)] : whole.split("/")) : [quoted];
    for (const text of texts) {
      if (text.trim() === "") continue;
      clauses.push({ text, isExcluded, startsGroup });
      startsGroup = false;
    }
  }
  return clauses;
}

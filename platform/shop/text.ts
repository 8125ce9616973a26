import { z } from "zod";

/**
 * Text from clients. All of it is brought to NFC (UAX #15), so that equal text is equal bytes, and is rejected where a reader could not see
 * what it holds.
 */

/** A zod type of one line of text without its outer white space, from `charactersMin` to `charactersMax` code points. */
export function text(charactersMax: number, charactersMin = 0): z.ZodType<string> {
  return textType(charactersMax, charactersMin, "one line");
}

/** Like {@link text}, with line ends and tabs. */
export function multilineText(charactersMax: number, charactersMin = 0): z.ZodType<string> {
  return textType(charactersMax, charactersMin, "many lines");
}

/**
 * Whether Postgres can store it: UTF-8 has no halves of surrogate pairs, and Postgres's text no U+0000. JSON can hold both; a `jsonb` column
 * rejects them, and a `text` column stores a half as U+FFFD, which no one wrote.
 */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes("\0");
}

/**
 * Text from clients that something is looked up by, in the form in which all text is stored: NFC. A half of a surrogate pair becomes U+FFFD and U+0000 a
 * space, since no stored text holds either.
 */
export function lookupText(value: string): string {
  return value.toWellFormed().normalize("NFC").replaceAll("\0", " ");
}

/** The number of characters (code points). */
export function characterCount(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The beginning of a text, of at most `charactersMax` code points. It ends between two characters as readers see them, so that neither an accent nor
 * a part of an emoji is cut off; only a first one that is itself longer is cut between code points.
 */
export function cutText(value: string, charactersMax: number): string {
  let kept = "";
  let count = 0;
  // A code point has at most two code units: nothing beyond twice the maximum can be part of the result.
  for (const { segment } of graphemes.segment(value.slice(0, charactersMax * 2 + 2))) {
    count += characterCount(segment);
    if (count > charactersMax) break;
    kept += segment;
  }
  return kept === ""
    ? Array.from(value.slice(0, charactersMax * 2))
        .slice(0, charactersMax)
        .join("")
    : kept;
}

type Lines = "one line" | "many lines";

function textType(charactersMax: number, charactersMin: number, lines: Lines): z.ZodType<string> {
  return z.string().transform((value, context) => {
    const trimmed = value.normalize("NFC").trim();
    const problem = problemOf(trimmed, lines) ?? lengthProblem(trimmed, charactersMax, charactersMin);
    if (problem === undefined) return trimmed;
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });
}

function lengthProblem(value: string, charactersMax: number, charactersMin: number): string | undefined {
  const count = characterCount(value);
  if (count > charactersMax) return `Enter at most ${charactersMax} characters.`;
  if (count >= charactersMin) return undefined;
  return charactersMin === 1 ? "Enter at least one character." : `Enter at least ${charactersMin} characters.`;
}

const lineEnds = /[\n\r\u2028\u2029]/u;
const controls = /\p{Cc}/u;
const controlsBesidesLineEnds = /(?![\n\r\t])\p{Cc}/u;
/** Embeddings, overrides and isolates reorder the text around them; the marks U+200E, U+200F and U+061C do not and are allowed. */
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/u;
/** Letters, digits, punctuation and symbols, without those that are drawn as nothing. */
const visible = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]]/v;
/** A joiner or a variation selector acts on the character before it; anywhere else it is only invisible. */
const strayJoiner =
  /(?<![\p{L}\p{M}\p{N}\p{P}\p{S}\u{1f3fb}-\u{1f3ff}])[\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/v;

function problemOf(value: string, lines: Lines): string | undefined {
  if (!value.isWellFormed()) return "The text contains an incomplete character.";
  if (lines === "one line" && lineEnds.test(value)) return "Enter a single line.";
  if ((lines === "one line" ? controls : controlsBesidesLineEnds).test(value)) {
    return "The text contains a control character.";
  }
  if (bidiControls.test(value)) return "The text contains a character that changes the direction of text.";
  if (value !== "" && !visible.test(value)) return "Enter at least one visible character.";
  if (strayJoiner.test(value)) return "The text contains an invisible character.";
  return undefined;
}

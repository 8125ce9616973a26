import { randomBytes } from "node:crypto";
import { slugCharactersMax } from "../shared/limits.ts";

/**
 * Makes a slug from a name: letters and digits of any script in lower case, without accents, separated by single hyphens, at most 80
 * characters. Empty for a name without letters and digits.
 */
export function slugOf(name: string): string {
  const words = name
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replaceAll(/^-+/g, "");
  return cut(words, slugCharactersMax).replaceAll(/-+$/g, "");
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The start of a text, cut between characters as people see them. */
function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const next = graphemes.segment(text).containing(charactersMax);
  return text.slice(0, next?.index ?? charactersMax);
}

/** Whether the text has the form of a slug. */
export function isSlug(text: string): boolean {
  return text !== "" && slugOf(text) === text;
}

// Crockford's base 32: without letters that look like digits, and without u.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Random characters of 5 bits each, easy to read aloud. */
export function randomCharacters(count: number): string {
  return [...randomBytes(count)].map((byte) => alphabet[byte & 31] ?? "").join("");
}

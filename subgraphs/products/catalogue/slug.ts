import { randomBytes } from "node:crypto";
import { slugCharactersMax } from "../shared/limits.ts";

/**
 * Makes a slug from a name: letters and digits of any script in lower case, without accents, separated by single hyphens, at most 80
 * characters. Empty for a name without letters and digits.
 */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .slice(0, slugCharactersMax)
    .replaceAll(/^-+|-+$/g, "");
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

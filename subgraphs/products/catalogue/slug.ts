import { randomBytes } from "node:crypto";
import { slugCharactersMax } from "../shared/limits.ts";

/**
 * A name as it stands in an address: letters and digits of any script in lower case with single hyphens between them, without accents, at
 * most 80 characters; empty for a name that has neither.
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

/** Whether the text could be a slug of ours. */
export function isSlug(text: string): boolean {
  return text !== "" && slugOf(text) === text;
}

// Crockford's base 32: no letter that is read as a digit, and no u.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Random characters of 5 bits each, easy to read out. */
export function randomCharacters(count: number): string {
  return [...randomBytes(count)].map((byte) => alphabet[byte & 31] ?? "").join("");
}

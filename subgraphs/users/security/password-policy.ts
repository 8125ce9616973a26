import { dictionary } from "@zxcvbn-ts/language-common";

const charactersMin = 8;
const charactersMax = 128;
const ownWordCharactersMin = 3;
const leftCharactersMin = 6;
const differentCharactersMin = 3;

/**
 * Some 49,000 passwords that are tried first, most common first: the list of zxcvbn (https://github.com/zxcvbn-ts/zxcvbn, MIT), which is made of
 * published leaks.
 */
const commonPasswords = dictionary["passwords-common"];
const common: ReadonlySet<string> = new Set(commonPasswords);
/** Of these, neither digits nor signs at the end make a good one. */
const veryCommon: ReadonlySet<string> = new Set(commonPasswords.slice(0, 1_000));

/**
 * Why a password cannot be used; undefined when it can. Length, not composition (NIST SP 800-63B): 8 to 128 characters after NFKC, none of the
 * common ones, and not made of the person's own name and address.
 *
 * @param own the person's names and address.
 */
export function passwordProblem(password: string, own: readonly unknown[]): string | undefined {
  const normalized = password.normalize("NFKC");
  const characters = [...normalized].length;
  if (characters < charactersMin) return `Use at least ${charactersMin} characters.`;
  if (characters > charactersMax) return `Use at most ${charactersMax} characters.`;
  const folded = normalized.toLowerCase();
  if (new Set(folded).size < differentCharactersMin) return "Use more different characters.";
  if (common.has(folded) || veryCommon.has(folded.replace(/[^\p{L}]+$/u, ""))) {
    return "This password is too common.";
  }
  if (isMadeOf(folded, wordsOf(own))) return "The password must not consist of your name or email address.";
  return undefined;
}

function wordsOf(own: readonly unknown[]): string[] {
  return own
    .filter((value) => typeof value === "string")
    .flatMap((value) => {
      const folded = value.normalize("NFKC").toLowerCase();
      return [folded, folded.replaceAll(/\s/g, ""), ...folded.split("@"), ...folded.split(/[^\p{L}\p{N}]+/u)];
    })
    .filter((word) => word.length >= ownWordCharactersMin)
    .toSorted((a, b) => b.length - a.length);
}

/** Whether too little is left once the words are taken out. */
function isMadeOf(password: string, words: readonly string[]): boolean {
  const left = words.reduce((rest, word) => rest.replaceAll(word, ""), password);
  return left.length < password.length && left.length < leftCharactersMin;
}

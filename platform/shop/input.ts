import { z } from "zod";
import { type Branded, parseId } from "./ids.ts";
import { type Money, parseCurrency, parseMoney } from "./money.ts";

/** A failure that the caller can act on, as it stands in a payload's `userErrors`. `__typename` is the SDL's type. */
export type UserErrorValue<Code extends string = string> = {
  readonly __typename: string;
  readonly code: Code;
  readonly message: string;
  readonly field?: readonly string[] | null;
};

/** The graph's ValidationError. */
export type ValidationErrorValue = UserErrorValue<"VALIDATION_FAILED"> & { readonly __typename: "ValidationError" };

/** One field of an input that cannot be used. */
export function validationError(field: readonly (string | number)[], message: string): ValidationErrorValue {
  return { __typename: "ValidationError", code: "VALIDATION_FAILED", message, field: field.map(String) };
}

/** The same answer for what is missing, foreign, or whose id is malformed. */
export function notFoundError(
  field: readonly (string | number)[],
  message = "There is nothing with that id.",
): UserErrorValue<"NOT_FOUND"> & { readonly __typename: "NotFoundError" } {
  return { __typename: "NotFoundError", code: "NOT_FOUND", message, field: field.map(String) };
}

/** `expectedVersion` is not the row's version any more. */
export function editConflictError(
  currentVersion: number,
): UserErrorValue<"EDIT_CONFLICT"> & { readonly __typename: "EditConflictError"; readonly currentVersion: number } {
  return {
    __typename: "EditConflictError",
    code: "EDIT_CONFLICT",
    message: "It was changed since you read it.",
    field: ["expectedVersion"],
    currentVersion,
  };
}

/** What came of parsing an input: its value, or every wrong field at once. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly userErrors: readonly ValidationErrorValue[] };

/**
 * Parses a mutation's input.
 *
 * @param at where the input stands among the mutation's arguments, put before each field; empty for `input` itself.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  at: readonly (string | number)[] = [],
): Parsed<z.infer<Schema>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    userErrors: parsed.error.issues.map((issue) =>
      validationError(
        [...at, ...issue.path.map((step) => (typeof step === "symbol" ? step.toString() : step))],
        issue.message,
      ),
    ),
  };
}

/**
 * Whether Postgres can store it: UTF-8 has no halves of surrogate pairs, and no text of Postgres holds U+0000. JSON from outside can hold both;
 * a `jsonb` refuses them, and a `text` column takes the half as U+FFFD, which nobody wrote.
 */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes("\0");
}

/** Text without its outer white space, and without control characters but line ends and tabs. */
export function text(charactersMax: number, charactersMin = 0): z.ZodType<string> {
  return z.string().transform((value, context) => {
    const trimmed = value.normalize("NFC").trim();
    const problem =
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point.
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(trimmed)
        ? "It has a control character."
        : !isStorable(trimmed)
          ? "It has half a character."
          : trimmed.length < charactersMin
            ? charactersMin === 1
              ? "It is empty."
              : `It needs at least ${charactersMin} characters.`
            : trimmed.length > charactersMax
              ? `It has more than ${charactersMax} characters.`
              : undefined;
    if (problem === undefined) return trimmed;
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });
}

/** An e-mail address as it was written, at most 254 characters; compared by its lower case. */
export const emailInput: z.ZodType<Email> = text(254)
  .pipe(z.email("It is no e-mail address."))
  .transform((value) => value as Email);
export type Email = Branded<string, "Email">;

/** The form under which an address is compared and kept unique. */
export function emailKey(email: Email): string {
  return email.normalize("NFKC").toLowerCase();
}

/** An absolute http(s) URL without a user name or password, and without the white space and control characters that a browser would drop. */
export function urlInput(charactersMax = 1_000): z.ZodType<string> {
  return z.string().transform((value, context) => {
    const isPlain = value.length <= charactersMax && isStorable(value) && !/[\s\p{Cc}]/u.test(value);
    const url = isPlain && URL.canParse(value) ? new URL(value) : undefined;
    if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return value;
    context.addIssue({
      code: "custom",
      message: `It is no absolute http(s) URL of at most ${charactersMax} characters.`,
    });
    return z.NEVER;
  });
}

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
/** Codes that the Unicode data names although ISO 3166-1 does not assign them to a country. */
const notCountries: ReadonlySet<string> = new Set([
  "EU",
  "EZ",
  "UN",
  "QO",
  "XA",
  "XB",
  "ZZ",
  "AC",
  "CP",
  "CQ",
  "DG",
  "EA",
  "IC",
  "TA",
]);

/** ISO 3166-1 alpha-2, upper case. */
export const countryInput: z.ZodType<string> = z.string().transform((value, context) => {
  const code = value.trim().toUpperCase();
  if (/^[A-Z]{2}$/.test(code) && !notCountries.has(code) && regions.of(code) !== undefined) return code;
  context.addIssue({ code: "custom", message: "It is no ISO 3166-1 country code of two letters." });
  return z.NEVER;
});

/** A postal address, ready to be stored; what was left out is null. */
export type PostalAddress = {
  name: string | null;
  line1: string;
  line2: string | null;
  city: string | null;
  region: string | null;
  postalCode: string | null;
  country: string;
  phone: string | null;
};

const optionalText = (charactersMax: number) =>
  text(charactersMax)
    .nullish()
    .transform((value) => (value === undefined || value === null || value === "" ? null : value));

/** The graph's AddressInput. */
export const addressInput: z.ZodType<PostalAddress> = z.object({
  name: optionalText(500),
  line1: text(500, 1),
  line2: optionalText(500),
  city: optionalText(200),
  region: optionalText(200),
  postalCode: optionalText(40),
  country: countryInput,
  phone: optionalText(40),
});

/** A quantity of one line: 1 to 1,000. */
export const quantityInput: z.ZodType<number> = z
  .int("It is no whole number.")
  .min(1, "It must be at least 1.")
  .max(1_000, "It must be at most 1000.");

/** The graph's MoneyInput, exact, in the currency's own decimals. */
export const moneyInput: z.ZodType<Money> = z
  .object({ amount: z.string(), currencyCode: z.string().default("USD") })
  .transform(({ amount, currencyCode }, context) => {
    if (parseCurrency(currencyCode) === undefined) {
      context.addIssue({ code: "custom", path: ["currencyCode"], message: "It is no ISO 4217 currency code." });
      return z.NEVER;
    }
    const money = parseMoney(amount, currencyCode);
    if (money === undefined) {
      context.addIssue({
        code: "custom",
        path: ["amount"],
        message: `It is no exact amount of ${currencyCode.toUpperCase()}.`,
      });
      return z.NEVER;
    }
    return money;
  });

/** An idempotency key: 1 to 128 printable ASCII characters. */
export const idempotencyKeyInput: z.ZodType<string> = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "It needs 1 to 128 printable ASCII characters without spaces.");

/** An id; undefined when it is malformed, which is then answered like an id that nothing has. */
export function idOrUndefined<Id extends Branded<string, string>>(value: string | null | undefined): Id | undefined {
  return value === null || value === undefined ? undefined : parseId<Id>(value);
}

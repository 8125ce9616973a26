import { domainToASCII } from "node:url";
import { z } from "zod";
import { parseCountry } from "./countries.ts";
import { parseDateTime } from "./date-time.ts";
import { type Branded, parseId } from "./ids.ts";
import { parseLanguage } from "./languages.ts";
import {
  addressLineCharactersMax,
  addressNameCharactersMax,
  addressPlaceCharactersMax,
  emailCharactersMax,
  idempotencyKeyCharactersMax,
  phoneCharactersMax,
  postalCodeCharactersMax,
  taxClassCharactersMax,
  unitsPerLineMax,
  urlCharactersMax,
} from "./limits.ts";
import { type CurrencyCode, type Money, parseCurrency, parseMoney } from "./money.ts";
import { isStorable, text } from "./text.ts";

/** A failure that the caller can act on, as it appears in a payload's `userErrors`. `__typename` is its type in the SDL. */
export type UserErrorValue<Code extends string = string> = {
  readonly __typename: string;
  readonly code: Code;
  readonly message: string;
  readonly field?: readonly string[] | null;
};

/** The graph's ValidationError. */
export type ValidationErrorValue = UserErrorValue<"VALIDATION_FAILED"> & { readonly __typename: "ValidationError" };

/** The error for one invalid field of an input. */
export function validationError(field: readonly (string | number)[], message: string): ValidationErrorValue {
  return { __typename: "ValidationError", code: "VALIDATION_FAILED", message, field: field.map(String) };
}

/** The error for an id whose row is missing or not visible to the viewer, and for a malformed id: all look the same. */
export function notFoundError(
  field: readonly (string | number)[],
  message = "Not found.",
): UserErrorValue<"NOT_FOUND"> & { readonly __typename: "NotFoundError" } {
  return { __typename: "NotFoundError", code: "NOT_FOUND", message, field: field.map(String) };
}

/** The error for an `expectedVersion` that is no longer the row's version. */
export function editConflictError(
  currentVersion: number,
): UserErrorValue<"EDIT_CONFLICT"> & { readonly __typename: "EditConflictError"; readonly currentVersion: number } {
  return {
    __typename: "EditConflictError",
    code: "EDIT_CONFLICT",
    message: "This was changed since you loaded it.",
    field: ["expectedVersion"],
    currentVersion,
  };
}

/** A parsed input: its value, or an error for each invalid field. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly userErrors: readonly ValidationErrorValue[] };

/**
 * Parses a mutation's input.
 *
 * @param at the path of the input among the mutation's arguments, put before each field; empty for `input` itself.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  at: readonly (string | number)[] = [],
): Parsed<z.infer<Schema>> {
  const parsed = schema.safeParse(input, { error: plainMessage });
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

/** The message for what GraphQL's types let through and a schema has no message of its own for. */
function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type" && (issue.input === null || issue.input === undefined)) return "Enter a value.";
  if (issue.code === "invalid_value") return `Choose one of ${issue.values.map(String).join(", ")}.`;
  return undefined;
}

/** The local part as zod has it; the domain by RFC 1123, with a last label of letters or in punycode. */
const emailPattern =
  /^(?!\.)(?!.*\.\.)(?=.{1,254}$)[\w'+.-]*[\w+-]@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{1,58}[a-z\d])$/i;

/** A valid email address of at most 254 characters, as it was written but for its domain, whose international names become punycode. */
export const emailInput: z.ZodType<Email> = text(emailCharactersMax)
  .transform(withAsciiDomain)
  .pipe(z.email({ pattern: emailPattern, error: "Enter a valid email address." }))
  .transform((value) => value as Email);
export type Email = Branded<string, "Email">;

/** The form under which an address is compared and kept unique. */
export function emailKey(email: Email): string {
  return emailSearchText(email);
}

/** Text that addresses are searched for, in the form of {@link emailKey}: what follows an @ is an ASCII domain. */
export function emailSearchText(text: string): string {
  return withAsciiDomain(text.normalize("NFKC").toLowerCase());
}

function withAsciiDomain(email: string): string {
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
  if (at < 0 || /^[\x00-\x7f]*$/.test(domain)) return email;
  return `${email.slice(0, at)}@${domainToASCII(domain)}`;
}

/**
 * An absolute http(s) URL without a user name or password, normalized as browsers do (WHATWG): host in lower case and punycode, other characters
 * percent-encoded. Rejects white space and control characters, which a browser would drop.
 */
export function urlInput(charactersMax: number = urlCharactersMax): z.ZodType<string> {
  return z.string().transform((value, context) => {
    const isPlain = value.length <= charactersMax && isStorable(value) && !/[\s\p{Cc}]/u.test(value);
    const url = isPlain && URL.canParse(value) ? new URL(value) : undefined;
    const isWeb = url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
    if (isWeb && url.href.length <= charactersMax) return url.href;
    context.addIssue({
      code: "custom",
      message: `Enter an absolute http or https URL of at most ${charactersMax} characters.`,
    });
    return z.NEVER;
  });
}

/** The upper-case code of a country that ISO 3166-1 alpha-2 officially assigns. */
export const countryInput: z.ZodType<string> = z.string().transform((value, context) => {
  const code = parseCountry(value);
  if (code !== undefined) return code;
  context.addIssue({ code: "custom", message: "Enter a two-letter ISO 3166-1 country code." });
  return z.NEVER;
});

/** The canonical BCP 47 tag of a language. */
export const languageInput: z.ZodType<string> = z.string().transform((value, context) => {
  const language = parseLanguage(value);
  if (language !== undefined) return language;
  context.addIssue({ code: "custom", message: "Enter a BCP 47 language tag, such as de or pt-BR." });
  return z.NEVER;
});

/** A currency of ISO 4217. */
export const currencyInput: z.ZodType<CurrencyCode> = z.string().transform((value, context) => {
  const currency = parseCurrency(value);
  if (currency !== undefined) return currency;
  context.addIssue({ code: "custom", message: "Enter a three-letter ISO 4217 currency code." });
  return z.NEVER;
});

/** A postal address, ready to be stored; fields that were left out are null. */
export type PostalAddress = {
  name: string | null;
  /** Absent without one. */
  company?: string | undefined;
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
  name: optionalText(addressNameCharactersMax),
  company: optionalText(addressNameCharactersMax).transform((value) => value ?? undefined),
  line1: text(addressLineCharactersMax, 1),
  line2: optionalText(addressLineCharactersMax),
  city: optionalText(addressPlaceCharactersMax),
  region: optionalText(addressPlaceCharactersMax),
  postalCode: optionalText(postalCodeCharactersMax),
  country: countryInput,
  phone: optionalText(phoneCharactersMax),
});

/** The units of one line: 1 to 1,000. */
export const quantityInput: z.ZodType<number> = z
  .int("Enter a whole number.")
  .min(1, "Enter at least 1.")
  .max(unitsPerLineMax, `Enter at most ${unitsPerLineMax}.`);

/** The graph's MoneyInput, exact, in the currency's own decimals. */
export const moneyInput: z.ZodType<Money> = z
  .object({ amount: z.string(), currencyCode: z.string().default("USD") })
  .transform(({ amount, currencyCode }, context) => {
    if (parseCurrency(currencyCode) === undefined) {
      context.addIssue({
        code: "custom",
        path: ["currencyCode"],
        message: "Enter a three-letter ISO 4217 currency code.",
      });
      return z.NEVER;
    }
    const money = parseMoney(amount, currencyCode);
    if (money === undefined) {
      context.addIssue({
        code: "custom",
        path: ["amount"],
        message: `Enter an exact amount in ${currencyCode.toUpperCase()}.`,
      });
      return z.NEVER;
    }
    return money;
  });

/** An idempotency key: 1 to 128 printable ASCII characters. */
export const idempotencyKeyInput: z.ZodType<string> = z
  .string()
  .regex(/^[\x21-\x7e]+$/, "Enter printable ASCII characters without spaces.")
  .max(idempotencyKeyCharactersMax, `Enter at most ${idempotencyKeyCharactersMax} characters.`);

/** An id; undefined when it is malformed, which callers treat as the id of nothing. */
export function idOrUndefined<Id extends Branded<string, string>>(value: string | null | undefined): Id | undefined {
  return value === null || value === undefined ? undefined : parseId<Id>(value);
}

/** The code of a tax class, such as "standard" or "reduced". */
export const taxClassInput: z.ZodType<string> = z
  .string()
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .regex(
        new RegExp(`^[a-z0-9][a-z0-9_-]{0,${taxClassCharactersMax - 1}}$`),
        `Use 1 to ${taxClassCharactersMax} letters, digits, hyphens or underscores in lower case.`,
      ),
  );

/**
 * Lets a refinement of an object look at fields whatever is wrong with others, so that all errors are reported at once. It is then given values that
 * are not what their type says: an invalid field is neither a Date nor a bigint.
 */
export const despiteOtherErrors: { readonly when: () => boolean } = { when: () => true };

/** False if a period ends before it begins, or when it does. A bound that is missing or invalid is no error here. */
export function isPeriod(from: unknown, until: unknown): boolean {
  return !(from instanceof Date && until instanceof Date) || until > from;
}

/** A moment, as the DateTime scalar passes it on. */
export const momentInput: z.ZodType<Date> = z.string().transform((value, context) => {
  const moment = parseDateTime(value);
  if (moment !== undefined) return moment;
  context.addIssue({ code: "custom", message: "Enter an RFC 3339 date and time." });
  return z.NEVER;
});

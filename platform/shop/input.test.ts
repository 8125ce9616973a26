import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  addressInput,
  countryInput,
  emailInput,
  emailKey,
  moneyInput,
  parseInput,
  quantityInput,
  text,
  urlInput,
} from "./input.ts";

const fields = (schema: z.ZodType, input: unknown) => {
  const parsed = parseInput(schema, input);
  return parsed.ok ? [] : parsed.userErrors.map(({ field }) => field?.join("."));
};

test("every wrong field of an input is named at once, where it stands", () => {
  const schema = z.object({
    email: emailInput,
    items: z.array(z.object({ quantity: quantityInput, price: moneyInput })),
  });
  const input = {
    email: "nobody",
    items: [
      { quantity: 1, price: { amount: "1.00", currencyCode: "USD" } },
      { quantity: 0, price: { amount: "1.001", currencyCode: "USD" } },
      { quantity: 1001, price: { amount: "1", currencyCode: "XXQ" } },
    ],
  };
  expect(fields(schema, input)).toEqual([
    "email",
    "items.1.quantity",
    "items.1.price.amount",
    "items.2.quantity",
    "items.2.price.currencyCode",
  ]);
});

describe("an e-mail address", () => {
  test("keeps its spelling and is compared without regard to case", () => {
    const email = emailInput.parse(" Ada@Example.COM ");
    expect(email).toBe("Ada@Example.COM");
    expect(emailKey(email)).toBe("ada@example.com");
  });

  test.each(["", "a", "a@", "@b.com", "a b@c.com", "a@b", "a@b.com\r\nBcc: x@y.z", `${"a".repeat(250)}@b.com`])(
    "%j is none",
    (value) => {
      expect(emailInput.safeParse(value).error?.issues).toHaveLength(1);
    },
  );
});

test.each(["de", "US", " fr "])("%s is a country", (code) => expect(countryInput.safeParse(code).success).toBe(true));
test.each(["XX", "EU", "USA", "", "12", "ZZ"])("%s is no country", (code) =>
  expect(countryInput.safeParse(code).success).toBe(false),
);

test.each([
  "javascript:alert(1)",
  "ftp://a.b",
  "/relative",
  "https://user:pass@a.b",
  `https://a.b/${"x".repeat(1000)}`,
  "https://a.b/\u0000",
  "https://a.b/\ud800",
  "https://a.b/c\nd",
])("%s is no address that is shown to others", (url) => expect(urlInput().safeParse(url).success).toBe(false));

test("text is trimmed, and refused when it is too long, empty where it must not be, or has characters that no store keeps", () => {
  expect(text(5, 1).parse(" abc ")).toBe("abc");
  for (const value of ["", "   ", "abcdef", "a\u0000b", "a\u001b[1m", "a\ud800", "\udc00b"])
    expect(text(5, 1).safeParse(value).success).toBe(false);
});

test("an address needs a line and a country; empty fields are null", () => {
  expect(addressInput.parse({ line1: "1 Main St", country: "us", city: " " })).toMatchObject({
    line1: "1 Main St",
    country: "US",
    city: null,
  });
  expect(fields(addressInput, { line1: " ", country: "Germany" })).toEqual(["line1", "country"]);
});

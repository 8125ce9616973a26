import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  addressInput,
  countryInput,
  emailInput,
  emailKey,
  emailSearchText,
  moneyInput,
  parseInput,
  quantityInput,
  urlInput,
} from "./input.ts";

const fields = (schema: z.ZodType, input: unknown) => {
  const parsed = parseInput(schema, input);
  return parsed.ok ? [] : parsed.userErrors.map(({ field }) => field?.join("."));
};

test("every invalid field of an input is reported at once, by its path", () => {
  const schema = z.object({
    email: emailInput,
    items: z.array(z.object({ quantity: quantityInput, price: moneyInput })),
  });
  const input = {
    email: "no address",
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

test("a null and an unknown choice are reported in plain English", () => {
  const schema = z.object({
    status: z.enum(["ACTIVE", "DRAFT"]),
    isReturnable: z.boolean(),
    code: z.string().optional(),
  });
  expect(parseInput(schema, { status: "SOLD", isReturnable: null, code: null })).toMatchObject({
    userErrors: [
      { field: ["status"], message: "Choose one of ACTIVE, DRAFT." },
      { field: ["isReturnable"], message: "Enter a value." },
      { field: ["code"], message: "Enter a value." },
    ],
  });
});

describe("an e-mail address", () => {
  test("keeps its spelling and is compared without regard to case", () => {
    const email = emailInput.parse(" Ada@Example.COM ");
    expect(email).toBe("Ada@Example.COM");
    expect(emailKey(email)).toBe("ada@example.com");
  });

  test.each(["", "a", "a@", "@b.com", "a b@c.com", "a@b", "a@b.com\r\nBcc: x@y.z", `${"a".repeat(250)}@b.com`])(
    "%j is not valid",
    (value) => {
      expect(emailInput.safeParse(value).error?.issues).toHaveLength(1);
    },
  );
});

test.each([
  ["eva@Müller.example", "eva@xn--mller-kva.example"],
  ["eva@例え.テスト", "eva@xn--r8jz45g.xn--zckzah"],
  ["eva@shop。example", "eva@shop.example"],
])("the international address %s is %s", (given, stored) => {
  expect(emailInput.parse(given)).toBe(stored);
  expect(emailKey(emailInput.parse(given))).toBe(stored);
  expect(emailSearchText(given.slice(2).toUpperCase())).toBe(stored.slice(2));
});

test.each(["de", "US", " fr ", "SS", "ax"])("%s is a country", (code) =>
  expect(countryInput.safeParse(code).success).toBe(true),
);
test.each(["XX", "EU", "USA", "", "12", "ZZ", "XK", "AN", "BU", "CS", "DD", "UK", "YU", "ZR", "SU", "TP", "FX", "AC"])(
  "%s is not a country",
  (code) => expect(countryInput.safeParse(code).success).toBe(false),
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
])("the URL %s is rejected", (url) => expect(urlInput().safeParse(url).success).toBe(false));

test.each([
  ["HTTPS://Shop.Example/a b".replace(" ", "%20"), "https://shop.example/a%20b"],
  ["https://müller.example/ü?q=ä#ö", "https://xn--mller-kva.example/%C3%BC?q=%C3%A4#%C3%B6"],
  ["https://shop.example/a/../b\u202egnp.exe", "https://shop.example/b%E2%80%AEgnp.exe"],
  ["http://shop.example:80", "http://shop.example/"],
])("the URL %s is stored as %s", (given, stored) => expect(urlInput().parse(given)).toBe(stored));

test("a URL is measured as it is stored", () => {
  expect(urlInput().safeParse(`https://a.b/${"ü".repeat(300)}`).success).toBe(false);
});

test("an address needs a line and a country; empty fields are null", () => {
  expect(addressInput.parse({ line1: "1 Main St", country: "us", city: " " })).toMatchObject({
    line1: "1 Main St",
    country: "US",
    city: null,
  });
  expect(fields(addressInput, { line1: " ", country: "Germany" })).toEqual(["line1", "country"]);
});

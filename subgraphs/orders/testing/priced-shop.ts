import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { TestCaller } from "#test/harness/subgraph-client.ts";
import { type OrdersShop, openOrdersShop, orderPayload, type Product } from "./test-orders.ts";

/** A shop in Germany that sells in the European Union and Switzerland in euros, tax included. */
export type PricedShop = OrdersShop & {
  /** Id of the market. */
  readonly market: string;
  /** Id of the only shipping method: 4.90, free from 50.00. */
  readonly shipping: string;
  readonly admin: TestCaller;
  /** A product with a price in the market. */
  priced(price: string, more?: Record<string, unknown>): Promise<Product>;
  /** Runs a mutation of the settings as an administrator and expects no user errors. */
  set(mutation: string, inputType: string, input: Record<string, unknown>, selection: string): Promise<never>;
  /** A cart in the market with the products, and its token. */
  cart(...products: readonly (readonly [Product, number])[]): Promise<string>;
  /** Adds a code to a cart. */
  enter(cartToken: string, code: string): Promise<void>;
  /** What a cart would cost. */
  totals(cartToken: string, more?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Checks a cart out as a guest. */
  buy(cartToken: string, country: string, more?: Record<string, unknown>): Promise<Payload>;
};

// biome-ignore lint/suspicious/noExplicitAny: responses are as the documents ask.
type Payload = any;

/** The selection of the totals of a cart or an order. */
const totalsFields = `subtotal { amount } discount { amount } shipping { amount } tax { amount } total { amount currencyCode } pricesIncludeTax
  discounts { name code amount { amount } } taxes { name rate treatment taxable { amount } tax { amount } }`;

/** An address in a country. */
export const addressIn = (country: string) => ({ line1: "1 Main Street", city: "Town", country });

const payload = orderPayload.replace(
  "userErrors {",
  `x: __typename userErrors { ... on DiscountError { discountCode }`,
);
const orderPrice = `language vatNumber shippingMethod market { id } totals { ${totalsFields} }
  priced: items { id quantity unitPrice { amount } subtotal { amount } tax { amount } total { amount } taxRate discounts { name amount { amount } } }`;
const checkout = `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) ${payload.replace("order {", `order { ${orderPrice}`)} }`;

/** Opens it. */
export async function openPricedShop(
  more: Record<string, string> = {},
  options?: Parameters<typeof openOrdersShop>[1],
): Promise<PricedShop> {
  const shop = await openOrdersShop({ SHOP_COUNTRY: "DE", ...more }, options);
  const admin = shop.staff("settings:write", "discounts:write", "orders:read", "orders:write", "payments:write");
  const market = randomUUID();
  await shop.sql.products`
    insert into markets (id, code, name, currency, countries, languages, prices_include_tax, listed_at)
    values (${market}, 'eu', 'Europe', 'EUR', ${["DE", "AT", "CH", "PL"]}, ${["de", "en"]}, true, now())`;
  const set: PricedShop["set"] = async (mutation, inputType, input, selection) => {
    const document = `mutation ($input: ${inputType}!) { result: ${mutation}(input: $input) { ${selection} userErrors { code message field } } }`;
    const { result } = await shop.ask(document, { input }, admin);
    expect(result.userErrors).toEqual([]);
    return result as never;
  };
  const rate = (taxClass: string, name: string, value: string) => ({
    taxClass,
    name,
    rate: value,
    validFrom: "2020-01-01T00:00:00Z",
  });
  for (const [country, standard, reduced] of [
    ["DE", "19", "7"],
    ["AT", "20", "10"],
  ] as const) {
    const rates = [rate("standard", `VAT ${standard}%`, standard), rate("reduced", `VAT ${reduced}%`, reduced)];
    await set("taxRatesSet", "TaxRatesSetInput", { country, rates }, "taxRates { country rate }");
  }
  const rates = [{ market, price: eur("4.90"), freeFrom: eur("50.00"), minDays: 1, maxDays: 3 }];
  const method: { shippingMethod: { id: string } } = await set(
    "shippingMethodSet",
    "ShippingMethodSetInput",
    { name: "Standard", rates },
    "shippingMethod { id name rates { market { id } basis from price { amount } freeFrom { amount } } }",
  );
  const product: PricedShop["priced"] = async (price, input = {}) => {
    const document = `mutation ($input: ProductCreateInput!) {
      productCreate(input: $input) { product { id variants { id } } userErrors { code message field } } }`;
    const given = { name: `Thing ${randomUUID().slice(0, 8)}`, price: { amount: price }, stock: 1_000, ...input };
    const { productCreate } = await shop.sell(document, { input: given });
    expect(productCreate.userErrors).toEqual([]);
    const variantId = productCreate.product.variants[0].id;
    const minor = Number(price.replace(".", ""));
    await shop.sql.products`
      insert into variant_prices (variant_id, market_id, currency, price, valid_from)
      values (${variantId}, ${market}, 'EUR', ${minor}, now() - interval '1 hour')`;
    return { productId: productCreate.product.id, variantId };
  };
  return {
    ...shop,
    market,
    shipping: method.shippingMethod.id,
    admin,
    set,
    priced: product,
    cart: async (...products) => {
      let cartToken: string | undefined;
      for (const [one, quantity] of products) {
        const input = { ...one, quantity, market, ...(cartToken === undefined ? {} : { cartToken }) };
        const { cartItemAdd } = await shop.ask(
          `mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cartToken userErrors { code message field } } }`,
          { input },
        );
        expect(cartItemAdd.userErrors).toEqual([]);
        cartToken = cartItemAdd.cartToken;
      }
      return cartToken ?? "";
    },
    enter: async (cartToken, code) => {
      const document = `mutation ($input: CartDiscountCodeInput!) { cartDiscountCodeAdd(input: $input) { userErrors { code message } } }`;
      expect((await shop.ask(document, { input: { cartToken, code } })).cartDiscountCodeAdd.userErrors).toEqual([]);
    },
    totals: async (cartToken, given = {}) => {
      const document = `query ($token: String!, $address: AddressInput, $option: ID, $vat: String) { cart(token: $token) {
        totals(shippingAddress: $address, shippingOptionId: $option, vatNumber: $vat) { ${totalsFields} } } }`;
      return (await shop.ask(document, { token: cartToken, ...given })).cart.totals;
    },
    buy: async (cartToken, country, given = {}) => {
      const input = {
        idempotencyKey: randomUUID(),
        cartToken,
        email: "buyer@example.com",
        shippingAddress: addressIn(country),
        shippingOptionId: method.shippingMethod.id,
        ...given,
      };
      return (await shop.ask(checkout, { input })).checkoutComplete;
    },
  };
}

/** An amount in euros. */
export function eur(amount: string): { amount: string; currencyCode: string } {
  return { amount, currencyCode: "EUR" };
}

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type TestShop } from "#test/harness/shop.ts";

// A shop in Germany is set up through the graph and sells to Germany, Austria and Switzerland.

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const totals = `subtotal { amount } discount { amount } shipping { amount } tax { amount } total { amount currencyCode } pricesIncludeTax
  discounts { name code amount { amount } } taxes { name rate treatment taxable { amount } tax { amount } }`;
const addressIn = (country: string) => ({ line1: "1 Main Street", city: "Town", country });
const eur = (amount: string) => ({ amount, currencyCode: "EUR" });

// biome-ignore lint/suspicious/noExplicitAny: responses are as the documents ask.
type Data = any;

/** Sends an operation and expects neither errors nor user errors. */
async function ask(document: string, variables: Record<string, unknown>, token?: string): Promise<Data> {
  const { data, errors } = await shop.graphql(document, variables, { token });
  expect(errors).toEqual([]);
  for (const payload of Object.values(data as Record<string, Data>)) expect(payload?.userErrors ?? []).toEqual([]);
  return data;
}

function amountsOf(value: Data): Record<string, string> {
  return Object.fromEntries(
    ["subtotal", "discount", "shipping", "tax", "total"].map((name) => [name, value[name].amount]),
  );
}

test("a shop with a European market charges each buyer the right total to the cent, alike in cart, order, payment and mail", async () => {
  const [admin, seller] = [(await shop.admin()).accessToken, (await shop.seller()).accessToken];
  const { marketCreate } = await ask(
    `mutation ($input: MarketInput!) { marketCreate(input: $input) { market { id } userErrors { code message } } }`,
    {
      input: {
        code: "dach",
        name: "DACH",
        currencyCode: "EUR",
        countries: ["DE", "AT", "CH"],
        languages: ["de"],
        pricesIncludeTax: true,
      },
    },
    admin,
  );
  const market = marketCreate.market.id;
  await ask(
    `mutation ($input: TaxSettingsInput!) { taxSettingsUpdate(input: $input) { taxSettings { homeCountry } userErrors { code message } } }`,
    { input: { homeCountry: "DE", unregistered: "NO_TAX" } },
    admin,
  );
  for (const [country, standard, reduced] of [
    ["DE", "19", "7"],
    ["AT", "20", "10"],
  ]) {
    const rates = [
      { name: `VAT ${standard}%`, rate: standard },
      { name: `VAT ${reduced}%`, rate: reduced, taxClass: "reduced" },
    ];
    await ask(
      `mutation ($input: TaxRatesSetInput!) { taxRatesSet(input: $input) { taxRates { rate } userErrors { code message } } }`,
      { input: { country, rates } },
      admin,
    );
  }
  await ask(
    `mutation ($input: ShippingMethodSetInput!) { shippingMethodSet(input: $input) { shippingMethod { id } userErrors { code message field } } }`,
    { input: { name: "Standard", rates: [{ market, price: eur("4.90"), freeFrom: eur("50.00") }] } },
    admin,
  );
  const { discountCreate } = await ask(
    `mutation ($input: DiscountInput!) { discountCreate(input: $input) { discount { id } userErrors { code message } } }`,
    { input: { name: "Welcome", percentage: "10", codes: ["WELCOME10"], usageLimit: 100 } },
    admin,
  );
  const product = async (price: string, taxClass: string) => {
    const { productCreate } = await ask(
      `mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { id variants { id } } userErrors { code message field } } }`,
      { input: { name: `Thing ${randomUUID().slice(0, 8)}`, price: { amount: price }, stock: 100, taxClass } },
      seller,
    );
    const variantId = productCreate.product.variants[0].id;
    await ask(
      `mutation ($input: VariantPricesSetInput!) { variantPricesSet(input: $input) { userErrors { code message field } } }`,
      { input: { variantId, prices: [{ market, price: eur(price) }] } },
      seller,
    );
    return { productId: productCreate.product.id, variantId };
  };
  const [shirt, book] = [await product("11.90", "standard"), await product("10.70", "reduced")];

  const cartOf = async (...lines: readonly (readonly [{ productId: string; variantId: string }, number])[]) => {
    let cartToken: string | undefined;
    for (const [one, quantity] of lines) {
      const { cartItemAdd } = await ask(
        `mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cartToken cart { market { id code } } userErrors { code message } } }`,
        { input: { ...one, quantity, market, ...(cartToken === undefined ? {} : { cartToken }) } },
      );
      cartToken = cartItemAdd.cartToken;
    }
    return cartToken ?? "";
  };
  /** Chooses shipping, asks for the totals, and buys; the totals of cart, order, payment and mail are the same. */
  const buy = async (cartToken: string, country: string, more: { vatNumber?: string } = {}) => {
    const address = addressIn(country);
    const { cart } = await ask(
      `query ($token: String!, $address: AddressInput!) { cart(token: $token) {
        shippingOptions(address: $address) { id name price { amount } isPickup } discountCodes { code status } } }`,
      { token: cartToken, address },
    );
    const [option] = cart.shippingOptions;
    const quoted = await ask(
      `query ($token: String!, $address: AddressInput!, $option: ID!, $vat: String) { cart(token: $token) {
        totals(shippingAddress: $address, shippingOptionId: $option, vatNumber: $vat) { ${totals} } } }`,
      { token: cartToken, address, option: option.id, vat: more.vatNumber ?? null },
    );
    const email = `buyer-${randomUUID().slice(0, 8)}@example.com`;
    const { checkoutComplete } = await ask(
      `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { order { id number status language totals { ${totals} }
        total { amount } amountPaid { amount } payment { id amount { amount } transactions { amount { amount } } }
        items { id tax { amount } total { amount } discounts { name amount { amount } } } } userErrors { code message field } } }`,
      {
        input: {
          idempotencyKey: randomUUID(),
          cartToken,
          email,
          shippingAddress: address,
          shippingOptionId: option.id,
          expectedTotal: { amount: quoted.cart.totals.total.amount, currencyCode: "EUR" },
          payment: { token: "tok_ok" },
          ...more,
        },
      },
    );
    const { order } = checkoutComplete;
    expect(order.totals).toEqual(quoted.cart.totals);
    const total = order.totals.total.amount;
    expect([order.total.amount, order.payment.amount.amount]).toEqual([total, total]);
    if (total !== "0.00") {
      expect(order).toMatchObject({ status: "PAID", amountPaid: { amount: total } });
      expect(order.payment.transactions).toEqual([{ amount: { amount: total } }]);
    }
    const mail = await shop.mailbox.wait(email, ({ subject }) => subject.startsWith("Your order"));
    expect(mail.text).toContain(`Total: ${total} EUR`);
    return order;
  };

  const german = await cartOf([shirt, 2], [book, 1]);
  await ask(
    `mutation ($input: CartDiscountCodeInput!) { cartDiscountCodeAdd(input: $input) { cart { discountCodes { code status amount { amount } } } userErrors { code } } }`,
    { input: { cartToken: german, code: "welcome10" } },
  );
  const germanOrder = await buy(german, "DE");
  // 34.50 less 10 % is 31.05, plus 4.90. At 19 %: 21.42 and 3.38 of shipping; at 7 %: 9.63 and 1.52 of shipping.
  expect(amountsOf(germanOrder.totals)).toEqual({
    subtotal: "34.50",
    discount: "3.45",
    shipping: "4.90",
    tax: "4.69",
    total: "35.95",
  });
  expect(germanOrder).toMatchObject({ language: "de", totals: { pricesIncludeTax: true } });

  const austrian = await buy(await cartOf([shirt, 1]), "AT");
  expect(amountsOf(austrian.totals)).toMatchObject({ shipping: "4.90", tax: "2.80", total: "16.80" });

  const swiss = await buy(await cartOf([shirt, 1]), "CH");
  expect(amountsOf(swiss.totals)).toMatchObject({ subtotal: "11.90", tax: "0.00", total: "16.80" });
  expect(swiss.totals.taxes).toMatchObject([{ treatment: "EXPORT", rate: "0" }]);

  const business = await buy(await cartOf([shirt, 1]), "AT", { vatNumber: "ATU12345675" });
  expect(amountsOf(business.totals)).toMatchObject({ subtotal: "9.92", tax: "0.00", shipping: "4.08", total: "14.00" });
  expect(business.totals).toMatchObject({ pricesIncludeTax: false, taxes: [{ treatment: "REVERSE_CHARGE" }] });

  await ask(
    `mutation ($input: DiscountInput!) { discountCreate(input: $input) { discount { id } userErrors { code message } } }`,
    { input: { name: "All of it", percentage: "100", codes: ["GIFT"], combines: true } },
    admin,
  );
  await ask(
    `mutation ($input: DiscountInput!) { discountCreate(input: $input) { discount { id } userErrors { code message } } }`,
    { input: { name: "Shipped free", target: "SHIPPING", percentage: "100", codes: ["SHIPFREE"], combines: true } },
    admin,
  );
  const gift = await cartOf([shirt, 1]);
  for (const code of ["GIFT", "SHIPFREE"]) {
    await ask(
      `mutation ($input: CartDiscountCodeInput!) { cartDiscountCodeAdd(input: $input) { userErrors { code } } }`,
      { input: { cartToken: gift, code } },
    );
  }
  const nothing = await buy(gift, "DE");
  expect(nothing).toMatchObject({ status: "PAID", total: { amount: "0.00" }, payment: { transactions: [] } });
  expect(amountsOf(nothing.totals)).toMatchObject({ discount: "16.80", tax: "0.00" });

  const uses = await ask(
    `query ($id: ID!) { discount(id: $id) { usageCount usageLimit codes { nodes { code } } } }`,
    { id: discountCreate.discount.id },
    admin,
  );
  expect(uses.discount).toEqual({ usageCount: 1, usageLimit: 100, codes: { nodes: [{ code: "WELCOME10" }] } });
}, 60_000);

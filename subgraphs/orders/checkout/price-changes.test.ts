import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressIn, eur, openPricedShop, type PricedShop } from "../testing/priced-shop.ts";

/** Plays VIES: knows one number, and may be down. */
const vies = { isDown: false, asked: 0 };
const server = createServer((request, response) => {
  vies.asked += 1;
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { vatNumber } = JSON.parse(Buffer.concat(chunks).toString());
    response.statusCode = vies.isDown ? 503 : 200;
    response.end(JSON.stringify({ valid: vatNumber === "U12345675", requestIdentifier: "WAPI-1" }));
  });
});

let shop: PricedShop;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  shop = await openPricedShop({ VAT_VERIFIER: "vies", VIES_URL: `http://127.0.0.1:${port}/` });
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  server.close();
});

const totalsOf = (order: { totals: Record<string, { amount: string }> }) =>
  ["shipping", "tax", "total"].map((name) => order.totals[name]?.amount);

describe("a VAT number", () => {
  test("charges tax while the register does not respond, and is asked for again; a response is kept", async () => {
    const product = await shop.priced("12.00");
    const buy = async () => (await shop.buy(await shop.cart([product, 1]), "AT", { vatNumber: "ATU12345675" })).order;
    vies.isDown = true;
    expect(await buy()).toMatchObject({ vatNumber: null, total: { amount: "16.90" } });
    vies.isDown = false;
    expect(await buy()).toMatchObject({ vatNumber: "ATU12345675", total: { amount: "14.08" } });
    const { asked } = vies;
    expect(await buy()).toMatchObject({ vatNumber: "ATU12345675" });
    expect(vies.asked).toBe(asked);
    const [kept] = await shop.sql.orders`select vat_consultation from orders where vat_number = 'ATU12345675' limit 1`;
    expect(kept?.vat_consultation).toBe("WAPI-1");
  });
});

describe("a new address", () => {
  const change = `mutation ($orderId: ID!, $address: AddressInput!) { orderShippingAddressUpdate(orderId: $orderId, address: $address) {
    order { id shippingAddress { country } totals { shipping { amount } tax { amount } total { amount } } } userErrors { code field } } }`;
  const move = async (orderId: string, country: string) =>
    (await shop.ask(change, { orderId, address: addressIn(country) }, shop.admin)).orderShippingAddressUpdate;

  test("of an unpaid order is taxed by its own rates, and one outside the market is refused", async () => {
    const { order } = await shop.buy(await shop.cart([await shop.priced("12.00"), 1]), "DE");
    expect(totalsOf(order)).toEqual(["4.90", "2.70", "16.90"]);
    const moved = await move(order.id, "AT");
    expect(moved.userErrors).toEqual([]);
    expect(totalsOf(moved.order)).toEqual(["4.90", "2.82", "16.90"]);
    expect((await move(order.id, "US")).userErrors).toMatchObject([{ code: "MARKET_UNAVAILABLE" }]);
  });

  test("of a paid order is ORDER_NOT_EDITABLE if it would change the total", async () => {
    const rates = [
      { market: shop.market, price: eur("5.00") },
      { market: shop.market, price: eur("9.00"), countries: ["CH"] },
    ];
    const { shippingMethod }: { shippingMethod: { id: string } } = await shop.set(
      "shippingMethodSet",
      "ShippingMethodSetInput",
      { name: "By country", rates },
      "shippingMethod { id }",
    );
    const more = { shippingOptionId: shippingMethod.id, payment: { token: "tok_ok" } };
    const { order } = await shop.buy(await shop.cart([await shop.priced("12.00"), 1]), "DE", more);
    expect((await move(order.id, "CH")).userErrors).toMatchObject([{ code: "ORDER_NOT_EDITABLE" }]);
    expect((await move(order.id, "AT")).userErrors).toEqual([]);
  });
});

describe("a cart", () => {
  const cartFields = `currencyCode market { id } subtotal { amount } discountCodes { code }
    items { id unitPrice { amount currencyCode } } problems { __typename } totals { total { amount currencyCode } }`;

  test("moves between markets with its prices; what is not sold there stays and is left out of the sums", async () => {
    const [sold, onlyThere] = [await shop.priced("9.00"), await shop.product(5, "3.00")];
    const { cartToken } = await shop.addToCart("guest", sold, 2);
    await shop.addToCart("guest", onlyThere, 1, cartToken);
    const document = `mutation ($input: CartMarketSetInput!) { cartMarketSet(input: $input) { cart { ${cartFields} } userErrors { code field } } }`;
    const setMarket = async (market: string) =>
      (await shop.ask(document, { input: { cartToken, market } })).cartMarketSet;
    const { cart, userErrors } = await setMarket(shop.market);
    expect(userErrors).toEqual([]);
    expect(cart).toMatchObject({
      currencyCode: "EUR",
      market: { id: shop.market },
      subtotal: { amount: "18.00" },
      totals: { total: { amount: "18.00", currencyCode: "EUR" } },
      problems: [{ __typename: "CartItemUnavailable" }],
    });
    expect(cart.items.map(({ unitPrice }: { unitPrice: unknown }) => unitPrice)).toEqual([
      { amount: "9.00", currencyCode: "EUR" },
      { amount: "3.00", currencyCode: "USD" },
    ]);
    expect((await setMarket("17")).userErrors).toMatchObject([{ code: "NOT_FOUND", field: ["market"] }]);
    const back = (await setMarket("00000000-0000-7000-8000-000000000001")).cart;
    expect(back).toMatchObject({ currencyCode: "USD", problems: [], subtotal: { amount: "21.00" } });
  });

  test("of a guest brings its market and codes into the account, and codes leave it with its lines", async () => {
    await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Claimed", percentage: "10", codes: ["CLAIM"] },
      "discount { id }",
    );
    const cartToken = await shop.cart([await shop.priced("10.00"), 1]);
    await shop.enter(cartToken, "claim");
    const buyer = shop.buyer();
    const claim = `mutation ($token: String!) { cartClaim(cartToken: $token) { cart { ${cartFields} } userErrors { code } } }`;
    const { cartClaim } = await shop.ask(claim, { token: cartToken }, buyer);
    expect(cartClaim).toMatchObject({
      userErrors: [],
      cart: {
        market: { id: shop.market },
        currencyCode: "EUR",
        discountCodes: [{ code: "CLAIM" }],
        totals: { total: { amount: "9.00" } },
      },
    });
    const clear = `mutation { cartClear { cart { discountCodes { code } } userErrors { code } } }`;
    expect((await shop.ask(clear, {}, buyer)).cartClear.cart.discountCodes).toEqual([]);
  });
});

describe("bad input", () => {
  const send = async (mutation: string, type: string, input: Record<string, unknown>) => {
    const document = `mutation ($input: ${type}!) { result: ${mutation}(input: $input) { userErrors { code field } } }`;
    const { result } = await shop.ask(document, { input }, shop.admin);
    return result.userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field?.join(".")}`);
  };

  test("of tax rates is named, all at once", async () => {
    const rates = [
      { name: "A", rate: "-1" },
      { name: "B", rate: "19.00001" },
      { name: "C", rate: "101" },
      { name: "", rate: "19" },
      { name: "D", rate: "19", validFrom: "2026-01-01T00:00:00Z", validUntil: "2026-07-01T00:00:00Z" },
      { name: "E", rate: "20", validFrom: "2026-06-01T00:00:00Z" },
      { name: "F", rate: "5", region: "not a region" },
    ];
    expect(await send("taxRatesSet", "TaxRatesSetInput", { country: "FR", rates })).toEqual([
      "VALIDATION_FAILED rates.0.rate",
      "VALIDATION_FAILED rates.1.rate",
      "VALIDATION_FAILED rates.2.rate",
      "VALIDATION_FAILED rates.3.name",
      "VALIDATION_FAILED rates.5",
      "VALIDATION_FAILED rates.6.region",
    ]);
    expect(await send("taxRatesSet", "TaxRatesSetInput", { country: "XX", rates: [] })).toEqual([
      "VALIDATION_FAILED country",
    ]);
  });

  test("of shipping methods is named, all at once", async () => {
    const { market } = shop;
    const rates = [
      { market: "17", price: eur("1.00") },
      { market, price: { amount: "1.00", currencyCode: "USD" } },
      { market, price: eur("-1.00") },
      { market, price: eur("1.001") },
      { market, price: eur("1.00"), countries: ["US"] },
      { market, price: eur("1.00"), countries: ["DE"] },
      { market, price: eur("1.00"), countries: ["DE"], basis: "WEIGHT_GRAMS", from: "1000" },
      { market, price: eur("1.00"), countries: ["AT"], basis: "ORDER_VALUE", from: "1.001" },
    ];
    expect(await send("shippingMethodSet", "ShippingMethodSetInput", { name: "", rates })).toEqual([
      "VALIDATION_FAILED name",
      "VALIDATION_FAILED rates.0.market",
      "VALIDATION_FAILED rates.1.price.currencyCode",
      "VALIDATION_FAILED rates.2.price.amount",
      "VALIDATION_FAILED rates.3.price.amount",
      "VALIDATION_FAILED rates.4.countries",
      "VALIDATION_FAILED rates.6.basis",
      "VALIDATION_FAILED rates.7.from",
    ]);
  });

  test("of discounts and codes is named, all at once", async () => {
    const create = (input: Record<string, unknown>) => send("discountCreate", "DiscountInput", input);
    expect(
      await create({ name: "", percentage: "100.5", usageLimit: 0, codes: ["A", "a", ""], productIds: ["17"] }),
    ).toEqual([
      "VALIDATION_FAILED name",
      "VALIDATION_FAILED percentage",
      "VALIDATION_FAILED productIds.0",
      "VALIDATION_FAILED usageLimit",
      "VALIDATION_FAILED codes.2",
    ]);
    expect(await create({ name: "Both", percentage: "5", amounts: [eur("1.00")] })).toEqual([
      "VALIDATION_FAILED percentage",
    ]);
    expect(
      await create({ name: "Nowhere", percentage: "5", markets: ["00000000-0000-7000-8000-000000000009"] }),
    ).toEqual(["VALIDATION_FAILED markets.0"]);
    const many = Array.from({ length: 1_001 }, (_code, index) => `C${index}`);
    expect(await create({ name: "Many", percentage: "5", codes: many })).toEqual(["VALIDATION_FAILED codes"]);
    expect(await create({ name: "First", percentage: "5", codes: ["TAKEN"] })).toEqual([]);
    expect(await create({ name: "Second", percentage: "5", codes: ["free", "taken"] })).toEqual([
      "ALREADY_EXISTS codes.1",
    ]);
  });

  test("a limit below what is used is refused, and limits set later count what was used before", async () => {
    const { discount }: { discount: { id: string } } = await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Later", percentage: "10", codes: ["LATER"] },
      "discount { id }",
    );
    const product = await shop.priced("10.00");
    for (let order = 0; order < 2; order += 1) {
      const cart = await shop.cart([product, 1]);
      await shop.enter(cart, "LATER");
      expect((await shop.buy(cart, "DE")).userErrors).toEqual([]);
    }
    const limit = (limits: Record<string, unknown>) =>
      send("discountUpdate", "DiscountUpdateInput", { id: discount.id, ...limits });
    expect(await limit({ usageLimit: 1 })).toEqual(["VALIDATION_FAILED usageLimit"]);
    expect(await limit({ usageLimit: 2, usageLimitPerBuyer: 2 })).toEqual([]);
    const cart = await shop.cart([product, 1]);
    await shop.enter(cart, "LATER");
    expect((await shop.buy(cart, "DE")).userErrors).toMatchObject([{ code: "DISCOUNT_USED_UP" }]);
  });
});

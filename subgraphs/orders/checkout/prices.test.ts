import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressIn, eur, openPricedShop, type PricedShop } from "../testing/priced-shop.ts";

let shop: PricedShop;
beforeAll(async () => {
  shop = await openPricedShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const amounts = (totals: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(totals).flatMap(([name, value]) =>
      typeof value === "object" && value !== null && "amount" in value ? [[name, value.amount]] : [],
    ),
  );

describe("an order in a market with tax included", () => {
  test("is taxed by the rates of its lines' classes, with shipping like the goods, and costs what the cart said", async () => {
    const [standard, reduced] = [await shop.priced("11.90"), await shop.priced("10.70", { taxClass: "reduced" })];
    const cart = await shop.cart([standard, 1], [reduced, 2]);
    const choices = { address: addressIn("DE"), option: shop.shipping };
    const quoted = await shop.totals(cart, choices);
    expect(amounts(quoted)).toEqual({
      subtotal: "33.30",
      discount: "0.00",
      shipping: "4.90",
      tax: "3.79",
      total: "38.20",
    });
    expect(quoted).toMatchObject({
      pricesIncludeTax: true,
      taxes: [
        { name: "VAT 19%", rate: "19", treatment: "STANDARD", taxable: { amount: "11.47" }, tax: { amount: "2.18" } },
        { name: "VAT 7%", rate: "7", treatment: "STANDARD", taxable: { amount: "22.94" }, tax: { amount: "1.61" } },
      ],
    });
    const { order, userErrors } = await shop.buy(cart, "DE", { payment: { token: "tok_ok" } });
    expect(userErrors).toEqual([]);
    expect(order.totals).toEqual(quoted);
    expect(order).toMatchObject({
      status: "PAID",
      total: { amount: "38.20", currencyCode: "EUR" },
      payment: { amount: { amount: "38.20" } },
      language: "de",
      shippingMethod: "Standard",
      market: { id: shop.market },
    });
    expect(order.priced.map(({ taxRate }: { taxRate: string }) => taxRate)).toEqual(["19", "7"]);
  });

  test("is untaxed for an export, at the same price", async () => {
    const cart = await shop.cart([await shop.priced("11.90"), 5]);
    const { order } = await shop.buy(cart, "CH");
    expect(amounts(order.totals)).toEqual({
      subtotal: "59.50",
      discount: "0.00",
      shipping: "0.00",
      tax: "0.00",
      total: "59.50",
    });
    expect(order.totals.taxes).toMatchObject([{ rate: "0", treatment: "EXPORT", taxable: { amount: "59.50" } }]);
  });

  test("costs a business in another member state the net price: 11.90 at 20 % becomes 9.92", async () => {
    const cart = await shop.cart([await shop.priced("11.90"), 1]);
    const choices = { address: addressIn("AT"), option: shop.shipping, vat: "ATU12345675" };
    const quoted = await shop.totals(cart, choices);
    expect(amounts(quoted)).toEqual({
      subtotal: "9.92",
      discount: "0.00",
      shipping: "4.08",
      tax: "0.00",
      total: "14.00",
    });
    const { order } = await shop.buy(cart, "AT", { vatNumber: "ATU 12345675" });
    expect(order.totals).toEqual(quoted);
    expect(order).toMatchObject({ vatNumber: "ATU12345675", totals: { pricesIncludeTax: false } });
    expect(order.totals.taxes).toMatchObject([{ treatment: "REVERSE_CHARGE", taxable: { amount: "14.00" } }]);
  });

  test("charges tax when the VAT number is not one", async () => {
    const cart = await shop.cart([await shop.priced("12.00"), 1]);
    const { order } = await shop.buy(cart, "AT", { vatNumber: "ATU12345678" });
    expect(order).toMatchObject({ vatNumber: null, total: { amount: "16.90" } });
    expect(order.totals.taxes).toMatchObject([{ name: "VAT 20%", tax: { amount: "2.82" } }]);
  });

  test("is not taxed in a member state without rates while the settings say so, and by the home rates otherwise", async () => {
    const cart = await shop.cart([await shop.priced("11.90"), 1]);
    const choices = { address: addressIn("PL"), option: shop.shipping };
    expect(await shop.totals(cart, choices)).toMatchObject({ taxes: [{ treatment: "NOT_COLLECTED" }] });
    const change = (unregistered: string) =>
      shop.set(
        "taxSettingsUpdate",
        "TaxSettingsInput",
        { homeCountry: "DE", unregistered },
        "taxSettings { unregistered version }",
      );
    await change("HOME_RATES");
    expect(await shop.totals(cart, choices)).toMatchObject({ taxes: [{ treatment: "STANDARD", rate: "19" }] });
    await change("NO_TAX");
  });
});

describe("shipping", () => {
  test("is asked for in a market with prices for it, and refused where the market or its methods do not deliver", async () => {
    const cart = await shop.cart([await shop.priced("10.00"), 1]);
    const codes = async (country: string, more = {}) =>
      (await shop.buy(cart, country, more)).userErrors.map(({ code }: { code: string }) => code);
    expect(await codes("DE", { shippingOptionId: null })).toEqual(["SHIPPING_OPTION_REQUIRED"]);
    expect(await codes("US")).toEqual(["MARKET_UNAVAILABLE"]);
    expect(await codes("DE", { shippingOptionId: "17" })).toEqual(["SHIPPING_UNAVAILABLE"]);
    expect(await codes("DE")).toEqual([]);
  });

  test("is free from the total after discounts that its rate names", async () => {
    const cart = await shop.cart([await shop.priced("25.00"), 2]);
    const choices = { address: addressIn("DE"), option: shop.shipping };
    expect(amounts(await shop.totals(cart, choices))).toMatchObject({ shipping: "0.00", total: "50.00" });
    await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Ten off", percentage: "10", codes: ["FREE10"] },
      "discount { id }",
    );
    await shop.enter(cart, "free10");
    expect(amounts(await shop.totals(cart, choices))).toMatchObject({
      discount: "5.00",
      shipping: "4.90",
      total: "49.90",
    });
  });
});

describe("a discount code", () => {
  test("takes its share off each line, is reserved with the order, and is given back when it is cancelled unpaid", async () => {
    const { discount }: { discount: { id: string } } = await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Once", percentage: "10", codes: ["ONCE"], usageLimit: 1 },
      "discount { id usageCount }",
    );
    const product = await shop.priced("33.33");
    const [first, second] = [await shop.cart([product, 3]), await shop.cart([product, 1])];
    await shop.enter(first, "once");
    await shop.enter(second, "ONCE");
    const { order, userErrors } = await shop.buy(first, "DE");
    expect(userErrors).toEqual([]);
    expect(order.totals).toMatchObject({ discount: { amount: "10.00" }, discounts: [{ name: "Once", code: "ONCE" }] });
    expect(order.priced[0].discounts).toEqual([{ name: "Once", amount: { amount: "10.00" } }]);
    const uses = `query ($id: ID!) { discount(id: $id) { usageCount } }`;
    const usageCount = async () => (await shop.ask(uses, { id: discount.id }, shop.admin)).discount.usageCount;
    expect(await usageCount()).toBe(1);
    const status = `query ($token: String!) { cart(token: $token) { discountCodes { code status amount { amount } } } }`;
    expect((await shop.ask(status, { token: second })).cart.discountCodes).toMatchObject([
      { code: "ONCE", status: "USED_UP" },
    ]);
    expect((await shop.buy(second, "DE")).userErrors).toMatchObject([
      { code: "DISCOUNT_USED_UP", discountCode: "ONCE" },
    ]);
    await shop.ask(
      `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { userErrors { code } } }`,
      { input: { orderId: order.id } },
      shop.admin,
    );
    expect(await usageCount()).toBe(0);
    expect((await shop.buy(second, "DE")).userErrors).toEqual([]);
    expect(await usageCount()).toBe(1);
  });

  test("of which N uses are left makes exactly N of a crowd's orders cheaper", async () => {
    await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Five", percentage: "50", codes: ["FIVE"], usageLimit: 5, usageLimitPerBuyer: 1 },
      "discount { id }",
    );
    const product = await shop.priced("20.00");
    const carts = await Promise.all(Array.from({ length: 20 }, () => shop.cart([product, 1])));
    await Promise.all(carts.map((cart) => shop.enter(cart, "FIVE")));
    const payloads = await Promise.all(
      carts.map((cart, index) => shop.buy(cart, "DE", { email: `crowd${index}@example.com` })),
    );
    expect(payloads.filter(({ order }) => order !== null)).toHaveLength(5);
    expect(payloads.filter(({ userErrors }) => userErrors[0]?.code === "DISCOUNT_USED_UP")).toHaveLength(15);
    const [used] = await shop.sql.orders`
      select used, (select count(*)::int from discount_redemptions r where r.discount_id = d.id and released_at is null) as live
      from discounts d where name = 'Five'`;
    expect(used).toEqual({ used: 5, live: 5 });
  });

  test("that does not exist is NOT_FOUND; one that does not apply says why, and stops a checkout that names no total", async () => {
    await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Rich", amounts: [eur("5.00")], minSubtotals: [eur("100.00")], codes: ["RICH"] },
      "discount { id }",
    );
    const cart = await shop.cart([await shop.priced("10.00"), 1]);
    const add = `mutation ($input: CartDiscountCodeInput!) { cartDiscountCodeAdd(input: $input) { cart { discountCodes { code status } } userErrors { code field } } }`;
    const unknown = await shop.ask(add, { input: { cartToken: cart, code: "NOPE" } });
    expect(unknown.cartDiscountCodeAdd.userErrors).toMatchObject([{ code: "NOT_FOUND", field: ["code"] }]);
    const known = await shop.ask(add, { input: { cartToken: cart, code: "rich" } });
    expect(known.cartDiscountCodeAdd.cart.discountCodes).toEqual([{ code: "RICH", status: "NOT_APPLICABLE" }]);
    expect((await shop.buy(cart, "DE")).userErrors).toMatchObject([
      { code: "DISCOUNT_NOT_APPLICABLE", discountCode: "RICH" },
    ]);
    const { order } = await shop.buy(cart, "DE", { expectedTotal: eur("14.90") });
    expect(order).toMatchObject({ total: { amount: "14.90" } });
  });
});

test("an order for nothing is paid with the reservation of its stock, and no payment is made", async () => {
  await shop.set(
    "discountCreate",
    "DiscountInput",
    { name: "Gift", percentage: "100", codes: ["GIFT"] },
    "discount { id }",
  );
  const product = await shop.priced("60.00");
  const cart = await shop.cart([product, 1]);
  await shop.enter(cart, "GIFT");
  await shop.set(
    "discountCreate",
    "DiscountInput",
    { name: "Ship free", target: "SHIPPING", percentage: "100", codes: ["GIFTSHIP"], combines: true },
    "discount { id }",
  );
  const free = await shop.set(
    "shippingMethodSet",
    "ShippingMethodSetInput",
    { name: "Free", rates: [{ market: shop.market, price: eur("0") }] },
    "shippingMethod { id }",
  );
  const option = (free as { shippingMethod: { id: string } }).shippingMethod.id;
  const { order, userErrors } = await shop.buy(cart, "DE", { shippingOptionId: option, payment: { token: "tok_ok" } });
  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({
    status: "PAID",
    paymentStatus: "PAID",
    total: { amount: "0.00" },
    payment: { provider: "none", transactions: [] },
  });
  const sold = await shop.until(async () => (await shop.order(shop.admin as never, order.id)).stockStatus === "SOLD");
  expect(sold).toBe(true);
  const again = await shop.pay(shop.admin as never, order.payment, "tok_ok");
  expect(again.userErrors).toMatchObject([{ code: "PAYMENT_ALREADY_PROCESSED" }]);
});

describe("an edit", () => {
  const edit = `mutation ($orderId: ID!, $itemId: ID!, $quantity: Int!) {
    orderItemUpdate(orderId: $orderId, itemId: $itemId, quantity: $quantity) { order { id
      totals { subtotal { amount } discount { amount } shipping { amount } tax { amount } total { amount } } } userErrors { code message } } }`;

  test("that crosses the threshold of free shipping has it, and keeps the rates of the time of the order", async () => {
    const { order } = await shop.buy(await shop.cart([await shop.priced("20.00"), 2]), "DE");
    expect(order).toMatchObject({ total: { amount: "44.90" } });
    const rates = [{ name: "VAT 25%", rate: "25" }];
    await shop.set("taxRatesSet", "TaxRatesSetInput", { country: "DE", rates }, "taxRates { rate }");
    const [item] = order.items;
    const { orderItemUpdate } = await shop.ask(edit, { orderId: order.id, itemId: item.id, quantity: 3 }, shop.admin);
    expect(orderItemUpdate.userErrors).toEqual([]);
    expect(amounts(orderItemUpdate.order.totals)).toEqual({
      subtotal: "60.00",
      discount: "0.00",
      shipping: "0.00",
      tax: "9.58",
      total: "60.00",
    });
  });

  test("gives back a code that stops applying and takes it again when it applies again", async () => {
    await shop.set(
      "discountCreate",
      "DiscountInput",
      { name: "Two", amounts: [eur("5.00")], minSubtotals: [eur("20.00")], codes: ["TWO"], usageLimit: 1 },
      "discount { id }",
    );
    const cart = await shop.cart([await shop.priced("10.00"), 2]);
    await shop.enter(cart, "TWO");
    const { order } = await shop.buy(cart, "DE");
    const used = async () => (await shop.sql.orders`select used from discounts where name = 'Two'`)[0]?.used;
    expect(await used()).toBe(1);
    const change = async (quantity: number) =>
      (await shop.ask(edit, { orderId: order.id, itemId: order.items[0].id, quantity }, shop.admin)).orderItemUpdate;
    expect(amounts((await change(1)).order.totals)).toMatchObject({ discount: "0.00", total: "14.90" });
    expect(await used()).toBe(0);
    expect(amounts((await change(2)).order.totals)).toMatchObject({ discount: "5.00", total: "19.90" });
    expect(await used()).toBe(1);
  });
});

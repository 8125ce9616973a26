import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiError } from "#platform/shop/api-error.ts";
import { computeTax } from "../pricing/compute-tax.ts";
import type { TaxableSale, TaxCalculator } from "../pricing/tax-calculator.ts";
import { addressIn, openPricedShop, type PricedShop } from "../testing/priced-shop.ts";

// A shop that has its tax calculated elsewhere: 31 cents on each line, whatever it costs, and shipping by the table.

const service = { isDown: false, asked: [] as TaxableSale[] };
const county = { name: "County tax 8.875%", rate: 88_750n, treatment: "STANDARD" } as const;
const taxes: TaxCalculator = {
  calculate: async (sale) => {
    if (service.isDown) throw new ApiError("SUBGRAPH_UNAVAILABLE", "Tax is temporarily unavailable.");
    service.asked.push(sale);
    return { ...computeTax(sale), lines: sale.lines.map(() => ({ rule: county, tax: 31n })) };
  },
};

let shop: PricedShop;
beforeAll(async () => {
  shop = await openPricedShop({}, { taxes });
});
afterAll(() => shop[Symbol.asyncDispose]());

test("tax that is calculated elsewhere is stored as it is given, and every sum is made of it", async () => {
  const [coat, book] = [await shop.priced("20.00"), await shop.priced("10.00", { taxClass: "reduced" })];
  const cart = await shop.cart([coat, 1], [book, 2]);
  const quoted = await shop.totals(cart, { address: addressIn("DE"), option: shop.shipping });
  const { order, userErrors } = await shop.buy(cart, "DE", { payment: { token: "tok_ok" } });
  expect(userErrors).toEqual([]);
  expect(order.totals).toEqual(quoted);
  // Shipping of 4.90 follows the goods: half of it is taxed at 19 %, half at 7 %.
  expect(order.totals).toMatchObject({
    tax: { amount: "1.17" },
    total: { amount: "44.90" },
    taxes: [
      { name: "County tax 8.875%", rate: "8.875", taxable: { amount: "39.38" }, tax: { amount: "0.62" } },
      { name: "VAT 19%", rate: "19", taxable: { amount: "2.06" }, tax: { amount: "0.39" } },
      { name: "VAT 7%", rate: "7", taxable: { amount: "2.29" }, tax: { amount: "0.16" } },
    ],
  });
  expect(order.priced).toMatchObject([
    { tax: { amount: "0.31" }, taxRate: "8.875" },
    { tax: { amount: "0.31" }, taxRate: "8.875" },
  ]);
});

test("the calculator is given the lines after their discounts, their tax classes, shipping, and the whole address", async () => {
  await shop.set(
    "discountCreate",
    "DiscountInput",
    { name: "Tenth", percentage: "10", codes: ["TENTH"] },
    "discount { id }",
  );
  const product = await shop.priced("30.00", { taxClass: "reduced" });
  const cart = await shop.cart([product, 1]);
  await shop.enter(cart, "tenth");
  expect((await shop.buy(cart, "AT")).userErrors).toEqual([]);
  expect(service.asked.at(-1)).toMatchObject({
    currency: "EUR",
    pricesIncludeTax: true,
    address: { country: "AT", line1: "1 Main Street", city: "Town" },
    lines: [{ ...{ productId: product.productId, quantity: 1 }, taxClass: "reduced", list: 3_000n, left: 2_700n }],
    shipping: { left: 490n, tax: "goods" },
  });
});

test("while tax cannot be calculated a checkout fails and writes nothing, and succeeds with the same key afterwards", async () => {
  const cart = await shop.cart([await shop.priced("20.00"), 1]);
  const input = { idempotencyKey: "while-tax-is-down", cartToken: cart, email: "buyer@example.com" };
  const document = `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { order { total { amount } } userErrors { code } } }`;
  const whole = { ...input, shippingAddress: addressIn("DE"), shippingOptionId: shop.shipping };
  service.isDown = true;
  const failed = await shop.orders(document, { input: whole }, "guest");
  expect(failed.errors).toMatchObject([{ extensions: { code: "SUBGRAPH_UNAVAILABLE" } }]);
  const [written] = await shop.sql.orders`select 1 from idempotency_keys where key = 'while-tax-is-down'`;
  expect(written).toBeUndefined();
  service.isDown = false;
  const { data } = await shop.orders(document, { input: whole }, "guest");
  expect(data.checkoutComplete).toEqual({ order: { total: { amount: "24.90" } }, userErrors: [] });
});

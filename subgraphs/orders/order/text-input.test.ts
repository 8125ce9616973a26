import { afterAll, beforeAll, expect, test } from "vitest";
import { address, type OrdersShop, openOrdersShop, orderPayload } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const createOrder = `mutation ($input: OrderCreateInput!) { orderCreate(input: $input) ${orderPayload} }`;

test("text that no database holds is named where it stands, and leaves the idempotency key free", async () => {
  const [buyer, product] = [shop.knownBuyer(), await shop.product(10)];
  const place = async (input: object) =>
    (
      await shop.ask(
        createOrder,
        {
          input: {
            idempotencyKey: "unstorable",
            items: [{ ...product, quantity: 1 }],
            shippingAddress: address,
            ...input,
          },
        },
        buyer,
      )
    ).orderCreate;
  const half = "a\ud800";
  for (const [input, field] of [
    [{ metadata: { gift: "a\0" } }, ["metadata", "gift"]],
    [{ metadata: { list: [{ [half]: 1 }] } }, ["metadata", "list", "0"]],
    [{ shippingAddress: { ...address, line1: half } }, ["shippingAddress", "line1"]],
    [{ customerNote: half }, ["customerNote"]],
    [{ payment: { token: "tok_ok", returnUrl: "https://shop.example/\0" } }, ["payment", "returnUrl"]],
  ] as const) {
    const { order, userErrors } = await place(input);
    expect({ order, userErrors }).toMatchObject({ order: null, userErrors: [{ code: "VALIDATION_FAILED", field }] });
  }
  expect((await place({ metadata: { gift: "né 👩‍👧" } })).order).toMatchObject({ status: "PENDING" });
});

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { address, openOrdersShop } from "../testing/test-orders.ts";

test("a line above what its variant allows in one order is rejected by its place, in the cart, at checkout and without a cart", async () => {
  await using shop = await openOrdersShop();
  const [buyer, product] = [shop.buyer(), await shop.product(10)];
  await shop.addToCart(buyer, product, 5);
  await shop.sql.products`update variants set max_per_order = 2 where id = ${product.variantId}`;
  const wrong = (...field: string[]) => ({
    code: "VALIDATION_FAILED",
    field,
    message: expect.stringMatching(/at most 2/),
  });

  const checkout = `mutation ($input: CheckoutCompleteInput!) {
    result: checkoutComplete(input: $input) { order { id } userErrors { code message field } } }`;
  const input = { idempotencyKey: randomUUID(), shippingAddress: address };
  const rejected = await shop.ask(checkout, { input }, buyer);
  expect(rejected.result).toEqual({ order: null, userErrors: [wrong("items", "0", "quantity")] });

  const add = `mutation ($input: CartItemAddInput!) { result: cartItemAdd(input: $input) { userErrors { code message field } } }`;
  const other = shop.buyer();
  const added = await shop.ask(add, { input: { productId: product.productId, quantity: 3 } }, other);
  expect(added.result.userErrors).toEqual([wrong("quantity")]);

  const create = `mutation ($input: OrderCreateInput!) {
    result: orderCreate(input: $input) { order { id } userErrors { code message field } } }`;
  const items = [{ productId: product.productId, quantity: 3 }];
  const refused = await shop.ask(create, { input: { ...input, idempotencyKey: randomUUID(), items } }, other);
  expect(refused.result).toEqual({ order: null, userErrors: [wrong("items", "0", "quantity")] });
});

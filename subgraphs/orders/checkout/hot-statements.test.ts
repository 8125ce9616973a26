import { expect, test } from "vitest";
import { openOrdersShop } from "../testing/test-orders.ts";

test("hot operations send the same texts whatever the values, so that each is prepared once", {
  timeout: 60_000,
}, async () => {
  await using shop = await openOrdersShop();
  const [one, other] = [await shop.product(1_000, "10.00"), await shop.product(1_000, "25.50")];
  const [first, second] = [shop.buyer(), shop.buyer()];
  const buy = async (buyer: typeof first, product: typeof one, quantity: number) => {
    await shop.addToCart(buyer, product, quantity);
    await shop.ask("{ cart { id items { quantity product { id } } subtotal { amount } } }", {}, buyer);
    const { order } = await shop.checkout(buyer, { payment: { token: "tok_ok" } });
    await shop.order(buyer, order.id);
  };
  // Once before, for what only the first of all orders needs.
  await buy(shop.buyer(), one, 1);
  const known = new Set(await shop.statements(() => buy(first, one, 1)));
  const texts = await shop.statements(() => buy(second, other, 3));
  expect(texts.filter((text) => !known.has(text))).toEqual([]);
});

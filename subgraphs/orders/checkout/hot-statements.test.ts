import { expect, test } from "vitest";
import { type OrdersShop, openOrdersShop } from "../testing/test-orders.ts";

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

test("adding to a cart and checking out take exactly so many transactions and statements", {
  timeout: 60_000,
}, async () => {
  await using shop = await openOrdersShop();
  const [product, other] = [await shop.product(1_000), await shop.product(1_000)];
  const buyer = shop.buyer();
  let cartToken = "";
  const add = (who: Parameters<OrdersShop["addToCart"]>[0], what: typeof product) => async () => {
    cartToken = (await shop.addToCart(who, what, 1, who === "guest" && cartToken !== "" ? cartToken : undefined))
      .cartToken;
  };
  const checkOut = (more: Record<string, unknown>) => async () => {
    const payload = await shop.place("guest", { cartToken, ...more });
    expect(payload).toMatchObject({ userErrors: [] });
    cartToken = "";
  };
  const paid = { payment: { token: "tok_ok" } };
  // Once before, for what only the first of all orders needs.
  await add("guest", product)();
  await checkOut(paid)();
  const sent = {
    "a guest's new cart": await countSent(shop, add("guest", product)),
    "another line": await countSent(shop, add("guest", other)),
    "a paid order": await countSent(shop, checkOut(paid)),
    "a user's new cart": await countSent(shop, add(buyer, product)),
    "more of a line": await countSent(shop, add(buyer, product)),
    "an order that is paid later": await countSent(shop, async () => {
      await add("guest", product)();
      await checkOut({})();
    }),
  };
  expect(sent).toEqual({
    "a guest's new cart": { transactions: 1, statements: 1 },
    "another line": { transactions: 2, statements: 4 },
    "a paid order": { transactions: 4, statements: 17 },
    "a user's new cart": { transactions: 2, statements: 6 },
    "more of a line": { transactions: 2, statements: 4 },
    "an order that is paid later": { transactions: 4, statements: 13 },
  });
});

/** What the orders subgraph sends for the requests of `work`. A statement outside of a transaction is one by itself. */
async function countSent(
  shop: OrdersShop,
  work: () => Promise<void>,
): Promise<{ transactions: number; statements: number }> {
  const counted = { transactions: 0, statements: 0 };
  let isOpen = false;
  for (const text of await shop.statements(work)) {
    const isEnd = /^(commit|rollback)\b/i.test(text);
    const isBegin = /^begin\b/i.test(text);
    if (isBegin || !(isOpen || isEnd)) counted.transactions += 1;
    if (!isBegin && !isEnd) counted.statements += 1;
    if (isBegin || isEnd) isOpen = isBegin;
  }
  return counted;
}

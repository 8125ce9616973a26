import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressLimits } from "#platform/transport/address.ts";
import { type Buyer, cartPayload, type OrdersShop, openOrdersShop, type Product } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

type Who = Buyer | "guest";
const times = (count: number) => Array.from({ length: count });
const codes = (response: { userErrors: { code: string }[] }) => response.userErrors.map(({ code }) => code);
const cartFields = /^\{ cart (.*) cartToken/s.exec(cartPayload)?.[1];
const read = async (asker: Who, token?: string) =>
  (await shop.ask(`query ($t: String) { cart(token: $t) ${cartFields} }`, { t: token }, asker)).cart;
const update = async (asker: Who, input: Record<string, unknown>) =>
  (
    await shop.ask(
      `mutation ($i: CartItemUpdateInput!) { cartItemUpdate(input: $i) ${cartPayload} }`,
      { i: input },
      asker,
    )
  ).cartItemUpdate;
const remove = async (asker: Who, input: Record<string, unknown>) =>
  (
    await shop.ask(
      `mutation ($i: CartItemRemoveInput!) { cartItemRemove(input: $i) ${cartPayload} }`,
      { i: input },
      asker,
    )
  ).cartItemRemove;
const clear = async (asker: Who, t?: string) =>
  (await shop.ask(`mutation ($t: String) { cartClear(cartToken: $t) ${cartPayload} }`, { t }, asker)).cartClear;
const claim = async (asker: Who, t: string, s = "MERGE") =>
  (
    await shop.ask(
      `mutation ($t: String!, $s: CartMergeStrategy!) { cartClaim(cartToken: $t, strategy: $s) ${cartPayload} }`,
      { t, s },
      asker,
    )
  ).cartClaim;
const quantities = (cart: { items: { quantity: number }[] }) => cart.items.map(({ quantity }) => quantity);

/** Changes a product's price, as its seller might. */
async function reprice({ variantId }: Product, minorUnits: number): Promise<void> {
  await shop.sql.products`update variants set price = ${minorUnits} where id = ${variantId}`;
}

test("a merge beyond a line's maximum is reported until the buyer changes the line", async () => {
  const [buyer, product] = [shop.buyer(), await shop.product(5_000)];
  await shop.addToCart(buyer, product, 600);
  const { cartToken } = await shop.addToCart("guest", product, 700);
  const { cart } = await claim(buyer, cartToken);
  expect(cart.totalQuantity).toBe(1_000);
  expect(cart.problems).toMatchObject([{ __typename: "CartItemInsufficientStock", availableQuantity: 1_000 }]);
  const { cart: noted } = await update(buyer, { itemId: cart.items[0].id, quantity: 1_000 });
  expect(noted.problems).toEqual([]);
});

test("a guest's cart that has become empty is kept for hours, and for days once it is filled again", async () => {
  const product = await shop.product(5);
  const { cart, cartToken } = await shop.addToCart("guest", product);
  const hours = async () =>
    (
      await shop.sql
        .orders`select extract(epoch from expires_at - now()) / 3600 as hours from carts where id = ${cart.id}`
    )[0]?.hours;
  expect(Number(await hours())).toBeGreaterThan(700);
  await clear("guest", cartToken);
  expect(Number(await hours())).toBeLessThan(7);
  await shop.addToCart("guest", product, 1, cartToken);
  expect(Number(await hours())).toBeGreaterThan(700);
});

describe("a cart", () => {
  test("of a user is one, adds the same variant up in one line, and nobody else sees it", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    expect(await read(buyer)).toBeNull();
    const { cart } = await shop.addToCart(buyer, product, 2);
    const again = await shop.addToCart(buyer, product, 3);
    expect(again).toMatchObject({
      cart: { id: cart.id, totalQuantity: 5, subtotal: { amount: "50.00" } },
      cartToken: null,
    });
    expect(again.cart.items).toHaveLength(1);
    expect(await read(shop.buyer())).toBeNull();
    const entity = (asker: Who) =>
      shop.ask(
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Cart { totalQuantity } ... on CartItem { quantity } } }",
        {
          r: [
            { __typename: "Cart", id: cart.id },
            { __typename: "CartItem", id: cart.items[0].id },
          ],
        },
        asker,
      );
    expect((await entity(buyer))._entities).toEqual([{ totalQuantity: 5 }, { quantity: 5 }]);
    expect((await entity(shop.buyer()))._entities).toEqual([null, null]);
    expect((await entity("guest"))._entities).toEqual([null, null]);
  });

  test("50 additions of one variant at once all count, and 20 first additions at once make one cart", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const first = await Promise.all(times(20).map(() => shop.addToCart(buyer, product)));
    expect(new Set(first.map(({ cart }) => cart.id)).size).toBe(1);
    await Promise.all(times(50).map(() => shop.addToCart(buyer, product, 2)));
    expect(quantities(await read(buyer))).toEqual([120]);
  });

  test("of a guest is opened by its token and by nothing else", async () => {
    const product = await shop.product(10);
    const { cart, cartToken } = await shop.addToCart("guest", product);
    expect((await read("guest", cartToken)).id).toBe(cart.id);
    const forged = `${cartToken.slice(0, 40)}${cartToken[40] === "A" ? "B" : "A"}${cartToken.slice(41)}`;
    for (const token of [undefined, "", forged, cart.id]) expect(await read("guest", token)).toBeNull();
    expect(codes(await shop.addToCart("guest", product, 1, forged))).toEqual(["NOT_FOUND"]);
    expect((await shop.addToCart("guest", product, 2, cartToken)).cart.totalQuantity).toBe(3);
    const [row] = await shop.sql.orders`select carts::text as text from carts where id = ${cart.id}`;
    expect(row?.text).not.toContain(cartToken);
  });

  test("its lines can be changed, removed and cleared, and what is not in it is NOT_FOUND", async () => {
    const [buyer, one, two] = [shop.buyer(), await shop.product(10), await shop.product(10)];
    await shop.addToCart(buyer, one, 1);
    const { cart } = await shop.addToCart(buyer, two, 1);
    const [first, second] = cart.items;
    expect(quantities((await update(buyer, { itemId: first.id, quantity: 7 })).cart)).toEqual([7, 1]);
    expect((await update(buyer, { itemId: first.id, quantity: 1_001 })).userErrors).toMatchObject([
      { code: "VALIDATION_FAILED", field: ["quantity"] },
    ]);
    expect(quantities((await update(buyer, { itemId: first.id, quantity: 0 })).cart)).toEqual([1]);
    expect(codes(await remove(buyer, { itemId: first.id }))).toEqual(["NOT_FOUND"]);
    expect(codes(await remove(shop.buyer(), { itemId: second.id }))).toEqual(["NOT_FOUND"]);
    expect(codes(await remove(buyer, { itemId: "nonsense" }))).toEqual(["NOT_FOUND"]);
    expect((await remove(buyer, { itemId: second.id })).cart.items).toEqual([]);
    await shop.addToCart(buyer, one, 1);
    expect((await clear(buyer)).cart.items).toEqual([]);
    expect(await clear(shop.buyer())).toMatchObject({ cart: null, userErrors: [] });
    for (const token of ["nonsense", undefined]) {
      expect((await clear("guest", token)).userErrors).toMatchObject([{ code: "NOT_FOUND", field: ["cartToken"] }]);
    }
  });

  test("an item that cannot be added is reported with its field", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const add = async (line: Record<string, unknown>) =>
      (await shop.addToCart(buyer, line as Product, Number(line.q ?? 1))).userErrors;
    expect(await add({ productId: "nonsense" })).toMatchObject([{ code: "NOT_FOUND", field: ["productId"] }]);
    expect(await add({ productId: buyer.id })).toMatchObject([{ code: "NOT_FOUND", field: ["productId"] }]);
    for (const variantId of ["nonsense", buyer.id, (await shop.product(10)).variantId]) {
      const { productId } = product;
      expect(await add({ productId, variantId })).toMatchObject([{ code: "NOT_FOUND", field: ["variantId"] }]);
    }
    const zero = await shop.addToCart(buyer, product, 0);
    expect(zero.userErrors).toMatchObject([{ code: "VALIDATION_FAILED", field: ["quantity"] }]);
    expect((await shop.addToCart(buyer, product, 1_000)).userErrors).toEqual([]);
    expect((await shop.addToCart(buyer, product, 1)).userErrors).toMatchObject([
      { code: "VALIDATION_FAILED", field: ["quantity"] },
    ]);
    expect(quantities(await read(buyer))).toEqual([1_000]);
  });

  test("holds 100 lines of one currency, and nothing that is off sale or not named whole", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const { cart } = await shop.addToCart(buyer, product);
    const yen = await shop.product(10, "500", "JPY");
    expect(codes(await shop.addToCart(buyer, yen))).toEqual(["CURRENCY_MISMATCH"]);
    await shop.sql.orders`
      insert into cart_items (id, cart_id, product_id, variant_id, quantity, product_name, noted_price_minor, seen_price_minor)
      select gen_random_uuid(), ${cart.id}, gen_random_uuid(), gen_random_uuid(), 1, 'Thing', 100, 100 from generate_series(1, 99)`;
    const another = await shop.product(10);
    expect((await shop.addToCart(buyer, another)).userErrors).toMatchObject([
      { code: "VALIDATION_FAILED", field: ["productId"] },
    ]);
    expect((await shop.addToCart(buyer, product)).userErrors).toEqual([]);

    const variants = ["S", "M"].map((value) => ({
      options: [{ name: "Size", value }],
      price: { amount: "5.00" },
      sku: `${product.productId}-${value}`,
    }));
    const { productCreate } = await shop.sell(
      "mutation ($i: ProductCreateInput!) { productCreate(input: $i) { product { id } userErrors { code field } } }",
      { i: { name: `Shirt ${product.productId}`, variants } },
    );
    expect(productCreate.userErrors).toEqual([]);
    const shirt = { productId: productCreate.product.id } as Product;
    expect((await shop.addToCart(shop.buyer(), shirt)).userErrors).toMatchObject([
      { code: "VARIANT_REQUIRED", field: ["variantId"] },
    ]);
    await shop.sell("mutation ($id: ID!) { productDelete(id: $id) { userErrors { code } } }", {
      id: another.productId,
    });
    expect(codes(await shop.addToCart(shop.buyer(), another))).toEqual(["PRODUCT_UNAVAILABLE"]);
  });

  test("tells what stands in the way and what changed, and an update takes note of the new price", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(3)];
    const { cart } = await shop.addToCart(buyer, product, 5);
    expect(cart.problems).toEqual([
      { __typename: "CartItemInsufficientStock", item: { id: cart.items[0].id }, availableQuantity: 3 },
    ]);
    await update(buyer, { itemId: cart.items[0].id, quantity: 2 });
    await reprice(product, 1_250);
    expect(await read(buyer)).toMatchObject({
      subtotal: { amount: "25.00" },
      problems: [{ __typename: "CartItemPriceChanged", oldPrice: { amount: "10.00" }, newPrice: { amount: "12.50" } }],
    });
    const noted = await update(buyer, { itemId: cart.items[0].id, quantity: 2 });
    expect(noted.cart.problems).toEqual([]);
    await shop.sell("mutation ($id: ID!) { productDelete(id: $id) { userErrors { code } } }", {
      id: product.productId,
    });
    expect((await read(buyer)).problems).toMatchObject([{ __typename: "CartItemUnavailable" }]);
    expect((await shop.checkout(buyer)).userErrors).toMatchObject([
      {
        code: "PRODUCT_UNAVAILABLE",
        field: ["items", "0"],
        message: expect.stringMatching(/^Thing .* is no longer on sale\.$/),
      },
    ]);
  });

  test("is not charged in another currency than it was filled in", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(3)];
    await shop.addToCart(buyer, product, 2);
    const { productUpdate } = await shop.sell(
      "mutation ($id: ID!, $price: MoneyInput!) { productUpdate(id: $id, input: { price: $price }) { userErrors { code } } }",
      { id: product.productId, price: { amount: "1500", currencyCode: "JPY" } },
    );
    expect(productUpdate.userErrors).toEqual([]);
    for (const _time of [1, 2]) {
      expect(await read(buyer)).toMatchObject({
        subtotal: { amount: "20.00" },
        problems: [{ __typename: "CartItemUnavailable" }],
      });
    }
    expect(codes(await shop.checkout(buyer, { payment: { token: "tok_ok" } }))).toEqual(["PRODUCT_UNAVAILABLE"]);
  });

  test("expires after 30 days: then it is not there, and adding starts anew", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(3)];
    const { cart } = await shop.addToCart(buyer, product, 2);
    const kept = await shop.sql
      .orders`select expires_at - now() between interval '29 days' and interval '30 days' as kept from carts where id = ${cart.id}`;
    expect(kept).toEqual([{ kept: true }]);
    await shop.sql.orders`update carts set expires_at = now() - interval '1 second' where id = ${cart.id}`;
    expect(await read(buyer)).toBeNull();
    const { cart: anew } = await shop.addToCart(buyer, product, 1);
    expect([anew.id === cart.id, quantities(anew)]).toEqual([false, [1]]);
  });
});

describe("while the catalogue is away", () => {
  test("a cart shows the last prices seen, and only its problems are an error", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(30)];
    const { cart } = await shop.addToCart(buyer, product, 2);
    await reprice(product, 1_100);
    await read(buyer);
    await shop.stopProducts();
    try {
      const response = await shop.orders(`{ cart ${cartFields} }`, {}, buyer);
      expect(response.data.cart).toMatchObject({ subtotal: { amount: "22.00" }, problems: null, totalQuantity: 2 });
      expect(response.errors).toMatchObject([
        { path: ["cart", "problems"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } },
      ]);
      const changed = await shop.orders(
        "mutation ($i: CartItemUpdateInput!) { cartItemUpdate(input: $i) { cart { totalQuantity } userErrors { code } } }",
        { i: { itemId: cart.items[0].id, quantity: 4 } },
        buyer,
      );
      expect(changed.data.cartItemUpdate).toEqual({ cart: { totalQuantity: 4 }, userErrors: [] });
      const checkout = await shop.orders(
        `mutation { checkoutComplete(input: { idempotencyKey: "away", email: "a@example.com", shippingAddress: { line1: "1", country: "US" } }) { order { id } } }`,
        {},
        buyer,
      );
      expect(checkout.data.checkoutComplete).toBeNull();
      expect(checkout.errors[0]?.extensions?.code).toBe("SUBGRAPH_UNAVAILABLE");
    } finally {
      await shop.startProducts();
    }
    // The breaker lets a call through again within seconds; the key has ordered nothing yet, so the checkout can be repeated with it.
    const total = await shop.until(async () => {
      const { data } = await shop.orders(
        `mutation { checkoutComplete(input: { idempotencyKey: "away", email: "a@example.com", shippingAddress: { line1: "1", country: "US" } }) { order { total { amount } } } }`,
        {},
        buyer,
      );
      return data.checkoutComplete?.order?.total.amount;
    });
    expect(total).toBe("44.00");
  });

  test("is read at the last prices seen while the catalogue hangs, before the gateway gives up on the read", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10, "10.00")];
    await shop.addToCart(buyer, product, 2);
    await shop.stopProducts();
    try {
      await using _silent = await shop.hangProducts();
      const askedAt = Date.now();
      const { data, errors } = await shop.orders(`{ cart ${cartFields} }`, {}, buyer);
      expect(Date.now() - askedAt).toBeLessThan(addressLimits.queryTimeoutMs);
      expect(data.cart).toMatchObject({ subtotal: { amount: "20.00" }, problems: null });
      expect(errors).toMatchObject([{ path: ["cart", "problems"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }]);
    } finally {
      await shop.startProducts();
    }
  });
});

describe("after a sign-in, claiming a guest's cart", () => {
  const both = async () => {
    const [buyer, shared, guests, own] = [
      shop.buyer(),
      await shop.product(50),
      await shop.product(50),
      await shop.product(50),
    ];
    await shop.addToCart(buyer, shared, 1);
    await shop.addToCart(buyer, own, 2);
    const { cartToken } = await shop.addToCart("guest", shared, 10);
    await shop.addToCart("guest", guests, 20, cartToken);
    const lines = (cart: { items: { quantity: number; variant: { id: string } }[] }) =>
      Object.fromEntries(
        cart.items.map(({ quantity, variant }) => [
          variant.id === shared.variantId ? "shared" : variant.id === own.variantId ? "own" : "guests",
          quantity,
        ]),
      );
    return { buyer, cartToken, lines };
  };

  test.each([
    ["MERGE", { shared: 11, own: 2, guests: 20 }],
    ["USE_GUEST", { shared: 10, guests: 20 }],
    ["USE_EXISTING", { shared: 1, own: 2 }],
  ])("with %s leaves %o, however often and by however many at once it is repeated", async (strategy, left) => {
    const { buyer, cartToken, lines } = await both();
    const responses = await Promise.all(times(10).map(() => claim(buyer, cartToken, strategy)));
    responses.push(await claim(buyer, cartToken, strategy));
    for (const response of responses) expect([response.userErrors, lines(response.cart)]).toEqual([[], left]);
    expect(codes(await claim(shop.buyer(), cartToken, strategy))).toEqual(["NOT_FOUND"]);
    expect(await read("guest", cartToken)).toBeNull();
    expect(codes(await shop.checkout("guest", { cartToken }))).toEqual(["NOT_FOUND"]);
  });

  test("20 times against the guest's own checkout: the units are ordered or in the user's cart, never both", async () => {
    const product = await shop.product(1_000);
    for (const _time of times(20)) {
      const buyer = shop.buyer();
      const { cartToken } = await shop.addToCart("guest", product, 3);
      const [checkout, claimed] = await Promise.all([shop.checkout("guest", { cartToken }), claim(buyer, cartToken)]);
      const ordered = checkout.order === null ? 0 : 3;
      const inCart = (await read(buyer)).totalQuantity;
      expect([codes(claimed), ordered + inCart]).toEqual([[], 3]);
    }
  });
});

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { address, type OrdersShop, openOrdersShop, orderPayload } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** The token with one letter changed. */
const forged = (token: string) => `${token.slice(0, 40)}${token[40] === "A" ? "B" : "A"}${token.slice(41)}`;

const createOrder = `mutation ($input: OrderCreateInput!) { orderCreate(input: $input) ${orderPayload} }`;

describe("a checkout", () => {
  test("reserves, pays, sells and empties the cart", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10, "12.50")];
    await shop.addToCart(buyer, product, 3);
    const { order, userErrors } = await shop.checkout(buyer, { payment: { token: "tok_ok" } });
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({
      status: "PAID",
      paymentStatus: "PAID",
      total: { amount: "37.50", currencyCode: "USD" },
      amountPaid: { amount: "37.50" },
      items: [{ quantity: 3, unitPrice: { amount: "12.50" }, subtotal: { amount: "37.50" } }],
      expiresAt: null,
    });
    expect(order.number).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
    const { cart } = await shop.ask("{ cart { items { id } } }", {}, buyer);
    expect(cart.items).toEqual([]);
    const sold = await shop.until(async () => {
      const now = await shop.order(buyer, order.id);
      return now.stockStatus === "SOLD" && now;
    });
    expect(sold.version).toBe(order.version);
    expect(await shop.level(product.variantId)).toEqual({ onHand: 7, reserved: 0 });
  });

  test("one key sent 200 times in parallel and 200 times later is one order, one charge and 400 equal responses", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(100)];
    await shop.addToCart(buyer, product, 2);
    const input = { idempotencyKey: "once", payment: { token: "tok_ok" } };
    const times = Array.from({ length: 200 });
    const responses = await Promise.all(times.map(() => shop.checkout(buyer, input)));
    for (const _time of times) responses.push(await shop.checkout(buyer, input));
    for (const { order } of responses) {
      // Its stock is sold by event, whenever that comes.
      order.stockStatus = "…";
    }
    expect(new Set(responses.map((response) => JSON.stringify(response))).size).toBe(1);
    expect(responses[0].order.status).toBe("PAID");
    const [counted] = await shop.sql.orders`
      select (select count(*)::int from orders where user_id = ${buyer.id}) as orders,
        (select count(*)::int from test_provider.charges where amount_minor = 2000
          and idempotency_key in (select id::text from payment_transactions where order_id = ${responses[0].order.id})) as charges`;
    expect(counted).toEqual({ orders: 1, charges: 1 });
  });

  test("a key with another input, or with other lines in the cart, is IDEMPOTENCY_KEY_REUSED", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    await shop.addToCart(buyer, product);
    const input = { idempotencyKey: "first" };
    const { order } = await shop.checkout(buyer, input);
    const other = await shop.checkout(buyer, { ...input, customerNote: "Ring twice." });
    expect(other).toMatchObject({ order: null, userErrors: [{ code: "IDEMPOTENCY_KEY_REUSED" }] });
    await shop.addToCart(buyer, product, 5);
    expect((await shop.checkout(buyer, input)).userErrors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);
    const mine = await shop.checkout(shop.buyer(), input);
    expect(mine.userErrors).toMatchObject([{ code: "CART_EMPTY" }]);
    expect(order.status).toBe("PENDING");
  });

  test("a key that got its response before the reservation was known goes on to pay, and returns no other errors", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    await shop.addToCart(buyer, product);
    const input = { idempotencyKey: "early", payment: { token: "tok_declined" } };
    const { order } = await shop.checkout(buyer, input);
    // As it is left when products is unavailable: the buyer saw the order, and nothing more is known.
    await shop.sql.orders`delete from payment_transactions where order_id = ${order.id}`;
    await shop.sql.orders`
      update orders set stock_status = 'PENDING', payment_status = 'UNPAID', declines = 0, work_due_at = now()
      where id = ${order.id}`;
    const stored = JSON.stringify({ found: true, userErrors: [], unpaid: true });
    await shop.sql.orders`
      update idempotency_keys set outcome = ${stored}::text::jsonb where order_id = ${order.id}`;
    const responses = await Promise.all([1, 2, 3].map(() => shop.checkout(buyer, input)));
    responses.push(await shop.checkout(buyer, input));
    for (const response of responses) {
      expect(response).toMatchObject({
        userErrors: [],
        order: { id: order.id, stockStatus: "RESERVED", paymentStatus: "FAILED" },
      });
      expect(response.order.payment.transactions).toHaveLength(1);
    }
  });

  test("two checkouts of one cart at once make one order", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(100)];
    await shop.addToCart(buyer, product, 4);
    const responses = await Promise.all(Array.from({ length: 10 }, () => shop.checkout(buyer)));
    expect(responses.filter(({ order }) => order !== null)).toHaveLength(1);
    expect(responses.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code))).toEqual(
      Array.from({ length: 9 }, () => "CART_EMPTY"),
    );
    expect(await shop.level(product.variantId)).toEqual({ onHand: 100, reserved: 4 });
  });

  test("30 buyers of the last 10 units: 10 get one, and 20 learn how many are left and keep their cart", async () => {
    const product = await shop.product(10);
    const buyers = Array.from({ length: 30 }, () => shop.buyer());
    const responses = await Promise.all(
      buyers.map(async (buyer) => {
        await shop.addToCart(buyer, product);
        return shop.checkout(buyer, { idempotencyKey: "mine" });
      }),
    );
    const rejected = responses.filter(({ order }) => order === null);
    expect(rejected).toHaveLength(20);
    for (const { userErrors } of rejected) {
      expect(userErrors).toMatchObject([{ code: "INSUFFICIENT_STOCK", requestedQuantity: 1, availableQuantity: 0 }]);
    }
    const index = responses.findIndex(({ order }) => order === null);
    const loser = buyers[index] ?? shop.buyer();
    const { cart, me } = { ...(await shop.ask("{ cart { totalQuantity } }", {}, loser)), me: undefined };
    expect([cart.totalQuantity, me]).toEqual([1, undefined]);
    const list = await shop.ask("{ orders { totalCount } }", {}, shop.staff());
    const [{ count } = { count: 0 }] = await shop.sql.orders`select count(*)::int from orders where visible`;
    expect(list.orders.totalCount).toBe(count);
    // More stock does not change the key's result.
    expect(await shop.checkout(loser, { idempotencyKey: "mine" })).toEqual(responses[index]);
    expect(await shop.level(product.variantId)).toEqual({ onHand: 10, reserved: 10 });
  });

  test("all lines or none: one that is short leaves the other on the shelf", async () => {
    const [buyer, plenty, scarce] = [shop.buyer(), await shop.product(100), await shop.product(1)];
    await shop.addToCart(buyer, plenty, 5);
    await shop.addToCart(buyer, scarce, 2);
    const { order, userErrors } = await shop.checkout(buyer);
    expect(order).toBeNull();
    expect(userErrors).toMatchObject([
      { code: "INSUFFICIENT_STOCK", requestedQuantity: 2, availableQuantity: 1, variant: { id: scarce.variantId } },
    ]);
    expect(await shop.level(plenty.variantId)).toEqual({ onHand: 100, reserved: 0 });
  });

  test("all missing input is reported at once, and the key stays free", async () => {
    const product = await shop.product(10);
    const { cartToken } = await shop.addToCart("guest", product);
    const input = { idempotencyKey: "guests", cartToken };
    const bare = await shop.checkout("guest", { ...input, email: null, shippingAddress: null });
    expect(bare.userErrors.map(({ code }: { code: string }) => code)).toEqual([
      "EMAIL_REQUIRED",
      "SHIPPING_ADDRESS_REQUIRED",
    ]);
    const wrong = await shop.checkout("guest", {
      ...input,
      email: "nobody",
      shippingAddress: { line1: "", country: "XX" },
      expectedTotal: { amount: "1.234" },
    });
    expect(wrong.userErrors.map(({ field }: { field: string[] }) => field.join("."))).toEqual([
      "shippingAddress.line1",
      "shippingAddress.country",
      "expectedTotal.amount",
      "email",
    ]);
    const changed = await shop.checkout("guest", { ...input, expectedTotal: { amount: "9.99" } });
    expect(changed.userErrors).toMatchObject([
      { code: "PRICE_CHANGED", expectedTotal: { amount: "9.99" }, actualTotal: { amount: "10.00" } },
    ]);
    const { order, guestOrderToken } = await shop.checkout("guest", { ...input, expectedTotal: { amount: "10" } });
    expect(order.total.amount).toBe("10.00");
    expect(guestOrderToken).toMatch(/^[\w-]{64}$/);
  });

  test("a user's order goes to the default address and the account's email unless the input says otherwise", async () => {
    const [buyer, product] = [shop.knownBuyer(), await shop.product(10)];
    await shop.addToCart(buyer, product);
    const bare = { email: null, shippingAddress: null };
    expect((await shop.checkout(buyer, bare)).userErrors).toMatchObject([{ code: "SHIPPING_ADDRESS_REQUIRED" }]);
    const saved = await shop.users(
      "mutation ($i: SavedAddressInput!) { addressCreate(input: $i) { userErrors { code field } } }",
      { i: { address: { line1: "7 Saved Street", country: "FR" }, isDefault: true } },
      buyer,
    );
    expect(saved).toMatchObject({ errors: [], data: { addressCreate: { userErrors: [] } } });
    const { order } = await shop.checkout(buyer, bare);
    expect(order).toMatchObject({ email: "customer@example.com", shippingAddress: { line1: "7 Saved Street" } });
  });

  test("of a variant that was deleted meanwhile names its line and the reason, and keeps the cart", async () => {
    const buyer = shop.buyer();
    const variants = ["S", "M"].map((value) => ({
      options: [{ name: "Size", value }],
      price: { amount: "5.00" },
      stock: 9,
    }));
    const { productCreate } = await shop.sell(
      `mutation ($variants: [ProductVariantInput!]) { productCreate(input: { name: "Vest", variants: $variants }) {
        product { id variants { id } } } }`,
      { variants },
    );
    const { id: productId, variants: sizes } = productCreate.product;
    await shop.addToCart(buyer, await shop.product(5));
    for (const { id: variantId } of sizes) await shop.addToCart(buyer, { productId, variantId });
    await shop.sell(`mutation ($id: ID!) { productVariantDelete(id: $id) { userErrors { code } } }`, {
      id: sizes[1].id,
    });
    const { order, userErrors } = await shop.checkout(buyer);
    expect([order, userErrors]).toMatchObject([
      null,
      [{ code: "PRODUCT_UNAVAILABLE", field: ["items", "2"], message: "Vest is no longer on sale." }],
    ]);
    expect((await shop.ask("{ cart { totalQuantity } }", {}, buyer)).cart).toEqual({ totalQuantity: 3 });
  });

  test("an unknown cart is NOT_FOUND and an empty one CART_EMPTY", async () => {
    expect((await shop.checkout("guest", { cartToken: "x".repeat(64) })).userErrors).toMatchObject([
      { code: "NOT_FOUND", field: ["cartToken"] },
    ]);
    expect((await shop.checkout("guest")).userErrors).toMatchObject([{ code: "CART_EMPTY" }]);
    expect((await shop.checkout(shop.buyer())).userErrors).toMatchObject([{ code: "CART_EMPTY" }]);
  });
});

describe("a guest's order", () => {
  test("is opened and paid by its token alone, and claimed once by who signs in", async () => {
    const product = await shop.product(10);
    const { cartToken } = await shop.addToCart("guest", product);
    const { order, guestOrderToken } = await shop.checkout("guest", { cartToken });
    const read = (token: string) =>
      shop.ask("query ($t: String!) { guestOrder(token: $t) { id number email } }", { t: token });
    expect((await read(guestOrderToken)).guestOrder).toEqual({
      id: order.id,
      number: order.number,
      email: "buyer@example.com",
    });
    expect((await read(forged(guestOrderToken))).guestOrder).toBeNull();
    const paid = await shop.pay("guest", order.payment, "tok_ok", { guestOrderToken });
    expect(paid).toMatchObject({ userErrors: [], payment: { status: "PAID" } });
    expect((await shop.pay("guest", order.payment, "tok_ok")).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);

    const [mine, other] = [shop.buyer(), shop.buyer()];
    const claim = async (asker: typeof mine) =>
      (
        await shop.ask(
          `mutation ($t: String!) { orderClaim(guestOrderToken: $t) ${orderPayload} }`,
          { t: guestOrderToken },
          asker,
        )
      ).orderClaim;
    expect((await claim(mine)).order.id).toBe(order.id);
    expect((await claim(mine)).order.id).toBe(order.id);
    expect(await claim(other)).toMatchObject({ order: null, userErrors: [{ code: "NOT_FOUND" }] });
    expect((await read(guestOrderToken)).guestOrder).toBeNull();
    expect((await shop.order(mine, order.id)).id).toBe(order.id);
    expect(await shop.order(other, order.id)).toBeNull();
  });
});

describe("an order without a cart", () => {
  test("sums the lines of one variant and names each line that cannot be had", async () => {
    const [buyer, product] = [shop.knownBuyer(), await shop.product(10)];
    const place = async (items: unknown[], key = randomUUID()) =>
      (
        await shop.ask(
          createOrder,
          { input: { idempotencyKey: key, items, shippingAddress: address, metadata: { gift: true } } },
          buyer,
        )
      ).orderCreate;
    const unknown = { productId: randomUUID(), quantity: 1 };
    const refused = await place([{ ...product, quantity: 1 }, unknown, { productId: "nonsense", quantity: 1 }]);
    expect(refused.userErrors).toMatchObject([{ code: "NOT_FOUND", field: ["items", "2", "productId"] }]);
    expect((await place([{ ...product, quantity: 1 }, unknown])).userErrors).toMatchObject([
      { code: "NOT_FOUND", field: ["items", "1", "productId"] },
    ]);
    expect(
      (
        await place([
          { ...product, quantity: 0 },
          { ...product, quantity: 10_001 },
        ])
      ).userErrors,
    ).toMatchObject([
      { code: "VALIDATION_FAILED", field: ["items", "0", "quantity"] },
      { code: "VALIDATION_FAILED", field: ["items", "1", "quantity"] },
    ]);
    const short = await place([
      { ...product, quantity: 6 },
      { productId: product.productId, quantity: 5 },
    ]);
    expect(short.userErrors).toMatchObject([
      { code: "INSUFFICIENT_STOCK", requestedQuantity: 11, availableQuantity: 10, field: ["items", "0", "quantity"] },
    ]);
    const { order } = await place([
      { ...product, quantity: 6 },
      { productId: product.productId, quantity: 4 },
    ]);
    expect(order).toMatchObject({ items: [{ quantity: 10 }], total: { amount: "100.00" } });
    expect(order.email).toContain("@example.com");
    expect((await place([])).userErrors).toMatchObject([{ code: "VALIDATION_FAILED", field: ["items"] }]);
  });
});

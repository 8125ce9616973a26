import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GraphqlResponse } from "#test/harness/subgraph-client.ts";
import { type Buyer, type OrdersShop, openOrdersShop, orderPayload, type Product } from "../testing/test-orders.ts";

let shop: OrdersShop;
beforeAll(async () => {
  shop = await openOrdersShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const times = (count: number) => Array.from({ length: count });
const codes = (response: { userErrors: { code: string }[] }) => response.userErrors.map(({ code }) => code);

/** Runs a mutation that returns an OrderPayload. */
async function change(
  asker: Buyer | "guest",
  mutation: string,
  given: Record<string, unknown>,
): Promise<GraphqlResponse["data"]> {
  const parameters: Record<string, string> = {
    orderItemAdd: "$orderId: ID!, $input: OrderItemInput!, $idempotencyKey: String, $expectedVersion: Int",
    orderItemUpdate: "$orderId: ID!, $itemId: ID!, $quantity: Int!, $expectedVersion: Int",
    orderItemRemove: "$orderId: ID!, $itemId: ID!, $expectedVersion: Int",
    orderShippingAddressUpdate: "$orderId: ID!, $address: AddressInput!, $expectedVersion: Int",
    orderCancel: "$input: OrderCancelInput!",
    orderStatusUpdate: "$input: OrderStatusUpdateInput!",
    orderNoteAdd: "$orderId: ID!, $note: String!, $visibleToBuyer: Boolean!",
  };
  const named = parameters[mutation] ?? "";
  const given_ = [...named.matchAll(/\$(\w+)/g)].map(([, name]) => `${name}: $${name}`).join(", ");
  return (await shop.ask(`mutation (${named}) { ${mutation}(${given_}) ${orderPayload} }`, given, asker))[mutation];
}

const move = (asker: Buyer, orderId: string, status: string, more = {}) =>
  change(asker, "orderStatusUpdate", { input: { orderId, status, ...more } });
const add = (asker: Buyer, orderId: string, product: Product, quantity: number, more = {}) =>
  change(asker, "orderItemAdd", { orderId, input: { ...product, quantity }, ...more });
const steps = async (asker: Buyer, id: string) => {
  const document =
    "query ($id: ID!) { order(id: $id) { events(first: 50) { nodes { type fromStatus toStatus message actor { id } } } } }";
  return (await shop.ask(document, { id }, asker)).order.events.nodes;
};

describe("editing a pending order", () => {
  test("adds, changes and removes lines, and its total, payment and reservation follow", async () => {
    const [buyer, one, two] = [shop.buyer(), await shop.product(10), await shop.product(10, "3.00")];
    const order = await shop.placed(buyer, one, 2);
    const added = await add(buyer, order.id, two, 4);
    expect(added).toMatchObject({
      userErrors: [],
      order: { total: { amount: "32.00" }, payment: { amount: { amount: "32.00" } } },
    });
    const [first, second] = added.order.items;
    const changed = await change(buyer, "orderItemUpdate", { orderId: order.id, itemId: first.id, quantity: 5 });
    expect(changed.order.total.amount).toBe("62.00");
    expect([await shop.level(one.variantId), await shop.level(two.variantId)]).toMatchObject([
      { reserved: 5 },
      { reserved: 4 },
    ]);
    const removed = await change(buyer, "orderItemRemove", { orderId: order.id, itemId: first.id });
    expect(removed.order.items).toMatchObject([{ id: second.id, quantity: 4 }]);
    expect([await shop.level(one.variantId), await shop.level(two.variantId)]).toMatchObject([
      { reserved: 0 },
      { reserved: 4 },
    ]);
    expect((await change(buyer, "orderItemRemove", { orderId: order.id, itemId: second.id })).userErrors).toMatchObject(
      [{ code: "ORDER_NOT_EDITABLE", field: ["itemId"] }],
    );
    const paid = await shop.pay(buyer, removed.order.payment, "tok_ok");
    expect(paid.payment).toMatchObject({ status: "PAID", order: { amountPaid: { amount: "12.00" } } });
    await shop.until(async () => (await shop.level(two.variantId)).onHand === 6);
    expect(codes(await add(buyer, order.id, one, 1))).toEqual(["ORDER_NOT_EDITABLE"]);
  });

  test("keeps the price of lines that stand, and gives new ones today's", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 1);
    await shop.sql.products`update variants set price = 1500 where id = ${product.variantId}`;
    const { order: edited } = await add(buyer, order.id, product, 1);
    expect(edited.items).toMatchObject([{ unitPrice: { amount: "10.00" } }, { unitPrice: { amount: "15.00" } }]);
    expect((await shop.level(product.variantId)).reserved).toBe(2);
  });

  test("raising a quantity after the price changed makes the added units a line of their own at today's price", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(1_000, "1.00")];
    const order = await shop.placed(buyer, product, 1);
    const raise = (quantity: number) =>
      change(buyer, "orderItemUpdate", { orderId: order.id, itemId: order.items[0].id, quantity });
    expect((await raise(3)).order.items).toMatchObject([{ quantity: 3, unitPrice: { amount: "1.00" } }]);
    await shop.sql.products`update variants set price = 10000 where id = ${product.variantId}`;
    const { order: raised } = await raise(500);
    expect(raised.items).toMatchObject([
      { quantity: 3, unitPrice: { amount: "1.00" } },
      { quantity: 497, unitPrice: { amount: "100.00" } },
    ]);
    expect(raised.total.amount).toBe("49703.00");
    expect((await raise(600)).userErrors).toMatchObject([{ code: "VALIDATION_FAILED", field: ["quantity"] }]);
    expect((await raise(2)).order.items).toMatchObject([{ quantity: 2 }, { quantity: 497 }]);
    expect((await shop.level(product.variantId)).reserved).toBe(499);
  });

  test("all or nothing: what the stock does not cover changes nothing", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(5)];
    const order = await shop.placed(buyer, product, 2);
    const { userErrors } = await change(buyer, "orderItemUpdate", {
      orderId: order.id,
      itemId: order.items[0].id,
      quantity: 6,
    });
    expect(userErrors).toMatchObject([
      { code: "INSUFFICIENT_STOCK", field: ["quantity"], requestedQuantity: 6, variant: { id: product.variantId } },
    ]);
    expect(await shop.order(buyer, order.id)).toMatchObject({
      items: [{ quantity: 2 }],
      total: { amount: "20.00" },
      version: order.version,
    });
    expect((await shop.level(product.variantId)).reserved).toBe(2);
  });

  test("10 edits at once are applied one after the other, and one key once", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(100)];
    const order = await shop.placed(buyer, product, 1);
    const keyed = { idempotencyKey: "one-more" };
    const responses = await Promise.all([
      ...times(5).map(() => add(buyer, order.id, product, 1)),
      ...times(5).map(() => add(buyer, order.id, product, 1, keyed)),
    ]);
    expect(responses.flatMap(codes)).toEqual([]);
    expect((await shop.order(buyer, order.id)).items).toMatchObject([{ quantity: 7 }]);
    expect((await shop.level(product.variantId)).reserved).toBe(7);
    expect(codes(await add(buyer, order.id, product, 2, keyed))).toEqual(["IDEMPOTENCY_KEY_REUSED"]);
  });

  test("edits and payments at once: what is paid is the total of what is ordered", async () => {
    const product = await shop.product(100);
    for (const _time of times(10)) {
      const buyer = shop.buyer();
      const order = await shop.placed(buyer, product, 1);
      const [edited, paid] = await Promise.all([
        add(buyer, order.id, product, 1),
        shop.pay(buyer, order.payment, "tok_ok"),
      ]);
      const now = await shop.order(buyer, order.id);
      const editedFirst = edited.userErrors.length === 0;
      expect(now.total.amount).toBe(editedFirst ? "20.00" : "10.00");
      if (paid.userErrors.length === 0) expect(now.amountPaid.amount).toBe(now.total.amount);
      else expect(["PAYMENT_AMOUNT_MISMATCH"]).toEqual(codes(paid));
      expect(editedFirst || paid.userErrors.length === 0).toBe(true);
    }
  });

  test("an edit or an order that a dead process left open is finished by the sweeper", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 1);
    const item = order.items[0];
    const [row] = await shop.sql.orders`select * from order_items where id = ${item.id}`;
    const line = {
      id: item.id,
      position: 0,
      productId: product.productId,
      variantId: product.variantId,
      productName: "Thing",
      variantName: "Thing",
      sku: "sku",
      productImageUrl: null,
      unitPriceMinor: String(row?.unit_price_minor),
      quantity: 4,
    };
    const key = { scope: `order:${order.id}`, mutation: "edit", key: "2" };
    const edit = { revision: 2, actorId: buyer.id, message: "Left open.", key, field: [], lines: [line] };
    await shop.sql.orders`
      update orders set edit = ${JSON.stringify(edit)}::text::jsonb, revision = 2, work_due_at = now() where id = ${order.id}`;
    await shop.until(async () => (await shop.order(buyer, order.id)).total.amount === "40.00");
    expect((await shop.level(product.variantId)).reserved).toBe(4);

    const { version } = await shop.order(buyer, order.id);
    await shop.sql.orders`
      update orders set stock_status = 'PENDING', visible = false, work_due_at = now() where id = ${order.id}`;
    expect(await shop.order(buyer, order.id)).toBeNull();
    const reserved = await shop.until(async () => {
      const found = await shop.order(buyer, order.id);
      return found?.stockStatus === "RESERVED" && found;
    });
    expect(reserved.version).toBe(version);
    expect((await shop.level(product.variantId)).reserved).toBe(4);
  });

  test("wants the version that was read, and only its buyer's or staff's hand", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 1);
    const stale = await add(buyer, order.id, product, 1, { expectedVersion: order.version - 1 });
    expect(stale.userErrors).toMatchObject([{ code: "EDIT_CONFLICT", currentVersion: order.version }]);
    expect(codes(await add(shop.buyer(), order.id, product, 1))).toEqual(["NOT_FOUND"]);
    expect(codes(await add(shop.staff("orders:read"), order.id, product, 1))).toEqual(["NOT_FOUND"]);
    expect(codes(await add(shop.staff(), order.id, product, 1, { expectedVersion: order.version }))).toEqual([]);
  });
});

describe("an order's way", () => {
  test("moves step by step; the timeline records who made each step, and the order lists what the viewer may do next", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 1, "tok_ok");
    expect(order.availableTransitions).toEqual(["CANCELLED"]);
    expect((await shop.order(staff, order.id)).availableTransitions).toEqual(["PROCESSING", "CANCELLED"]);
    expect((await move(staff, order.id, "SHIPPED")).userErrors).toMatchObject([
      { code: "INVALID_STATUS_TRANSITION", from: "PAID", to: "SHIPPED", allowed: ["PROCESSING", "CANCELLED"] },
    ]);
    for (const status of ["PAID", "PENDING"]) {
      expect(codes(await move(staff, order.id, status))).toEqual(["INVALID_STATUS_TRANSITION"]);
    }
    const packed = await move(staff, order.id, "PROCESSING", { note: "In the box.", trackingNumber: " " });
    expect(packed.order.trackingNumber).toBeNull();
    const address = { line1: "2 Side Street", country: "DE" };
    const moved = await change(buyer, "orderShippingAddressUpdate", { orderId: order.id, address });
    expect(moved.order.shippingAddress.line1).toBe("2 Side Street");
    const tracking = { trackingNumber: "T-1", trackingUrl: "https://carrier.example/T-1" };
    expect((await move(staff, order.id, "SHIPPED", { ...tracking, trackingUrl: "nonsense" })).userErrors).toMatchObject(
      [{ code: "VALIDATION_FAILED", field: ["trackingUrl"] }],
    );
    expect((await move(staff, order.id, "SHIPPED", tracking)).order).toMatchObject({ trackingNumber: "T-1" });
    expect(codes(await change(buyer, "orderShippingAddressUpdate", { orderId: order.id, address }))).toEqual([
      "ORDER_NOT_EDITABLE",
    ]);
    expect(codes(await change(buyer, "orderCancel", { input: { orderId: order.id } }))).toEqual([
      "INVALID_STATUS_TRANSITION",
    ]);
    await change(staff, "orderNoteAdd", { orderId: order.id, note: "Fragile.", visibleToBuyer: false });
    await change(staff, "orderNoteAdd", { orderId: order.id, note: "On its way.", visibleToBuyer: true });
    await move(staff, order.id, "DELIVERED");
    expect(codes(await move(staff, order.id, "CANCELLED"))).toEqual(["INVALID_STATUS_TRANSITION"]);

    const forStaff = await steps(staff, order.id);
    const types = forStaff.map(({ type }: { type: string }) => type).filter((type: string) => type !== "STOCK_SOLD");
    expect(types).toEqual([
      "PLACED",
      "STOCK_RESERVED",
      "PAYMENT_SUCCEEDED",
      "STATUS_CHANGED",
      "STATUS_CHANGED",
      "ADDRESS_CHANGED",
      "STATUS_CHANGED",
      "NOTE",
      "NOTE",
      "STATUS_CHANGED",
    ]);
    expect(forStaff).toContainEqual({
      type: "STATUS_CHANGED",
      fromStatus: "PAID",
      toStatus: "PROCESSING",
      message: "In the box.",
      actor: { id: staff.id },
    });
    const notes = (await steps(buyer, order.id)).filter(({ type }: { type: string }) => type === "NOTE");
    expect(notes).toMatchObject([{ message: "On its way." }]);
  });

  test("staff cancel until it is delivered, and only they are named for it", async () => {
    const [buyer, staff, product] = [shop.buyer(), shop.staff(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 1, "tok_ok");
    await move(staff, order.id, "PROCESSING");
    await move(staff, order.id, "SHIPPED");
    const { order: cancelled } = await move(staff, order.id, "CANCELLED", { note: "Lost by the carrier." });
    expect(cancelled).toMatchObject({ status: "CANCELLED", cancelReason: "STAFF", paymentStatus: "REFUNDED" });
  });

  test("20 cancellations at once put the stock back once", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 3, "tok_ok");
    const responses = await Promise.all(
      times(20).map(() => change(buyer, "orderCancel", { input: { orderId: order.id } })),
    );
    expect(responses.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    await shop.until(async () => (await shop.order(buyer, order.id)).stockStatus === "RELEASED");
    expect(await shop.level(product.variantId)).toEqual({ onHand: 10, reserved: 0 });
  });

  test("an order that is foreign, unknown or malformed is NOT_FOUND for every change", async () => {
    const [product, stranger] = [await shop.product(10), shop.buyer()];
    const order = await shop.placed(shop.buyer(), product, 1);
    for (const orderId of [order.id, randomUUID(), "nonsense"]) {
      const responses = [
        await add(stranger, orderId, product, 1),
        await change(stranger, "orderItemUpdate", { orderId, itemId: order.items[0].id, quantity: 2 }),
        await change(stranger, "orderItemRemove", { orderId, itemId: order.items[0].id }),
        await change(stranger, "orderShippingAddressUpdate", { orderId, address: { line1: "1", country: "US" } }),
        await change(stranger, "orderCancel", { input: { orderId } }),
        await change("guest", "orderCancel", { input: { orderId } }),
      ];
      expect(responses.flatMap(codes)).toEqual(times(responses.length).map(() => "NOT_FOUND"));
    }
  });
});

describe("an order that is not paid in time", () => {
  const expire = async (id: string) => {
    await shop.sql.orders`update orders set expires_at = now() - interval '1 second' where id = ${id}`;
  };

  test("is cancelled and its stock is back, and it cannot be paid from that moment on", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    const order = await shop.placed(buyer, product, 3);
    await expire(order.id);
    const late = await shop.pay(buyer, order.payment, "tok_ok");
    expect(codes(late)).toEqual(["ORDER_NOT_PAYABLE"]);
    const expired = await shop.until(async () => {
      const found = await shop.order(buyer, order.id);
      return found.stockStatus === "RELEASED" && found;
    });
    expect(expired).toMatchObject({ status: "CANCELLED", cancelReason: "EXPIRED", paymentStatus: "CANCELLED" });
    expect(await shop.level(product.variantId)).toEqual({ onHand: 10, reserved: 0 });
  });

  test("and waits for its buyer at the provider: the attempt is taken back first", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    await shop.addToCart(buyer, product);
    const { order } = await shop.checkout(buyer, { payment: { token: "tok_action_required" } });
    await expire(order.id);
    const expired = await shop.until(async () => {
      const found = await shop.order(buyer, order.id);
      return found.status === "CANCELLED" && found;
    });
    expect(expired).toMatchObject({ cancelReason: "EXPIRED", paymentStatus: "CANCELLED" });
    const [charge] = await shop.sql.orders`
      select status from test_provider.charges where idempotency_key = ${order.payment.transactions[0].id}`;
    expect(charge).toEqual({ status: "cancelled" });
  });

  test("but whose money was quicker is paid after all", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    await shop.addToCart(buyer, product);
    const { order } = await shop.checkout(buyer, { payment: { token: "tok_action_required" } });
    await shop.sql.orders`
      update test_provider.charges set status = 'succeeded'
      where idempotency_key = ${order.payment.transactions[0].id}`;
    await expire(order.id);
    const paid = await shop.until(async () => {
      const found = await shop.order(buyer, order.id);
      return found.status !== "PENDING" && found;
    });
    expect(paid).toMatchObject({ status: "PAID", paymentStatus: "PAID", expiresAt: null });
  });

  test("nor known to be reserved before its stock was let go of leaves its cart to the next checkout", async () => {
    const [buyer, product] = [shop.buyer(), await shop.product(10)];
    await shop.addToCart(buyer, product);
    const { order } = await shop.checkout(buyer);
    await shop.addToCart(buyer, product, 2);
    // As after an outage beyond products' backstop: word of the release came before the response to the reservation.
    await shop.sql.orders`update carts set checkout_order_id = ${order.id} where user_id = ${buyer.id}`;
    await shop.sql.orders`
      update orders set stock_status = 'RELEASED', expires_at = now() - interval '1 second' where id = ${order.id}`;
    await shop.until(async () => (await shop.order(buyer, order.id)).status === "CANCELLED");
    expect((await shop.checkout(buyer)).order).toMatchObject({ stockStatus: "RESERVED", items: [{ quantity: 2 }] });
  });
});

test("an order whose stock was gone when it was to be sold is refunded and cancelled", async () => {
  const [buyer, product] = [shop.buyer(), await shop.product(2)];
  const order = await shop.placed(buyer, product, 2);
  // As after a backstop: products has given the reservation up, and others have bought what it held.
  await shop.sql.products`delete from reservation_lines where order_id = ${order.id}`;
  await shop.sql.products`update reservations set status = 'RELEASED' where order_id = ${order.id}`;
  await shop.sql.products`update stock_levels set on_hand = 0, reserved = 0 where variant_id = ${product.variantId}`;
  await shop.pay(buyer, order.payment, "tok_ok");
  const lost = await shop.until(async () => {
    const found = await shop.order(buyer, order.id);
    return found.paymentStatus === "REFUNDED" && found;
  });
  expect(lost).toMatchObject({
    status: "CANCELLED",
    cancelReason: "OUT_OF_STOCK",
    amountRefunded: { amount: "20.00" },
  });
});

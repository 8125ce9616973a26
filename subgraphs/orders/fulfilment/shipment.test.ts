import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AfterSale, afterSaleOf, codesOf } from "../testing/after-sale.ts";
import { type OrdersShop, openOrdersShop, orderPayload } from "../testing/test-orders.ts";

let shop: OrdersShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openOrdersShop();
  sale = afterSaleOf(shop);
});
afterAll(() => shop[Symbol.asyncDispose]());

const cancel = async (asker: Parameters<OrdersShop["ask"]>[2], orderId: string) =>
  (
    await shop.ask(
      `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) ${orderPayload} }`,
      { input: { orderId } },
      asker,
    )
  ).orderCancel;

const threeLines = [
  { price: "10.00", quantity: 3 },
  { price: "7.00", quantity: 1 },
  { price: "5.00", quantity: 2 },
];

describe("an order in several parcels", () => {
  test("is PROCESSING from the first, SHIPPED with the last and DELIVERED when all have arrived", async () => {
    const staff = shop.staff();
    const { order, buyer } = await sale.sold(threeLines);
    const [first, second, third] = order.items;
    const parcel = { carrier: "DHL", trackingNumber: "T-1", trackingUrl: "https://carrier.example/T-1" };
    const lines = [
      { itemId: first.id, quantity: 2 },
      { itemId: second.id, quantity: 1 },
    ];
    const one = await sale.ship(staff, { orderId: order.id, lines, ...parcel });
    expect(one).toMatchObject({
      userErrors: [],
      shipment: { carrier: "DHL", trackingNumber: "T-1", lines: [{ quantity: 2 }, { quantity: 1 }] },
      order: { status: "PROCESSING", trackingNumber: "T-1", availableTransitions: ["SHIPPED"] },
    });
    const early = await sale.updateShipment(staff, { id: one.shipment.id, deliveredAt: new Date().toISOString() });
    expect(early.order.status).toBe("PROCESSING");
    const two = await sale.ship(staff, { orderId: order.id });
    expect(two.order).toMatchObject({
      status: "SHIPPED",
      items: [{ shippedQuantity: 3 }, { shippedQuantity: 1 }, { shippedQuantity: 2 }],
    });
    expect(two.shipment.lines).toEqual([
      { quantity: 1, item: { id: first.id } },
      { quantity: 2, item: { id: third.id } },
    ]);
    const arrived = await sale.updateShipment(staff, { id: two.shipment.id, deliveredAt: new Date().toISOString() });
    expect(arrived.order.status).toBe("DELIVERED");
    expect((await sale.view(buyer, order.id)).shipments).toHaveLength(2);
    const types = await sale.timeline(buyer, order.id);
    expect(types.filter((type) => type === "SHIPMENT_CREATED")).toHaveLength(2);
    expect(types.filter((type) => type === "SHIPMENT_DELIVERED")).toHaveLength(2);
  });

  test("ships no unit twice, and says for every line how many are left", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold(threeLines);
    const [first, second] = order.items;
    await sale.ship(staff, { orderId: order.id, lines: [{ itemId: first.id, quantity: 2 }] });
    const response = await sale.ship(staff, {
      orderId: order.id,
      lines: [
        { itemId: first.id, quantity: 1 },
        { itemId: first.id, quantity: 1 },
        { itemId: randomUUID(), quantity: 1 },
        { itemId: second.id, quantity: 2 },
      ],
    });
    expect(response).toMatchObject({
      shipment: null,
      userErrors: [
        { code: "QUANTITY_EXCEEDED", field: ["lines", "1", "quantity"] },
        { code: "NOT_FOUND", field: ["lines", "2", "itemId"] },
        { code: "QUANTITY_EXCEEDED", field: ["lines", "3", "quantity"], message: expect.stringContaining("Only 1 of") },
      ],
    });
    expect((await sale.view(staff, order.id)).shipments).toHaveLength(1);
  });

  test("makes one parcel of a repeated key, and rejects the key for another input", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold(threeLines);
    const input = { idempotencyKey: "one", orderId: order.id, lines: [{ itemId: order.items[0].id, quantity: 1 }] };
    const responses = await Promise.all([1, 2, 3, 4].map(() => sale.ship(staff, input)));
    expect(new Set(responses.map(({ shipment }) => shipment.id)).size).toBe(1);
    expect(responses.flatMap(codesOf)).toEqual([]);
    expect(codesOf(await sale.ship(staff, { ...input, carrier: "UPS" }))).toEqual(["IDEMPOTENCY_KEY_REUSED"]);
  });

  test("can be cancelled by nobody once a part has left, and by staff once all of it has", async () => {
    const staff = shop.staff();
    const { order, buyer } = await sale.sold(threeLines);
    await sale.ship(staff, { orderId: order.id, lines: [{ itemId: order.items[0].id, quantity: 1 }] });
    expect((await sale.view(buyer, order.id)).availableTransitions).toEqual([]);
    for (const asker of [buyer, staff]) {
      expect(codesOf(await cancel(asker, order.id))).toEqual(["INVALID_STATUS_TRANSITION"]);
    }
    await sale.ship(staff, { orderId: order.id });
    expect(codesOf(await cancel(buyer, order.id))).toEqual(["INVALID_STATUS_TRANSITION"]);
    expect((await cancel(staff, order.id)).order).toMatchObject({ status: "CANCELLED", paymentStatus: "REFUNDED" });
  });

  test("is shipped at once, or delivered at once, by a change of its status", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold(threeLines);
    await sale.ship(staff, { orderId: order.id, lines: [{ itemId: order.items[0].id, quantity: 1 }] });
    const shipped = await sale.move(staff, order.id, "SHIPPED");
    expect(shipped.order.shipments.map(({ lines }: { lines: unknown[] }) => lines.length)).toEqual([1, 3]);
    const { order: delivered } = await sale.move(staff, order.id, "DELIVERED");
    expect(delivered.status).toBe("DELIVERED");
    for (const { deliveredAt } of delivered.shipments) expect(deliveredAt).not.toBeNull();
  });

  test("of a status that is not shipped, of a stranger or without permission is rejected", async () => {
    const staff = shop.staff();
    const pending = await shop.placed(shop.buyer(), await shop.product(3));
    expect((await sale.ship(staff, { orderId: pending.id })).userErrors).toMatchObject([
      { code: "INVALID_STATUS_TRANSITION", from: "PENDING", to: "SHIPPED" },
    ]);
    for (const orderId of [randomUUID(), "nonsense"]) {
      expect(codesOf(await sale.ship(staff, { orderId }))).toEqual(["NOT_FOUND"]);
    }
    const { errors } = await shop.orders(
      "mutation ($input: ShipmentCreateInput!) { shipmentCreate(input: $input) { order { id } } }",
      { input: { idempotencyKey: "k", orderId: pending.id } },
      shop.staff("orders:read"),
    );
    expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  });

  test("tells the time of an arrival only as it can be", async () => {
    const staff = shop.staff();
    const { order } = await sale.sold([{ price: "3.00", quantity: 1 }]);
    const { shipment } = await sale.ship(staff, { orderId: order.id });
    for (const deliveredAt of ["2020-01-01T00:00:00Z", new Date(Date.now() + 60_000).toISOString()]) {
      const response = await sale.updateShipment(staff, { id: shipment.id, deliveredAt });
      expect(response.userErrors).toMatchObject([{ code: "VALIDATION_FAILED", field: ["deliveredAt"] }]);
    }
    await sale.updateShipment(staff, { id: shipment.id, deliveredAt: new Date().toISOString() });
    expect(codesOf(await sale.updateShipment(staff, { id: shipment.id, deliveredAt: null }))).toEqual([
      "VALIDATION_FAILED",
    ]);
    const renamed = await sale.updateShipment(staff, { id: shipment.id, carrier: "UPS" });
    expect(renamed.shipment).toMatchObject({ carrier: "UPS", deliveredAt: expect.any(String) });
  });
});

test("20 parcels of the same units at once, and cancellations between them, ship each unit once or none", async () => {
  const staff = shop.staff();
  for (let round = 0; round < 3; round += 1) {
    const { order, buyer } = await sale.sold([{ price: "10.00", quantity: 5 }]);
    const lines = [{ itemId: order.items[0].id, quantity: 1 }];
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 5 === round ? cancel(buyer, order.id) : sale.ship(staff, { orderId: order.id, lines }),
      ),
    );
    expect(responses.length).toBe(20);
    const after = await sale.view(staff, order.id);
    const units = after.shipments.length;
    if (after.status === "CANCELLED") expect(after).toMatchObject({ shipments: [], items: [{ cancelledQuantity: 5 }] });
    else expect(after).toMatchObject({ status: "SHIPPED", items: [{ shippedQuantity: 5 }] });
    expect([0, 5]).toContain(units);
  }
});

test("an order that is cancelled while its parcel arrives is CANCELLED or DELIVERED, never first one and then the other", async () => {
  const staff = shop.staff();
  for (let round = 0; round < 5; round += 1) {
    const { order } = await sale.sold([{ price: "10.00", quantity: 1 }]);
    const { shipment } = await sale.ship(staff, { orderId: order.id });
    const deliveredAt = new Date().toISOString();
    const [cancelled] = await Promise.all([
      cancel(staff, order.id),
      ...[1, 2, 3, 4, 5, 6].map(() => sale.updateShipment(staff, { id: shipment.id, deliveredAt })),
    ]);
    const expected =
      cancelled.userErrors.length === 0
        ? { status: "CANCELLED", paymentStatus: "REFUNDED" }
        : { status: "DELIVERED", paymentStatus: "PAID" };
    expect(await sale.view(staff, order.id)).toMatchObject(expected);
    const late = await sale.updateShipment(staff, { id: shipment.id, deliveredAt });
    expect(codesOf(late)).toEqual(expected.status === "CANCELLED" ? ["INVALID_STATUS_TRANSITION"] : []);
  }
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type AfterSale, afterSaleOf } from "../testing/after-sale.ts";
import { eur, openPricedShop, type PricedShop } from "../testing/priced-shop.ts";

let shop: PricedShop;
let sale: AfterSale;
beforeAll(async () => {
  shop = await openPricedShop();
  sale = afterSaleOf(shop);
  await shop.set(
    "shippingMethodSet",
    "ShippingMethodSetInput",
    {
      id: shop.shipping,
      name: "Standard",
      trackingUrlTemplate: "https://carrier.example/track?n={trackingNumber}",
      rates: [{ market: shop.market, price: eur("4.90") }],
    },
    "shippingMethod { id }",
  );
});
afterAll(() => shop[Symbol.asyncDispose]());

async function paidOrder(units: number) {
  const { order } = await shop.buy(await shop.cart([await shop.priced("10.00"), units]), "DE", {
    payment: { token: "tok_ok" },
  });
  return order;
}

const pagesOf = async (orderId: string) => {
  const { shipments } = await sale.view(shop.admin, orderId);
  return shipments.map(({ trackingUrl }: { trackingUrl: string | null }) => trackingUrl);
};

test("a parcel's tracking page is made from its shipping method's template, unless one is given or there is no number", async () => {
  const { id: orderId, items } = await paidOrder(4);
  const lines = [{ itemId: items[0].id, quantity: 1 }];
  const made = await sale.ship(shop.admin, { orderId, lines, trackingNumber: "JD 01/2" });
  const given = "https://other.example/1";
  await sale.ship(shop.admin, { orderId, lines, trackingNumber: "2", trackingUrl: given });
  await sale.ship(shop.admin, { orderId, lines });
  const page = "https://carrier.example/track?n=JD%2001%2F2";
  expect(await pagesOf(orderId)).toEqual([page, given, null]);
  await shop.mailbox.wait("buyer@example.com", ({ text }) => text.includes(page));

  // It follows the number that it was made from; what is given stays.
  await sale.updateShipment(shop.admin, { id: made.shipment.id, trackingNumber: "3" });
  const [, second, third] = (await sale.view(shop.admin, orderId)).shipments;
  await sale.updateShipment(shop.admin, { id: second.id, trackingNumber: "4" });
  await sale.updateShipment(shop.admin, { id: third.id, trackingNumber: "5" });
  expect(await pagesOf(orderId)).toEqual([
    "https://carrier.example/track?n=3",
    given,
    "https://carrier.example/track?n=5",
  ]);
  await sale.updateShipment(shop.admin, { id: third.id, trackingNumber: "6", trackingUrl: null });
  expect((await pagesOf(orderId))[2]).toBeNull();
});

test("orderStatusUpdate makes it too, for the parcel and the order", async () => {
  const { id: orderId } = await paidOrder(1);
  await sale.move(shop.admin, orderId, "PROCESSING");
  await shop.ask(
    `mutation ($input: OrderStatusUpdateInput!) { orderStatusUpdate(input: $input) { userErrors { code } } }`,
    { input: { orderId, status: "SHIPPED", trackingNumber: "7" } },
    shop.admin,
  );
  const { order } = await shop.ask(`query ($id: ID!) { order(id: $id) { trackingUrl } }`, { id: orderId }, shop.admin);
  expect([order.trackingUrl, await pagesOf(orderId)]).toEqual([
    "https://carrier.example/track?n=7",
    ["https://carrier.example/track?n=7"],
  ]);
});

import { expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { createTestProduct, openProducts, ordersService } from "../testing/test-products.ts";

const orderable = `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) {
  outcome market { id currencyCode languages } variant { variantId productName quantityAvailable unitPrice { amount } } } }`;
const reserve = `mutation ($input: StockReserveInput!) { stockReserve(input: $input) { outcome shortages { variantId } } }`;

test("the lines of an order and their market are looked up in one statement, and reserved in one", async () => {
  await using products = await openProducts();
  const made = [
    await createTestProduct(products, { name: "Desk", stock: 5 }),
    await createTestProduct(products, { name: "Lamp", stock: 5 }),
  ];
  const lines = made.map(({ id, variants: [variant] }) => ({ productId: id, variantId: variant?.id }));
  const lookedUp = await products.statements(async () => {
    const { data, errors } = await products.ask(orderable, { lines }, ordersService);
    expect(errors).toEqual([]);
    expect(data?.orderableVariants).toMatchObject(
      made.map(() => ({ outcome: "ORDERABLE", market: { id: expect.any(String) } })),
    );
  });
  expect(lookedUp).toHaveLength(1);
  const units = lines.map(({ variantId }) => ({ variantId, quantity: 1 }));
  const reserved = await products.statements(async () => {
    const input = { orderId: newId(), revision: 1, expiresAt: null, lines: units };
    const { data } = await products.ask(reserve, { input }, ordersService);
    expect(data?.stockReserve).toEqual({ outcome: "RESERVED", shortages: [] });
  });
  expect(reserved).toHaveLength(1);
});

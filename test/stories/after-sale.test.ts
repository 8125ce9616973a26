import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type TestShop } from "#test/harness/shop.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const afterSale = `id status payment { id } totals { discount { amount } shipping { amount } tax { amount } total { amount } }
  items { id productName quantity shippedQuantity cancelledQuantity returnedQuantity refundedQuantity total { amount } }
  shipments { id } returns { id status } refunds { amount { amount } tax { amount } }
  invoices { kind number pdfUrl totals { total { amount } } }`;
const errors = "userErrors { code message field }";

test("through the gateway: two parcels, a guest's withdrawal, refunds by line, an invoice and credit notes that add up to the provider's books", async () => {
  const { accessToken: token } = await shop.admin();
  const ask = async (document: string, variables: Record<string, unknown> = {}, asker: { token?: string } = {}) => {
    const response = await shop.graphql(document, variables, asker);
    expect(response.errors).toEqual([]);
    return response.data;
  };
  const mutate = async (
    mutation: string,
    type: string,
    input: unknown,
    selection: string,
    asker: { token?: string } = { token },
  ) => {
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} ${errors} } }`;
    const payload = (await ask(document, { input }, asker))[mutation];
    expect(payload.userErrors).toEqual([]);
    return payload;
  };
  const key = () => ({ idempotencyKey: randomUUID() });
  const { markets } = await ask("{ markets { id isDefault } }");
  const market = markets.find(({ isDefault }: { isDefault: boolean }) => isDefault).id;
  const usd = (amount: string) => ({ amount, currencyCode: "USD" });
  await mutate(
    "taxRatesSet",
    "TaxRatesSetInput",
    { country: "US", rates: [{ name: "Sales tax", rate: "8.625" }] },
    "taxRates { rate }",
  );
  const method = await mutate(
    "shippingMethodSet",
    "ShippingMethodSetInput",
    { name: "Post", rates: [{ market, price: usd("4.90") }] },
    "shippingMethod { id }",
  );
  await mutate(
    "discountCreate",
    "DiscountInput",
    { name: "Autumn", percentage: "10", codes: ["AUTUMN"] },
    "discount { id }",
  );

  // A guest buys three lines with a code and shipping.
  const seller = { token: (await shop.seller()).accessToken };
  let cartToken: string | undefined;
  const products: { id: string; variants: { id: string }[] }[] = [];
  for (const [price, quantity] of [
    ["19.99", 1],
    ["7.77", 2],
    ["12.35", 1],
  ] as const) {
    const input = { name: `Thing ${price}`, price: usd(price), stock: 10 };
    const { product } = await mutate(
      "productCreate",
      "ProductCreateInput",
      input,
      "product { id variants { id } }",
      seller,
    );
    products.push(product);
    const item = { productId: product.id, quantity, ...(cartToken === undefined ? {} : { cartToken }) };
    cartToken = (await mutate("cartItemAdd", "CartItemAddInput", item, "cartToken", {})).cartToken;
  }
  await mutate("cartDiscountCodeAdd", "CartDiscountCodeInput", { cartToken, code: "autumn" }, "cart { id }", {});
  const checkout = {
    ...key(),
    cartToken,
    email: "guest@example.com",
    shippingAddress: { line1: "1 Main St", city: "Springfield", country: "US" },
    shippingOptionId: method.shippingMethod.id,
    payment: { token: "tok_ok" },
  };
  const { order, guestOrderToken } = await mutate(
    "checkoutComplete",
    "CheckoutCompleteInput",
    checkout,
    `order { ${afterSale} } guestOrderToken`,
    {},
  );
  expect(order).toMatchObject({
    status: "PAID",
    totals: { discount: { amount: "4.79" }, shipping: { amount: "4.90" } },
  });
  const [shirt, mug, book] = order.items;
  const units = (item: { id: string }, quantity = 1) => ({ itemId: item.id, quantity });

  const ship = (input: object) =>
    mutate("shipmentCreate", "ShipmentCreateInput", { ...key(), orderId: order.id, ...input }, "shipment { id }");
  const refund = (input: object) =>
    mutate(
      "refundCreate",
      "RefundCreateInput",
      { ...key(), paymentId: order.payment.id, ...input },
      "payment { status }",
    );
  const one = await ship({ lines: [units(shirt), units(mug)] });
  await refund({ lines: [units(book)] });
  const two = await ship({});
  const declared = { ...key(), guestOrderToken, isWithdrawal: true, lines: [units(mug)] };
  expect(
    (await mutate("returnRequest", "ReturnRequestInput", declared, "receivedAt return { id }", {})).return,
  ).toBeNull();
  const view = async () =>
    (await ask(`query ($id: ID!) { order(id: $id) { ${afterSale} } }`, { id: order.id }, { token })).order;
  const [{ id }] = (await view()).returns;
  await mutate(
    "returnUpdate",
    "ReturnUpdateInput",
    { id, status: "RECEIVED", restock: [units(mug)] },
    "return { status }",
  );
  await refund({ returnId: id });
  for (const { shipment } of [one, two]) {
    await mutate(
      "shipmentUpdate",
      "ShipmentUpdateInput",
      { id: shipment.id, deliveredAt: new Date().toISOString() },
      "order { status }",
    );
  }

  let after = await view();
  for (const end = Date.now() + 20_000; after.invoices.length < 3 && Date.now() < end; after = await view())
    await sleep(200);
  expect(after).toMatchObject({
    status: "DELIVERED",
    returns: [{ status: "CLOSED" }],
    items: [
      { shippedQuantity: 1, refundedQuantity: 0 },
      { shippedQuantity: 2, returnedQuantity: 1, refundedQuantity: 1 },
      { cancelledQuantity: 1, refundedQuantity: 1 },
    ],
  });
  const [books] = await shop.sql.orders`
    select c.amount_minor::int as charged, (select sum(amount_minor)::int from test_provider.refunds where charge_id = c.id) as refunded
    from test_provider.charges c join payment_transactions t on t.provider_reference = c.id where t.order_id = ${order.id} and t.type = 'CHARGE'`;
  const cents = ({ totals }: { totals: { total: { amount: string } } }) => Number(totals.total.amount.replace(".", ""));
  const [invoice, ...notes] = after.invoices;
  expect(cents(invoice)).toBe(books?.charged);
  expect(notes.map(({ kind }: { kind: string }) => kind)).toEqual(["CREDIT_NOTE", "CREDIT_NOTE"]);
  expect(notes.reduce((sum: number, note: never) => sum + cents(note), 0)).toBe(books?.refunded);
  for (const { variants } of [products[1], products[2]].flatMap((product) => product ?? [])) {
    const stock = async () =>
      (await shop.sql.products`select on_hand from stock_levels where variant_id = ${variants[0]?.id ?? ""}`)[0]
        ?.on_hand;
    const left = variants === products[1]?.variants ? 9 : 10;
    for (const end = Date.now() + 10_000; (await stock()) !== left && Date.now() < end; ) await sleep(100);
    expect(await stock()).toBe(left);
  }
  const pdf = await fetch(invoice.pdfUrl);
  expect(pdf.status).toBe(200);
  expect(pdf.headers.get("content-type")).toBe("application/pdf");
  const head = await fetch(invoice.pdfUrl, { method: "HEAD" });
  const facts = ({ status, headers }: Response) => [
    status,
    ...["content-type", "content-length", "content-disposition", "cache-control"].map((name) => headers.get(name)),
  ];
  expect(facts(head)).toEqual(facts(pdf));
  expect((await head.arrayBuffer()).byteLength).toBe(0);
  const forged = invoice.pdfUrl.replace(/signature=./, "signature=_");
  for (const method of ["GET", "HEAD"]) expect((await fetch(forged, { method })).status).toBe(404);
});

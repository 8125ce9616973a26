import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { type Buyer, type OrdersShop, openOrdersShop } from "#subgraphs/orders/testing/test-orders.ts";
import { checkPrices } from "#test/chaos/price-invariants.ts";
import { migrateUntil } from "#test/harness/old-migrations.ts";

// A shop that was filled before there were markets, prices over time, tax, shipping and discounts, and is migrated to this release.

type Line = { readonly product: number; readonly price: number; readonly quantity: number };

/** By product: its variants' prices in minor units. The last one is priced in euros. */
const catalogue = [[1_999], [500, 800], [12_345], [750]] as const;
const products = catalogue.map((prices, index) => ({
  id: newId(),
  currency: index === 3 ? "EUR" : "USD",
  variants: prices.map((price) => ({ id: newId(), price })),
}));
const statuses = ["PENDING", "PAID", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED"] as const;
/** Orders of each status, at prices that were other ones then, and one in euros. */
const orders = [...statuses, "PAID" as const].map((status, index) => {
  const currency = index === statuses.length ? "EUR" : "USD";
  const lines: Line[] =
    currency === "EUR"
      ? [{ product: 3, price: 333, quantity: 7 }]
      : [
          { product: 0, price: 1_999, quantity: 1 + index },
          { product: 1, price: 499, quantity: 3 },
          { product: 2, price: 12_000, quantity: 1 },
        ];
  const total = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return { id: newId(), paymentId: newId(), status, currency, lines, total };
});

/** As addresses are stored: what was left out is null. */
const address = {
  ...{ name: null, line1: "1 Main Street", line2: null, city: null, region: null, postalCode: null },
  ...{ country: "US", phone: null },
};

const person = (): Buyer => ({ id: newId<UserId>(), role: "CUSTOMER", scopes: [] });
const [buyer, shopper] = [person(), person()];
const amountOf = (minorUnits: number) => (minorUnits / 100).toFixed(2);
let shop: OrdersShop;

beforeAll(async () => {
  shop = await openOrdersShop(
    {},
    {
      prepare: async (urls) => {
        await migrateUntil("products", urls.products, "0007_content-indexes");
        await migrateUntil("orders", urls.orders, "0005_after-sale");
        await Promise.all([fillProducts(urls.products), fillOrders(urls.orders)]);
        const applied = [
          await migrateDatabase("products", urls.products),
          await migrateDatabase("orders", urls.orders),
        ].flat();
        expect(applied).toEqual(expect.arrayContaining(["0008_markets", "0006_order-prices", "0009_cart-markets"]));
      },
    },
  );
}, 90_000);
afterAll(() => shop[Symbol.asyncDispose]());

async function fillProducts(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  for (const [index, { id, currency, variants }] of products.entries()) {
    const prices = variants.map(({ price }) => price);
    await sql`
      insert into products (id, slug, name, status, currency, price_min, price_max, created_at, updated_at, published_at)
      values (${id}, ${`thing-${index}`}, ${`Thing ${index}`}, 'ACTIVE', ${currency}, ${Math.min(...prices)}, ${Math.max(...prices)}, now(), now(), now())`;
    for (const [position, variant] of variants.entries()) {
      const options = sql.json(variants.length === 1 ? [] : [{ name: "Size", value: String(position) }]);
      await sql`
        insert into variants (id, product_id, sku, name, options, price, created_at)
        values (${variant.id}, ${id}, ${`SKU-${index}-${position}`}, ${`Variant ${position}`}, ${options}, ${variant.price}, now())`;
      await sql`insert into stock_levels (variant_id, product_id, on_hand) values (${variant.id}, ${id}, 100)`;
    }
  }
  await sql.end();
}

async function fillOrders(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  for (const [index, { id, paymentId, status, currency, lines, total }] of orders.entries()) {
    const isPaid = status !== "PENDING" && status !== "CANCELLED";
    const paymentStatus = isPaid ? "PAID" : status === "CANCELLED" ? "CANCELLED" : "UNPAID";
    const isSent = status === "SHIPPED" || status === "DELIVERED";
    await sql`
      insert into orders (id, number, user_id, by_guest, email, visible, status, payment_status, stock_status, currency, total_minor, total_scaled,
        amount_paid_minor, payment_id, payment_provider, shipping_address, shipped_units, expires_at)
      values (${id}, ${`OLD${index}-0000`}, ${buyer.id}, false, 'buyer@example.com', true, ${status}, ${paymentStatus},
        ${isPaid ? "SOLD" : status === "CANCELLED" ? "RELEASED" : "RESERVED"}, ${currency}, ${total}, ${total * 100}, ${isPaid ? total : 0},
        ${paymentId}, 'test', ${sql.json(address)},
        ${isSent ? lines.reduce((sum, { quantity }) => sum + quantity, 0) : 0}, now() + interval '1 day')`;
    for (const [position, { product, price, quantity }] of lines.entries()) {
      const { id: productId, variants } = products[product] ?? { id: "", variants: [] };
      await sql`
        insert into order_items (id, order_id, position, product_id, variant_id, product_name, variant_name, sku, currency, unit_price_minor, quantity, shipped)
        values (${newId()}, ${id}, ${position}, ${productId}, ${variants[0]?.id ?? ""}, 'Thing', 'Default', 'SKU', ${currency}, ${price}, ${quantity},
          ${isSent ? quantity : 0})`;
    }
  }
  const cartId = newId();
  await sql`insert into carts (id, user_id, currency, expires_at) values (${cartId}, ${shopper.id}, 'USD', now() + interval '1 day')`;
  for (const [product, quantity] of [
    [0, 2],
    [2, 1],
  ] as const) {
    const { id, variants } = products[product] ?? { id: "", variants: [] };
    const [variant] = variants;
    await sql`
      insert into cart_items (id, cart_id, product_id, variant_id, quantity, product_name, noted_price_minor, seen_price_minor)
      values (${newId()}, ${cartId}, ${id}, ${variant?.id ?? ""}, ${quantity}, 'Thing', ${variant?.price ?? 0}, ${variant?.price ?? 0})`;
  }
  await sql.end();
}

const totals = `subtotal { amount } discount { amount } shipping { amount } tax { amount } total { amount currencyCode } pricesIncludeTax taxes { rate } discounts { name }`;

test("every order costs what it cost, as the sum of its lines without tax, shipping and discounts", async () => {
  for (const { id, currency, lines, total, status } of orders) {
    const { order } = await shop.ask(
      `query ($id: ID!) { order(id: $id) { status total { amount currencyCode } totals { ${totals} } market { id } payment { amount { amount } }
        items { unitPrice { amount } quantity subtotal { amount } tax { amount } total { amount } taxRate discounts { name } } } }`,
      { id },
      buyer,
    );
    const nothing = { amount: "0.00" };
    expect(order).toEqual({
      status,
      total: { amount: amountOf(total), currencyCode: currency },
      totals: {
        ...{ subtotal: { amount: amountOf(total) }, discount: nothing, shipping: nothing, tax: nothing },
        ...{
          total: { amount: amountOf(total), currencyCode: currency },
          pricesIncludeTax: false,
          taxes: [],
          discounts: [],
        },
      },
      market: { id: "00000000-0000-7000-8000-000000000001" },
      payment: { amount: { amount: amountOf(total) } },
      items: lines.map(({ price, quantity }) => ({
        unitPrice: { amount: amountOf(price) },
        quantity,
        subtotal: { amount: amountOf(price * quantity) },
        tax: nothing,
        total: { amount: amountOf(price * quantity) },
        ...{ taxRate: "0", discounts: [] },
      })),
    });
  }
  expect(await checkPrices({ sql: shop.sql })).toEqual([]);
});

test("every product costs what it cost, in the default market, which has the currency of most products", async () => {
  const { data } = await shop.products(
    `query ($r: [_Any!]!) { markets { isDefault currencyCode } _entities(representations: $r) { ... on Product {
      price { amount currencyCode } priceRange { min { amount } max { amount } } variants { price { amount } offer { price { amount } } } } } }`,
    { r: products.map(({ id }) => ({ __typename: "Product", id })) },
  );
  expect(data.markets).toEqual([{ isDefault: true, currencyCode: "USD" }]);
  expect(data._entities).toEqual(
    products.map(({ currency, variants }) => ({
      price: { amount: amountOf(variants[0]?.price ?? 0), currencyCode: currency },
      priceRange: {
        min: { amount: amountOf(Math.min(...variants.map(({ price }) => price))) },
        max: { amount: amountOf(Math.max(...variants.map(({ price }) => price))) },
      },
      variants: variants.map(({ price }) => ({
        price: { amount: amountOf(price) },
        offer: currency === "USD" ? { price: { amount: amountOf(price) } } : null,
      })),
    })),
  );
});

test("a cart costs what it cost, and is checked out at that price", async () => {
  const { cart } = await shop.ask(
    `{ cart { market { id } currencyCode subtotal { amount } problems { __typename } discountCodes { code } totals { ${totals} } } }`,
    {},
    shopper,
  );
  expect(cart).toMatchObject({
    ...{ market: { id: "00000000-0000-7000-8000-000000000001" }, currencyCode: "USD" },
    ...{ subtotal: { amount: "163.43" }, problems: [], discountCodes: [] },
    totals: { tax: { amount: "0.00" }, shipping: { amount: "0.00" }, total: { amount: "163.43" }, taxes: [] },
  });
  const { order, userErrors } = await shop.checkout(shopper, { payment: { token: "tok_ok" } });
  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({ status: "PAID", total: { amount: "163.43", currencyCode: "USD" } });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { type ChangeName, changeProduct, codes } from "../testing/change-product.ts";
import { createTestProduct, openProducts, ordersService, seller, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;
const owner = seller();

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const change = (name: ChangeName, variables: Record<string, unknown>) => changeProduct(shop, name, variables, owner);

test("a variant is changed by itself, taken out but for orders, and never the last one", async () => {
  const { id, variants } = await createTestProduct(
    shop,
    {
      name: "Socks",
      price: null,
      stock: null,
      variants: ["S", "M"].map((size) => ({
        sku: `SOCKS-${size}`,
        options: [{ name: "Size", value: size }],
        price: { amount: "3" },
        stock: 5,
      })),
    },
    owner,
  );
  const [small, medium] = variants;
  const changed = await change("productVariantUpdate", {
    id: small?.id,
    input: { price: { amount: "4" }, name: null, options: [{ name: "Size", value: "XS" }], expectedVersion: 1 },
  });
  expect(changed.product).toMatchObject({
    version: 2,
    priceRange: { min: { amount: "3.00" }, max: { amount: "4.00" } },
  });
  expect(changed.product.variants[0]).toMatchObject({ name: "XS", version: 2 });
  expect(
    codes(await change("productVariantUpdate", { id: small?.id, input: { name: "Late", expectedVersion: 1 } })),
  ).toEqual(["EDIT_CONFLICT expectedVersion"]);
  expect(codes(await change("productVariantUpdate", { id: small?.id, input: { sku: "SOCKS-M" } }))).toEqual([
    "ALREADY_EXISTS sku",
  ]);
  expect(
    codes(await change("productVariantUpdate", { id: small?.id, input: { options: [{ name: "Size", value: "M" }] } })),
  ).toEqual(["ALREADY_EXISTS options"]);
  expect(
    codes(
      await change("productVariantUpdate", { id: small?.id, input: { price: { amount: "4", currencyCode: "EUR" } } }),
    ),
  ).toEqual(["VALIDATION_FAILED price.currencyCode"]);

  const removed = await change("productVariantDelete", { id: medium?.id });
  expect(removed.product).toMatchObject({
    quantityAvailable: 5,
    defaultVariant: { id: small?.id },
    priceRange: { min: { amount: "4.00" } },
  });
  expect(codes(await change("productVariantDelete", { id: medium?.id }))).toEqual(["NOT_FOUND id"]);
  expect(codes(await change("productVariantDelete", { id: small?.id }))).toEqual(["VALIDATION_FAILED id"]);
  const { data } = await shop.ask(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ProductVariant { id name product { id } } } }`,
    {
      representations: [
        { __typename: "ProductVariant", id: medium?.id },
        { __typename: "ProductVariant", sku: "SOCKS-M" },
      ],
    },
  );
  expect(data._entities).toEqual([{ id: medium?.id, name: "M", product: { id } }, null]);
  const reserved = await shop.ask(
    `mutation ($input: StockReserveInput!) { stockReserve(input: $input) { outcome shortages { availableQuantity } } }`,
    { input: { orderId: newId(), revision: 1, lines: [{ variantId: medium?.id, quantity: 1 }] } },
    ordersService,
  );
  expect(reserved.data.stockReserve).toEqual({ outcome: "INSUFFICIENT", shortages: [{ availableQuantity: 0 }] });
  const again = await change("productVariantCreate", {
    productId: id,
    input: { sku: "SOCKS-M", options: [{ name: "Size", value: "M" }], price: { amount: "3" } },
  });
  expect(again.product.variants).toHaveLength(2);
});

test("variants taken out by two at once leave one", async () => {
  const { variants } = await createTestProduct(
    shop,
    {
      name: "Pair",
      price: null,
      stock: null,
      variants: ["L", "R"].map((side) => ({
        options: [{ name: "Side", value: side }],
        price: { amount: "1" },
        stock: 1,
      })),
    },
    owner,
  );
  const payloads = await Promise.all(variants.map(({ id }) => change("productVariantDelete", { id })));
  expect(payloads.flatMap(codes)).toEqual(["VALIDATION_FAILED id"]);
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { type ChangeName, changeProduct, codes } from "../testing/change-product.ts";
import {
  admin,
  createTestProduct,
  openProducts,
  ordersService,
  seller,
  type TestProducts,
} from "../testing/test-products.ts";

let shop: TestProducts;
const owner = seller();
const other = seller();

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

type TestCaller = Parameters<TestProducts["ask"]>[2];

const change = (name: ChangeName, variables: Record<string, unknown>, caller: TestCaller = owner) =>
  changeProduct(shop, name, variables, caller);

describe("creating", () => {
  test("every field that is wrong is named at once, and nothing is made", async () => {
    const payload = await change("productCreate", {
      input: {
        name: " ",
        description: "x".repeat(5_001),
        price: { amount: "19.999" },
        stock: -1,
        sku: "no spaces",
        imageUrl: "ftp://example.com/x.png",
        categories: ["a", "b", "c", "d", "e", "f"],
        tags: ["x".repeat(51)],
        status: "ARCHIVED",
      },
    });
    expect(payload.product).toBeNull();
    expect(codes(payload).toSorted()).toEqual([
      "VALIDATION_FAILED categories",
      "VALIDATION_FAILED description",
      "VALIDATION_FAILED imageUrl",
      "VALIDATION_FAILED name",
      "VALIDATION_FAILED price.amount",
      "VALIDATION_FAILED sku",
      "VALIDATION_FAILED status",
      "VALIDATION_FAILED stock",
      "VALIDATION_FAILED tags.0",
    ]);
    expect(payload.userErrors.every(({ __typename }: { __typename: string }) => __typename === "ValidationError")).toBe(
      true,
    );
  });

  test.each([
    ["-0.01", "USD"],
    ["-1", "USD"],
    ["1000000", "USD"],
    ["1e3", "USD"],
    ["$ 79.99", "USD"],
    ["1.5", "JPY"],
    ["1.2345", "KWD"],
    ["1", "XXQ"],
    ["", "USD"],
    ["NaN", "USD"],
  ])("a price of %j %s is rejected", async (amount, currencyCode) => {
    const payload = await change("productCreate", { input: { name: "Thing", price: { amount, currencyCode } } });
    expect(codes(payload)).toEqual([`VALIDATION_FAILED price.${currencyCode === "XXQ" ? "currencyCode" : "amount"}`]);
  });

  test.each([
    ["0", "USD", "0.00"],
    ["0.01", "USD", "0.01"],
    ["999999.99", "USD", "999999.99"],
    ["79.9", "USD", "79.90"],
    ["1500", "JPY", "1500"],
    ["1.234", "KWD", "1.234"],
    ["5", "KWD", "5.000"],
    ["12", "usd", "12.00"],
  ])("a price of %s %s is exact: %s", async (amount, currencyCode, exact) => {
    const { product } = await change("productCreate", { input: { name: "Thing", price: { amount, currencyCode } } });
    expect(product.price).toEqual({ amount: exact, currencyCode: currencyCode.toUpperCase() });
  });

  test("slugs are made from names and kept unique, also when twenty are made at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => createTestProduct(shop, { name: "Blue Jeans!" }, owner)),
    );
    const slugs = made.map(({ slug }) => slug);
    expect(new Set(slugs).size).toBe(20);
    expect(slugs.every((slug) => /^blue-jeans(-[0-9a-z]+)?$/.test(slug))).toBe(true);
    expect(slugs).toContain("blue-jeans");
    expect((await createTestProduct(shop, { name: "Crème Brûlée" }, owner)).slug).toBe("creme-brulee");
    expect((await createTestProduct(shop, { name: "!!!" }, owner)).slug).toBe("product");
    expect((await createTestProduct(shop, { name: "青い椅子" }, owner)).slug).toBe("青い椅子");
  });

  test("variants have sizes and colours, one currency, SKUs of their own, and a product of several has no default", async () => {
    const variant = (size: string, more: Record<string, unknown> = {}) => ({
      options: [{ name: "Size", value: size }],
      price: { amount: size === "L" ? "12" : "10" },
      stock: 2,
      ...more,
    });
    const { product } = await change("productCreate", {
      input: {
        name: "Shirt",
        variants: [variant("S", { sku: "SHIRT-S" }), variant("M", { name: "Middle" }), variant("L")],
      },
    });
    expect(product).toMatchObject({
      defaultVariant: null,
      price: { amount: "10.00" },
      priceRange: { min: { amount: "10.00" }, max: { amount: "12.00" } },
      quantityAvailable: 6,
    });
    expect(product.variants.map(({ name }: { name: string }) => name)).toEqual(["S", "Middle", "L"]);
    const wrong = [
      [
        { name: "X", price: { amount: "1" }, stock: 1, variants: [variant("S")] },
        ["VALIDATION_FAILED price", "VALIDATION_FAILED stock"],
      ],
      [{ name: "X" }, ["VALIDATION_FAILED price"]],
      [{ name: "X", variants: [] }, ["VALIDATION_FAILED variants"]],
      [
        { name: "X", variants: [variant("S"), variant("M", { price: { amount: "1", currencyCode: "EUR" } })] },
        ["VALIDATION_FAILED variants.1.price.currencyCode"],
      ],
      [{ name: "X", variants: [variant("S"), variant("S")] }, ["VALIDATION_FAILED variants.1.options"]],
      [
        { name: "X", variants: [variant("S", { sku: "A" }), variant("M", { sku: "A" })] },
        ["VALIDATION_FAILED variants.1.sku"],
      ],
      [
        { name: "X", variants: [variant("S", { sku: "NEW-ONE" }), variant("M", { sku: "SHIRT-S" })] },
        ["ALREADY_EXISTS variants.1.sku"],
      ],
      [{ name: "X", variants: [variant("M", { sku: "SHIRT-S" })] }, ["ALREADY_EXISTS variants.0.sku"]],
      [{ name: "X", price: { amount: "1" }, sku: "SHIRT-S" }, ["ALREADY_EXISTS sku"]],
      [
        { name: "X", variants: Array.from({ length: 101 }, (_, index) => variant(String(index))) },
        ["VALIDATION_FAILED variants"],
      ],
    ] as const;
    for (const [input, expected] of wrong) expect(codes(await change("productCreate", { input }))).toEqual(expected);
  });

  test("of ten concurrent requests for one SKU, one gets it and nine fail", async () => {
    const payloads = await Promise.all(
      Array.from({ length: 10 }, () =>
        change("productCreate", { input: { name: "Wanted", price: { amount: "1" }, sku: "WANTED" } }),
      ),
    );
    expect(payloads.filter(({ product }) => product !== null)).toHaveLength(1);
    expect(payloads.filter(({ userErrors }) => userErrors[0]?.code === "ALREADY_EXISTS")).toHaveLength(9);
  });

  test("a category is found by name or slug, and made by who may make categories alone", async () => {
    const input = { name: "Lamp", price: { amount: "1" }, categories: ["Home & Garden", "lighting"] };
    expect(codes(await change("productCreate", { input }))).toEqual([
      "VALIDATION_FAILED categories.0",
      "VALIDATION_FAILED categories.1",
    ]);
    const made = await change("productCreate", { input }, admin());
    expect(made.product.categories).toEqual([{ slug: "home-garden" }, { slug: "lighting" }]);
    const again = await change("productCreate", { input: { ...input, categories: ["LIGHTING", "home-garden"] } });
    expect(again.product.categories).toEqual([{ slug: "lighting" }, { slug: "home-garden" }]);
  });

  test("viewers without products:write are rejected, guests as UNAUTHENTICATED", async () => {
    const input = { name: "Thing", price: { amount: "1" } };
    const document = `mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { id } } }`;
    const rejected = async (caller: TestCaller) =>
      (await shop.ask(document, { input }, caller)).errors[0]?.extensions?.code;
    expect(await rejected("guest")).toBe("UNAUTHENTICATED");
    expect(await rejected({})).toBe("FORBIDDEN");
    expect(await rejected({ role: "ADMIN" })).toBe("FORBIDDEN");
    expect(await rejected(ordersService)).toBe("UNAUTHENTICATED");
  });
});

describe("changing", () => {
  test("what is left out stays, null clears what may be empty, and each change counts the version up", async () => {
    const keeper = admin(owner.id);
    const { id } = await createTestProduct(
      shop,
      {
        name: "Bowl",
        description: "Round.",
        imageUrl: "https://example.com/bowl.png",
        tags: ["clay"],
        categories: ["Bowls"],
      },
      keeper,
    );
    const same = await change("productUpdate", { id, input: {} });
    expect(same.product.version).toBe(1);
    const renamed = await change("productUpdate", { id, input: { name: "Deep Bowl" } });
    expect(renamed.product).toMatchObject({
      name: "Deep Bowl",
      slug: "bowl",
      description: "Round.",
      imageUrl: "https://example.com/bowl.png",
      tags: ["clay"],
      categories: [{ slug: "bowls" }],
      version: 2,
    });
    const cleared = await change("productUpdate", {
      id,
      input: { description: null, imageUrl: null, tags: null, categories: null },
    });
    expect(cleared.product).toMatchObject({ description: "", imageUrl: null, tags: [], categories: [], version: 3 });
    expect(
      codes(await change("productUpdate", { id, input: { name: null, price: null, status: null } })).toSorted(),
    ).toEqual(["VALIDATION_FAILED name", "VALIDATION_FAILED price", "VALIDATION_FAILED status"]);
  });

  test("of ten concurrent updates of one version, one succeeds and nine fail with the current version", async () => {
    const { id } = await createTestProduct(shop, { name: "Contested" }, owner);
    const payloads = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        change("productUpdate", { id, input: { name: `Contested ${index}`, expectedVersion: 1 } }),
      ),
    );
    expect(payloads.filter(({ product }) => product !== null)).toHaveLength(1);
    const conflicts = payloads.flatMap(({ userErrors }) => userErrors);
    expect(conflicts).toHaveLength(9);
    for (const conflict of conflicts) {
      expect(conflict).toMatchObject({ __typename: "EditConflictError", code: "EDIT_CONFLICT", currentVersion: 2 });
    }
  });

  test("a price is the only variant's; of several none is changed in silence", async () => {
    const { id, variants } = await createTestProduct(shop, { name: "Single" }, owner);
    const priced = await change("productUpdate", { id, input: { price: { amount: "7", currencyCode: "JPY" } } });
    expect(priced.product).toMatchObject({
      price: { amount: "7", currencyCode: "JPY" },
      variants: [{ id: variants[0]?.id, price: { amount: "7" }, version: 2 }],
    });
    const added = await change("productVariantCreate", {
      productId: id,
      input: { options: [{ name: "Size", value: "L" }], price: { amount: "9", currencyCode: "JPY" }, stock: 4 },
    });
    expect(added.product).toMatchObject({
      priceRange: { min: { amount: "7" }, max: { amount: "9" } },
      quantityAvailable: 5,
      defaultVariant: null,
    });
    expect(
      codes(
        await change("productUpdate", {
          id,
          input: { name: "Not this either", price: { amount: "8", currencyCode: "JPY" } },
        }),
      ),
    ).toEqual(["VALIDATION_FAILED price"]);
    const { data } = await shop.ask(`query ($id: ID!) { product(id: $id) { name } }`, { id });
    expect(data.product.name).toBe("Single");
  });

  test("another seller's product, a missing one and a malformed id are the same NOT_FOUND; an ADMIN may all", async () => {
    const { id, variants } = await createTestProduct(shop, { name: "Mine" }, owner);
    const variantId = variants[0]?.id;
    const messages = new Set<string>();
    for (const [caller, productId, itsVariant] of [
      [other, id, variantId],
      [owner, newId(), newId()],
      [owner, "nonsense", "nonsense"],
    ] as const) {
      for (const payload of [
        await change("productUpdate", { id: productId, input: { name: "Yours" } }, caller),
        await change("productDelete", { id: productId }, caller),
        await change("productVariantCreate", { productId, input: { price: { amount: "1" } } }, caller),
        await change("productVariantUpdate", { id: itsVariant, input: { name: "Yours" } }, caller),
        await change("productVariantDelete", { id: itsVariant }, caller),
      ]) {
        expect(payload.product ?? payload.deletedProductId ?? null).toBeNull();
        expect(payload.userErrors).toMatchObject([{ __typename: "NotFoundError", code: "NOT_FOUND" }]);
        messages.add(payload.userErrors[0].message);
      }
    }
    expect(messages.size).toBe(2);
    expect((await change("productUpdate", { id, input: { name: "Everybody's" } }, admin())).product.name).toBe(
      "Everybody's",
    );
  });
});

describe("archiving", () => {
  test("an archived product leaves the shop, is still found by id and slug, cannot be ordered, and is restored by its status", async () => {
    const { id, slug, variants } = await createTestProduct(
      shop,
      { name: "Gone Tomorrow", categories: ["Passing"] },
      admin(owner.id),
    );
    expect(await change("productDelete", { id })).toEqual({ deletedProductId: id, userErrors: [] });
    expect(await change("productDelete", { id })).toEqual({ deletedProductId: id, userErrors: [] });
    for (const variables of [{ id }, { slug }, { sku: variants[0]?.sku }]) {
      const { data } = await shop.ask(
        `query ($id: ID, $slug: String, $sku: String) { product(id: $id, slug: $slug, sku: $sku) { id status version } }`,
        variables,
      );
      expect(data.product).toEqual({ id, status: "ARCHIVED", version: 2 });
    }
    const { data } = await shop.ask(
      `{ products(search: "tomorrow") { totalCount } productSuggestions(prefix: "gone") { id } categories { slug productCount } }`,
    );
    expect(data.products.totalCount).toBe(0);
    expect(data.productSuggestions).toEqual([]);
    expect(data.categories.find((category: { slug: string }) => category.slug === "passing").productCount).toBe(0);
    const ordered = await shop.ask(
      `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) { outcome variant { sku } } }`,
      { lines: [{ productId: id }, { productId: id, variantId: variants[0]?.id }] },
      ordersService,
    );
    expect(ordered.data.orderableVariants).toEqual([
      { outcome: "UNAVAILABLE", variant: null },
      { outcome: "UNAVAILABLE", variant: null },
    ]);
    expect(codes(await change("productUpdate", { id, input: { status: "ACTIVE" } }))).toEqual([]);
    const restored = await shop.ask(`query ($id: ID!) { products(filter: { ids: [$id] }) { nodes { id } } }`, { id });
    expect(restored.data.products.nodes).toEqual([{ id }]);
  });

  test("a draft is null to everybody who may not edit it, whichever way in, also once it is archived unseen", async () => {
    const { id, slug, variants } = await createTestProduct(shop, { name: "Unseen", status: "DRAFT" }, owner);
    const [variant] = variants;
    const ways = async (caller: TestCaller) => {
      const { data, errors: failures } = await shop.ask(
        `query ($id: ID!, $slug: String!, $sku: String!, $representations: [_Any!]!) {
          byId: product(id: $id) { id } bySlug: product(slug: $slug) { id } bySku: product(sku: $sku) { id }
          products(filter: { ids: [$id] }) { nodes { id } }
          _entities(representations: $representations) { ... on Product { id } ... on ProductVariant { id product { id } } } }`,
        {
          id,
          slug,
          sku: variant?.sku,
          representations: [
            { __typename: "Product", id },
            { __typename: "Product", slug },
            { __typename: "ProductVariant", id: variant?.id },
            { __typename: "ProductVariant", sku: variant?.sku },
          ],
        },
        caller,
      );
      expect(failures).toEqual([]);
      return [data.byId, data.bySlug, data.bySku, ...data.products.nodes, ...data._entities].filter(
        (seen) => seen !== null,
      ).length;
    };
    for (const caller of ["guest" as const, {}, other, ordersService, { id: owner.id }])
      expect(await ways(caller)).toBe(0);
    for (const caller of [owner, admin()]) expect(await ways(caller)).toBe(7);
    await change("productDelete", { id });
    for (const caller of ["guest" as const, other]) expect(await ways(caller)).toBe(0);
    for (const caller of [owner, admin()]) expect(await ways(caller)).toBe(7);
  });
});

describe("one of three", () => {
  test("a product is asked for by exactly one of id, slug and sku", async () => {
    const by = async (variables: Record<string, unknown>) => {
      const { data, errors: failures } = await shop.ask(
        `query ($id: ID, $slug: String, $sku: String) { product(id: $id, slug: $slug, sku: $sku) { id } }`,
        variables,
      );
      return failures[0]?.extensions?.code ?? data.product;
    };
    expect(await by({})).toBe("BAD_USER_INPUT");
    expect(await by({ id: newId(), slug: "x" })).toBe("BAD_USER_INPUT");
    expect(await by({ id: newId<UserId>() })).toBeNull();
    expect(await by({ id: "' or 1=1 --" })).toBeNull();
    expect(await by({ slug: "" })).toBeNull();
    expect(await by({ sku: "nothing\u0000has this" })).toBeNull();
  });
});

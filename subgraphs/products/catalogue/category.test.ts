import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#platform/shop/ids.ts";
import { stockFaults } from "../testing/stock.ts";
import { admin, createTestProduct, openProducts, seller, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

type TestCaller = Parameters<TestProducts["ask"]>[2];
const payload = `category { id slug name productCount } userErrors { __typename code field }`;

async function change(
  name: "categoryCreate" | "categoryUpdate" | "categoryDelete",
  variables: Record<string, unknown>,
  caller: TestCaller = admin(),
) {
  const document = {
    categoryCreate: `mutation ($input: CategoryInput!) { categoryCreate(input: $input) { ${payload} } }`,
    categoryUpdate: `mutation ($id: ID!, $input: CategoryInput!) { categoryUpdate(id: $id, input: $input) { ${payload} } }`,
    categoryDelete: `mutation ($id: ID!) { categoryDelete(id: $id) { ${payload} } }`,
  }[name];
  const response = await shop.ask(document, variables, caller);
  return response.data[name] ?? response.errors[0]?.extensions?.code;
}

async function menu(): Promise<{ name: string; slug: string; productCount: number }[]> {
  return (await shop.ask("{ categories { name slug productCount } }")).data.categories;
}

test("categories are made, renamed and removed, listed by name, and a slug is one category's", async () => {
  const made = await change("categoryCreate", { input: { name: "Zebras" } });
  expect(made).toMatchObject({ category: { slug: "zebras", name: "Zebras", productCount: 0 }, userErrors: [] });
  const { category } = await change("categoryCreate", { input: { name: "apples", slug: "fruit" } });
  expect((await change("categoryCreate", { input: { name: "ZEBRAS" } })).userErrors).toEqual([
    { __typename: "ValidationError", code: "ALREADY_EXISTS", field: ["name"] },
  ]);
  expect((await change("categoryCreate", { input: { name: "Other", slug: "fruit" } })).userErrors).toMatchObject([
    { code: "ALREADY_EXISTS", field: ["slug"] },
  ]);
  expect((await change("categoryCreate", { input: { name: "", slug: "Not A Slug" } })).userErrors).toMatchObject([
    { field: ["name"] },
    { field: ["slug"] },
  ]);
  expect((await change("categoryUpdate", { id: category.id, input: { name: "Apples" } })).category).toMatchObject({
    name: "Apples",
    slug: "fruit",
  });
  expect(
    (await change("categoryUpdate", { id: category.id, input: { name: "Apples", slug: "zebras" } })).userErrors,
  ).toMatchObject([{ code: "ALREADY_EXISTS" }]);
  expect((await menu()).map(({ name }) => name)).toEqual(["Apples", "Zebras"]);
  for (const id of [newId(), "nonsense"]) {
    expect((await change("categoryUpdate", { id, input: { name: "X" } })).userErrors).toMatchObject([
      { code: "NOT_FOUND", field: ["id"] },
    ]);
    expect((await change("categoryDelete", { id })).userErrors).toMatchObject([{ code: "NOT_FOUND", field: ["id"] }]);
  }
  expect((await change("categoryDelete", { id: made.category.id })).category.name).toBe("Zebras");
  expect((await menu()).map(({ slug }) => slug)).toEqual(["fruit"]);
});

test("only who holds categories:write changes categories", async () => {
  for (const [caller, code] of [
    ["guest" as const, "UNAUTHENTICATED"],
    [seller(), "FORBIDDEN"],
    [{ role: "ADMIN" as const }, "FORBIDDEN"],
  ] as const) {
    expect(await change("categoryCreate", { input: { name: "Mine" } }, caller)).toBe(code);
    expect(await change("categoryUpdate", { id: newId(), input: { name: "Mine" } }, caller)).toBe(code);
    expect(await change("categoryDelete", { id: newId() }, caller)).toBe(code);
  }
});

test("the count of a category's products is right after anything happened to them", async () => {
  const count = async () => Object.fromEntries((await menu()).map(({ slug, productCount }) => [slug, productCount]));
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      createTestProduct(
        shop,
        { name: `Ball ${index}`, categories: ["Balls", ...(index < 3 ? ["Games"] : [])] },
        admin(),
      ),
    ),
  );
  expect(await count()).toMatchObject({ balls: 8, games: 3 });
  const [first, second] = made;
  await shop.ask(`mutation ($id: ID!) { productDelete(id: $id) { deletedProductId } }`, { id: first?.id }, admin());
  await shop.ask(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { categories: ["games"] }) { product { id } } }`,
    { id: second?.id },
    admin(),
  );
  await createTestProduct(shop, { name: "Draft ball", status: "DRAFT", categories: ["Balls"] }, admin());
  expect(await count()).toMatchObject({ balls: 6, games: 2 });
  expect(await stockFaults(shop.database.db)).toEqual([]);
});

test("products lose a category that is removed, however many they are, and can be changed afterwards", async () => {
  const { id } = await createTestProduct(shop, { name: "Kite", categories: ["Wind", "Toys"] }, admin());
  const { data } = await shop.ask("{ categories { id slug } }");
  const wind = data.categories.find(({ slug }: { slug: string }) => slug === "wind");
  await change("categoryDelete", { id: wind.id });
  const after = await shop.ask(
    `query ($id: ID!) { product(id: $id) { categories { slug } } products(filter: { categories: ["wind"] }) { totalCount }
      all: products(filter: { ids: [$id] }) { facets { categories { value count } } } }`,
    { id },
  );
  expect(after.data).toEqual({
    product: { categories: [{ slug: "toys" }] },
    products: { totalCount: 0 },
    all: { facets: { categories: [{ value: "toys", count: 1 }] } },
  });
  const renamed = await shop.ask(
    `mutation ($id: ID!) { productUpdate(id: $id, input: { name: "Big Kite" }) { product { categories { slug } } userErrors { code } } }`,
    { id },
    admin(),
  );
  expect(renamed.data.productUpdate).toEqual({ product: { categories: [{ slug: "toys" }] }, userErrors: [] });
});

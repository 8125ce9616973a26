import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin, createTestProduct, openProducts, type TestProducts } from "../testing/test-products.ts";

let shop: TestProducts;

beforeAll(async () => {
  shop = await openProducts();
  for (const input of [
    { name: "Wireless Mouse", description: "A quiet mouse for either hand.", tags: ["mouse", "wireless"] },
    { name: "Mouse Mat", description: "Goes with any wireless thing.", tags: ["desk"] },
    { name: "Mechanical Keyboard", description: "Tactile switches.", tags: ["keyboard", "rgb"] },
    { name: "Wireless Headphones", description: "Thirty hours of music.", tags: ["audio"] },
    { name: "Café Crème Cup", description: "Porcelain.", tags: ["kitchen"] },
    { name: "Laptop Pro 15", description: "A laptop that lasts the day.", tags: ["computer"] },
    { name: "USB-C Hub", description: "Seven ports.", tags: ["adapter"] },
    { name: "Secret Mouse", status: "DRAFT" },
    { name: "O'Brien's \\ Peculiar 100% Thing", description: "Don't panic." },
  ]) {
    await createTestProduct(shop, input, admin());
  }
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

async function search(text: string): Promise<string[]> {
  const { data, errors } = await shop.ask(
    `query ($text: String!) { products(search: $text) { totalCount edges { score node { name } } } }`,
    { text },
  );
  expect(errors).toEqual([]);
  const edges: { score: number; node: { name: string } }[] = data.products.edges;
  expect(data.products.totalCount).toBe(edges.length);
  expect(edges.map(({ score }) => score)).toEqual(edges.map(({ score }) => score).toSorted((a, b) => b - a));
  return edges.map(({ node }) => node.name);
}

describe("searching", () => {
  test("what has the words in its name comes before what has them in description and tags", async () => {
    expect(await search("mouse")).toEqual(["Wireless Mouse", "Mouse Mat"]);
    expect(await search("wireless mouse")).toEqual(["Wireless Mouse", "Mouse Mat"]);
    expect(await search("wireless")).toEqual(["Wireless Mouse", "Wireless Headphones", "Mouse Mat"]);
  });

  test("quotes, OR and minus mean what they mean elsewhere, and endings, case and accents do not matter", async () => {
    expect(await search('"mouse mat"')).toEqual(["Mouse Mat"]);
    expect(await search("keyboards OR headphone")).toEqual(
      expect.arrayContaining(["Mechanical Keyboard", "Wireless Headphones"]),
    );
    expect(await search("mouse -wireless")).toEqual([]);
    expect(await search("WIRELESS -mouse")).toEqual(["Wireless Headphones"]);
    expect(await search("cafe creme")).toEqual(["Café Crème Cup"]);
    expect(await search("CAFÉ")).toEqual(["Café Crème Cup"]);
    expect(await search("usb-c")).toEqual(["USB-C Hub"]);
  });

  test("a typing error is forgiven, also in one word of several", async () => {
    expect(await search("keybord")).toEqual(["Mechanical Keyboard"]);
    expect(await search("wireles mosue")).toEqual(["Wireless Mouse", "Mouse Mat"]);
    expect(await search("labtop")).toEqual(["Laptop Pro 15"]);
    expect(await search("hedphones")).toEqual(["Wireless Headphones"]);
    expect(await search("caffe")).toEqual(["Café Crème Cup"]);
  });

  test("a word that nothing has and nothing looks like finds nothing, and neither does a word that says nothing", async () => {
    expect(await search("zzyzx")).toEqual([]);
    expect(await search("mouse zzyzx")).toEqual([]);
    expect(await search("the")).toEqual([]);
    expect(await search("!!! ' \" \\ & | <-> :*")).toEqual([]);
    expect(await search("o'brien's 100%")).toEqual(["O'Brien's \\ Peculiar 100% Thing"]);
  });

  test("excluding a mistyped word excludes nothing that only looks like it", async () => {
    expect((await search("mouse -wireles")).toSorted()).toEqual(["Mouse Mat", "Wireless Mouse"]);
  });

  test("an empty search does not search: there is no score, and the newest come first", async () => {
    const { data } = await shop.ask(`{ products(search: "  ", first: 1) { edges { score node { name } } } }`);
    expect(data.products.edges).toEqual([{ score: null, node: { name: "O'Brien's \\ Peculiar 100% Thing" } }]);
  });

  test("a search sorted otherwise finds the same and keeps its scores", async () => {
    const { data } = await shop.ask(
      `{ products(search: "wireless", sort: { key: NAME, direction: ASC }) { edges { score node { name } } } }`,
    );
    expect(data.products.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual([
      "Mouse Mat",
      "Wireless Headphones",
      "Wireless Mouse",
    ]);
    for (const { score } of data.products.edges) expect(score).toBeGreaterThan(0);
  });
});

describe("suggestions", () => {
  async function suggest(prefix: string, first?: number): Promise<string[]> {
    const { data, errors } = await shop.ask(
      `query ($prefix: String!, $first: Int) { productSuggestions(prefix: $prefix, first: $first) { name } }`,
      { prefix, first },
    );
    expect(errors).toEqual([]);
    return data.productSuggestions.map(({ name }: { name: string }) => name);
  }

  test("names that begin so come first, then those with a word that does", async () => {
    expect(await suggest("mou")).toEqual(["Mouse Mat", "Wireless Mouse"]);
    expect(await suggest("Wireless mo")).toEqual(["Wireless Mouse", "Mouse Mat"]);
    expect(await suggest("CAF")).toEqual(["Café Crème Cup"]);
    expect(await suggest("keyb")).toEqual(["Mechanical Keyboard"]);
    expect(await suggest("wireless", 1)).toHaveLength(1);
  });

  test("a typing error is forgiven, and what makes no sense suggests nothing", async () => {
    expect(await suggest("keybo ard")).toEqual([]);
    expect(await suggest("kyboard")).toEqual(["Mechanical Keyboard"]);
    expect(await suggest("wireles mou")).toEqual(["Wireless Mouse", "Mouse Mat"]);
    for (const prefix of ["", "  ", "%", "_", "'", "\\", "zzyzx", "\u0000"]) expect(await suggest(prefix)).toEqual([]);
    expect(await suggest("mouse", 0)).toEqual([]);
  });

  test("nothing that is not on sale is suggested", async () => {
    expect(await suggest("secret")).toEqual([]);
  });

  test("more than twenty, or an endless prefix, is refused", async () => {
    for (const variables of [{ prefix: "m", first: 21 }, { prefix: "m", first: -1 }, { prefix: "m".repeat(101) }]) {
      const { data, errors } = await shop.ask(
        `query ($prefix: String!, $first: Int) { productSuggestions(prefix: $prefix, first: $first) { name } }`,
        variables,
      );
      expect(data.productSuggestions).toBeNull();
      expect(errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
    }
  });
});

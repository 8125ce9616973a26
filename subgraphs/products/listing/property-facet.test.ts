import { afterAll, beforeAll, expect, test } from "vitest";
import { seeded } from "../testing/concurrent-buyers.ts";
import { stockFaults } from "../testing/stock.ts";
import { admin, createTestProduct, openProducts, type TestProducts } from "../testing/test-products.ts";

type Variant = { colour: string; size: string };
type Product = {
  id: string;
  category: string;
  tags: string[];
  material: string[];
  vegan: boolean | null;
  width: number | null;
  variants: Variant[];
};
type Filter = {
  category?: string;
  tags?: string[];
  material?: string[];
  vegan?: boolean;
  width?: { min?: number; max?: number };
  colour?: string[];
  size?: string[];
};

const seed = 20_261_130;
const random = seeded(seed);
const below = (count: number) => Math.floor(random() * count);
const pick = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
const some = <Value>(values: readonly Value[], most: number) => [
  ...new Set(Array.from({ length: 1 + below(most) }, () => pick(values))),
];

const materials = ["wool", "cotton", "linen", "silk"];
const colours = ["Red", "Blue", "Green"];
const sizes = ["S", "M", "L"];
const tags = ["new", "sale", "eco"];
/** Each category with those it is below. */
const tree: Record<string, string[]> = { top: [], left: ["top"], leaf: ["top", "left"], right: ["top"], apart: [] };

let shop: TestProducts;
const made: Product[] = [];

beforeAll(async () => {
  shop = await openProducts();
  const ids = new Map<string, string>();
  for (const [name, ancestors] of Object.entries(tree)) {
    const { data } = await shop.ask(
      `mutation ($input: CategoryInput!) { categoryCreate(input: $input) { category { id } } }`,
      { input: { name, parentId: ids.get(ancestors.at(-1) ?? "") ?? null } },
      admin(),
    );
    ids.set(name, data.categoryCreate.category.id);
  }
  for (const input of [
    { code: "material", name: "Material", kind: "CHOICE", choices: materials.map((code) => ({ code, name: code })) },
    { code: "vegan", name: "Vegan", kind: "BOOLEAN" },
    { code: "width", name: "Width", kind: "NUMBER", unit: "cm" },
    { code: "hidden", name: "Hidden", kind: "BOOLEAN", isFilterable: false },
  ]) {
    await shop.ask(
      `mutation ($input: AttributeInput!) { attributeCreate(input: $input) { userErrors { code } } }`,
      { input },
      admin(),
    );
  }
  for (let index = 0; index < 60; index += 1) {
    const choices = new Map<string, Variant>();
    for (let each = 0; each <= below(4); each += 1) {
      const variant = { colour: pick(colours), size: pick(sizes) };
      choices.set(JSON.stringify(variant), variant);
    }
    const product = {
      category: pick(Object.keys(tree)),
      tags: random() < 0.5 ? some(tags, 2) : [],
      material: random() < 0.8 ? some(materials, 2) : [],
      vegan: random() < 0.3 ? null : random() < 0.5,
      width: random() < 0.3 ? null : below(100),
      variants: [...choices.values()],
    };
    const { id } = await createTestProduct(shop, {
      name: `Thing ${index}`,
      price: null,
      stock: null,
      categories: [product.category],
      tags: product.tags,
      attributes: [
        { code: "hidden", boolean: true },
        ...(product.material.length > 0 ? [{ code: "material", choices: product.material }] : []),
        ...(product.vegan === null ? [] : [{ code: "vegan", boolean: product.vegan }]),
        ...(product.width === null ? [] : [{ code: "width", number: String(product.width) }]),
      ],
      variants: product.variants.map(({ colour, size }) => ({
        price: { amount: "10" },
        options: [
          { name: "Colour", value: colour },
          { name: "Size", value: size },
        ],
      })),
    });
    made.push({ ...product, id });
  }
}, 120_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

const under = ({ category }: Product) => [category, ...(tree[category] ?? [])];

/** The products that match, by reading all of them. */
function matching(filter: Filter): Product[] {
  const { category, material, vegan, width, colour, size } = filter;
  return made.filter(
    (product) =>
      (category === undefined || under(product).includes(category)) &&
      (filter.tags === undefined || filter.tags.some((tag) => product.tags.includes(tag))) &&
      (material === undefined || material.some((choice) => product.material.includes(choice))) &&
      (vegan === undefined || product.vegan === vegan) &&
      (width === undefined ||
        (product.width !== null && product.width >= (width.min ?? 0) && product.width <= (width.max ?? 1e9))) &&
      product.variants.some(
        (variant) =>
          (colour === undefined || colour.includes(variant.colour)) &&
          (size === undefined || size.includes(variant.size)),
      ),
  );
}

/** How many products would match with each value in the place of the facet's own filter. */
function counted(filter: Filter, name: keyof Filter, values: readonly unknown[], replace: (value: unknown) => object) {
  const { [name]: _own, ...rest } = filter;
  return Object.fromEntries(
    values.flatMap((value) => {
      const count = matching({ ...rest, ...replace(value) }).length;
      return count === 0 ? [] : [[String(value), count]];
    }),
  );
}

function randomFilter(): Filter {
  const min = below(80);
  return {
    ...(random() < 0.4 ? { category: pick(Object.keys(tree)) } : {}),
    ...(random() < 0.2 ? { tags: some(tags, 2) } : {}),
    ...(random() < 0.4 ? { material: some(materials, 2) } : {}),
    ...(random() < 0.3 ? { vegan: random() < 0.5 } : {}),
    ...(random() < 0.3 ? { width: { min, ...(random() < 0.5 ? { max: min + below(60) } : {}) } } : {}),
    ...(random() < 0.4 ? { colour: some(colours, 2) } : {}),
    ...(random() < 0.4 ? { size: some(sizes, 2) } : {}),
  };
}

function inputOf({ category, material, vegan, width, colour, size, tags: wanted }: Filter) {
  const text = (value: number | undefined) => (value === undefined ? null : String(value));
  return {
    ...(category === undefined ? {} : { categories: [category] }),
    ...(wanted === undefined ? {} : { tags: wanted }),
    attributes: [
      ...(material === undefined ? [] : [{ code: "material", choices: material }]),
      ...(vegan === undefined ? [] : [{ code: "vegan", boolean: vegan }]),
      ...(width === undefined ? [] : [{ code: "width", min: text(width.min), max: text(width.max) }]),
    ],
    options: [
      ...(colour === undefined ? [] : [{ name: "Colour", values: colour }]),
      ...(size === undefined ? [] : [{ name: "Size", values: size }]),
    ],
  };
}

const query = `query ($search: String, $filter: ProductFilter, $sort: ProductSort) {
  products(search: $search, filter: $filter, sort: $sort, first: 100) { totalCount nodes { id } facets {
    categories { value count } tags { value count }
    attributes { attribute { code } min max values { value count label } } options { name values { value count } } } } }`;

type Values = { value: string; count: number }[];
const byValue = (values: Values) => Object.fromEntries(values.map(({ value, count }) => [value, count]));

test.each([
  ["all products", undefined, { key: "CREATED_AT" }],
  ["all products by name", undefined, { key: "NAME" }],
  ["a search", "thing", { key: "RELEVANCE" }],
])(
  "lists and facets are what reading every product comes to: %s",
  async (_name, search, sort) => {
    for (let round = 0; round < 40; round += 1) {
      const filter = randomFilter();
      const { data, errors } = await shop.ask(query, { search, sort, filter: inputOf(filter) });
      expect(errors, JSON.stringify(filter)).toEqual([]);
      const { totalCount, nodes, facets } = data.products;
      const expected = matching(filter);
      const seen = {
        count: totalCount,
        ids: nodes.map(({ id }: { id: string }) => id).toSorted(),
        categories: byValue(facets.categories),
        tags: byValue(facets.tags),
        attributes: Object.fromEntries(
          facets.attributes.map(
            ({
              attribute,
              values,
              min,
              max,
            }: {
              attribute: { code: string };
              values: Values;
              min: string;
              max: string;
            }) => [attribute.code, attribute.code === "width" ? { min, max } : byValue(values)],
          ),
        ),
        options: Object.fromEntries(
          facets.options.map(({ name, values }: { name: string; values: Values }) => [name, byValue(values)]),
        ),
      };
      const { width: _width, ...withoutWidth } = filter;
      const widths = matching(withoutWidth).flatMap(({ width }) => width ?? []);
      const attributes = {
        material: counted(filter, "material", materials, (value) => ({ material: [value] })),
        vegan: counted(filter, "vegan", [true, false], (value) => ({ vegan: value })),
        width: widths.length === 0 ? {} : { min: String(Math.min(...widths)), max: String(Math.max(...widths)) },
      };
      const options = {
        Colour: counted(filter, "colour", colours, (value) => ({ colour: [value] })),
        Size: counted(filter, "size", sizes, (value) => ({ size: [value] })),
      };
      const present = (facet: Record<string, object>) =>
        Object.fromEntries(Object.entries(facet).filter(([, values]) => Object.keys(values).length > 0));
      expect(seen, `seed ${seed}, round ${round}: ${JSON.stringify(filter)}`).toEqual({
        count: expected.length,
        ids: expected.map(({ id }) => id).toSorted(),
        categories: counted(filter, "category", Object.keys(tree), (value) => ({ category: value })),
        tags: counted(filter, "tags", tags, (value) => ({ tags: [value] })),
        attributes: present(attributes),
        options: present(options),
      });
    }
  },
  60_000,
);

test("labels of products are those of their options and filterable attributes", async () => {
  expect(await stockFaults(shop.database.db)).toEqual([]);
});

test("the options of a product come in the order in which its variants first use them", async () => {
  const variants = [
    ["Blue", "L"],
    ["Blue", "S"],
    ["Amber", "S"],
  ].map(([colour, size]) => ({
    price: { amount: "1" },
    options: [
      { name: "Shade", value: colour },
      { name: "Length", value: size },
    ],
  }));
  const { id } = await createTestProduct(shop, {
    name: "Ordered",
    price: null,
    stock: null,
    status: "DRAFT",
    variants,
  });
  const { data } = await shop.ask(`query ($id: ID!) { product(id: $id) { options { name values } } }`, { id }, admin());
  expect(data.product.options).toEqual([
    { name: "Shade", values: ["Blue", "Amber"] },
    { name: "Length", values: ["L", "S"] },
  ]);
});

test("a filter that does not suit its attribute is refused, and one of an unknown attribute matches nothing", async () => {
  const list = async (attributes: unknown[], options: unknown[] = []) => {
    const { data, errors } = await shop.ask(
      `query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }`,
      {
        filter: { attributes, options },
      },
    );
    return errors[0]?.extensions?.code ?? data.products.totalCount;
  };
  expect(await list([{ code: "material", choices: [] }])).toBe(made.length);
  expect(await list([{ code: "unknown", choices: ["wool"] }])).toBe(0);
  expect(await list([{ code: "hidden", boolean: true }])).toBe(0);
  expect(await list([{ code: "material", choices: ["paper"] }])).toBe(0);
  for (const filter of [
    { code: "material", boolean: true },
    { code: "material", choices: ["wool"], min: "1" },
    { code: "width", choices: ["wool"] },
    { code: "width", min: "wide" },
    { code: "vegan", max: "1" },
  ]) {
    expect(await list([filter])).toBe("BAD_USER_INPUT");
  }
  expect(await list(Array.from({ length: 11 }, () => ({ code: "vegan", boolean: true })))).toBe("BAD_USER_INPUT");
  expect(await list([], [{ name: "Colour", values: Array.from({ length: 101 }, String) }])).toBe("BAD_USER_INPUT");
});

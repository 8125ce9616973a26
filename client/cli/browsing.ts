import {
  CategoriesDocument,
  type ProductDetailsFragment,
  ProductDocument,
  type ProductFilter,
  type ProductSummaryFragment,
  ProductsDocument,
} from "#client/sdk/index.ts";
import { chooseFrom, type Desk, granted, nothing, something, wholeNumber } from "./command-context.ts";
import { columns, cut, price, priceRange, stock, table } from "./format.ts";
import { quiet } from "./terminal.ts";

const pageSize = 10;
const lineQuantityMax = 1_000;

/** The catalogue, all of it or one category. */
export async function browse(desk: Desk): Promise<void> {
  const { categories } = await desk.terminal.during("Looking", () => desk.shop.query(CategoriesDocument));
  const slug = await desk.terminal.choose<string | null>("What are you looking for?", [
    { value: null, label: "Everything" },
    ...(categories ?? []).map((category) => ({
      value: category.slug,
      label: category.name,
      hint: `${category.productCount}`,
    })),
  ]);
  await chooseProduct(desk, "Products", slug === null ? {} : { filter: { categories: [slug] } });
}

/** What a few words find; typing errors are forgiven. */
export async function search(desk: Desk): Promise<void> {
  const words = await desk.terminal.ask("Search for", { placeholder: "wireless mouse", check: something });
  await chooseProduct(desk, `Found for "${words}"`, { search: words });
}

function chooseProduct(desk: Desk, title: string, wish: { search?: string; filter?: ProductFilter }): Promise<void> {
  return chooseFrom<ProductSummaryFragment>(desk, title, {
    load: async (after) => {
      const variables = { ...wish, first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await desk.shop.query(ProductsDocument, variables)).products ?? nothing;
    },
    line: (product) => ({
      cells: [product.name, priceRange(product.priceRange)],
      hint: product.inStock ? `${product.quantityAvailable} in stock` : "sold out",
    }),
    empty: "Nothing was found.",
    open: ({ id }) => productPage(desk, id),
  });
}

/** A product with its variants, and the way into the cart. */
async function productPage(desk: Desk, id: string): Promise<void> {
  const { shop, terminal } = desk;
  const { product } = await terminal.during("Looking", () => shop.query(ProductDocument, { id }));
  if (product === null) return terminal.warn("This product is gone.");
  terminal.show(product.name, describe(product));
  const choice = await terminal.choose("And now?", [
    ...(product.inStock ? [{ value: "add" as const, label: "Put it into the cart" }] : []),
    { value: "back" as const, label: "Back" },
  ]);
  if (choice === "back") return;
  const variantId = await chooseVariant(desk, product);
  const check = wholeNumber(1, lineQuantityMax);
  const quantity = Number(await terminal.ask("How many?", { initial: "1", check }));
  const payload = await terminal.during("Putting it into the cart", () =>
    shop.addToCart({ productId: product.id, variantId, quantity }),
  );
  if (!granted(desk, payload) || payload.cart === null) return;
  const { totalQuantity, subtotal } = payload.cart;
  terminal.cheer(`In the cart: ${totalQuantity} for ${price(subtotal)}.`);
}

async function chooseVariant({ terminal }: Desk, product: ProductDetailsFragment): Promise<string> {
  if (product.defaultVariant !== null) return product.defaultVariant.id;
  const labels = columns(product.variants.map((variant) => [variant.name, price(variant.price)]));
  return terminal.choose(
    "Which one?",
    product.variants.map((variant, index) => ({
      value: variant.id,
      label: labels[index] ?? "",
      hint: variant.inStock ? `${variant.quantityAvailable} in stock` : "sold out",
    })),
  );
}

function describe(product: ProductDetailsFragment): string {
  const facts = [
    `${priceRange(product.priceRange)}   ${stock(product.quantityAvailable)}`,
    ...(product.description === "" ? [] : ["", cut(product.description, 400)]),
    "",
    quiet(`Sold by ${product.owner?.displayName ?? "nobody any more"}`),
    ...(product.categories.length === 0 ? [] : [quiet(`In ${product.categories.map(({ name }) => name).join(", ")}`)]),
    ...(product.tags.length === 0 ? [] : [quiet(product.tags.map((tag) => `#${tag}`).join(" "))]),
  ];
  if (product.variants.length < 2) return facts.join("\n");
  const rows = product.variants.map((variant) => [
    variant.name,
    variant.options.map(({ name, value }) => `${name} ${value}`).join(", "),
    price(variant.price),
    stock(variant.quantityAvailable),
  ]);
  return [...facts, "", table(["Variant", "Options", ">Price", "Stock"], rows)].join("\n");
}

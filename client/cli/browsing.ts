import {
  CategoriesDocument,
  type OptionFilterInput,
  type ProductDetailsFragment,
  ProductDocument,
  type ProductFilter,
  ProductFiltersDocument,
  type ProductSummaryFragment,
  ProductsDocument,
} from "#client/sdk/index.ts";
import { type CommandContext, chooseFrom, emptyPage, required, succeeded, wholeNumber } from "./command-context.ts";
import { columns, cut, price, priceRange, stock, table } from "./format.ts";
import { dim } from "./terminal.ts";

const pageSize = 10;
const lineQuantityMax = 1_000;
// No category has these slugs, which hold no letter.
const all = "*";
const byOption = "?";
const back = "<";

/** Lists the catalogue, one category of it, or the products that have an option. */
export async function browse(context: CommandContext): Promise<void> {
  const { categories } = await context.terminal.withSpinner("Loading", () => context.shop.query(CategoriesDocument));
  const slug = await context.terminal.choose<string>("Which products?", [
    { value: all, label: "Everything" },
    ...(categories ?? []).map((category) => ({
      value: category.slug,
      label: category.name,
      hint: `${category.productCount}`,
    })),
    { value: byOption, label: "By option", hint: "such as size or colour" },
    { value: back, label: "Back" },
  ]);
  if (slug === back) return;
  if (slug === byOption) return browseByOption(context);
  await chooseProduct(context, "Products", slug === all ? {} : { filter: { categories: [slug] } });
}

/** Narrows the catalogue down by options, each with how many products it leaves, and lists what is left. */
async function browseByOption(context: CommandContext): Promise<void> {
  const { shop, terminal } = context;
  const options: OptionFilterInput[] = [];
  for (;;) {
    const { products } = await terminal.withSpinner("Loading", () =>
      shop.query(ProductFiltersDocument, { filter: { options } }),
    );
    const values = (products?.facets.options ?? [])
      .filter(({ name }) => !options.some((option) => option.name === name))
      .flatMap(({ name, values: counts }) =>
        counts.map(({ value, label, count }) => ({
          value: { name, values: [value] },
          label: `${name}: ${label}`,
          hint: `${count}`,
        })),
      );
    const chosen = await terminal.choose<OptionFilterInput | "show" | "back">("Which option?", [
      ...(options.length === 0 ? [] : [{ value: "show" as const, label: "Show products" }]),
      ...values,
      { value: "back" as const, label: "Back" },
    ]);
    if (chosen === "back") return;
    if (chosen === "show") {
      const title = options.map(({ name, values: [value] }) => `${name} ${value}`).join(", ");
      return chooseProduct(context, title, { filter: { options } });
    }
    options.push(chosen);
  }
}

/** Searches the catalogue; typing errors are tolerated. */
export async function search(context: CommandContext): Promise<void> {
  const words = await context.terminal.ask("Search for", { placeholder: "wireless mouse", check: required });
  await chooseProduct(context, `Results for "${words}"`, { search: words });
}

function chooseProduct(
  context: CommandContext,
  title: string,
  query: { search?: string; filter?: ProductFilter },
): Promise<void> {
  return chooseFrom<ProductSummaryFragment>(context, title, {
    load: async (after) => {
      const variables = { ...query, first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await context.shop.query(ProductsDocument, variables)).products ?? emptyPage;
    },
    line: (product) => ({
      cells: [product.name, priceRange(product.priceRange)],
      hint: product.inStock ? `${product.quantityAvailable} in stock` : "sold out",
    }),
    empty: "No products found.",
    open: ({ id }) => productPage(context, id),
  });
}

/** Shows a product with its variants, which can be added to the cart. */
async function productPage(context: CommandContext, id: string): Promise<void> {
  const { shop, terminal } = context;
  const { product } = await terminal.withSpinner("Loading", () => shop.query(ProductDocument, { id }));
  if (product === null) return terminal.warn("This product no longer exists.");
  terminal.show(product.name, describe(product));
  const choice = await terminal.choose("What next?", [
    ...(product.inStock ? [{ value: "add" as const, label: "Add to cart" }] : []),
    { value: "back" as const, label: "Back" },
  ]);
  if (choice === "back") return;
  const variantId = await chooseVariant(context, product);
  const check = wholeNumber(1, lineQuantityMax);
  const quantity = Number(await terminal.ask("Quantity", { initial: "1", check }));
  const payload = await terminal.withSpinner("Adding to cart", () =>
    shop.addToCart({ productId: product.id, variantId, quantity }),
  );
  if (!succeeded(context, payload) || payload.cart === null) return;
  const { totalQuantity, subtotal } = payload.cart;
  terminal.success(`Added. Your cart: ${totalQuantity} ${totalQuantity === 1 ? "item" : "items"}, ${price(subtotal)}.`);
}

async function chooseVariant({ terminal }: CommandContext, product: ProductDetailsFragment): Promise<string> {
  if (product.defaultVariant !== null) return product.defaultVariant.id;
  const labels = columns(product.variants.map((variant) => [variant.name, price(variant.price)]));
  return terminal.choose(
    "Which variant?",
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
    dim(`Sold by ${product.owner?.displayName ?? "a former seller"}`),
    ...(product.categories.length === 0
      ? []
      : [dim(`Categories: ${product.categories.map(({ name }) => name).join(", ")}`)]),
    ...(product.tags.length === 0 ? [] : [dim(product.tags.map((tag) => `#${tag}`).join(" "))]),
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

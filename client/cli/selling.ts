import {
  InventoryAdjustDocument,
  type InventoryFieldsFragment,
  idempotencyKey,
  LowStockDocument,
  MyProductsDocument,
  ProductCreateDocument,
  ProductDeleteDocument,
  type ProductDetailsFragment,
  ProductDocument,
  ProductInventoryDocument,
  type ProductSummaryFragment,
  ProductsDocument,
  ProductUpdateDocument,
  StockMovementsDocument,
} from "#client/sdk/index.ts";
import {
  amount,
  chooseFrom,
  type Desk,
  granted,
  nothing,
  something,
  type Viewer,
  wholeNumber,
} from "./command-context.ts";
import { moment, price, priceRange, state, stock, table, words } from "./format.ts";

const pageSize = 10;
const unitsMax = 1_000_000;

/** The products that somebody sells, or all of them for who may edit all; to add, change and remove. */
export async function manageProducts(desk: Desk, viewer: NonNullable<Viewer>): Promise<void> {
  for (;;) {
    const choice = await desk.terminal.choose("Products", [
      { value: "list", label: viewer.role === "ADMIN" ? "All products" : "My products" },
      { value: "add", label: "Add a product" },
      { value: "low", label: "What is running low" },
      { value: "back", label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "add") await addProduct(desk);
    else if (choice === "low") await lowStock(desk);
    else await listProducts(desk, viewer);
  }
}

function listProducts(desk: Desk, viewer: NonNullable<Viewer>): Promise<void> {
  return chooseFrom<ProductSummaryFragment>(desk, "Products", {
    load: async (after) => {
      const variables = { first: pageSize, ...(after === undefined ? {} : { after }) };
      if (viewer.role === "ADMIN") return (await desk.shop.query(ProductsDocument, variables)).products ?? nothing;
      return (await desk.shop.query(MyProductsDocument, variables)).me?.products ?? nothing;
    },
    line: (product) => ({
      cells: [product.name, priceRange(product.priceRange)],
      hint: `${words(product.status)}, ${product.quantityAvailable} in stock`,
    }),
    empty: "There is no product yet.",
    open: ({ id }) => editProduct(desk, id),
  });
}

/** Asks for a product and creates it. */
async function addProduct(desk: Desk): Promise<void> {
  const { shop, terminal } = desk;
  const name = await terminal.ask("Name", { check: something });
  const description = await terminal.ask("Description");
  const cost = await terminal.ask("Price in USD", { placeholder: "79.99", check: amount });
  const units = Number(await terminal.ask("Units in stock", { initial: "10", check: wholeNumber(0, unitsMax) }));
  const tags = (await terminal.ask("Tags, with commas between", { placeholder: "keyboard, mechanical" }))
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  const input = { name, description, price: { amount: cost, currencyCode: "USD" }, stock: units, tags };
  const payload = await terminal.during("Creating it", () => shop.mutate(ProductCreateDocument, { input }));
  if (granted(desk, payload)) terminal.cheer(`${payload.product?.name} is in the shop.`);
}

async function editProduct(desk: Desk, id: string): Promise<void> {
  const { shop, terminal } = desk;
  for (;;) {
    const { product } = await terminal.during("Looking", () => shop.query(ProductDocument, { id }));
    if (product === null) return terminal.warn("This product is gone.");
    terminal.show(product.name, `${priceRange(product.priceRange)}   ${state(product.status)}\n${product.description}`);
    const choice = await terminal.choose("And now?", [
      { value: "name", label: "Change its name" },
      ...(product.defaultVariant === null ? [] : [{ value: "price" as const, label: "Change its price" }]),
      { value: "stock", label: "Its stock" },
      { value: "remove", label: "Take it out of the shop" },
      { value: "back", label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "stock") await productStock(desk, id);
    else if (choice === "remove") {
      if (await remove(desk, product)) return;
    } else await change(desk, product, choice);
  }
}

async function change(desk: Desk, product: ProductDetailsFragment, what: "name" | "price"): Promise<void> {
  const { shop, terminal } = desk;
  const { currencyCode } = product.price;
  const wish =
    what === "name"
      ? { name: await terminal.ask("Name", { initial: product.name, check: something }) }
      : {
          price: {
            amount: await terminal.ask(`Price in ${currencyCode}`, { initial: product.price.amount, check: amount }),
            currencyCode,
          },
        };
  const input = { ...wish, expectedVersion: product.version };
  const payload = await terminal.during("Changing it", () =>
    shop.mutate(ProductUpdateDocument, { id: product.id, input }),
  );
  if (granted(desk, payload)) terminal.cheer("Changed.");
}

async function remove(desk: Desk, { id, name }: ProductDetailsFragment): Promise<boolean> {
  const { shop, terminal } = desk;
  if (!(await terminal.confirm(`Take ${name} out of the shop? Orders still show it.`, false))) return false;
  const payload = await terminal.during("Taking it out", () => shop.mutate(ProductDeleteDocument, { id }));
  if (granted(desk, payload)) terminal.cheer(`${name} is out of the shop.`);
  return true;
}

/** The levels of a product's variants, to correct. */
async function productStock(desk: Desk, id: string): Promise<void> {
  const { shop, terminal } = desk;
  const { product } = await terminal.during("Counting", () => shop.query(ProductInventoryDocument, { id }));
  if (product === null) return terminal.warn("This product is gone.");
  terminal.show(`Stock of ${product.name}`, levels(product.variants));
  const choice = await terminal.choose("And now?", [
    { value: "adjust", label: "Add or take units" },
    { value: "movements", label: "What moved lately" },
    { value: "back", label: "Back" },
  ]);
  if (choice === "back") return;
  if (choice === "movements") return movements(desk, id);
  const [only, ...others] = product.variants;
  if (only === undefined) return;
  const variant =
    others.length === 0
      ? only
      : await terminal.choose(
          "Of which variant?",
          product.variants.map((value) => ({
            value,
            label: value.name,
            hint: `${value.inventory?.onHand ?? 0} on hand`,
          })),
        );
  await adjust(desk, variant);
}

async function adjust(desk: Desk, variant: { id: string }): Promise<void> {
  const { shop, terminal } = desk;
  const check = wholeNumber(-unitsMax, unitsMax);
  const delta = Number(await terminal.ask("How many more? Fewer with a minus", { placeholder: "10", check }));
  const reason = await terminal.ask("Why?", { initial: "Counted", check: something });
  const input = { variantId: variant.id, delta, reason, idempotencyKey: idempotencyKey() };
  const payload = await terminal.during("Writing it down", () => shop.mutate(InventoryAdjustDocument, { input }));
  if (granted(desk, payload)) terminal.cheer(`${payload.variant?.inventory?.onHand} are on hand now.`);
}

async function movements({ shop, terminal }: Desk, productId: string): Promise<void> {
  const { product } = await terminal.during("Looking", () =>
    shop.query(StockMovementsDocument, { productId, first: pageSize }),
  );
  const rows = (product?.variants ?? []).flatMap((variant) =>
    (variant.inventory?.movements.nodes ?? []).map((movement) => [
      moment(movement.createdAt),
      variant.name,
      words(movement.type),
      signed(movement.onHandChange),
      signed(movement.reservedChange),
      movement.reason ?? "",
    ]),
  );
  terminal.show("Movements", table(["When", "Variant", "What", ">On hand", ">Reserved", "Why"], rows));
}

async function lowStock(desk: Desk): Promise<void> {
  await chooseFrom<InventoryFieldsFragment>(desk, "Running low", {
    load: async (after) => {
      const variables = { first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await desk.shop.query(LowStockDocument, variables)).lowStock ?? nothing;
    },
    line: (variant) => ({
      cells: [variant.product.name, variant.name],
      hint: `${variant.quantityAvailable} left`,
    }),
    empty: "Nothing is running low.",
    open: (variant) => productStock(desk, variant.product.id),
  });
}

function levels(variants: readonly InventoryFieldsFragment[]): string {
  const rows = variants.map((variant) => [
    variant.name,
    variant.sku,
    price(variant.price),
    String(variant.inventory?.onHand ?? "?"),
    String(variant.inventory?.reserved ?? "?"),
    stock(variant.quantityAvailable),
  ]);
  return table(["Variant", "SKU", ">Price", ">On hand", ">Reserved", "For sale"], rows);
}

function signed(change: number): string {
  return change > 0 ? `+${change}` : String(change);
}

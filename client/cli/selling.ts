import { readFile } from "node:fs/promises";
import path from "node:path";
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
  ProductMediaSetDocument,
  type ProductSummaryFragment,
  ProductsDocument,
  ProductUpdateDocument,
  StockMovementsDocument,
  uploadPicture,
} from "#client/sdk/index.ts";
import {
  amount,
  type CommandContext,
  chooseFrom,
  emptyPage,
  required,
  succeeded,
  type Viewer,
  wholeNumber,
} from "./command-context.ts";
import { moment, price, priceRange, state, stock, table, words } from "./format.ts";
import { productPrices } from "./prices.ts";

const pageSize = 10;
const unitsMax = 1_000_000;

/** Lists the viewer's products, or all products for an administrator, to add, change and archive them. */
export async function manageProducts(context: CommandContext, viewer: NonNullable<Viewer>): Promise<void> {
  for (;;) {
    const choice = await context.terminal.choose("Products", [
      { value: "list", label: viewer.role === "ADMIN" ? "All products" : "My products" },
      { value: "add", label: "Add a product" },
      { value: "low", label: "Low stock" },
      { value: "back", label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "add") await addProduct(context);
    else if (choice === "low") await lowStock(context);
    else await listProducts(context, viewer);
  }
}

function listProducts(context: CommandContext, viewer: NonNullable<Viewer>): Promise<void> {
  return chooseFrom<ProductSummaryFragment>(context, "Products", {
    load: async (after) => {
      const variables = { first: pageSize, ...(after === undefined ? {} : { after }) };
      if (viewer.role === "ADMIN") return (await context.shop.query(ProductsDocument, variables)).products ?? emptyPage;
      return (await context.shop.query(MyProductsDocument, variables)).me?.products ?? emptyPage;
    },
    line: (product) => ({
      cells: [product.name, priceRange(product.priceRange)],
      hint: `${words(product.status)}, ${product.quantityAvailable} in stock`,
    }),
    empty: "No products yet.",
    open: ({ id }) => editProduct(context, id),
  });
}

/** Asks for the fields of a product and creates it. */
async function addProduct(context: CommandContext): Promise<void> {
  const { shop, terminal } = context;
  const name = await terminal.ask("Name", { check: required });
  const description = await terminal.ask("Description");
  const cost = await terminal.ask("Price in USD", { placeholder: "79.99", check: amount });
  const units = Number(await terminal.ask("Units in stock", { initial: "10", check: wholeNumber(0, unitsMax) }));
  const tags = (await terminal.ask("Tags, separated by commas", { placeholder: "keyboard, mechanical" }))
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  const input = { name, description, price: { amount: cost, currencyCode: "USD" }, stock: units, tags };
  const payload = await terminal.withSpinner("Creating the product", () =>
    shop.mutate(ProductCreateDocument, { input }),
  );
  if (succeeded(context, payload)) terminal.success(`${payload.product?.name} has been added.`);
}

async function editProduct(context: CommandContext, id: string): Promise<void> {
  const { shop, terminal } = context;
  for (;;) {
    const { product } = await terminal.withSpinner("Loading", () => shop.query(ProductDocument, { id }));
    if (product === null) return terminal.warn("This product no longer exists.");
    terminal.show(product.name, describe(product));
    const choice = await terminal.choose("What next?", [
      { value: "name", label: "Change its name" },
      ...(product.defaultVariant === null ? [] : [{ value: "price" as const, label: "Change its price" }]),
      { value: "prices", label: "Prices by market" },
      { value: "stock", label: "Stock" },
      { value: "picture", label: "Add a picture" },
      product.status === "ARCHIVED" ? { value: "restore", label: "Restore" } : { value: "archive", label: "Archive" },
      { value: "back", label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "stock") await productStock(context, id);
    else if (choice === "prices") await productPrices(context, id);
    else if (choice === "picture") await addPicture(context, product);
    else if (choice === "restore") await restore(context, product);
    else if (choice === "archive") {
      if (await archive(context, product)) return;
    } else await change(context, product, choice);
  }
}

function describe({ priceRange: range, status, description, media }: ProductDetailsFragment): string {
  const pictures = media.map(
    ({ altText, width, height }) => `Picture: ${altText ?? "not described"} (${width} × ${height})`,
  );
  return [`${priceRange(range)}   ${state(status)}`, description, ...pictures].join("\n");
}

/** Uploads a file and shows it as the product's last picture. */
async function addPicture(
  context: CommandContext,
  { id, name, media, version }: ProductDetailsFragment,
): Promise<void> {
  const { shop, terminal } = context;
  const file = await terminal.ask("File (JPEG, PNG, WebP or AVIF)", { check: required });
  const altText = await terminal.ask("What does it show?", { check: required });
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return terminal.warn(`${file} cannot be read.`);
  }
  const uploaded = await terminal.withSpinner("Uploading", () =>
    uploadPicture(shop, { file: new Blob([new Uint8Array(bytes)]), fileName: path.basename(file), altText }),
  );
  if (!succeeded(context, uploaded)) return;
  if (uploaded.media?.status !== "READY") {
    return terminal.warn(uploaded.media?.rejectionReason ?? "The picture was not accepted.");
  }
  const mediaIds = [...media.map((picture) => picture.id), uploaded.media.id];
  const input = { productId: id, mediaIds, expectedVersion: version };
  const payload = await terminal.withSpinner("Saving", () => shop.mutate(ProductMediaSetDocument, { input }));
  if (succeeded(context, payload))
    terminal.success(`${name} has ${mediaIds.length === 1 ? "a picture" : `${mediaIds.length} pictures`}.`);
}

async function change(context: CommandContext, product: ProductDetailsFragment, what: "name" | "price"): Promise<void> {
  const { shop, terminal } = context;
  const { currencyCode } = product.price;
  const changed =
    what === "name"
      ? { name: await terminal.ask("Name", { initial: product.name, check: required }) }
      : {
          price: {
            amount: await terminal.ask(`Price in ${currencyCode}`, { initial: product.price.amount, check: amount }),
            currencyCode,
          },
        };
  const input = { ...changed, expectedVersion: product.version };
  const payload = await terminal.withSpinner("Saving", () =>
    shop.mutate(ProductUpdateDocument, { id: product.id, input }),
  );
  if (succeeded(context, payload)) terminal.success("Saved.");
}

async function archive(context: CommandContext, { id, name }: ProductDetailsFragment): Promise<boolean> {
  const { shop, terminal } = context;
  if (
    !(await terminal.confirm(
      `Archive ${name}? Customers no longer see it, orders keep it, and it can be restored.`,
      false,
    ))
  )
    return false;
  const payload = await terminal.withSpinner("Archiving", () => shop.mutate(ProductDeleteDocument, { id }));
  if (succeeded(context, payload)) terminal.success(`${name} is archived.`);
  return true;
}

async function restore(context: CommandContext, { id, name, version }: ProductDetailsFragment): Promise<void> {
  const { shop, terminal } = context;
  const input = { status: "ACTIVE", expectedVersion: version } as const;
  const payload = await terminal.withSpinner("Restoring", () => shop.mutate(ProductUpdateDocument, { id, input }));
  if (succeeded(context, payload)) terminal.success(`${name} is on sale again.`);
}

/** Shows the stock levels of a product's variants, which can be adjusted. */
async function productStock(context: CommandContext, id: string): Promise<void> {
  const { shop, terminal } = context;
  const { product } = await terminal.withSpinner("Loading", () => shop.query(ProductInventoryDocument, { id }));
  if (product === null) return terminal.warn("This product no longer exists.");
  terminal.show(`Stock of ${product.name}`, levels(product.variants));
  const choice = await terminal.choose("What next?", [
    { value: "adjust", label: "Adjust" },
    { value: "movements", label: "Recent movements" },
    { value: "back", label: "Back" },
  ]);
  if (choice === "back") return;
  if (choice === "movements") return movements(context, id);
  const [only, ...others] = product.variants;
  if (only === undefined) return;
  const variant =
    others.length === 0
      ? only
      : await terminal.choose(
          "Which variant?",
          product.variants.map((value) => ({
            value,
            label: value.name,
            hint: `${value.inventory?.onHand ?? 0} on hand`,
          })),
        );
  await adjust(context, variant);
}

async function adjust(context: CommandContext, variant: { id: string }): Promise<void> {
  const { shop, terminal } = context;
  const check = wholeNumber(-unitsMax, unitsMax);
  const delta = Number(await terminal.ask("Units to add (negative to remove)", { placeholder: "10", check }));
  const reason = await terminal.ask("Reason", { initial: "Counted", check: required });
  const input = { variantId: variant.id, delta, reason, idempotencyKey: idempotencyKey() };
  const payload = await terminal.withSpinner("Saving", () => shop.mutate(InventoryAdjustDocument, { input }));
  if (succeeded(context, payload)) terminal.success(`Units on hand: ${payload.variant?.inventory?.onHand}.`);
}

async function movements({ shop, terminal }: CommandContext, productId: string): Promise<void> {
  const { product } = await terminal.withSpinner("Loading", () =>
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
  terminal.show("Movements", table(["Time", "Variant", "Type", ">On hand", ">Reserved", "Reason"], rows));
}

async function lowStock(context: CommandContext): Promise<void> {
  await chooseFrom<InventoryFieldsFragment>(context, "Low stock", {
    load: async (after) => {
      const variables = { first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await context.shop.query(LowStockDocument, variables)).lowStock ?? emptyPage;
    },
    line: (variant) => ({
      cells: [variant.product.name, variant.name],
      hint: `${variant.quantityAvailable} left`,
    }),
    empty: "No product is low on stock.",
    open: (variant) => productStock(context, variant.product.id),
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
  return table(["Variant", "SKU", ">Price", ">On hand", ">Reserved", "Available"], rows);
}

function signed(change: number): string {
  return change > 0 ? `+${change}` : String(change);
}

import { ShopError } from "#client/sdk/index.ts";
import { register, signIn, signOut } from "./account.ts";
import { exportInvoices } from "./after-sale.ts";
import { browse, search } from "./browsing.ts";
import { cartPage } from "./buying.ts";
import { type CommandContext, readViewer, type Viewer, visit } from "./command-context.ts";
import { messageFor } from "./errors.ts";
import { price } from "./format.ts";
import { guestOrders, myOrders } from "./orders.ts";
import { manageProducts } from "./selling.ts";
import { allOrders, ordersToShip, refunds, searchOrders } from "./staff.ts";
import { Back, type Choice } from "./terminal.ts";

type Page = (() => Promise<void>) | null;

/** Shows the main menu until the user exits. */
export async function openMenu(context: CommandContext): Promise<void> {
  for (;;) {
    const page = await choosePage(context, await askViewer(context));
    if (page === null) return;
    await visit(context, page);
  }
}

/** Returns the signed-in user; offers to try again while the shop cannot be reached. */
async function askViewer(context: CommandContext): Promise<Viewer> {
  const { terminal } = context;
  for (;;) {
    try {
      return await terminal.withSpinner("Loading", () => readViewer(context));
    } catch (error) {
      if (!(error instanceof ShopError)) throw error;
      if (!(await terminal.confirm(`${messageFor(error)} Try again`))) throw error;
    }
  }
}

/** Returns the chosen page; null to exit, which Escape does too. */
async function choosePage(context: CommandContext, viewer: Viewer): Promise<Page> {
  try {
    return await context.terminal.choose<Page>(greeting(viewer), choicesFor(context, viewer));
  } catch (error) {
    if (error instanceof Back) return null;
    throw error;
  }
}

function greeting(viewer: Viewer): string {
  return viewer === null ? "What would you like to do?" : `What would you like to do, ${viewer.displayName}?`;
}

function choicesFor(context: CommandContext, viewer: Viewer): Choice<Page>[] {
  const cart = viewer?.cart ?? null;
  const inCart =
    cart === null || cart.totalQuantity === 0 ? {} : { hint: `${cart.totalQuantity}, ${price(cart.subtotal)}` };
  const common: Choice<Page>[] = [
    { value: () => browse(context), label: "Browse" },
    { value: () => search(context), label: "Search" },
    { value: () => cartPage(context), label: "Cart", ...inCart },
  ];
  const exit: Choice<Page> = { value: null, label: "Exit" };
  if (viewer === null) {
    return [
      ...common,
      { value: () => guestOrders(context), label: "Orders placed here" },
      { value: () => signIn(context), label: "Sign in" },
      { value: () => register(context), label: "Register" },
      exit,
    ];
  }
  const may = (permission: string) => viewer.permissions?.includes(permission) === true;
  return [
    ...common,
    { value: () => myOrders(context), label: "My orders" },
    ...(may("products:write")
      ? [{ value: () => manageProducts(context, viewer), label: "Manage products and stock" }]
      : []),
    ...(may("orders:read") ? [{ value: () => allOrders(context), label: "All orders" }] : []),
    ...(may("orders:read") ? [{ value: () => searchOrders(context), label: "Find an order" }] : []),
    ...(may("orders:write") ? [{ value: () => ordersToShip(context), label: "Orders to ship" }] : []),
    ...(may("orders:read") ? [{ value: () => exportInvoices(context), label: "Invoices as CSV" }] : []),
    ...(may("payments:write") ? [{ value: () => refunds(context), label: "Refunds" }] : []),
    { value: () => signOut(context), label: "Sign out" },
    exit,
  ];
}

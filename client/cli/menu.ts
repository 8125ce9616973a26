import { ShopError } from "#client/sdk/index.ts";
import { register, signIn, signOut } from "./account.ts";
import { browse, search } from "./browsing.ts";
import { cartPage } from "./buying.ts";
import { type Desk, readViewer, type Viewer, visit } from "./command-context.ts";
import { inPlainWords } from "./errors.ts";
import { price } from "./format.ts";
import { guestOrders, myOrders } from "./orders.ts";
import { manageProducts } from "./selling.ts";
import { ordersToShip, refunds } from "./staff.ts";
import { Back, type Choice } from "./terminal.ts";

type Page = (() => Promise<void>) | null;

/** The shop's menu, until somebody leaves. */
export async function openMenu(desk: Desk): Promise<void> {
  for (;;) {
    const page = await choosePage(desk, await askViewer(desk));
    if (page === null) return;
    await visit(desk, page);
  }
}

/** Who is signed in; asks whether to go on trying while the shop does not answer. */
async function askViewer(desk: Desk): Promise<Viewer> {
  const { terminal } = desk;
  for (;;) {
    try {
      return await terminal.during("One moment", () => readViewer(desk));
    } catch (error) {
      if (!(error instanceof ShopError)) throw error;
      if (!(await terminal.confirm(`${inPlainWords(error)} Try again?`))) throw error;
    }
  }
}

/** Escape leaves, as the last choice does. */
async function choosePage(desk: Desk, viewer: Viewer): Promise<Page> {
  try {
    return await desk.terminal.choose<Page>(greeting(viewer), choicesFor(desk, viewer));
  } catch (error) {
    if (error instanceof Back) return null;
    throw error;
  }
}

function greeting(viewer: Viewer): string {
  return viewer === null ? "What would you like to do?" : `What would you like to do, ${viewer.displayName}?`;
}

function choicesFor(desk: Desk, viewer: Viewer): Choice<Page>[] {
  const cart = viewer?.cart ?? null;
  const inCart =
    cart === null || cart.totalQuantity === 0 ? {} : { hint: `${cart.totalQuantity}, ${price(cart.subtotal)}` };
  const common: Choice<Page>[] = [
    { value: () => browse(desk), label: "Browse" },
    { value: () => search(desk), label: "Search" },
    { value: () => cartPage(desk), label: "Cart", ...inCart },
  ];
  const leave: Choice<Page> = { value: null, label: "Leave" };
  if (viewer === null) {
    return [
      ...common,
      { value: () => guestOrders(desk), label: "Orders made here" },
      { value: () => signIn(desk), label: "Sign in" },
      { value: () => register(desk), label: "Register" },
      leave,
    ];
  }
  const may = (permission: string) => viewer.permissions?.includes(permission) === true;
  return [
    ...common,
    { value: () => myOrders(desk), label: "My orders" },
    ...(may("products:write")
      ? [{ value: () => manageProducts(desk, viewer), label: "Manage products and stock" }]
      : []),
    ...(may("orders:write") ? [{ value: () => ordersToShip(desk), label: "Orders to ship" }] : []),
    ...(may("payments:write") ? [{ value: () => refunds(desk), label: "Refunds" }] : []),
    { value: () => signOut(desk), label: "Sign out" },
    leave,
  ];
}

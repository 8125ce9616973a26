import { type AddressInput, type CartContentsFragment, MeDocument } from "#client/sdk/index.ts";
import { type Desk, granted, something, wholeNumber } from "./command-context.ts";
import { lineName, price, table } from "./format.ts";
import { showOrder } from "./orders.ts";
import { choosePayment } from "./payment.ts";

const lineQuantityMax = 1_000;

/** The cart, to change and to check out. */
export async function cartPage(desk: Desk): Promise<void> {
  const { shop, terminal } = desk;
  for (;;) {
    const cart = await terminal.during("Looking into the cart", () => shop.cart());
    if (cart === null || cart.items.length === 0) return terminal.say("The cart is empty.");
    terminal.show("Cart", describe(cart));
    const choice = await terminal.choose("And now?", [
      { value: "checkout", label: `Check out for ${price(cart.subtotal)}` },
      { value: "change", label: "Change a quantity" },
      { value: "remove", label: "Take something out" },
      { value: "clear", label: "Empty it" },
      { value: "back", label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "checkout") return checkout(desk, cart);
    if (choice === "clear") {
      if (await terminal.confirm("Take everything out?", false)) granted(desk, await shop.clearCart());
      continue;
    }
    const line = await terminal.choose(
      "Which line?",
      cart.items.map((item) => ({ value: item, label: `${item.quantity} × ${nameOf(item)}` })),
    );
    const check = wholeNumber(0, lineQuantityMax);
    const quantity =
      choice === "remove" ? 0 : Number(await terminal.ask("How many?", { initial: String(line.quantity), check }));
    granted(desk, await terminal.during("Changing it", () => shop.setQuantity(line.id, quantity)));
  }
}

async function checkout(desk: Desk, cart: CartContentsFragment): Promise<void> {
  const { shop, terminal } = desk;
  const isGuest = !(await shop.isSignedIn());
  const email = isGuest ? await terminal.ask("E-mail, for the confirmation", { check: something }) : undefined;
  const shippingAddress = await chooseAddress(desk, isGuest);
  const payment = await choosePayment(desk);
  if (!(await terminal.confirm(`Order for ${price(cart.subtotal)}?`))) return;
  const { amount, currencyCode } = cart.subtotal;
  const payload = await terminal.during("Ordering", () =>
    shop.checkout({
      ...(email === undefined ? {} : { email }),
      ...(payment === null ? {} : { payment }),
      shippingAddress,
      expectedTotal: { amount, currencyCode },
    }),
  );
  const isFine = granted(desk, payload);
  if (payload.nextActionUrl !== null) terminal.say(`Please confirm the payment here:\n${payload.nextActionUrl}`);
  if (payload.order === null) return;
  if (isFine) terminal.cheer(`Thank you! Your order is ${payload.order.number}.`);
  await showOrder(desk, payload.order.id);
}

async function chooseAddress({ shop, terminal }: Desk, isGuest: boolean): Promise<AddressInput> {
  const saved = isGuest ? [] : ((await shop.query(MeDocument)).me?.addresses ?? []);
  const chosen = await terminal.choose<AddressInput | null>("Where shall it go?", [
    ...saved.map(({ address: { __typename: _, ...address }, isDefault }) => ({
      value: address,
      label: [address.name, address.line1, address.city, address.country].filter(Boolean).join(", "),
      ...(isDefault ? { hint: "your default" } : {}),
    })),
    { value: null, label: "To another address" },
  ]);
  if (chosen !== null) return chosen;
  const name = await terminal.ask("Name", { placeholder: "Jane Smith" });
  const line1 = await terminal.ask("Street and number", { placeholder: "1 Main Street", check: something });
  const city = await terminal.ask("City", { placeholder: "Springfield" });
  const postalCode = await terminal.ask("Postal code", { placeholder: "12345" });
  const country = await terminal.ask("Country, in two letters", {
    initial: "US",
    check: (answer) => (/^[a-z]{2}$/i.test(answer) ? undefined : "Please give two letters, such as US."),
  });
  return { name, line1, city, postalCode, country: country.toUpperCase() };
}

function describe(cart: CartContentsFragment): string {
  const rows = cart.items.map((item) => [
    nameOf(item),
    String(item.quantity),
    price(item.unitPrice),
    price(item.subtotal),
    problemOf(cart, item.id),
  ]);
  rows.push(["Total", String(cart.totalQuantity), "", price(cart.subtotal), ""]);
  return table(["Product", ">Quantity", ">Each", ">Together", ""], rows);
}

function nameOf({ productName, variant }: CartContentsFragment["items"][number]): string {
  return lineName(productName, variant?.name ?? null);
}

function problemOf(cart: CartContentsFragment, itemId: string): string {
  const problem = cart.problems?.find(({ item }) => item.id === itemId);
  switch (problem?.__typename) {
    case undefined:
      return "";
    case "CartItemInsufficientStock":
      return problem.availableQuantity === 0 ? "sold out" : `only ${problem.availableQuantity} left`;
    case "CartItemUnavailable":
      return "not for sale any more";
    case "CartItemPriceChanged":
      return `was ${price(problem.oldPrice)}`;
    default:
      return problem satisfies undefined;
  }
}

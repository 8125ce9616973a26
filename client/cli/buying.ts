import {
  type AddressInput,
  type CartContentsFragment,
  MeDocument,
  type TotalsFieldsFragment,
} from "#client/sdk/index.ts";
import { type CommandContext, required, succeeded, wholeNumber } from "./command-context.ts";
import { lineName, price, table, words } from "./format.ts";
import { showOrder } from "./orders.ts";
import { choosePayment } from "./payment.ts";

const lineQuantityMax = 1_000;

/** Shows the cart, which can be changed and checked out. */
export async function cartPage(context: CommandContext): Promise<void> {
  const { shop, terminal } = context;
  for (;;) {
    const cart = await terminal.withSpinner("Loading your cart", () => shop.cart());
    if (cart === null || cart.items.length === 0) return terminal.say("Your cart is empty.");
    terminal.show("Cart", describe(cart));
    const choice = await terminal.choose("What next?", [
      { value: "checkout", label: `Check out for ${price(cart.subtotal)}` },
      { value: "code", label: "Enter a discount code" },
      { value: "change", label: "Change a quantity" },
      { value: "remove", label: "Remove an item" },
      { value: "clear", label: "Empty the cart" },
      { value: "back", label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "checkout") return checkout(context);
    if (choice === "code") {
      await enterCode(context);
      continue;
    }
    if (choice === "clear") {
      if (await terminal.confirm("Remove all items?", false)) succeeded(context, await shop.clearCart());
      continue;
    }
    const line = await terminal.choose(
      "Which item?",
      cart.items.map((item) => ({ value: item, label: `${item.quantity} × ${nameOf(item)}` })),
    );
    const check = wholeNumber(0, lineQuantityMax);
    const quantity =
      choice === "remove" ? 0 : Number(await terminal.ask("Quantity", { initial: String(line.quantity), check }));
    succeeded(context, await terminal.withSpinner("Updating your cart", () => shop.setQuantity(line.id, quantity)));
  }
}

async function enterCode(context: CommandContext): Promise<void> {
  const { shop, terminal } = context;
  const code = await terminal.ask("Code", { check: required });
  if (!succeeded(context, await shop.enterCode(code))) return;
  const rows = (await shop.cartCodes()).map(({ code, status, amount }) => [code, words(status), price(amount)]);
  terminal.show("Codes", table(["Code", "Status", ">Amount"], rows));
}

async function checkout(context: CommandContext): Promise<void> {
  const { shop, terminal } = context;
  const isGuest = !(await shop.isSignedIn());
  const email = isGuest ? await terminal.ask("Email for the order confirmation", { check: required }) : undefined;
  const shippingAddress = await chooseAddress(context, isGuest);
  const shippingOptionId = await chooseShipping(context, shippingAddress);
  const totals = await terminal.withSpinner("Adding up", () => shop.totals({ shippingAddress, shippingOptionId }));
  if (totals === null) return terminal.say("Your cart is empty.");
  const hasParts = totals.total.amount !== totals.subtotal.amount;
  if (hasParts) terminal.show("Total", describeTotals(totals));
  const { amount, currencyCode } = totals.total;
  const payment = Number(amount) === 0 ? null : await choosePayment(context);
  if (!(await terminal.confirm(`Place the order for ${price(totals.total)}?`))) return;
  const payload = await terminal.withSpinner("Placing the order", () =>
    shop.checkout({
      ...(email === undefined ? {} : { email }),
      ...(payment === null ? {} : { payment }),
      shippingAddress,
      shippingOptionId,
      expectedTotal: { amount, currencyCode },
    }),
  );
  const isPlaced = succeeded(context, payload);
  if (payload.nextActionUrl !== null) terminal.say(`Confirm the payment at:\n${payload.nextActionUrl}`);
  if (payload.order === null) return;
  if (isPlaced) terminal.success(`Thank you! Your order number is ${payload.order.number}.`);
  await showOrder(context, payload.order.id);
}

/** Asks only where there is a choice; null in a market without prices for shipping. */
async function chooseShipping({ shop, terminal }: CommandContext, address: AddressInput): Promise<string | null> {
  const options = await terminal.withSpinner("Looking up shipping", () => shop.shippingOptions(address));
  const [first, ...others] = options;
  if (first === undefined || others.length === 0) return first?.id ?? null;
  return terminal.choose(
    "Shipping",
    options.map((option) => ({ value: option.id, label: `${option.name}, ${price(option.price)}` })),
  );
}

function describeTotals(totals: TotalsFieldsFragment): string {
  const rows = [
    ["Subtotal", price(totals.subtotal)],
    ...totals.discounts.map(({ name, amount }) => [`Less ${name}`, price(amount)]),
    ["Shipping", price(totals.shipping)],
    ...totals.taxes.map(({ name, tax }) => [`${name}${totals.pricesIncludeTax ? " (included)" : ""}`, price(tax)]),
    ["Total", price(totals.total)],
  ];
  return table(["", ">Amount"], rows);
}

async function chooseAddress({ shop, terminal }: CommandContext, isGuest: boolean): Promise<AddressInput> {
  const saved = isGuest ? [] : ((await shop.query(MeDocument)).me?.addresses ?? []);
  const chosen = await terminal.choose<AddressInput | null>("Shipping address", [
    ...saved.map(({ address: { __typename: _, ...address }, isDefault }) => ({
      value: address,
      label: [address.name, address.line1, address.city, address.country].filter(Boolean).join(", "),
      ...(isDefault ? { hint: "default" } : {}),
    })),
    { value: null, label: "Enter another address" },
  ]);
  if (chosen !== null) return chosen;
  const name = await terminal.ask("Name", { placeholder: "Jane Smith" });
  const line1 = await terminal.ask("Street and number", { placeholder: "1 Main Street", check: required });
  const city = await terminal.ask("City", { placeholder: "Springfield" });
  const postalCode = await terminal.ask("Postal code", { placeholder: "12345" });
  const country = await terminal.ask("Country code", {
    initial: "US",
    check: (input) => (/^[a-z]{2}$/i.test(input) ? undefined : "Enter a country code of two letters, such as US."),
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
  return table(["Product", ">Quantity", ">Price", ">Total", ""], rows);
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
      return "no longer available";
    case "CartItemPriceChanged":
      return `was ${price(problem.oldPrice)}`;
    default:
      return problem satisfies undefined;
  }
}

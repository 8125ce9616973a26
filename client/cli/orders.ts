import { MyOrdersDocument, type OrderSummaryFragment, type OrderWithEvents } from "#client/sdk/index.ts";
import { afterSalePage } from "./after-sale.ts";
import { type CommandContext, chooseFrom, emptyPage, succeeded } from "./command-context.ts";
import { cut, lineName, moment, price, state, table, words } from "./format.ts";
import { choosePayment } from "./payment.ts";
import { dim } from "./terminal.ts";

const pageSize = 10;

/** Lists the viewer's orders, newest first. */
export async function myOrders(context: CommandContext): Promise<void> {
  await chooseFrom<OrderSummaryFragment>(context, "Your orders", {
    load: async (after) => {
      const variables = { first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await context.shop.query(MyOrdersDocument, variables)).me?.orders ?? emptyPage;
    },
    line: orderLine,
    empty: "You have no orders yet.",
    open: ({ id }) => orderPage(context, id),
  });
}

/** Lists the orders that a guest placed in this session. */
export async function guestOrders(context: CommandContext): Promise<void> {
  const { orderTokens } = await context.shop.guestTokens();
  const orders = await context.terminal.withSpinner("Loading", () =>
    Promise.all(Object.keys(orderTokens).map((id) => context.shop.order(id))),
  );
  const nodes = orders.filter((order) => order !== null).reverse();
  await chooseFrom<OrderWithEvents>(context, "Orders placed here", {
    load: async () => ({ ...emptyPage, nodes }),
    line: orderLine,
    empty: "No orders were placed here as a guest.",
    open: ({ id }) => orderPage(context, id),
  });
}

/** Returns the cells and the hint of an order in a list. */
export function orderLine(order: OrderSummaryFragment | OrderWithEvents): { cells: string[]; hint: string } {
  const what = order.items.map(({ productName, quantity }) => `${quantity} × ${productName}`).join(", ");
  return {
    cells: [order.number, price(order.total), cut(what, 50)],
    hint: `${words(order.status)}, ${moment(order.createdAt)}`,
  };
}

/** Shows an order with its timeline, and returns it; null when the viewer cannot read it. */
export async function showOrder({ shop, terminal }: CommandContext, id: string): Promise<OrderWithEvents | null> {
  const order = await terminal.withSpinner("Loading", () => shop.order(id));
  if (order === null) terminal.warn("Order not found.");
  else terminal.show(`Order ${order.number}`, describe(order));
  return order;
}

async function orderPage(context: CommandContext, id: string): Promise<void> {
  for (;;) {
    const order = await showOrder(context, id);
    if (order === null) return;
    const choice = await context.terminal.choose("What next?", [
      ...(order.status === "PENDING" ? [{ value: "pay" as const, label: `Pay ${price(order.total)}` }] : []),
      ...(order.availableTransitions.includes("CANCELLED")
        ? [{ value: "cancel" as const, label: "Cancel the order" }]
        : []),
      ...(order.status === "PENDING" || order.user === null
        ? []
        : [{ value: "after-sale" as const, label: "Parcels, returns, documents" }]),
      { value: "refresh" as const, label: "Refresh" },
      { value: "back" as const, label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "pay") await pay(context, order);
    if (choice === "cancel") await cancel(context, order);
    if (choice === "after-sale") await afterSalePage(context, id, false);
  }
}

async function pay(context: CommandContext, order: OrderWithEvents): Promise<void> {
  const { shop, terminal } = context;
  const method = await choosePayment(context);
  if (method === null || order.payment === null) return;
  const { id: paymentId, amount } = order.payment;
  const { amount: sum, currencyCode } = amount;
  const payload = await terminal.withSpinner("Paying", () =>
    shop.pay({ orderId: order.id, paymentId, amount: { amount: sum, currencyCode }, method }),
  );
  if (payload.nextActionUrl !== null) terminal.say(`Confirm the payment at:\n${payload.nextActionUrl}`);
  if (succeeded(context, payload)) terminal.success("Payment received. Thank you!");
}

async function cancel(context: CommandContext, order: OrderWithEvents): Promise<void> {
  const { shop, terminal } = context;
  if (!(await terminal.confirm(`Cancel order ${order.number}?`, false))) return;
  const payload = await terminal.withSpinner("Cancelling", () => shop.cancelOrder({ orderId: order.id }));
  if (succeeded(context, payload)) terminal.success(`Order ${order.number} is cancelled.`);
}

function describe(order: OrderWithEvents): string {
  const rows = order.items.map((item) => [
    lineName(item.productName, item.variantName),
    item.product?.owner?.displayName ?? "",
    String(item.quantity),
    price(item.unitPrice),
    price(item.subtotal),
  ]);
  rows.push(["Total", "", "", "", price(order.total)]);
  const { name, line1, city, postalCode, country } = order.shippingAddress;
  const refunded = order.amountRefunded.amount === "0.00" ? "" : `, ${price(order.amountRefunded)} refunded`;
  return [
    `${state(order.status)}   payment ${state(order.paymentStatus)}   stock ${state(order.stockStatus)}`,
    ...(order.cancelReason === null ? [] : [dim(`Cancelled: ${words(order.cancelReason)}`)]),
    ...(order.expiresAt === null ? [] : [dim(`Pay by ${moment(order.expiresAt)}`)]),
    ...(order.trackingNumber === null ? [] : [dim(`Tracking ${order.trackingNumber}`)]),
    "",
    table(["Product", "Sold by", ">Quantity", ">Price", ">Total"], rows),
    "",
    `Paid ${price(order.amountPaid)}${refunded}`,
    `Ship to ${[name, line1, postalCode, city, country].filter((part) => part !== null && part !== "").join(", ")}`,
    "",
    timeline(order),
  ].join("\n");
}

function timeline({ events }: OrderWithEvents): string {
  const rows = events.nodes.map((event) => [
    moment(event.createdAt),
    words(event.type),
    event.fromStatus !== null && event.toStatus !== null
      ? `${words(event.fromStatus)} → ${words(event.toStatus)}`
      : (event.message ?? ""),
    event.actor?.displayName ?? "",
  ]);
  return table(["Time", "Event", "", "By"], rows);
}

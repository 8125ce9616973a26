import { MyOrdersDocument, type OrderSummaryFragment, type OrderWithEvents } from "#client/sdk/index.ts";
import { chooseFrom, type Desk, granted, nothing } from "./command-context.ts";
import { cut, lineName, moment, price, state, table, words } from "./format.ts";
import { choosePayment } from "./payment.ts";
import { quiet } from "./terminal.ts";

const pageSize = 10;

/** The viewer's orders, newest first. */
export async function myOrders(desk: Desk): Promise<void> {
  await chooseFrom<OrderSummaryFragment>(desk, "Your orders", {
    load: async (after) => {
      const variables = { first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await desk.shop.query(MyOrdersDocument, variables)).me?.orders ?? nothing;
    },
    line: orderLine,
    empty: "You have not ordered anything yet.",
    open: ({ id }) => orderPage(desk, id),
  });
}

/** The orders made here by a guest. */
export async function guestOrders(desk: Desk): Promise<void> {
  const { orderTokens } = await desk.shop.guestTokens();
  const orders = await desk.terminal.during("Looking", () =>
    Promise.all(Object.keys(orderTokens).map((id) => desk.shop.order(id))),
  );
  const nodes = orders.filter((order) => order !== null).reverse();
  await chooseFrom<OrderWithEvents>(desk, "Orders made here", {
    load: async () => ({ ...nothing, nodes }),
    line: orderLine,
    empty: "Nothing was ordered here without signing in.",
    open: ({ id }) => orderPage(desk, id),
  });
}

/** How an order stands in a list. */
export function orderLine(order: OrderSummaryFragment | OrderWithEvents): { cells: string[]; hint: string } {
  const what = order.items.map(({ productName, quantity }) => `${quantity} × ${productName}`).join(", ");
  return {
    cells: [order.number, price(order.total), cut(what, 50)],
    hint: `${words(order.status)}, ${moment(order.createdAt)}`,
  };
}

/** Shows an order with what happened to it; null when there is none for the viewer. */
export async function showOrder({ shop, terminal }: Desk, id: string): Promise<OrderWithEvents | null> {
  const order = await terminal.during("Looking", () => shop.order(id));
  if (order === null) terminal.warn("This order is not to be found.");
  else terminal.show(`Order ${order.number}`, describe(order));
  return order;
}

async function orderPage(desk: Desk, id: string): Promise<void> {
  for (;;) {
    const order = await showOrder(desk, id);
    if (order === null) return;
    const choice = await desk.terminal.choose("And now?", [
      ...(order.status === "PENDING" ? [{ value: "pay" as const, label: `Pay ${price(order.total)}` }] : []),
      ...(order.availableTransitions.includes("CANCELLED") ? [{ value: "cancel" as const, label: "Cancel it" }] : []),
      { value: "look" as const, label: "Look again" },
      { value: "back" as const, label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "pay") await pay(desk, order);
    if (choice === "cancel") await cancel(desk, order);
  }
}

async function pay(desk: Desk, order: OrderWithEvents): Promise<void> {
  const { shop, terminal } = desk;
  const method = await choosePayment(desk);
  if (method === null || order.payment === null) return;
  const { id: paymentId, amount } = order.payment;
  const { amount: sum, currencyCode } = amount;
  const payload = await terminal.during("Paying", () =>
    shop.pay({ orderId: order.id, paymentId, amount: { amount: sum, currencyCode }, method }),
  );
  if (payload.nextActionUrl !== null) terminal.say(`Please confirm the payment here:\n${payload.nextActionUrl}`);
  if (granted(desk, payload)) terminal.cheer("Thank you!");
}

async function cancel(desk: Desk, order: OrderWithEvents): Promise<void> {
  const { shop, terminal } = desk;
  if (!(await terminal.confirm(`Cancel order ${order.number}?`, false))) return;
  const payload = await terminal.during("Cancelling", () => shop.cancelOrder({ orderId: order.id }));
  if (granted(desk, payload)) terminal.cheer(`Order ${order.number} is cancelled.`);
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
    ...(order.cancelReason === null ? [] : [quiet(`Cancelled: ${words(order.cancelReason)}`)]),
    ...(order.expiresAt === null ? [] : [quiet(`To be paid by ${moment(order.expiresAt)}`)]),
    ...(order.trackingNumber === null ? [] : [quiet(`Tracking ${order.trackingNumber}`)]),
    "",
    table(["Product", "Sold by", ">Quantity", ">Each", ">Together"], rows),
    "",
    `Paid ${price(order.amountPaid)}${refunded}`,
    `To ${[name, line1, postalCode, city, country].filter((part) => part !== null && part !== "").join(", ")}`,
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
  return table(["When", "What", "", "By"], rows);
}

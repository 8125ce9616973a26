import {
  type DataOf,
  idempotencyKey,
  type OrderFilter,
  OrderStatusUpdateDocument,
  OrdersDocument,
  RefundCreateDocument,
} from "#client/sdk/index.ts";
import { afterSalePage } from "./after-sale.ts";
import { amount, type CommandContext, chooseFrom, emptyPage, required, succeeded } from "./command-context.ts";
import { price, words } from "./format.ts";
import { orderLine, showOrder } from "./orders.ts";

type Row = NonNullable<DataOf<typeof OrdersDocument>["orders"]>["nodes"][number];

const pageSize = 10;

/** Lists all orders, newest first. */
export function allOrders(context: CommandContext): Promise<void> {
  return chooseOrder(context, "All orders", { direction: "DESC" }, changeStatus);
}

/** Lists the orders that match an order number or an email address, newest first. */
export async function searchOrders(context: CommandContext): Promise<void> {
  const search = await context.terminal.ask("Order number or email", { check: required });
  await chooseOrder(context, `Orders for "${search}"`, { filter: { search }, direction: "DESC" }, changeStatus);
}

/** Lists orders that are paid or being packed, oldest first, to change their status. */
export function ordersToShip(context: CommandContext): Promise<void> {
  return chooseOrder(context, "Orders to ship", { filter: { status: ["PAID", "PROCESSING"] } }, changeStatus);
}

/** Lists paid orders, oldest first, to refund some or all of the amount. */
export function refunds(context: CommandContext): Promise<void> {
  return chooseOrder(context, "Paid orders", { filter: { paymentStatus: ["PAID", "PARTIALLY_REFUNDED"] } }, refund);
}

function chooseOrder(
  context: CommandContext,
  title: string,
  { filter = {}, direction = "ASC" }: { filter?: OrderFilter; direction?: "ASC" | "DESC" },
  open: (context: CommandContext, row: Row) => Promise<void>,
): Promise<void> {
  return chooseFrom<Row>(context, title, {
    load: async (after) => {
      const sort = { key: "CREATED_AT", direction } as const;
      const variables = { filter, sort, first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await context.shop.query(OrdersDocument, variables)).orders ?? emptyPage;
    },
    line: (row) => ({ ...orderLine(row), hint: `${words(row.status)}, ${row.email ?? "deleted account"}` }),
    empty: "No orders found.",
    open: (row) => open(context, row),
  });
}

async function changeStatus(context: CommandContext, { id }: Row): Promise<void> {
  const { shop, terminal } = context;
  const order = await showOrder(context, id);
  if (order === null) return;
  const status = await terminal.choose<Row["status"] | "after-sale" | null>("New status", [
    ...order.availableTransitions.map((value) => ({ value, label: words(value) })),
    { value: "after-sale", label: "Parcels, returns, refunds, documents" },
    { value: null, label: "Back" },
  ]);
  if (status === null) return;
  if (status === "after-sale") return afterSalePage(context, id, true);
  const trackingNumber = status === "SHIPPED" ? await terminal.ask("Tracking number (optional)") : "";
  const tracking = trackingNumber === "" ? {} : { trackingNumber };
  const input = { orderId: id, status, ...tracking };
  const payload = await terminal.withSpinner("Saving", () => shop.mutate(OrderStatusUpdateDocument, { input }));
  if (succeeded(context, payload)) terminal.success(`Order ${order.number} is ${words(status)}.`);
}

async function refund(context: CommandContext, { id }: Row): Promise<void> {
  const { shop, terminal } = context;
  const order = await showOrder(context, id);
  if (order === null || order.payment === null) return;
  const { amount: paid, amountRefunded, id: paymentId } = order.payment;
  const { currencyCode } = paid;
  const sum = await terminal.ask(`Amount to refund (paid ${price(paid)}, refunded ${price(amountRefunded)})`, {
    initial: paid.amount,
    check: amount,
  });
  const reason = await terminal.ask("Reason", { placeholder: "Arrived broken" });
  if (!(await terminal.confirm(`Refund ${price({ amount: sum, currencyCode })}?`, false))) return;
  const input = {
    paymentId,
    amount: { amount: sum, currencyCode },
    idempotencyKey: idempotencyKey(),
    ...(reason === "" ? {} : { reason }),
  };
  const payload = await terminal.withSpinner("Refunding", () => shop.mutate(RefundCreateDocument, { input }));
  if (succeeded(context, payload)) terminal.success("The refund is on its way.");
}

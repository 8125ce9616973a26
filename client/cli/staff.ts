import {
  type DataOf,
  idempotencyKey,
  type OrderFilter,
  OrderStatusUpdateDocument,
  OrdersDocument,
  RefundCreateDocument,
} from "#client/sdk/index.ts";
import { amount, chooseFrom, type Desk, granted, nothing } from "./command-context.ts";
import { price, words } from "./format.ts";
import { orderLine, showOrder } from "./orders.ts";

type Row = NonNullable<DataOf<typeof OrdersDocument>["orders"]>["nodes"][number];

const pageSize = 10;

/** What is paid or being packed, oldest first: to move on its way. */
export function ordersToShip(desk: Desk): Promise<void> {
  return chooseOrder(desk, "Orders to ship", { status: ["PAID", "PROCESSING"] }, moveOn);
}

/** What money came in for: to give some or all of it back. */
export function refunds(desk: Desk): Promise<void> {
  return chooseOrder(desk, "Paid orders", { paymentStatus: ["PAID", "PARTIALLY_REFUNDED"] }, refund);
}

function chooseOrder(
  desk: Desk,
  title: string,
  filter: OrderFilter,
  open: (desk: Desk, row: Row) => Promise<void>,
): Promise<void> {
  return chooseFrom<Row>(desk, title, {
    load: async (after) => {
      const sort = { key: "CREATED_AT", direction: "ASC" } as const;
      const variables = { filter, sort, first: pageSize, ...(after === undefined ? {} : { after }) };
      return (await desk.shop.query(OrdersDocument, variables)).orders ?? nothing;
    },
    line: (row) => ({ ...orderLine(row), hint: `${words(row.status)}, ${row.email ?? "nobody any more"}` }),
    empty: "There is none.",
    open: (row) => open(desk, row),
  });
}

async function moveOn(desk: Desk, { id }: Row): Promise<void> {
  const { shop, terminal } = desk;
  const order = await showOrder(desk, id);
  if (order === null) return;
  const status = await terminal.choose<Row["status"] | null>("Where to?", [
    ...order.availableTransitions.map((value) => ({ value, label: `To ${words(value)}` })),
    { value: null, label: "Back" },
  ]);
  if (status === null) return;
  const trackingNumber = status === "SHIPPED" ? await terminal.ask("Tracking number, if there is one") : "";
  const tracking = trackingNumber === "" ? {} : { trackingNumber };
  const input = { orderId: id, status, ...tracking };
  const payload = await terminal.during("Moving it", () => shop.mutate(OrderStatusUpdateDocument, { input }));
  if (granted(desk, payload)) terminal.cheer(`Order ${order.number} is ${words(status)}.`);
}

async function refund(desk: Desk, { id }: Row): Promise<void> {
  const { shop, terminal } = desk;
  const order = await showOrder(desk, id);
  if (order === null || order.payment === null) return;
  const { amount: paid, amountRefunded, id: paymentId } = order.payment;
  const { currencyCode } = paid;
  const sum = await terminal.ask(`How much of ${price(paid)}, of which ${price(amountRefunded)} went back?`, {
    initial: paid.amount,
    check: amount,
  });
  const reason = await terminal.ask("Why?", { placeholder: "Arrived broken" });
  if (!(await terminal.confirm(`Give ${price({ amount: sum, currencyCode })} back?`, false))) return;
  const input = {
    paymentId,
    amount: { amount: sum, currencyCode },
    idempotencyKey: idempotencyKey(),
    ...(reason === "" ? {} : { reason }),
  };
  const payload = await terminal.during("Giving it back", () => shop.mutate(RefundCreateDocument, { input }));
  if (granted(desk, payload)) terminal.cheer("It is on its way back.");
}

import { checkAfterSale } from "./after-sale-invariants.ts";
import type { Cluster } from "./cluster.ts";
import { type FinalState, type OrderRow, readFinalState } from "./final-state.ts";
import type { History } from "./history.ts";
import { checkPayments } from "./payment-invariants.ts";
import { checkPrices, checkRedemptions } from "./price-invariants.ts";
import { checkResponses } from "./response-invariants.ts";

/** A violated invariant, and where it is violated. */
export type Violation = { readonly check: string; readonly what: string };

/** The findings of a check: one sentence for each violation. */
export type Findings = readonly string[];

const violationsShownMax = 20;

/** Checks the eleven invariants of a cluster at rest, and returns the violations. */
export async function checkInvariants(cluster: Cluster, history: History): Promise<Violation[]> {
  const state = await readFinalState(cluster, history);
  const checks: readonly (readonly [string, Findings])[] = [
    ["1 no stock below zero", await belowZero(cluster)],
    ["2 stock levels equal the sums of the ledger, and what orders hold and bought", await ledger(cluster)],
    ["3 each order has exactly the stock that its status requires", stockOfOrders(state)],
    ["4 every sum of an order is the sum of its parts", await checkPrices(cluster)],
    ["5 our payments match the provider's", checkPayments(state)],
    ["6 each event took effect once", events(state)],
    ["7 every response was true", checkResponses(state)],
    ["8 each idempotency key has one result", idempotentResults(state)],
    ["9 no session is idle in a transaction", await idleTransactions(cluster)],
    ["10 each Message-ID belongs to one event", mails(state)],
    ["12 what happened after the sale adds up", await checkAfterSale(cluster)],
    ["11 a discount is used by the orders that have it", await checkRedemptions(cluster)],
  ];
  return checks.flatMap(([check, findings]) => [
    ...findings.slice(0, violationsShownMax).map((what) => ({ check, what })),
    ...(findings.length > violationsShownMax
      ? [{ check, what: `… and ${findings.length - violationsShownMax} more` }]
      : []),
  ]);
}

async function belowZero({ sql }: Cluster): Promise<Findings> {
  const rows = await sql.products<{ variantId: string; onHand: number; reserved: number }[]>`
    SELECT variant_id AS "variantId", on_hand AS "onHand", reserved FROM stock_levels
    WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand`;
  return rows.map(({ variantId, onHand, reserved }) => `variant ${variantId}: ${onHand} on hand, ${reserved} reserved`);
}

async function ledger({ sql }: Cluster): Promise<Findings> {
  const rows = await sql.products<Record<string, string | number>[]>`
    WITH moved AS (
      SELECT variant_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved,
             coalesce(sum(on_hand_change) FILTER (WHERE type IN ('INITIAL', 'ADJUSTMENT')), 0) AS brought
      FROM stock_movements GROUP BY variant_id),
    kept AS (
      SELECT variant_id, coalesce(sum(quantity) FILTER (WHERE status = 'SOLD'), 0) AS sold,
             coalesce(sum(quantity) FILTER (WHERE status = 'HELD'), 0) AS held
      FROM reservation_lines JOIN reservations USING (order_id) GROUP BY variant_id)
    SELECT l.variant_id, l.on_hand, l.reserved, moved.on_hand AS moved_on_hand, moved.reserved AS moved_reserved,
           moved.brought, coalesce(kept.sold, 0) AS sold, coalesce(kept.held, 0) AS held
    FROM stock_levels l LEFT JOIN moved USING (variant_id) LEFT JOIN kept USING (variant_id)
    WHERE l.on_hand IS DISTINCT FROM moved.on_hand OR l.reserved IS DISTINCT FROM moved.reserved
       OR moved.brought <> l.on_hand + coalesce(kept.sold, 0) OR l.reserved <> coalesce(kept.held, 0)`;
  return rows.map((row) => JSON.stringify(row));
}

/** Returns the stock that an order must have. */
function stockDue(order: OrderRow): "HELD" | "SOLD" | "NOTHING" {
  if (!order.visible || order.status === "CANCELLED") return "NOTHING";
  return order.status === "PENDING" ? "HELD" : "SOLD";
}

function stockOfOrders({ orders, reservations, movements }: FinalState): Findings {
  const findings: string[] = [];
  for (const order of orders.values()) {
    const reservation = reservations.get(order.id);
    const due = stockDue(order);
    const name = `order ${order.id} (${order.status}, ${order.visible ? "visible" : "rejected"})`;
    const has = reservation?.status === "HELD" || reservation?.status === "SOLD" ? reservation.status : "NOTHING";
    if (has !== due) findings.push(`${name} has ${reservation?.status ?? "no reservation"}, but should have ${due}`);
    else if (has !== "NOTHING" && !alike(order.lines, reservation?.lines ?? {})) {
      findings.push(`${name}: ${JSON.stringify(order.lines)} ordered, ${JSON.stringify(reservation?.lines)} in stock`);
    }
    const responses = { HELD: "RESERVED", SOLD: "SOLD", NOTHING: undefined }[due];
    if (responses !== undefined && order.stockStatus !== responses)
      findings.push(`${name} says its stock is ${order.stockStatus}`);
  }
  for (const { orderId, status } of reservations.values()) {
    if (!orders.has(orderId) && (status === "HELD" || status === "SOLD")) {
      findings.push(`reservation ${orderId} (${status}) belongs to no order`);
    }
  }
  for (const { orderId, variantId, onHand, reserved, sales, restocks } of movements) {
    const reservation = reservations.get(orderId);
    const quantity = reservation?.lines[variantId] ?? 0;
    const sold = reservation?.status === "SOLD" ? quantity : 0;
    const held = reservation?.status === "HELD" ? quantity : 0;
    if (onHand !== -sold || reserved !== held) {
      findings.push(
        `the movements of order ${orderId}, variant ${variantId} come to ${onHand} on hand, ${reserved} reserved`,
      );
    }
    // Units that come back one by one are restocked one by one.
    const isReturned = (orders.get(orderId)?.restocked ?? 0) > 0;
    if (sales > 1 || (restocks > 1 && !isReturned))
      findings.push(`order ${orderId} was sold ${sales} times and restocked ${restocks} times`);
  }
  return findings;
}

function alike(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => a[key] === b[key]);
}

/** Entries that an order's timeline has at most once. */
const onceInTimeline = ["PLACED", "STOCK_SOLD", "STOCK_RELEASED", "PAYMENT_SUCCEEDED", "CANCELLED", "EXPIRED"];
/** Events that are sent at most once for an order. */
const onceSent: ReadonlySet<string> = new Set([
  "order.paid",
  "order.confirmed",
  "order.cancelled",
  "stock.sold",
  "stock.sale_failed",
]);

function events({ outbox, inbox, timeline, orders }: FinalState): Findings {
  const findings: string[] = [];
  const sent = outbox.filter(({ channel }) => channel === "event");
  const taken = new Set(inbox.map(({ subgraph, messageId }) => `${subgraph} ${messageId}`));
  const meant = new Set(sent.map(({ destination, messageId }) => `${destination} ${messageId}`));
  const counts = new Map<string, number>();
  for (const { topic, subject, status, destination, messageId } of sent) {
    if (status !== "sent") findings.push(`${topic} about ${subject} is ${status}`);
    else if (!taken.has(`${destination} ${messageId}`))
      findings.push(`${topic} about ${subject} was never received by ${destination}`);
    counts.set(`${topic} ${subject}`, (counts.get(`${topic} ${subject}`) ?? 0) + 1);
  }
  for (const entry of taken) if (!meant.has(entry)) findings.push(`a received event was never sent: ${entry}`);
  for (const [key, count] of counts) {
    if (count > 1 && onceSent.has(key.split(" ")[0] ?? "")) findings.push(`${key} was sent ${count} times`);
  }
  for (const order of orders.values()) {
    const types = timeline.get(order.id) ?? [];
    for (const type of onceInTimeline) {
      const count = types.filter((each) => each === type).length;
      if (count > 1) findings.push(`the timeline of order ${order.id} has ${count} entries ${type}`);
    }
    const has = (topic: string) => counts.has(`${topic} ${order.id}`);
    if (order.visible && order.status === "CANCELLED" && !has("order.cancelled")) {
      findings.push(`order ${order.id} is cancelled, but products was not notified`);
    }
    if (
      ["PAID", "PROCESSING", "SHIPPED", "DELIVERED"].includes(order.status) &&
      !has("order.paid") &&
      !has("order.confirmed")
    ) {
      findings.push(`order ${order.id} is ${order.status}, but products was not notified`);
    }
  }
  return findings;
}

/** Errors that are raised before anything is written, and free the idempotency key. */
const freeing: ReadonlySet<string> = new Set([
  "VALIDATION_FAILED",
  "PRICE_CHANGED",
  "PRODUCT_UNAVAILABLE",
  "CART_EMPTY",
  "EDIT_CONFLICT",
  "PAYMENT_IN_PROGRESS",
]);

function idempotentResults({ history }: FinalState): Findings {
  const findings: string[] = [];
  for (const { operation, key, responses } of history.requests) {
    if (operation === "orderCancel" || operation === "edit") continue;
    const kept = responses.filter(({ codes }) => !codes.some((code) => freeing.has(code)));
    const different = new Set(kept.map(({ orderId, codes }) => `${orderId ?? "no order"} ${codes.join(" ")}`));
    if (different.size > 1) findings.push(`${operation} with the key ${key}: ${[...different].join(" | ")}`);
  }
  return findings;
}

async function idleTransactions({ sql }: Cluster): Promise<Findings> {
  const rows = await sql.admin<{ name: string; seconds: number; query: string }[]>`
    SELECT application_name AS name, extract(epoch FROM now() - state_change)::float AS seconds, query
    FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '1 second'`;
  return rows.map(({ name, seconds, query }) => `${name}, for ${Math.round(seconds)} s, after: ${query.slice(0, 100)}`);
}

/** Returns the first line in which two texts differ, of both. */
function difference([one = "", other = ""]: readonly string[]): string {
  const lines = other.split("\n");
  const differing = one.split("\n").findIndex((line, index) => line !== lines[index]);
  return `${one.split("\n")[differing] ?? ""} | ${lines[differing] ?? ""}`;
}

/** Whether a mail may be left out, because the order was cancelled unpaid before it was sent. A charge that was under way may have succeeded later. */
function isSuperseded(topic: string, order: OrderRow | undefined, events: readonly string[]): boolean {
  if (topic !== "order-placed" || order?.status !== "CANCELLED") return false;
  const paid = events.indexOf("PAYMENT_SUCCEEDED");
  return paid < 0 || events.slice(0, paid).some((type) => type === "CANCELLED" || type === "EXPIRED");
}

/** Emails that are sent at most once for an order. */
const onceMailed = /placed|paid|cancelled|shipped|delivered/i;

function mails({ outbox, mails: received, orders, timeline }: FinalState): Findings {
  const findings: string[] = [];
  const sent = outbox.filter(({ channel }) => channel === "mail");
  const known = new Map(sent.map((row) => [row.messageId, row]));
  const contents = new Map<string, Set<string>>();
  for (const { messageId, to, subject, text } of received) {
    const id = messageId.replace(/^<|@.*$/g, "");
    if (!known.has(id)) findings.push(`an unknown mail was received: ${messageId} (${subject})`);
    const seen = contents.get(id) ?? new Set();
    seen.add(`${to}\n${subject}\n${text}`);
    contents.set(id, seen);
  }
  for (const [id, seen] of contents) {
    if (seen.size === 1) continue;
    const { topic = "unknown", subject = "" } = known.get(id) ?? {};
    findings.push(`the mail ${topic} about ${subject} has different contents: ${difference([...seen])}`);
  }
  const about = new Map<string, number>();
  for (const { messageId, topic, subject, status } of sent) {
    if (status !== "sent") findings.push(`the mail ${topic} about ${subject} is ${status}`);
    else if (!contents.has(messageId) && !isSuperseded(topic, orders.get(subject), timeline.get(subject) ?? []))
      findings.push(`the mail ${topic} about ${subject} was never received`);
    const key = `${topic} about ${subject}`;
    about.set(key, (about.get(key) ?? 0) + 1);
  }
  for (const [key, count] of about) if (count > 1 && onceMailed.test(key)) findings.push(`${count} mails: ${key}`);
  return findings;
}

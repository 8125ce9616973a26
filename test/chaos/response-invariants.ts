import type { Evidence, OrderRow } from "./evidence.ts";
import { lastTold, type Wish } from "./history.ts";

/** What a client was told succeeded is there; what it was told failed is not; and nothing is there that nobody was told of. */
export function judgeTold(evidence: Evidence): string[] {
  const { history, orders, transactions } = evidence;
  const findings: string[] = [];
  for (const wish of history.wishes) {
    if (wish.told.length === 0) {
      findings.push(
        `${nameOf(wish)} was never answered, though asked ${wish.sent} times: ${JSON.stringify(wish.refused)}`,
      );
    } else findings.push(...ofWish(wish, orders));
  }

  const toldOf = new Set(history.wishes.flatMap(({ told }) => told.map(({ orderId }) => orderId)));
  const wishes = Map.groupBy(history.wishes, (wish) => wish.about ?? lastTold(wish)?.orderId);
  const charged = new Set(
    transactions
      .filter(({ type, status }) => type === "CHARGE" && status === "SUCCEEDED")
      .map(({ orderId }) => orderId),
  );
  for (const order of orders.values()) {
    if (!isSomebodys(order, evidence)) continue;
    const about = wishes.get(order.id) ?? [];
    if (order.visible && !toldOf.has(order.id)) findings.push(`order ${order.id} is there, and nobody was told of it`);
    if (charged.has(order.id) && !about.some(mayHavePaid)) {
      findings.push(`order ${order.id} was charged, and nobody was told so`);
    }
    if (order.cancelReason === "CUSTOMER" && !about.some(isCancellation)) {
      findings.push(`order ${order.id} was cancelled by nobody`);
    }
  }
  return findings;
}

function ofWish(wish: Wish, orders: ReadonlyMap<string, OrderRow>): string[] {
  const findings: string[] = [];
  for (const { orderId, total, paymentStatus, status, codes } of wish.told) {
    const order = orderId === undefined ? undefined : orders.get(orderId);
    if (orderId !== undefined && order?.visible !== true)
      findings.push(`${nameOf(wish)} was told of ${orderId}, which is not there`);
    if (order === undefined) continue;
    if (wish.operation === "checkoutComplete" && total !== undefined && minorUnits(total) !== order.total) {
      findings.push(`${nameOf(wish)} was told ${total}, but the order comes to ${order.total}`);
    }
    if (paymentStatus === "PAID" && order.paid !== order.total) {
      findings.push(`${nameOf(wish)} was told that ${orderId} is paid, and ${order.paid} of ${order.total} are`);
    }
    if (status === "CANCELLED" && order.status !== "CANCELLED") {
      findings.push(`${nameOf(wish)} was told that ${orderId} is cancelled, and it is ${order.status}`);
    }
    if (wish.operation === "orderCancel" && codes.length === 0 && order.status !== "CANCELLED") {
      findings.push(`${nameOf(wish)} succeeded, and ${orderId} is ${order.status}`);
    }
  }
  return findings;
}

/** Whether a wish's answers leave room for money to have been taken. */
function mayHavePaid({ payment, told }: Wish): boolean {
  const taken = ["PAID", "PENDING", "PARTIALLY_REFUNDED", "REFUNDED"];
  return payment !== undefined && told.some(({ paymentStatus }) => taken.includes(paymentStatus ?? ""));
}

function isCancellation({ operation }: Wish): boolean {
  return operation === "orderCancel";
}

/** Whether one of the run's clients placed it; the demo data's orders are nobody's. */
function isSomebodys(order: OrderRow, { history }: Evidence): boolean {
  for (const client of history.clients.values()) {
    if ("userId" in client ? client.userId === order.userId : client.email === order.email) return true;
  }
  return false;
}

function minorUnits(amount: string): bigint {
  return BigInt(amount.replace(".", ""));
}

function nameOf({ client, operation, key }: Wish): string {
  return `${client}'s ${operation} ${key}`;
}

import type { FinalState, OrderRow } from "./final-state.ts";
import { lastResponse, type SentRequest } from "./history.ts";

/** Checks that what a response reported is so, and that there is no order, charge or cancellation that no response reported. */
export function checkResponses(state: FinalState): string[] {
  const { history, orders, transactions } = state;
  const findings: string[] = [];
  for (const request of history.requests) {
    if (request.responses.length === 0) {
      findings.push(
        `${nameOf(request)} never had a response, though it was sent ${request.sent} times: ${JSON.stringify(request.errors)}`,
      );
    } else findings.push(...ofRequest(request, orders));
  }

  const reportedOrders = new Set(history.requests.flatMap(({ responses }) => responses.map(({ orderId }) => orderId)));
  const requests = Map.groupBy(history.requests, (request) => request.about ?? lastResponse(request)?.orderId);
  const charged = new Set(
    transactions
      .filter(({ type, status }) => type === "CHARGE" && status === "SUCCEEDED")
      .map(({ orderId }) => orderId),
  );
  for (const order of orders.values()) {
    if (!isOfRun(order, state)) continue;
    const about = requests.get(order.id) ?? [];
    if (order.visible && !reportedOrders.has(order.id))
      findings.push(`order ${order.id} exists, but no response reported it`);
    if (charged.has(order.id) && !about.some(mayHavePaid)) {
      findings.push(`order ${order.id} was charged, but no response reported it: ${JSON.stringify(about)}`);
    }
    // A buyer who withdraws from what was not shipped cancels the order as well.
    const isWithdrawn = state.timeline.get(order.id)?.includes("RETURN_REQUESTED") === true;
    if (order.cancelReason === "CUSTOMER" && !isWithdrawn && !about.some(isCancellation)) {
      findings.push(`order ${order.id} was cancelled without a request`);
    }
  }
  return findings;
}

function ofRequest(request: SentRequest, orders: ReadonlyMap<string, OrderRow>): string[] {
  const findings: string[] = [];
  for (const { orderId, total, paymentStatus, status, codes } of request.responses) {
    const order = orderId === undefined ? undefined : orders.get(orderId);
    if (orderId !== undefined && order?.visible !== true)
      findings.push(`${nameOf(request)} reported order ${orderId}, which does not exist`);
    if (order === undefined) continue;
    if (request.operation === "checkoutComplete" && total !== undefined && minorUnits(total) !== order.total) {
      findings.push(`${nameOf(request)} reported the total ${total}, but it is ${order.total}`);
    }
    if (paymentStatus === "PAID" && order.paid !== order.total) {
      findings.push(`${nameOf(request)} reported that ${orderId} is paid, but ${order.paid} of ${order.total} are`);
    }
    if (status === "CANCELLED" && order.status !== "CANCELLED") {
      findings.push(`${nameOf(request)} reported that ${orderId} is cancelled, but it is ${order.status}`);
    }
    if (request.operation === "orderCancel" && codes.length === 0 && order.status !== "CANCELLED") {
      findings.push(`${nameOf(request)} succeeded, but ${orderId} is ${order.status}`);
    }
  }
  return findings;
}

/** Whether the responses to a request allow that the order was charged. */
function mayHavePaid({ payment, responses }: SentRequest): boolean {
  const taken = ["PAID", "PENDING", "PARTIALLY_REFUNDED", "REFUNDED"];
  return payment !== undefined && responses.some(({ paymentStatus }) => taken.includes(paymentStatus ?? ""));
}

function isCancellation({ operation }: SentRequest): boolean {
  return operation === "orderCancel";
}

/** Whether a client of the run placed the order. */
function isOfRun(order: OrderRow, { history }: FinalState): boolean {
  for (const client of history.clients.values()) {
    if ("userId" in client ? client.userId === order.userId : client.email === order.email) return true;
  }
  return false;
}

function minorUnits(amount: string): bigint {
  return BigInt(amount.replace(".", ""));
}

function nameOf({ client, operation, key }: SentRequest): string {
  return `${client}'s ${operation} ${key}`;
}

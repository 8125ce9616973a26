import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { askOnce, reverse } from "./actions.ts";
import type { Cluster } from "./cluster.ts";
import type { Scenario } from "./load.ts";
import type { Random } from "./random.ts";
import type { Client } from "./seed.ts";
import { address } from "./shopping.ts";

/** An order that was paid in full and whose stock is sold. */
export type SoldOrder = {
  readonly id: string;
  readonly paymentId: string;
  readonly reference: string;
  readonly buyer: Client;
  readonly items: readonly { readonly id: string; readonly quantity: number }[];
};

const responseMsMax = 120_000;
const soldMsMax = 120_000;
const pauseMs = 200;

/** What a step may be rejected with: another one was first. */
const expected = new Set([
  "INVALID_STATUS_TRANSITION",
  // The provider refunds nothing that a dispute has taken back.
  "PAYMENT_DECLINED",
  "QUANTITY_EXCEEDED",
  "REFUND_EXCEEDS_PAID",
  "RETURN_NOT_POSSIBLE",
]);

/** Sends a mutation until it has a payload, always with the same input. @throws {Error} after two minutes, or when it is rejected with an unexpected code. */
async function ask(
  cluster: Cluster,
  mutation: string,
  selection: string,
  input: Record<string, unknown>,
  token: string | undefined,
) {
  const endAtMs = Date.now() + responseMsMax;
  while (Date.now() < endAtMs) {
    const payload = await askOnce(cluster, mutation, selection, input, token).catch(() => undefined);
    const codes: string[] = payload?.userErrors?.map(({ code }: { code: string }) => code) ?? [];
    const wrong = codes.find((code) => !expected.has(code));
    if (wrong !== undefined) throw new Error(`${mutation} was rejected with ${wrong}: ${JSON.stringify(input)}`);
    if (payload?.userErrors !== undefined) return { ...payload, codes };
    await sleep(pauseMs);
  }
  throw new Error(`${mutation} had no response for two minutes: ${JSON.stringify(input)}`);
}

/** Places an order of two lines that is paid at once, and waits until its stock is sold. */
export async function sellOrder(scenario: Scenario, random: Random): Promise<SoldOrder> {
  const { cluster, sender, clients, products } = scenario;
  const buyer = random.pick(clients);
  const [first, second] = products;
  if (first === undefined || second === undefined) throw new Error("There are no two products.");
  const items = [first, second].map(({ productId }) => ({ productId, quantity: random.whole(1, 3) }));
  const key = randomUUID();
  const input = { idempotencyKey: key, items, shippingAddress: address, payment: { token: "tok_ok" } };
  const placed = await sender.send(buyer, "orderCreate", { key, payment: "tok_ok" }, { input });
  const id = placed?.response.orderId;
  if (id === undefined || placed?.paymentId === undefined) {
    throw new Error(`The order was not placed: ${JSON.stringify(placed)}`);
  }
  const { paymentId } = placed;
  const endAtMs = Date.now() + soldMsMax;
  for (;;) {
    const [charge] = await cluster.sql.orders`
      SELECT t.provider_reference AS reference FROM orders o JOIN payment_transactions t ON t.order_id = o.id
      WHERE o.id = ${id} AND o.stock_status = 'SOLD' AND t.type = 'CHARGE' AND t.status = 'SUCCEEDED'`;
    if (charge !== undefined) {
      return { id, paymentId, reference: charge.reference, buyer, items: placed.items };
    }
    if (Date.now() > endAtMs) throw new Error(`The stock of order ${id} was not sold within two minutes.`);
    await sleep(pauseMs);
  }
}

/** The mutations after the sale, each repeated until there is a response. */
export function afterSaleSteps({ cluster, sender, admin }: Scenario, order: SoldOrder) {
  const staff = admin.token;
  const keyed = () => ({ idempotencyKey: randomUUID() });
  const { id: orderId, paymentId } = order;
  return {
    ship: (lines: readonly object[]) =>
      ask(cluster, "shipmentCreate", "shipment { id }", { ...keyed(), orderId, lines }, staff),
    deliver: (id: string) =>
      ask(cluster, "shipmentUpdate", "shipment { id }", { id, deliveredAt: new Date().toISOString() }, staff),
    cancel: async () => {
      const about = { key: randomUUID(), about: orderId };
      const cancelled = await sender.send(order.buyer, "orderCancel", about, { input: { orderId } });
      if (cancelled === undefined) throw new Error("orderCancel had no response.");
      return { codes: cancelled.response.codes };
    },
    refund: (input: object) =>
      ask(cluster, "refundCreate", "payment { status }", { ...keyed(), paymentId, ...input }, staff),
    record: (input: object) =>
      ask(cluster, "refundRecord", "payment { status }", { ...keyed(), paymentId, reference: "cash", ...input }, staff),
    askReturn: (lines: readonly object[], isWithdrawal: boolean) =>
      ask(cluster, "returnRequest", "return { id }", { ...keyed(), orderId, isWithdrawal, lines }, order.buyer.token),
    updateReturn: (input: object) => ask(cluster, "returnUpdate", "return { id status }", { ...input }, staff),
    atProvider: (form: Record<string, string>) => reverse(cluster, order.reference, form).catch(() => undefined),
  };
}

/** Takes one random step with an order: ships, delivers, asks for a return, moves one on, refunds, records, disputes or cancels. */
export async function takeStep(scenario: Scenario, order: SoldOrder, random: Random): Promise<void> {
  const { sql } = scenario.cluster;
  const steps = afterSaleSteps(scenario, order);
  const lines = [{ itemId: random.pick(order.items).id, quantity: random.whole(1, 2) }];
  const amount = { amount: "0.37", currencyCode: "USD" };
  const choices: readonly (() => Promise<unknown>)[] = [
    () => steps.ship(lines),
    () => steps.ship(lines),
    async () => {
      const [parcel] =
        await sql.orders`SELECT id FROM shipments WHERE order_id = ${order.id} AND delivered_at IS NULL LIMIT 1`;
      return parcel === undefined ? undefined : steps.deliver(parcel.id);
    },
    () => steps.refund({ lines }),
    () => steps.refund({ amount }),
    () => steps.record({ amount }),
    () => steps.askReturn(lines, random.chance(0.5)),
    () => moveReturn(scenario, order, random),
    () => moveReturn(scenario, order, random),
    () => steps.atProvider({ outcome: random.pick(["refund", "dispute"]), amount: "0.11" }),
    async () => (random.chance(0.2) ? steps.cancel() : undefined),
  ];
  await random.pick(choices)();
}

async function moveReturn(scenario: Scenario, order: SoldOrder, random: Random): Promise<unknown> {
  const returns = await scenario.cluster.sql.orders<{ id: string; status: string; isWithdrawal: boolean }[]>`
    SELECT id, status, is_withdrawal AS "isWithdrawal" FROM returns
    WHERE order_id = ${order.id} AND status IN ('REQUESTED', 'APPROVED', 'RECEIVED')`;
  if (returns.length === 0) return undefined;
  const { id, status, isWithdrawal } = random.pick(returns);
  const steps = afterSaleSteps(scenario, order);
  if (status === "RECEIVED") {
    return random.chance(0.5) ? steps.refund({ returnId: id }) : steps.updateReturn({ id, status: "CLOSED" });
  }
  if (status === "REQUESTED" && !isWithdrawal) {
    return steps.updateReturn({ id, status: random.chance(0.3) ? "DECLINED" : "APPROVED" });
  }
  const restock = await scenario.cluster.sql.orders`
    SELECT item_id AS "itemId", quantity FROM return_lines WHERE return_id = ${id}`;
  return steps.updateReturn({ id, status: "RECEIVED", restock: restock.map((line) => ({ ...line })) });
}

/** Decides each open dispute, so that nothing is left pending. */
export async function decideDisputes(scenario: Scenario, orders: readonly SoldOrder[], random: Random): Promise<void> {
  const open = await scenario.cluster.sql.orders<{ reference: string }[]>`
    SELECT DISTINCT charge_id AS reference FROM test_provider.disputes WHERE status = 'open'`;
  for (const order of orders.filter(({ reference }) => open.some((each) => each.reference === reference))) {
    await afterSaleSteps(scenario, order).atProvider({ outcome: random.pick(["won", "lost"]) });
  }
}

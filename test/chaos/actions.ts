import { randomUUID } from "node:crypto";
import { address, type Outcome, payOrder } from "./clients.ts";
import type { Stage } from "./load.ts";
import type { Random } from "./random.ts";
import type { Client } from "./seed.ts";

/** Places an order without a cart. @throws {Error} when there is none after two minutes. */
export async function place(
  { desk, wares }: Stage,
  client: Client,
  random: Random,
  payment?: string,
): Promise<Outcome> {
  const key = randomUUID();
  const items = [{ productId: random.pick(wares).productId, quantity: random.whole(1, 3) }];
  const method = payment === undefined ? {} : { payment: { token: payment } };
  const outcome = await desk.ask(
    client,
    "orderCreate",
    { key, payment },
    { input: { idempotencyKey: key, items, shippingAddress: address, ...method } },
  );
  if (outcome?.told.orderId === undefined) throw new Error(`No order to race about: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** Pays an order in full. */
export function pay({ desk }: Stage, client: Client, order: Outcome) {
  return payOrder(desk, client, order, {}, "tok_ok");
}

/** Cancels an order as its buyer. */
export function cancel({ desk }: Stage, client: Client, { told }: Outcome) {
  const { orderId } = told;
  return desk.ask(client, "orderCancel", { key: randomUUID(), about: orderId }, { input: { orderId } });
}

/** Lets an order run out now. */
export async function expire({ rig }: Stage, { told }: Outcome): Promise<undefined> {
  await rig.sql.orders`UPDATE orders SET expires_at = now() WHERE id = ${told.orderId ?? ""} AND status = 'PENDING'`;
}

/** Changes the quantity of an order's first line. */
export function edit({ desk }: Stage, client: Client, { told, items }: Outcome, quantity: number) {
  const variables = { orderId: told.orderId, itemId: items[0]?.id, quantity };
  return desk.ask(client, "edit", { key: randomUUID(), about: told.orderId }, variables);
}

/** Refunds six tenths of the total, so that only one of two fits. */
export function refund({ desk, admin }: Stage, { told, paymentId }: Outcome) {
  const key = randomUUID();
  const minor = (BigInt((told.total ?? "0").replace(".", "")) * 6n) / 10n;
  const amount = `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
  const input = { idempotencyKey: key, paymentId, amount: { amount, currencyCode: "USD" } };
  return desk.ask(admin, "refundCreate", { key, about: told.orderId }, { input });
}

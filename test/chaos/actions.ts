import { randomUUID } from "node:crypto";
import type { Scenario } from "./load.ts";
import type { Random } from "./random.ts";
import type { Client } from "./seed.ts";
import { address, payOrder, type RequestResult } from "./shopping.ts";

/** Places an order without a cart. @throws {Error} when there is no response within a minute. */
export async function place(
  { sender, products }: Scenario,
  client: Client,
  random: Random,
  payment?: string,
): Promise<RequestResult> {
  const key = randomUUID();
  const items = [{ productId: random.pick(products).productId, quantity: random.whole(1, 3) }];
  const method = payment === undefined ? {} : { payment: { token: payment } };
  const result = await sender.send(
    client,
    "orderCreate",
    { key, payment },
    { input: { idempotencyKey: key, items, shippingAddress: address, ...method } },
  );
  if (result?.response.orderId === undefined) throw new Error(`The order was not placed: ${JSON.stringify(result)}`);
  return result;
}

/** Pays an order in full. */
export function pay({ sender }: Scenario, client: Client, order: RequestResult) {
  return payOrder(sender, client, order, {}, "tok_ok");
}

/** Cancels an order as its buyer. */
export function cancel({ sender }: Scenario, client: Client, { response }: RequestResult) {
  const { orderId } = response;
  return sender.send(client, "orderCancel", { key: randomUUID(), about: orderId }, { input: { orderId } });
}

/** Lets an order expire now. */
export async function expire({ cluster }: Scenario, { response }: RequestResult): Promise<undefined> {
  await cluster.sql
    .orders`UPDATE orders SET expires_at = now() WHERE id = ${response.orderId ?? ""} AND status = 'PENDING'`;
}

/** Changes the quantity of an order's first line. */
export function edit({ sender }: Scenario, client: Client, { response, items }: RequestResult, quantity: number) {
  const variables = { orderId: response.orderId, itemId: items[0]?.id, quantity };
  return sender.send(client, "edit", { key: randomUUID(), about: response.orderId }, variables);
}

/** Refunds 60 % of the total, so that only one of two such refunds can succeed. */
export function refund({ sender, admin }: Scenario, { response, paymentId }: RequestResult) {
  const key = randomUUID();
  const minor = (BigInt((response.total ?? "0").replace(".", "")) * 6n) / 10n;
  const amount = `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
  const input = { idempotencyKey: key, paymentId, amount: { amount, currencyCode: "USD" } };
  return sender.send(admin, "refundCreate", { key, about: response.orderId }, { input });
}

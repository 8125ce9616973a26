import { randomUUID } from "node:crypto";
import type { Cluster } from "./cluster.ts";
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

/** Ships a part of a paid order, takes a unit back, books refunds made elsewhere, and withdraws from the rest. Faults may cut it at any step. */
export async function afterSale(
  { cluster, admin }: Scenario,
  client: Client,
  { response, items, paymentId }: RequestResult,
): Promise<void> {
  const orderId = response.orderId ?? "";
  const lines = [{ itemId: items[0]?.id, quantity: 1 }];
  const ask = (mutation: string, selection: string, input: Record<string, unknown>, token: string | undefined) =>
    askOnce(cluster, mutation, selection, input, token).catch(() => undefined);
  const key = () => ({ idempotencyKey: randomUUID() });
  const shipped = await ask("shipmentCreate", "shipment { id }", { ...key(), orderId, lines }, admin.token);
  const id = shipped?.shipment?.id;
  if (id !== undefined) await ask("shipmentUpdate", "shipment { id }", { id, deliveredAt: new Date() }, admin.token);
  const asked = await ask("returnRequest", "return { id }", { ...key(), orderId, lines }, client.token);
  const returnId = asked?.return?.id;
  if (returnId !== undefined) {
    await ask("returnUpdate", "return { id }", { id: returnId, status: "APPROVED" }, admin.token);
    await ask("returnUpdate", "return { id }", { id: returnId, status: "RECEIVED", restock: lines }, admin.token);
    await ask("refundCreate", "payment { status }", { ...key(), paymentId, returnId }, admin.token);
  }
  const cent = { amount: "0.01", currencyCode: "USD" };
  await ask(
    "refundRecord",
    "payment { status }",
    { ...key(), paymentId, amount: cent, reference: "cash" },
    admin.token,
  );
  const [charge] = await cluster.sql.orders`
    SELECT o.number, o.email, t.provider_reference AS reference FROM orders o JOIN payment_transactions t ON t.order_id = o.id
    WHERE o.id = ${orderId} AND t.type = 'CHARGE' AND t.status = 'SUCCEEDED'`;
  if (charge === undefined) return;
  await reverse(cluster, charge.reference, { outcome: "refund", amount: "0.01" }).catch(() => undefined);
  const { number: orderNumber, email } = charge;
  await ask("returnRequest", "receivedAt", { ...key(), orderNumber, email, isWithdrawal: true }, undefined);
}

/** Sends a mutation once. Returns its payload; undefined when the response has none. @throws {Error} when there is no response. */
export async function askOnce(
  { graphql }: Cluster,
  mutation: string,
  selection: string,
  input: Record<string, unknown>,
  token: string | undefined,
) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { code } } }`;
  return (await graphql(document, { input }, token)).data?.[mutation];
}

/** Refunds or disputes a charge at the provider itself, or decides its open disputes. @throws {Error} when there is no response. */
export async function reverse({ url }: Cluster, reference: string, form: Record<string, string>): Promise<void> {
  await fetch(`${url}/test-provider/${reference}`, { method: "POST", body: new URLSearchParams(form) });
}

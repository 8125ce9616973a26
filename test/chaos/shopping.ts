import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GraphqlResponse } from "#test/harness/subgraph-client.ts";
import type { Cluster } from "./cluster.ts";
import { type History, type Operation, type RecordedResponse, readResponse, type SentRequest } from "./history.ts";
import type { Random } from "./random.ts";
import type { Client, Product } from "./seed.ts";

const orderFields = "order { id status paymentStatus total { amount } payment { id } items { id quantity } }";
const errorFields = "userErrors { code message field }";
const documents: Readonly<Record<Operation, string>> = {
  checkoutComplete: `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { guestOrderToken ${orderFields} ${errorFields} } }`,
  orderCreate: `mutation ($input: OrderCreateInput!) { orderCreate(input: $input) { ${orderFields} ${errorFields} } }`,
  paymentProcess: `mutation ($input: PaymentProcessInput!) { paymentProcess(input: $input) { payment { status ${orderFields} } ${errorFields} } }`,
  orderCancel: `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { ${orderFields} ${errorFields} } }`,
  refundCreate: `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { payment { status ${orderFields} } ${errorFields} } }`,
  edit: `mutation ($orderId: ID!, $itemId: ID!, $quantity: Int!) { edit: orderItemUpdate(orderId: $orderId, itemId: $itemId, quantity: $quantity) { ${orderFields} ${errorFields} } }`,
};

/** The shipping address of every order. */
export const address = { line1: "1 Chaos Lane", city: "Springfield", country: "US" };
const responseMsMax = 60_000;
const fillCartMsMax = 300_000;
const pauseMsMin = 50;
const pauseMsMax = 1_000;

/** The result of a request: what later requests need of its payload, and its record in the history. */
export type RequestResult = {
  readonly response: RecordedResponse;
  /** The payment's id, if the response has one. */
  readonly paymentId: string | undefined;
  readonly guestOrderToken: string | undefined;
  readonly items: readonly { readonly id: string; readonly quantity: number }[];
  readonly request: SentRequest;
};

/** Sends requests and records their responses. */
export type Sender = {
  /**
   * Sends a request with the same key until there is a response, and returns its result. Undefined only when there was none for a minute without
   * faults, which is a violation.
   */
  send(
    client: Client,
    operation: Operation,
    request: { key: string; about?: string | undefined; payment?: string | undefined },
    variables: Record<string, unknown>,
  ): Promise<RequestResult | undefined>;
  /** Faults are injected from now on. Until `faultsEnd`, requests wait for a response without limit. */
  faultsBegin(): void;
  faultsEnd(): void;
};

/**
 * Opens a sender.
 *
 * @param repeats the rate, from 0 to 1, of requests that are repeated after their response, which must change nothing.
 * @param copies the number of concurrent copies of each request.
 */
export function openSender(cluster: Cluster, history: History, random: Random, repeats: number, copies = 1): Sender {
  let faultsEndedAtMs = 0;
  return {
    faultsBegin: () => {
      faultsEndedAtMs = Number.POSITIVE_INFINITY;
    },
    faultsEnd: () => {
      faultsEndedAtMs = Date.now();
    },
    send: async (client, operation, { key, about, payment }, variables) => {
      const request: SentRequest = {
        client: client.name,
        operation,
        key,
        about,
        payment,
        responses: [],
        sent: 0,
        errors: {},
      };
      history.requests.push(request);
      const beganAtMs = Date.now();
      let result: RequestResult | undefined;
      while (result === undefined && Date.now() < Math.max(beganAtMs, faultsEndedAtMs) + responseMsMax) {
        const results = await Promise.all(
          Array.from({ length: copies }, () => sendOnce(cluster, client, request, variables)),
        );
        result = results.find((each) => each !== undefined);
        if (result === undefined) await sleep(random.whole(pauseMsMin, pauseMsMax));
      }
      if (result !== undefined && operation !== "orderCancel" && operation !== "edit" && random.chance(repeats)) {
        await Promise.all([
          sendOnce(cluster, client, request, variables),
          sendOnce(cluster, client, request, variables),
        ]);
      }
      return result;
    },
  };
}

async function sendOnce(
  cluster: Cluster,
  client: Client,
  request: SentRequest,
  variables: Record<string, unknown>,
): Promise<RequestResult | undefined> {
  request.sent += 1;
  const received: GraphqlResponse | undefined = await cluster
    .graphql(documents[request.operation], variables, client.token)
    .catch(() => undefined);
  const recorded = received === undefined ? undefined : readResponse(request.operation, received);
  if (received === undefined || recorded === undefined) {
    const code = received === undefined ? "NETWORK" : String(received.errors[0]?.extensions?.code ?? "no payload");
    request.errors[code] = (request.errors[code] ?? 0) + 1;
    // A mistake of the test itself, which no fault can cause.
    if (code === "BAD_USER_INPUT" || code === "GRAPHQL_VALIDATION_FAILED" || code === "BAD_REQUEST") {
      throw new Error(`A request of the test is invalid: ${JSON.stringify(received)}`);
    }
    return undefined;
  }
  request.responses.push(recorded);
  const payload = received.data[request.operation];
  const order = payload.order ?? payload.payment?.order;
  return {
    response: recorded,
    paymentId: order?.payment?.id,
    items: order?.items ?? [],
    guestOrderToken: payload.guestOrderToken ?? undefined,
    request,
  };
}

/** Places an order, with or without a cart, and then may pay it, cancel it, or both at once. */
export async function visit(
  cluster: Cluster,
  sender: Sender,
  history: History,
  client: Client,
  products: readonly Product[],
  random: Random,
): Promise<void> {
  const placed =
    client.token !== undefined && random.chance(0.5)
      ? await createOrder(sender, client, products, random)
      : await checkOut(cluster, sender, history, client, products, random);
  const { orderId, paymentStatus, total } = placed?.response ?? {};
  if (placed === undefined || orderId === undefined || total === undefined) return;
  const guest = placed.guestOrderToken === undefined ? {} : { guestOrderToken: placed.guestOrderToken };
  const pay = () =>
    payOrder(sender, client, placed, guest, random.pick(["tok_ok", "tok_ok", "tok_ok", "tok_declined"]));
  const cancel = () =>
    sender.send(client, "orderCancel", { key: randomUUID(), about: orderId }, { input: { orderId, ...guest } });
  const isOpen = paymentStatus === "UNPAID" || paymentStatus === "FAILED";
  const next = random.next();
  if (next < 0.15) await cancel();
  else if (next < 0.3 && isOpen) await Promise.all([pay(), cancel()]);
  else if (next < 0.4 && isOpen) await Promise.all([pay(), pay()]);
  else if (next < 0.8 && isOpen) await pay();
}

async function createOrder(sender: Sender, client: Client, products: readonly Product[], random: Random) {
  const payment = choosePayment(random);
  const items = Array.from({ length: random.whole(1, 3) }, () => ({
    productId: random.pick(products).productId,
    quantity: random.whole(1, 3),
  }));
  const key = randomUUID();
  return sender.send(
    client,
    "orderCreate",
    { key, payment },
    { input: { idempotencyKey: key, items, shippingAddress: address, ...methodOf(payment) } },
  );
}

async function checkOut(
  cluster: Cluster,
  sender: Sender,
  history: History,
  client: Client,
  products: readonly Product[],
  random: Random,
): Promise<RequestResult | undefined> {
  const guest = client.token === undefined ? { email: `guest-${randomUUID()}@example.com` } : {};
  if (guest.email !== undefined) history.clients.set(guest.email, { email: guest.email });
  const cartToken = await fillCart(cluster, client, random.pick(products), random);
  if (cartToken === undefined) return undefined;
  const payment = choosePayment(random);
  const key = randomUUID();
  const input = {
    idempotencyKey: key,
    shippingAddress: address,
    ...guest,
    ...(cartToken === "" ? {} : { cartToken }),
    ...methodOf(payment),
  };
  return sender.send(client, "checkoutComplete", { key, payment }, { input });
}

/** Adds a product to the cart until there is a response. After a lost response it may be there twice. Returns a guest's cart token, else "". */
export async function fillCart(
  cluster: Cluster,
  client: Client,
  product: Product,
  random: Random,
  quantity: number = random.whole(1, 3),
): Promise<string | undefined> {
  const endAtMs = Date.now() + fillCartMsMax;
  while (Date.now() < endAtMs) {
    const response = await cluster
      .graphql(
        `mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cartToken ${errorFields} } }`,
        { input: { productId: product.productId, quantity } },
        client.token,
      )
      .catch(() => undefined);
    const payload = response?.data?.cartItemAdd;
    if (payload?.userErrors?.length === 0) return payload.cartToken ?? "";
    await sleep(random.whole(pauseMsMin, pauseMsMax));
  }
  return undefined;
}

/** Pays an order until there is a response. */
export async function payOrder(
  sender: Sender,
  client: Client,
  { response, paymentId }: RequestResult,
  guest: Record<string, string>,
  token: string,
): Promise<RequestResult | undefined> {
  const key = randomUUID();
  const input = {
    idempotencyKey: key,
    paymentId,
    amount: { amount: response.total, currencyCode: "USD" },
    method: { token },
    ...guest,
  };
  return sender.send(client, "paymentProcess", { key, about: response.orderId, payment: token }, { input });
}

function choosePayment(random: Random): string | undefined {
  return random.pick(["tok_ok", "tok_ok", "tok_ok", "tok_declined", undefined, undefined, undefined]);
}

function methodOf(payment: string | undefined) {
  return payment === undefined ? {} : { payment: { token: payment } };
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GraphqlResponse } from "#test/harness/subgraph-client.ts";
import type { Rig } from "./cluster.ts";
import { type History, type Operation, readTold, type Told, type Wish } from "./history.ts";
import type { Random } from "./random.ts";
import type { Client, Ware } from "./seed.ts";

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

/** Where everything is sent. */
export const address = { line1: "1 Chaos Lane", city: "Springfield", country: "US" };
const answeredMsMax = 60_000;
const filledMsMax = 300_000;
const pauseMsMin = 50;
const pauseMsMax = 1_000;

/** What a client got for a wish: the answer's payload, and what the history notes of it. */
export type Outcome = {
  readonly told: Told;
  /** The payment's id, when the answer has one. */
  readonly paymentId: string | undefined;
  readonly guestOrderToken: string | undefined;
  readonly items: readonly { readonly id: string; readonly quantity: number }[];
  readonly wish: Wish;
};

/** Sends wishes and writes down what became of them. */
export type Desk = {
  /**
   * Asks, with the same key, until there is an answer. Undefined only when there was none for a minute without faults, which the judge holds
   * against the shop.
   */
  ask(
    client: Client,
    operation: Operation,
    wish: { key: string; about?: string | undefined; payment?: string | undefined },
    variables: Record<string, unknown>,
  ): Promise<Outcome | undefined>;
  /** From now on things are broken; while they are, a wish may wait for as long as it takes. */
  faultsBegin(): void;
  faultsEnd(): void;
};

/**
 * @param repeats how often, from 0 to 1, an answered wish is sent again, which must change nothing.
 * @param copies how often a wish is sent at the same moment.
 */
export function openDesk(rig: Rig, history: History, random: Random, repeats: number, copies = 1): Desk {
  let faultsEndedAtMs = 0;
  return {
    faultsBegin: () => {
      faultsEndedAtMs = Number.POSITIVE_INFINITY;
    },
    faultsEnd: () => {
      faultsEndedAtMs = Date.now();
    },
    ask: async (client, operation, { key, about, payment }, variables) => {
      const wish: Wish = { client: client.name, operation, key, about, payment, told: [], sent: 0, refused: {} };
      history.wishes.push(wish);
      const beganAtMs = Date.now();
      let outcome: Outcome | undefined;
      while (outcome === undefined && Date.now() < Math.max(beganAtMs, faultsEndedAtMs) + answeredMsMax) {
        const outcomes = await Promise.all(Array.from({ length: copies }, () => askOnce(rig, client, wish, variables)));
        outcome = outcomes.find((each) => each !== undefined);
        if (outcome === undefined) await sleep(random.whole(pauseMsMin, pauseMsMax));
      }
      if (outcome !== undefined && operation !== "orderCancel" && operation !== "edit" && random.chance(repeats)) {
        await Promise.all([askOnce(rig, client, wish, variables), askOnce(rig, client, wish, variables)]);
      }
      return outcome;
    },
  };
}

async function askOnce(
  rig: Rig,
  client: Client,
  wish: Wish,
  variables: Record<string, unknown>,
): Promise<Outcome | undefined> {
  wish.sent += 1;
  const answer: GraphqlResponse | undefined = await rig
    .graphql(documents[wish.operation], variables, client.token)
    .catch(() => undefined);
  const told = answer === undefined ? undefined : readTold(wish.operation, answer);
  if (answer === undefined || told === undefined) {
    const code = answer === undefined ? "NETWORK" : String(answer.errors[0]?.extensions?.code ?? "no payload");
    wish.refused[code] = (wish.refused[code] ?? 0) + 1;
    // The harness's own mistakes, and no fault can bring them about.
    if (code === "BAD_USER_INPUT" || code === "GRAPHQL_VALIDATION_FAILED" || code === "BAD_REQUEST") {
      throw new Error(`A wish cannot be understood: ${JSON.stringify(answer)}`);
    }
    return undefined;
  }
  wish.told.push(told);
  const payload = answer.data[wish.operation];
  const order = payload.order ?? payload.payment?.order;
  return {
    told,
    paymentId: order?.payment?.id,
    items: order?.items ?? [],
    guestOrderToken: payload.guestOrderToken ?? undefined,
    wish,
  };
}

/** One visit to the shop: an order, by a cart or without, and then perhaps a payment, a cancellation, or both at once. */
export async function visit(
  rig: Rig,
  desk: Desk,
  history: History,
  client: Client,
  wares: readonly Ware[],
  random: Random,
): Promise<void> {
  const placed =
    client.token !== undefined && random.chance(0.5)
      ? await createOrder(desk, client, wares, random)
      : await checkOut(rig, desk, history, client, wares, random);
  const { orderId, paymentStatus, total } = placed?.told ?? {};
  if (placed === undefined || orderId === undefined || total === undefined) return;
  const guest = placed.guestOrderToken === undefined ? {} : { guestOrderToken: placed.guestOrderToken };
  const pay = () => payOrder(desk, client, placed, guest, random.pick(["tok_ok", "tok_ok", "tok_ok", "tok_declined"]));
  const cancel = () =>
    desk.ask(client, "orderCancel", { key: randomUUID(), about: orderId }, { input: { orderId, ...guest } });
  const isOpen = paymentStatus === "UNPAID" || paymentStatus === "FAILED";
  const next = random.next();
  if (next < 0.15) await cancel();
  else if (next < 0.3 && isOpen) await Promise.all([pay(), cancel()]);
  else if (next < 0.4 && isOpen) await Promise.all([pay(), pay()]);
  else if (next < 0.8 && isOpen) await pay();
}

async function createOrder(desk: Desk, client: Client, wares: readonly Ware[], random: Random) {
  const payment = choosePayment(random);
  const items = Array.from({ length: random.whole(1, 3) }, () => ({
    productId: random.pick(wares).productId,
    quantity: random.whole(1, 3),
  }));
  const key = randomUUID();
  return desk.ask(
    client,
    "orderCreate",
    { key, payment },
    { input: { idempotencyKey: key, items, shippingAddress: address, ...methodOf(payment) } },
  );
}

async function checkOut(
  rig: Rig,
  desk: Desk,
  history: History,
  client: Client,
  wares: readonly Ware[],
  random: Random,
): Promise<Outcome | undefined> {
  const guest = client.token === undefined ? { email: `guest-${randomUUID()}@example.com` } : {};
  if (guest.email !== undefined) history.clients.set(guest.email, { email: guest.email });
  const cartToken = await fillCart(rig, client, random.pick(wares), random);
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
  return desk.ask(client, "checkoutComplete", { key, payment }, { input });
}

/** Adds a ware until that is answered; a lost answer may leave it there twice, which is the cart's right. A guest's token, else "". */
export async function fillCart(
  rig: Rig,
  client: Client,
  ware: Ware,
  random: Random,
  quantity: number = random.whole(1, 3),
): Promise<string | undefined> {
  const endAtMs = Date.now() + filledMsMax;
  while (Date.now() < endAtMs) {
    const answer = await rig
      .graphql(
        `mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cartToken ${errorFields} } }`,
        { input: { productId: ware.productId, quantity } },
        client.token,
      )
      .catch(() => undefined);
    const payload = answer?.data?.cartItemAdd;
    if (payload?.userErrors?.length === 0) return payload.cartToken ?? "";
    await sleep(random.whole(pauseMsMin, pauseMsMax));
  }
  return undefined;
}

/** Pays an order that was placed, until that is answered. */
export async function payOrder(
  desk: Desk,
  client: Client,
  { told, paymentId }: Outcome,
  guest: Record<string, string>,
  token: string,
): Promise<Outcome | undefined> {
  const key = randomUUID();
  const input = {
    idempotencyKey: key,
    paymentId,
    amount: { amount: told.total, currencyCode: "USD" },
    method: { token },
    ...guest,
  };
  return desk.ask(client, "paymentProcess", { key, about: told.orderId, payment: token }, { input });
}

function choosePayment(random: Random): string | undefined {
  return random.pick(["tok_ok", "tok_ok", "tok_ok", "tok_declined", undefined, undefined, undefined]);
}

function methodOf(payment: string | undefined) {
  return payment === undefined ? {} : { payment: { token: payment } };
}

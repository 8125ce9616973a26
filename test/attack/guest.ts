import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type GraphqlResponse, postGraph } from "#test/harness/subgraph-client.ts";

/** A guest of the shop at a client address of their own. */
export type Guest = {
  /** Sends an operation once; undefined when there is no response within the timeout. */
  send(document: string, variables?: Record<string, unknown>): Promise<GraphqlResponse | undefined>;
  /** Sends an operation again while it is RATE_LIMITED or OVERLOADED, after the pause that the response asks for. */
  sendPatiently(document: string, variables?: Record<string, unknown>): Promise<GraphqlResponse | undefined>;
};

/** A product with one variant. */
export type Product = { readonly productId: string; readonly variantId: string };

const requestTimeoutMs = 15_000;
const patienceMsMax = 60_000;
const pauseMsMin = 250;

/** Returns a guest whose requests a trusted proxy forwards from an address. */
export function guestAt(url: string, address: string): Guest {
  const send: Guest["send"] = (document, variables = {}) =>
    postGraph(
      `${url}/graphql`,
      document,
      variables,
      { "x-forwarded-for": address },
      AbortSignal.timeout(requestTimeoutMs),
    ).catch(() => undefined);
  return {
    send,
    sendPatiently: async (document, variables) => {
      const deadlineMs = Date.now() + patienceMsMax;
      for (;;) {
        const response = await send(document, variables);
        const { code, retryAfterSeconds } = response?.errors[0]?.extensions ?? {};
        const isBusy = code === "RATE_LIMITED" || code === "OVERLOADED";
        const pauseMs = Math.max(pauseMsMin, Number(retryAfterSeconds ?? 0) * 1_000);
        if (!isBusy || Date.now() + pauseMs > deadlineMs) return response;
        await sleep(pauseMs);
      }
    },
  };
}

const address = { line1: "1 Main Street", city: "Springfield", country: "US" };
export const addToCart = `mutation AddToCart($input: CartItemAddInput!) {
  cartItemAdd(input: $input) { cartToken userErrors { code } } }`;
export const checkout = `mutation Checkout($input: CheckoutCompleteInput!) {
  checkoutComplete(input: $input) {
    guestOrderToken order { id paymentStatus total { amount } payment { id } } userErrors { code message } } }`;

/**
 * Buys units of a product as a guest, by cart and checkout.
 *
 * @param token the sandbox provider's token; without one the order stays unpaid.
 * @returns the order, or a sentence about what went wrong.
 */
export async function buy(
  guest: Guest,
  { productId, variantId }: Product,
  options: { quantity: number; email: string; token?: string },
): Promise<{ id: string; paymentStatus: string; guestOrderToken: string } | string> {
  const { quantity, email, token } = options;
  const added = await guest.sendPatiently(addToCart, { input: { productId, variantId, quantity } });
  const cartToken = added?.data?.cartItemAdd?.cartToken;
  if (typeof cartToken !== "string") return `The cart failed: ${describe(added, "cartItemAdd")}`;
  const payment = token === undefined ? {} : { payment: { token } };
  const input = { idempotencyKey: randomUUID(), cartToken, email, shippingAddress: address, ...payment };
  const placed = await guest.sendPatiently(checkout, { input });
  const payload = placed?.data?.checkoutComplete;
  if (payload?.order == null) return `The checkout failed: ${describe(placed, "checkoutComplete")}`;
  return { ...payload.order, guestOrderToken: payload.guestOrderToken };
}

function describe(response: GraphqlResponse | undefined, field: string): string {
  if (response === undefined) return "no response";
  return JSON.stringify(response.data?.[field]?.userErrors ?? response.errors);
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GraphqlResponse } from "#test/harness/subgraph-client.ts";
import { addToCart, checkout, type Guest, guestAt, type Product } from "./guest.ts";

/** The load's requests: their durations, and the number that failed by code, path and message. */
export type LoadReport = { readonly durationsMs: readonly number[]; readonly failures: ReadonlyMap<string, number> };

const shoppers = 12;
const thinkMsMax = 400;

const listProducts = `query ListProducts($after: String) {
  products(first: 20, after: $after) { nodes { id name slug price { amount } imageUrl } pageInfo { endCursor } } }`;
const readProduct = `query ReadProduct($id: ID!) {
  product(id: $id) { name description price { amount } quantityAvailable owner { displayName } } }`;

/** Lets shoppers at addresses of their own browse and buy until the signal aborts, and reports their requests. */
export async function shop(url: string, products: readonly Product[], signal: AbortSignal): Promise<LoadReport> {
  const durationsMs: number[] = [];
  const failures = new Map<string, number>();
  const timed = async (guest: Guest, document: string, variables: Record<string, unknown>) => {
    const beganAtMs = performance.now();
    const response = await guest.send(document, variables);
    durationsMs.push(performance.now() - beganAtMs);
    const failure = failureOf(response);
    if (failure !== undefined) failures.set(failure, (failures.get(failure) ?? 0) + 1);
    await sleep(Math.random() * thinkMsMax);
    return response;
  };
  let visits = 0;
  const visit = async () => {
    visits += 1;
    const guest = guestAt(url, `198.51.${100 + (visits >> 8)}.${visits & 255}`);
    const page = await timed(guest, listProducts, {});
    await timed(guest, listProducts, { after: page?.data?.products?.pageInfo?.endCursor ?? null });
    const product = products[visits % products.length];
    if (product === undefined) return;
    const variant = { productId: product.productId, variantId: product.variantId };
    await timed(guest, readProduct, { id: product.productId });
    const added = await timed(guest, addToCart, { input: { ...variant, quantity: 1 } });
    const cartToken = added?.data?.cartItemAdd?.cartToken;
    if (typeof cartToken !== "string") return;
    await timed(guest, checkout, {
      input: {
        idempotencyKey: randomUUID(),
        cartToken,
        email: `shopper-${visits}@example.com`,
        shippingAddress: { line1: "1 Main Street", city: "Springfield", country: "US" },
        payment: { token: "tok_ok" },
      },
    });
  };
  await Promise.all(
    Array.from({ length: shoppers }, async () => {
      while (!signal.aborted) await visit();
    }),
  );
  return { durationsMs, failures };
}

function failureOf(response: GraphqlResponse | undefined): string | undefined {
  if (response === undefined) return "no response";
  const [error] = response.errors;
  if (error === undefined) return undefined;
  return `${error.extensions?.code} ${error.path?.join(".") ?? ""} (${error.message})`;
}

/** Returns the value below which a share of the sorted values lies, from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

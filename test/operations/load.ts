import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Instance, isReady } from "./instance.ts";

/** One request of the load. */
export type Sample = {
  readonly kind: "query" | "mutation";
  readonly atMs: number;
  readonly ms: number;
  /** The error's code, or what the connection reported; undefined on success. */
  readonly failure: string | undefined;
};

/** Browsing and buying customers, from when it starts until it is stopped. */
export type Load = {
  readonly samples: readonly Sample[];
  /** Resolves when the last customer has finished. */
  stop(): Promise<void>;
};

const reply = z.object({
  data: z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).nullish(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }).loose() }).loose()).optional(),
});

const requestTimeoutMs = 15_000;
const balancerMs = 200;

const browse = `query Browse { products(first: 5) { nodes { id name price { amount } owner { displayName } quantityAvailable } } }`;
const add = `mutation Add($product: ID!, $token: String) { cartItemAdd(input: { productId: $product, cartToken: $token }) {
  cartToken userErrors { code message } } }`;
const buy = `mutation Buy($token: String, $key: String!) { checkoutComplete(input: { cartToken: $token, idempotencyKey: $key,
  email: "customer-of-the-trial@example.com", shippingAddress: { line1: "1 Main St", country: "US" }, payment: { token: "pm_card_visa" } }) {
  order { id paymentStatus } userErrors { code message } } }`;

/**
 * Starts guests who look at products, put one into a cart and buy it. A load balancer in front of the gateways leaves out those that are not ready, as
 * any would.
 */
export function startLoad(gateways: readonly Instance[], productId: string, customers: number): Load {
  const samples: Sample[] = [];
  const ready = new Set(gateways);
  let stopped = false;
  let turn = 0;
  const balancing = (async () => {
    while (!stopped) {
      await Promise.all(
        gateways.map(async (gateway) => {
          if (await isReady(gateway.url)) ready.add(gateway);
          else ready.delete(gateway);
        }),
      );
      await sleep(balancerMs);
    }
  })();
  const request = async (kind: Sample["kind"], query: string, variables: object) => {
    const all = Array.from(ready);
    turn += 1;
    const gateway = all[turn % all.length] ?? gateways[0];
    const startedAt = performance.now();
    let failure: string | undefined;
    let data: z.infer<typeof reply>["data"];
    try {
      const response = await fetch(`${gateway?.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      const body = reply.parse(await response.json());
      failure = body.errors?.[0]?.extensions.code;
      data = body.data ?? undefined;
    } catch (error) {
      failure = error instanceof Error ? `${error.message} ${String(error.cause ?? "")}` : String(error);
    }
    samples.push({ kind, atMs: Date.now(), ms: performance.now() - startedAt, failure });
    return data;
  };
  const shop = async () => {
    while (!stopped) {
      await request("query", browse, {});
      await request("query", browse, {});
      const added = await request("mutation", add, { product: productId });
      const token = added?.cartItemAdd?.cartToken;
      if (typeof token === "string") await request("mutation", buy, { token, key: randomUUID() });
      await sleep(100);
    }
  };
  const shopping = Array.from({ length: customers }, shop);
  return {
    samples,
    stop: async () => {
      stopped = true;
      await Promise.all([...shopping, balancing]);
    },
  };
}

/** The 99th percentile, in milliseconds. */
export function p99(samples: readonly Sample[]): number {
  const sorted = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

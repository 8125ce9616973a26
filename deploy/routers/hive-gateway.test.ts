import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createShop } from "#client/sdk/shop.ts";
import { freePort } from "#deploy/local/ports.ts";
import { openShop, type TestShop } from "#test/harness/shop.ts";
import { postGraph } from "#test/harness/subgraph-client.ts";

const installed = existsSync(path.join(import.meta.dirname, "hive/node_modules/.bin/hive-gateway"));
const routerSecret = "a secret that only the router and the subgraphs know";
const startTimeoutMs = 60_000;

// Installed apart, by `npm ci` in deploy/routers/hive; without it there is nothing to test.
describe.skipIf(!installed)("Hive Gateway over the real subgraphs, which enforce", () => {
  let shop: TestShop;
  let gateway: ChildProcess | undefined;
  let url = "";

  const startHive = async (secret: string): Promise<{ child: ChildProcess; url: string }> => {
    const port = await freePort();
    const child = fork(path.join(import.meta.dirname, "hive/run.ts"), [], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        NODE_ENV: "production",
        ROUTER_SECRET: secret,
        ROUTER_PORT: String(port),
        ...Object.fromEntries(
          Object.entries(shop.subgraphUrls).map(([name, origin]) => [
            `SUBGRAPH_${name.toUpperCase()}_URL`,
            `${origin}/graphql`,
          ]),
        ),
      },
    });
    const address = `http://127.0.0.1:${port}/graphql`;
    const until = Date.now() + startTimeoutMs;
    for (;;) {
      const response = await postGraph(address, "{ __typename }", {}, {}).catch(() => undefined);
      if (response?.status === 200) break;
      if (Date.now() > until) throw new Error("Hive Gateway does not start.");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return { child, url: address };
  };

  beforeAll(async () => {
    shop = await openShop({ variables: { ROUTER_SECRET: routerSecret } });
    const started = await startHive(routerSecret);
    gateway = started.child;
    url = started.url;
  }, startTimeoutMs);
  afterAll(async () => {
    gateway?.kill("SIGTERM");
    await shop?.[Symbol.asyncDispose]();
  });

  const ask = (document: string, variables: Record<string, unknown> = {}, token?: string) =>
    postGraph(url, document, variables, token === undefined ? {} : { authorization: `Bearer ${token}` });

  test("a user signs in, fills a cart, checks out, and reads the order with product and seller in one query", async () => {
    const visitor = createShop({ url });
    const { accessToken } = await visitor.signIn({ email: "customer@example.com", password: "customer123" });
    const token = accessToken ?? "";
    const listed = await ask('{ products(first: 1, search: "mouse") { nodes { id name } } }');
    const [product] = listed.data.products.nodes;
    const added = await ask(
      "mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) { cart { totalQuantity } userErrors { code } } }",
      { input: { productId: product?.id, quantity: 2 } },
      token,
    );
    expect(added.data).toMatchObject({ cartItemAdd: { cart: { totalQuantity: 2 }, userErrors: [] } });
    const placed = await ask(
      `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
        order { id status paymentStatus items { quantity product { name owner { displayName } } } } userErrors { code message } } }`,
      {
        input: {
          idempotencyKey: "through-hive",
          shippingAddress: { line1: "1 Main Street", country: "US" },
          payment: { token: "tok_ok" },
        },
      },
      token,
    );
    expect(placed).toMatchObject({ data: { checkoutComplete: { order: { status: "PAID" }, userErrors: [] } } });
    const read = await ask(
      "{ me { orders { nodes { items { quantity product { name owner { displayName } } } } } } }",
      {},
      token,
    );
    expect(read.data).toMatchObject({
      me: {
        orders: {
          nodes: [
            { items: [{ quantity: 2, product: { name: product?.name, owner: { displayName: expect.any(String) } } }] },
          ],
        },
      },
    });
  });

  test("the subgraphs reject a guest and a user without the permission", async () => {
    const guest = await ask("{ orders { nodes { id } } }");
    expect(guest.data).toMatchObject({ orders: null });
    const { accessToken } = await shop.customer();
    const customer = await ask("{ orders { nodes { id } } users { nodes { id } } }", {}, accessToken);
    expect(customer.data).toEqual({ orders: null, users: null });
    const admin = await ask("{ orders { nodes { id } } }", {}, (await shop.admin()).accessToken);
    expect(admin.data).toMatchObject({ orders: { nodes: expect.any(Array) } });
  });

  test("a forged token is refused, and so is everything by a router that does not know the secret", async () => {
    const forged = await ask("{ me { id } }", {}, "x.y.z");
    expect(forged.data?.me ?? null).toBeNull();
    expect(forged.errors.length).toBeGreaterThan(0);
    const stranger = await startHive("a secret that nobody in this shop knows");
    try {
      const refused = await postGraph(stranger.url, "{ products { nodes { id } } }", {}, {});
      expect(refused.data?.products ?? null).toBeNull();
    } finally {
      stranger.child.kill("SIGTERM");
    }
  });
});

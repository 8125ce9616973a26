import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import autocannon from "autocannon";
import { makeInternalKey } from "#platform/auth/internal-tokens.ts";
import { type BenchShop, openBenchShop } from "./gateway-shop.ts";
import { type Behind, gatewayKinds, type MeasuredGateway } from "./gateways.ts";

const connections = 50;
const warmSeconds = 3;
const measureSecondsDefault = 8;

/** One kind of request: one of these after another, or another one each time. */
type Scenario = {
  readonly name: string;
  readonly token?: string | undefined;
  readonly bodies: readonly string[] | (() => string);
  /** Whether each response is checked, which takes the load generator's time. */
  readonly verified?: boolean;
};

type Measured = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMs: number;
  readonly failed: number;
};

/** So many that hardly two of those under way are equal, for equal ones our gateway fetches once. */
const variants = 200;

const productsQuery = `query Products($max: Decimal, $after: String) {
  products(first: 20, after: $after, filter: { price: { max: $max } }) {
    nodes { id name slug description imageUrl priceRange { min { amount currencyCode } max { amount currencyCode } } categories { id name } }
    pageInfo { hasNextPage endCursor } } }`;
const orderPageQuery = `query OrderPage($after: String) { me { id displayName orders(first: 5, after: $after) { nodes {
  id number status total { amount currencyCode } createdAt
  items { id productName quantity unitPrice { amount currencyCode } product { id name slug imageUrl owner { id displayName } } } } } } }`;

/**
 * Measures our gateway, Apollo's own with its default data source, and Hive Gateway side by side, one process each: over the shop, with the demo
 * catalogue and 1,000 orders, and over subgraphs that respond at once.
 *
 * @param words the seconds of each measurement, the names of the gateways, all of them unless given, and `shop` to leave the instant subgraphs out.
 */
export async function benchGateway(words: readonly string[]): Promise<boolean> {
  const seconds = Number(words.find((word) => /^\d+$/.test(word)) ?? measureSecondsDefault);
  const names = words.filter((word) => Object.hasOwn(gatewayKinds, word));
  const kinds = names.length === 0 ? Object.keys(gatewayKinds) : names;
  const isShopOnly = words.includes("shop");
  if (!isShopOnly)
    await withInstantSubgraphs((behind) =>
      compare("Subgraphs that respond at once", kinds, behind, seconds, instantScenarios()),
    );
  const shop = await openBenchShop();
  try {
    await compare("The shop", kinds, shop.behind, seconds, shopScenarios(shop));
  } finally {
    await shop.close();
  }
  return true;
}

function asked(query: string, variables: Record<string, unknown> = {}): string {
  return JSON.stringify({ query, variables });
}

const productsBodies = Array.from({ length: variants }, (_body, index) =>
  asked(productsQuery, { max: `${2_000 + index}.00` }),
);

function instantScenarios(): Scenario[] {
  const orderPages = Array.from({ length: variants }, (_body, index) =>
    asked(orderPageQuery, { after: `page-${index}` }),
  );
  return [
    { name: "products, 1 fetch", bodies: productsBodies },
    { name: "products, the same request from everybody", bodies: productsBodies.slice(0, 1) },
    { name: "order page, 4 fetches", bodies: orderPages },
    { name: "order page, the same request from everybody", bodies: orderPages.slice(0, 1) },
  ];
}

function shopScenarios({ token, cursors, checkoutBody }: BenchShop): Scenario[] {
  return [
    { name: "products, 1 fetch", bodies: productsBodies },
    { name: "products, the same request from everybody", bodies: productsBodies.slice(0, 1) },
    {
      name: "order page, orders → products → users",
      token,
      bodies: cursors.map((after) => asked(orderPageQuery, { after })),
    },
    { name: "checkout, an order placed and paid", token, bodies: checkoutBody, verified: true },
  ];
}

async function withInstantSubgraphs(work: (behind: Behind) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-bench-"));
  const internalKey = path.join(directory, "gateway.jwk");
  await writeFile(internalKey, JSON.stringify((await makeInternalKey("gateway")).privateJwk));
  const child = fork(path.join(import.meta.dirname, "instant-subgraphs.ts"));
  try {
    const addresses = await new Promise<Record<string, string>>((resolve, reject) => {
      child.once("message", (message) => resolve(message as Record<string, string>));
      child.once("exit", () => reject(new Error("The subgraphs that respond at once do not start.")));
    });
    await work({ addresses, internalKey, routerSecret: randomUUID() });
  } finally {
    child.kill();
    await rm(directory, { recursive: true });
  }
}

async function compare(
  title: string,
  kinds: readonly string[],
  behind: Behind,
  seconds: number,
  scenarios: readonly Scenario[],
): Promise<void> {
  console.log(`\n### ${title}\n`);
  console.log("| request | gateway | requests/s | p50 ms | p99 ms | CPU ms a request | failed |");
  console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
  const gateways: MeasuredGateway[] = [];
  try {
    for (const kind of kinds) {
      const start = gatewayKinds[kind];
      if (start !== undefined) gateways.push(await start(behind));
    }
    for (const scenario of scenarios) {
      for (const gateway of gateways) {
        const { perSecond, p50, p99, cpuMs, failed } = await measure(gateway, scenario, seconds);
        console.log(
          `| ${scenario.name} | ${gateway.name} | ${perSecond.toFixed(0)} | ${p50} | ${p99} | ${cpuMs.toFixed(3)} | ${failed} |`,
        );
      }
    }
  } finally {
    for (const gateway of gateways) gateway.stop();
  }
}

async function measure(gateway: MeasuredGateway, scenario: Scenario, seconds: number): Promise<Measured> {
  await checkResponse(gateway, scenario);
  await run(gateway, scenario, warmSeconds);
  const before = gateway.cpuMs();
  const result = await run(gateway, scenario, seconds);
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpuMs: (gateway.cpuMs() - before) / Math.max(1, result.requests.total),
    failed: result.non2xx + result.errors + result.mismatches,
  };
}

function run(gateway: MeasuredGateway, scenario: Scenario, duration: number): Promise<autocannon.Result> {
  const { bodies, token, verified } = scenario;
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  let turn = 0;
  const next = () => {
    turn += 1;
    return typeof bodies === "function" ? bodies() : (bodies[turn % bodies.length] ?? "");
  };
  return autocannon({
    url: gateway.url,
    method: "POST",
    headers,
    connections,
    duration,
    ...(verified === true ? { verifyBody: (text) => isGood(String(text)) } : {}),
    requests: [{ method: "POST", headers, setupRequest: (request) => ({ ...request, body: next() }) }],
  });
}

/** Whether a response has neither errors nor user errors. */
function isGood(text: string): boolean {
  return !text.includes('"errors":[') && !/"userErrors":\[\{/.test(text);
}

/** Before it is measured: every request must succeed. @throws {Error} with the response otherwise. */
async function checkResponse(gateway: MeasuredGateway, { name, bodies, token }: Scenario): Promise<void> {
  const response = await fetch(gateway.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof bodies === "function" ? bodies() : (bodies[0] ?? ""),
  });
  const text = await response.text();
  if (!response.ok || !isGood(text)) throw new Error(`${gateway.name}, ${name}: ${text.slice(0, 500)}`);
}

import path from "node:path";
import { type Launch, launchShop, type Shop } from "./shop.ts";

const root = path.join(import.meta.dirname, "../..");

/** `npm start`: the whole shop on this machine, until Ctrl-C, SIGTERM or the end of its terminal. */
async function main(): Promise<void> {
  const startedAtMs = performance.now();
  const launch = launchShop({
    root,
    environment: process.env,
    files: {
      gateway: path.join(root, "gateway/main.ts"),
      users: path.join(root, "subgraphs/users/main.ts"),
      products: path.join(root, "subgraphs/products/main.ts"),
      orders: path.join(root, "subgraphs/orders/main.ts"),
    },
    putDemoData: { users: async () => {}, products: async () => {}, orders: async () => {} },
    say,
  });
  endOnSignals(launch);
  const shop = await launch.started;
  console.log(describe(shop, performance.now() - startedAtMs));
}

function endOnSignals(launch: Launch): void {
  let signals = 0;
  const end = () => {
    signals += 1;
    if (signals === 1) {
      say("Stopping: requests under way are answered first. Ctrl-C again to be quicker.");
      launch.stop().then(
        () => process.exit(0),
        (error: Error) => fail(error),
      );
    } else {
      launch.kill();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  // When the terminal is gone nobody reads, and that must not end the launcher before what it started.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

function describe(shop: Shop, tookMs: number): string {
  const accounts = [
    "  Sign in with  admin@example.com     admin123     ADMIN",
    "                seller@example.com    seller123    SELLER",
    "                customer@example.com  customer123  CUSTOMER",
    "",
  ];
  return [
    "",
    `The shop is open, after ${(tookMs / 1000).toFixed(1)} s.`,
    "",
    `  GraphQL       ${shop.gatewayUrl}/graphql`,
    `  Explorer      ${shop.gatewayUrl}/explorer`,
    `  Mail          ${path.join(shop.dataDirectory, "mail")}`,
    `  Data          ${shop.dataDirectory}`,
    "",
    ...(shop.hasDemoData ? accounts : []),
    "Ctrl-C stops it.",
    "",
  ].join("\n");
}

function say(sentence: string): void {
  console.error(sentence);
}

function fail(error: Error): void {
  say(error.message);
  process.exit(1);
}

await main().catch(fail);

import path from "node:path";
import { type Launch, launchShop, type Shop, type ShopOptions } from "./shop.ts";

const parentWatchMs = 250;
/** Under `npm start` one Ctrl-C arrives twice: the terminal sends it to both processes, and npm forwards its own. */
const sameSignalMs = 500;

/**
 * Runs a shop in this process until Ctrl-C, SIGTERM or the end of its terminal, and prints where to find it. Exits with 0 when it was asked to stop, and
 * with 1 and the reason when the shop cannot start.
 */
export async function runLauncher({
  onRunning,
  ...options
}: Omit<ShopOptions, "say"> & {
  /** Called once the shop runs, with a function that restarts one of its services. */
  onRunning?: (restart: Launch["restart"]) => void;
}): Promise<void> {
  const startedAtMs = performance.now();
  const launch = launchShop({ ...options, say });
  let stopRequested = false;
  endOnSignals(launch, () => {
    stopRequested = true;
  });
  try {
    const shop = await launch.started;
    console.log(describe(shop, performance.now() - startedAtMs));
    onRunning?.(launch.restart);
  } catch (error) {
    // A start that was stopped on purpose is not an error.
    if (!stopRequested) fail(error instanceof Error ? error : new Error(String(error)));
  }
}

function endOnSignals(launch: Launch, onFirst: () => void): void {
  let endingSinceMs: number | undefined;
  const end = () => {
    if (endingSinceMs !== undefined) return;
    endingSinceMs = performance.now();
    onFirst();
    say("Stopping once requests in flight are complete. Press Ctrl-C again to stop now.");
    launch.stop().then(
      () => process.exit(0),
      (error: Error) => fail(error),
    );
  };
  const endOrHurry = () => {
    if (endingSinceMs !== undefined && performance.now() - endingSinceMs > sameSignalMs) launch.kill();
    end();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, endOrHurry);
  endWithNpm(end);
  // After the terminal is gone output has no reader, which must not end the launcher before the services.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/** Under `npm start` this process ends with npm: killing npm is meant to stop the shop, and this process is not visible to the user. */
function endWithNpm(end: () => void): void {
  if (process.env.npm_lifecycle_event !== "start") return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    end();
  }, parentWatchMs);
  watch.unref();
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

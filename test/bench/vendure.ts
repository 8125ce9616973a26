import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import autocannon from "autocannon";
import { freePort } from "#deploy/local/ports.ts";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { startBenchShop } from "./gateway-shop.ts";
import { buyAtAgora, buyAtVendure, comparedOperations, fillCatalogue } from "./vendure-operations.ts";

const folder = path.join(import.meta.dirname, "vendure");
const connections = 10;
const secondsDefault = 6;
const rounds = 2;
const startTimeoutMs = 60_000;

/** How many times Vendure's requests a second each operation must reach. */
const leastRatios: Readonly<Record<string, number>> = {
  "list of 12 with variants, stock, count": 15,
  detail: 8,
  "search with facets and count": 4,
  "add to a new cart": 8,
  "cart to paid order": 5,
};

type Measured = { readonly perSecond: number; readonly p50: number; readonly p99: number };

/**
 * Measures five everyday operations here and in Vendure 3.7.3, in turn and in one run: ten connections, the same size of catalogue, one Postgres server of the
 * same version and settings each. Of two rounds the better counts for each. Vendure is installed apart: `npm ci` in test/bench/vendure.
 *
 * @param words the seconds of each measurement.
 * @returns whether each operation is as many times as fast as it must be.
 */
export async function benchVendure(words: readonly string[]): Promise<boolean> {
  if (!existsSync(path.join(folder, "node_modules"))) {
    console.error("Vendure is not installed. Run npm ci in test/bench/vendure first.");
    return false;
  }
  const seconds = Number(words[0] ?? secondsDefault);
  const vendure = await startVendure();
  try {
    const shop = await startBenchShop();
    try {
      const product = await fillCatalogue(shop.ask);
      const runs: [string, () => Promise<Measured>, () => Promise<Measured>][] = [
        ...comparedOperations(product).map(({ name, vendure: theirs, agora: ours }): (typeof runs)[number] => [
          name,
          () => measureRequests(vendure.url, theirs, seconds),
          () => measureRequests(shop.url, ours, seconds),
        ]),
        [
          "cart to paid order",
          () => measureFlow(() => buyAtVendure(vendure.url), seconds),
          () => measureFlow(() => buyAtAgora(shop.url, product), seconds),
        ],
      ];
      console.log("| operation | Vendure a second (p50, p99 ms) | Agora a second (p50, p99 ms) | times | must |");
      console.log("| --- | ---: | ---: | ---: | ---: |");
      let kept = true;
      for (const [name, measureTheirs, measureOurs] of runs) {
        let theirs = await measureTheirs();
        let ours = await measureOurs();
        for (let round = 1; round < rounds; round += 1) {
          theirs = faster(theirs, await measureTheirs());
          ours = faster(ours, await measureOurs());
        }
        const ratio = ours.perSecond / theirs.perSecond;
        const least = leastRatios[name] ?? 1;
        kept &&= ratio >= least;
        console.log(`| ${name} | ${cells(theirs)} | ${cells(ours)} | ${ratio.toFixed(1)} | ${least} |`);
      }
      return kept;
    } finally {
      await shop.close();
    }
  } finally {
    await vendure.close();
  }
}

function faster(one: Measured, other: Measured): Measured {
  return other.perSecond > one.perSecond ? other : one;
}

function cells({ perSecond, p50, p99 }: Measured): string {
  return `${perSecond.toFixed(1)} (${p50}, ${p99})`;
}

/** Starts Vendure over a Postgres of its own, with its demo catalogue. */
async function startVendure(): Promise<{ url: string; close: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-bench-vendure-"));
  const server = await startPostgres({ directory, whenParentEnds: "remove" });
  const {
    hostname,
    username,
    password,
    pathname,
    port: databasePort,
  } = new URL(await ensureDatabase(server, "vendure"));
  if (hostname !== "127.0.0.1") throw new Error("Vendure's database is expected on this machine.");
  const port = await freePort();
  const environment = {
    PATH: process.env.PATH,
    HOME: directory,
    // In production it refuses its demo password.
    NODE_ENV: "staging",
    PORT: String(port),
    DATABASE_PORT: databasePort,
    DATABASE_USER: username,
    DATABASE_PASSWORD: decodeURIComponent(password),
    DATABASE_NAME: pathname.slice(1),
    ASSETS: path.join(directory, "assets"),
  };
  const close = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  let child: ChildProcess | undefined;
  try {
    process.stderr.write("Vendure fills its catalogue.\n");
    const { status } = spawnSync(process.execPath, ["server.mjs"], {
      cwd: folder,
      env: { ...environment, POPULATE: "1" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) throw new Error("Vendure could not fill its catalogue.");
    const started = fork(path.join(folder, "server.mjs"), [], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("Vendure does not start.")), startTimeoutMs);
      started.once("message", () => {
        clearTimeout(late);
        resolve();
      });
      started.once("exit", () => reject(new Error("Vendure ended at its start.")));
    });
  } catch (error) {
    child?.kill("SIGKILL");
    await close();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}/shop-api`,
    close: async () => {
      child?.kill("SIGKILL");
      await close();
    },
  };
}

/** Requests with another body each time, from all connections at once. @throws {Error} for a response that is not good. */
async function measureRequests(url: string, nextBody: () => string, duration: number): Promise<Measured> {
  const result = await autocannon({
    url,
    connections,
    duration,
    method: "POST",
    headers: { "content-type": "application/json" },
    requests: [{ method: "POST", setupRequest: (request) => ({ ...request, body: nextBody() }) }],
  });
  const failed = result.non2xx + result.errors;
  if (failed > 0) throw new Error(`${url}: ${failed} requests failed.`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

/** As many buyers at once as there are connections, each beginning again when it has bought. */
async function measureFlow(buy: () => Promise<void>, seconds: number): Promise<Measured> {
  const endAtMs = performance.now() + seconds * 1_000;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endAtMs) {
        const startedAtMs = performance.now();
        await buy();
        times.push(performance.now() - startedAtMs);
      }
    }),
  );
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? Number.NaN);
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

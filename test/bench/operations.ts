import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import autocannon from "autocannon";
import { startBenchShop } from "./gateway-shop.ts";
import { readCpu, readMemory, readPostmaster, readVariable } from "./processes.ts";
import { buyAtAgora, comparedOperations, fillCatalogue } from "./vendure-operations.ts";

const connections = 10;
const warmSeconds = 2;
const secondsDefault = 5;

type Measured = { readonly perSecond: number; readonly p50: number; readonly p99: number; readonly count: number };

/**
 * Measures the processor time that everyday operations take of each process, per request, over the shop as `npm start` starts it. Beside the list and the
 * detail stands a floor: one process of Node that responds from the same database without GraphQL.
 *
 * @param words the seconds of each measurement.
 */
export async function benchOperations(words: readonly string[]): Promise<boolean> {
  const seconds = Number(words[0] ?? secondsDefault);
  const shop = await startBenchShop();
  let floor: { url: string; child: ChildProcess } | undefined;
  try {
    const product = await fillCatalogue(shop.ask);
    const databaseUrl = await readVariable(/products\/main\.ts/, "PRODUCTS_DATABASE_URL");
    const postmaster = await readPostmaster(databaseUrl);
    floor = await startFloor(databaseUrl);
    const memory = [...(await readMemory())].map(([name, mebibytes]) => `${name} ${mebibytes.toFixed(0)} MiB`);
    console.log(`Private memory after the start: ${memory.join(", ")}.\n`);
    const { url } = shop;
    const floorUrl = floor.url;
    const runs: [string, (duration: number) => Promise<Measured>][] = [
      ["list: the floor", (duration) => measure(`${floorUrl}/list`, () => "{}", duration)],
      ["detail: the floor", (duration) => measure(`${floorUrl}/detail`, () => '{"slug":"compare-stand-1"}', duration)],
      ...comparedOperations(product).map(({ name, agora }): (typeof runs)[number] => [
        name,
        (duration) => measure(url, agora, duration),
      ]),
      ["cart to paid order", (duration) => measureFlow(() => buyAtAgora(url, product), duration)],
    ];
    const names = [...(await readCpu(postmaster)).keys()];
    console.log(`| operation | a second | p50 ms | p99 ms | ${names.join(" | ")} |`);
    console.log(`| --- | ---: | ---: | ---: |${" ---: |".repeat(names.length)}`);
    for (const [name, run] of runs) {
      await run(warmSeconds);
      const before = await readCpu(postmaster);
      const measured = await run(seconds);
      const after = await readCpu(postmaster);
      const cells = names.map((part) => {
        const ms = ((after.get(part) ?? 0) - (before.get(part) ?? 0)) / measured.count;
        return ms < 0.005 ? "" : ms.toFixed(2);
      });
      console.log(
        `| ${name} | ${measured.perSecond.toFixed(0)} | ${measured.p50} | ${measured.p99} | ${cells.join(" | ")} |`,
      );
    }
    const later = [...(await readMemory())].map(([name, mebibytes]) => `${name} ${mebibytes.toFixed(0)} MiB`);
    console.log(`\nPrivate memory afterwards: ${later.join(", ")}.`);
    return true;
  } finally {
    floor?.child.kill();
    await shop.close();
  }
}

async function startFloor(databaseUrl: string): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(path.join(import.meta.dirname, "floor.ts"), {
    env: { ...process.env, PRODUCTS_DATABASE_URL: databaseUrl },
  });
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    child.once("message", (message) => resolve(message as { port: number }));
    child.once("exit", () => reject(new Error("The floor's process ended at its start.")));
  });
  return { url: `http://127.0.0.1:${port}`, child };
}

async function measure(url: string, nextBody: () => string, duration: number): Promise<Measured> {
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
  const { requests, latency } = result;
  return { perSecond: requests.average, p50: latency.p50, p99: latency.p99, count: requests.total };
}

/** As many buyers at once as there are connections, each beginning again after an order. */
async function measureFlow(buy: () => Promise<void>, seconds: number): Promise<Measured> {
  const endsAtMs = performance.now() + seconds * 1_000;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endsAtMs) {
        const startedAtMs = performance.now();
        await buy();
        times.push(performance.now() - startedAtMs);
      }
    }),
  );
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? Number.NaN);
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), count: times.length };
}

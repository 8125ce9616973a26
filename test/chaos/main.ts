import { parseArgs } from "node:util";
import type { RunResult } from "./load.ts";
import { disturbAfterSale } from "./parts/after-sale.ts";
import { interruptBroker } from "./parts/broker-outage.ts";
import { crashAtEveryPoint } from "./parts/crash-points.ts";
import { injectFaults } from "./parts/injected-faults.ts";
import { killServices } from "./parts/kills.ts";
import { sellLastUnits } from "./parts/last-units.ts";
import { redeemLastUses } from "./parts/last-uses.ts";
import { killUploads, killUploadsToS3 } from "./parts/media.ts";
import { restartPostgres } from "./parts/postgres.ts";
import { disturbProvider } from "./parts/provider.ts";
import { runRaces } from "./parts/races.ts";
import { moveSubtreeWhileSelling } from "./parts/subtree-move.ts";

/** The settings of a part. `count` is the number of faults, operations or products. */
type Settings = { seed: number; count: number; report: (line: string) => void };

const parts: Readonly<Record<string, { count: number; run: (settings: Settings) => Promise<RunResult> }>> = {
  kills: { count: 200, run: killServices },
  "crash-points": { count: 1_000, run: crashAtEveryPoint },
  postgres: { count: 30, run: restartPostgres },
  provider: { count: 2_000, run: disturbProvider },
  races: { count: 500, run: runRaces },
  "after-sale": { count: 500, run: disturbAfterSale },
  "last-units": { count: 10_000, run: sellLastUnits },
  "last-uses": { count: 10_000, run: redeemLastUses },
  rabbitmq: { count: 60, run: interruptBroker },
  media: { count: 1_000, run: killUploads },
  "media-s3": { count: 1_000, run: killUploadsToS3 },
  "subtree-move": { count: 100_000, run: moveSubtreeWhileSelling },
  planted: { count: 100, run: injectFaults },
};

const usage = `npm run test:chaos [-- <part>…] [--seed <number>] [--count <number>]
parts: ${Object.keys(parts).join(", ")}; all of them by default`;

/** Injects every fault that the shop must survive, and checks the invariants. Returns exit code 1 for any violation. */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string" }, count: { type: "string" } },
  });
  const names = positionals.length === 0 ? Object.keys(parts) : positionals;
  const unknown = names.find((name) => parts[name] === undefined);
  if (unknown !== undefined) {
    console.error(`Unknown part: ${unknown}.\n${usage}`);
    return 2;
  }
  let violated = 0;
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) continue;
    const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
    const count = values.count === undefined ? part.count : Number(values.count);
    console.log(`\n${name}: --seed ${seed} --count ${count}`);
    const beganAtMs = Date.now();
    const { violations, summary } = await part.run({ seed, count, report: (line) => console.log(`  ${line}`) });
    for (const line of summary.split("\n")) console.log(`  ${line}`);
    for (const { check, what } of violations) console.log(`  VIOLATION ${check}: ${what}`);
    console.log(`${name}: ${violations.length} violations, ${Math.round((Date.now() - beganAtMs) / 1_000)} s`);
    violated += violations.length;
  }
  return violated === 0 ? 0 : 1;
}

process.exitCode = await main();

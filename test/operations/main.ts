import { parseArgs } from "node:util";
import { type Cluster, openCluster } from "./cluster.ts";
import { books } from "./parts/books.ts";
import { clockSkew } from "./parts/clock-skew.ts";
import { runCommand } from "./parts/command.ts";
import { hungInstance } from "./parts/hung-instance.ts";
import { keyRotation } from "./parts/key-rotation.ts";
import { killedInstance } from "./parts/killed-instance.ts";
import { longReader } from "./parts/long-reader.ts";
import { allAddresses, idleShop, instanceMetrics, oneTrace } from "./parts/observed.ts";
import { outages } from "./parts/outages.ts";
import { ownTests } from "./parts/own-tests.ts";
import { type PartResult, together } from "./parts/part.ts";
import { restoredDatabases } from "./parts/restored-databases.ts";
import { rollingRestart } from "./parts/rolling-restart.ts";

/** The parts of the trial, by the numbers of what a first trial found. Each returns a line for the report, and whether it passed. */
const parts: Readonly<Record<string, (cluster: Cluster) => Promise<PartResult>>> = {
  P1: async (cluster) => together(await rollingRestart(cluster), await killedInstance(cluster)),
  P2: hungInstance,
  P3: restoredDatabases,
  P4: longReader,
  P5: keyRotation,
  P6: clockSkew,
  P7: instanceMetrics,
  P8: allAddresses,
  P9: oneTrace,
  P10: idleShop,
  P11: () => ownTests("a full disk", ["platform/graphql/readiness.test.ts"], "full disk"),
  P12: () => ownTests("PgBouncer", ["deploy/pgbouncer"]),
  P13: () => ownTests("the production compose and NGINX", ["deploy/docker/production.test.ts", "deploy/nginx"]),
  P14: () =>
    ownTests("the operator's commands and guide", ["bin/admin.test.ts", "bin/keys.test.ts", "docs/operations.test.ts"]),
  outages,
};

/** `npm run test:operations [-- P1 …]`: what an operator's shop goes through, with two instances of every service. Exits with 1 when any part fails. */
async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const unknown = positionals.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(", ")}. The parts are ${Object.keys(parts).join(", ")}.`);
    return 2;
  }
  const startedAt = performance.now();
  await using cluster = await openCluster();
  const counts = { ok: 0, FAILED: 0, skipped: 0 };
  const print = (name: string, { passed, report }: PartResult) => {
    const outcome = passed === "skipped" ? "skipped" : passed ? "ok" : "FAILED";
    counts[outcome] += 1;
    console.log(`${name} ${outcome}: ${report}`);
  };
  let known: ReadonlySet<string> = new Set();
  for (const [name, run] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    print(
      name,
      await run(cluster).catch((error: Error) => ({
        passed: false,
        report: `the trial itself failed: ${error.message}`,
      })),
    );
    // What a restore leaves to an operator stays as it is until the end.
    if (name === "P3") {
      const { output } = await runCommand("bin/reconcile.ts", [], cluster.commandVariables);
      known = new Set(output.split("\n"));
    }
  }
  print("books", await books(cluster, known));
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(`${counts.ok} ok, ${counts.FAILED} failed, ${counts.skipped} skipped in ${minutes} minutes.`);
  return counts.FAILED === 0 ? 0 : 1;
}

process.exitCode = await main();

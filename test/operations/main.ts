import { parseArgs } from "node:util";
import { openCluster } from "./cluster.ts";
import { hungInstance } from "./parts/hung-instance.ts";
import { killedInstance } from "./parts/killed-instance.ts";
import { rollingRestart } from "./parts/rolling-restart.ts";

/** The parts of the trial by name. Each returns a line for the report, and whether it passed. */
const parts = {
  "rolling-restart": rollingRestart,
  "killed-instance": killedInstance,
  "hung-instance": hungInstance,
} as const;

/** `npm run test:operations [-- part …]`: what an operator's shop goes through, with two instances of every service. */
async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const unknown = positionals.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(", ")}. The parts are ${Object.keys(parts).join(", ")}.`);
    return 2;
  }
  await using cluster = await openCluster();
  let failed = 0;
  for (const [name, run] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const { passed, report } = await run(cluster);
    console.log(`${name} ${passed ? "ok" : "FAILED"}: ${report}`);
    if (!passed) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();

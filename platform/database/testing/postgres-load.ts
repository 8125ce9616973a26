import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../database.ts";

// A process of its own, because what it looks for is what ends a process: an exception that nobody can catch. Writes
// through every kind of call until it is told to stop, then says what was acknowledged and what never came back.

const [url = ""] = process.argv.slice(2);
const writersMax = 40;
const settleMs = 10_000;

const { sql } = openDatabase({ url, applicationName: "load", connectionsMax: 8 });
const uncaught: string[] = [];
const acknowledged: string[] = [];
let refused = 0;
let underWay = 0;
let stopped = false;

process.on("uncaughtException", (error) => uncaught.push(error.message));
process.on("unhandledRejection", (error) => uncaught.push(String(error)));

async function write(writer: number): Promise<void> {
  for (let round = 0; !stopped; round += 1) {
    const name = `${writer}-${round}`;
    underWay += 1;
    try {
      if (writer % 4 === 0) {
        await sql.begin(async (tx) => {
          await tx`INSERT INTO written (name, padding) VALUES (${name}, ${"x".repeat(2000)})`;
          await tx`SELECT count(*) FROM written WHERE name = ${name}`;
        });
      } else {
        await sql`INSERT INTO written (name, padding) VALUES (${name}, ${"x".repeat(writer * 40)})`;
      }
      acknowledged.push(name);
    } catch {
      refused += 1;
      await sleep(5);
    }
    underWay -= 1;
  }
}

const writers = Promise.all(Array.from({ length: writersMax }, (_, writer) => write(writer)));
process.send?.("ready");
process.once("message", async () => {
  stopped = true;
  await Promise.race([writers, sleep(settleMs)]);
  process.send?.({ uncaught, acknowledged, refused, unsettled: underWay }, () => process.exit(0));
});

import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../database.ts";

// A process of its own, because uncaught exceptions end a process. Writes through every kind of call until it receives
// a message, then reports which writes were acknowledged and which calls never settled.

const [url = ""] = process.argv.slice(2);
const writersMax = 40;
const settleMs = 10_000;

const { sql } = openDatabase({ url, applicationName: "load", connectionsMax: 8 });
const uncaught: string[] = [];
const acknowledged: string[] = [];
let rejected = 0;
let inProgress = 0;
let stopped = false;

process.on("uncaughtException", (error) => uncaught.push(error.message));
process.on("unhandledRejection", (error) => uncaught.push(String(error)));

async function write(writer: number): Promise<void> {
  for (let round = 0; !stopped; round += 1) {
    const name = `${writer}-${round}`;
    inProgress += 1;
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
      rejected += 1;
      await sleep(5);
    }
    inProgress -= 1;
  }
}

const writers = Promise.all(Array.from({ length: writersMax }, (_, writer) => write(writer)));
process.send?.("ready");
process.once("message", async () => {
  stopped = true;
  await Promise.race([writers, sleep(settleMs)]);
  process.send?.({ uncaught, acknowledged, rejected, unsettled: inProgress }, () => process.exit(0));
});

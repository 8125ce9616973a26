import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureDatabase, startPostgres } from "#deploy/local/postgres.ts";
import { openDatabase } from "#platform/database/database.ts";
import { deliverDoubled, isTransportThere, openBrokers, transportNames } from "#test/harness/event-transports.ts";
import { createMessageTables } from "#test/harness/outbox-tables.ts";

const withinMs = 30 * 60_000;

/** `npm run test:events [-- --events 100000] [HTTP|RabbitMQ|Kafka …]`: sends events, each twice and in any order, over each transport, and counts their effects. */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { events: { type: "string", default: "100000" } },
  });
  const count = Number(values.events);
  const directory = await mkdtemp(path.join(tmpdir(), "agora-events-"));
  const server = await startPostgres({
    directory,
    settings: { fsync: "off", max_connections: "200" },
    whenParentEnds: "remove",
  });
  let failed = 0;
  try {
    for (const name of transportNames) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      if (!(await isTransportThere(name))) {
        console.log(`${name} skipped: this machine has none`);
        continue;
      }
      const [senderUrl, consumerUrl] = [
        await ensureDatabase(server, "products"),
        await ensureDatabase(server, "orders"),
      ];
      const [sender, consumer] = [senderUrl, consumerUrl].map((url) =>
        openDatabase({ url, applicationName: "events-trial" }),
      );
      if (sender === undefined || consumer === undefined) throw new Error("There are two databases.");
      await createMessageTables(sender);
      await createMessageTables(consumer);
      await consumer.sql`DROP TABLE IF EXISTS effects`;
      const startedAt = performance.now();
      await using brokers = await openBrokers(name);
      const databases = { sender: sender.db, consumer: consumer.db, senderUrl, consumerUrl };
      const { effects, distinct, waiting, dead } = await deliverDoubled(brokers, databases, count, withinMs);
      const seconds = (performance.now() - startedAt) / 1_000;
      const isExact = effects === count && distinct === count && waiting === 0 && dead === 0;
      if (!isExact) failed += 1;
      console.log(
        `${name} ${isExact ? "ok" : "FAILED"}: ${count} events sent twice, ${effects} effects, ${distinct} of them distinct, ` +
          `${waiting} waiting, ${dead} given up; ${Math.round((count * 2) / seconds)} deliveries a second`,
      );
      await Promise.all([sender.close(), consumer.close()]);
    }
  } finally {
    await server.remove();
    await rm(directory, { recursive: true, force: true });
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();

import { expect, onTestFinished, test } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { openMessageDatabase } from "#test/harness/message-tables.ts";
import { type Database, openDatabase } from "../database/database.ts";
import { openLog } from "../observability/log.ts";
import { openObservation } from "./observation.ts";

test("each instance reports the connections of its own pool, and its maximum", async () => {
  const { url } = await openMessageDatabase();
  const instances = [await openInstance(url, 3), await openInstance(url, 1)] as const;
  await Promise.all([0, 1, 2].map(() => instances[0].database.sql`SELECT pg_sleep(0.2)`));
  const texts = await Promise.all(instances.map(({ scrape }) => scrape()));
  expect(texts.map(connectionsIn)).toEqual([3, 1]);
  expect(texts[0]).toMatch(/agora_database_connections_max\{service="orders"\} 3/);
});

test("one metric counts the dead letters of outbox and broker, and shows the one while the other is unavailable", async () => {
  const { url, sql } = await openMessageDatabase();
  await sql`
    INSERT INTO outbox (id, channel, topic, message_id, subject, payload, status)
    SELECT uuidv7(), 'mail', 'x', uuidv7(), 'x', '{}', 'dead' FROM generate_series(1, 2)`;
  let isBrokerDown = false;
  const { scrape } = await openInstance(url, 2, async () => {
    if (isBrokerDown) throw new Error("the broker is down");
    return 3;
  });
  const lines = async () => (await scrape()).split("\n").filter((line) => line.startsWith("agora_dead_letters"));
  expect(await lines()).toEqual([
    'agora_dead_letters{place="outbox",service="orders"} 2',
    'agora_dead_letters{place="broker",service="orders"} 3',
  ]);
  isBrokerDown = true;
  expect(await lines()).toEqual(['agora_dead_letters{place="outbox",service="orders"} 2']);
});

test("a scrape sends two statements", async () => {
  const { url } = await openMessageDatabase();
  const statements: string[] = [];
  const { scrape, database } = await openInstance(
    url,
    1,
    async () => 0,
    (statement) => statements.push(statement),
  );
  await database.sql`SELECT 1`;
  statements.length = 0;
  await scrape();
  expect(statements).toHaveLength(2);
});

async function openInstance(
  url: string,
  connectionsMax: number,
  brokerDeadLetters: () => Promise<number> = async () => 0,
  onStatement: (statement: string) => void = () => {},
): Promise<{ database: Database; scrape: () => Promise<string> }> {
  const database = openDatabase({ url, applicationName: "orders", connectionsMax, onStatement });
  const port = await freePort();
  const log = openLog("test", "silent");
  const observation = await openObservation({
    service: "orders",
    host: "127.0.0.1",
    port,
    otlpEndpoint: undefined,
    database,
    log,
  });
  observation.countDeadLetters("broker", brokerDeadLetters);
  onTestFinished(async () => {
    await observation.close();
    await database.close();
  });
  return { database, scrape: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text() };
}

function connectionsIn(text: string): number {
  const counts = text.matchAll(/^agora_database_connections\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

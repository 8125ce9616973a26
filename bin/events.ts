import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runningDatabases } from "#platform/config/database-urls.ts";
import { readEnv } from "#platform/config/env.ts";
import { type Database, openDatabase } from "#platform/database/database.ts";
import { listDeadLetters, replayDeadLetters, resendEvents } from "#platform/events/dead-letters.ts";
import { kafkaOptions, kafkaVariables } from "#platform/events/kafka-client.ts";
import { visitKafkaDeadLetters } from "#platform/events/kafka-dead-letters.ts";
import { type OutboxId, outboxDepth, outboxTable } from "#platform/events/outbox.ts";
import { visitDeadLetters } from "#platform/events/rabbitmq.ts";
import { rabbitOptions, rabbitVariables } from "#platform/events/rabbitmq-settings.ts";
import { sentKeptMs } from "#platform/events/relay.ts";
import { parseId } from "#platform/shop/ids.ts";
import { subgraphs } from "#schema/subgraphs.ts";

const lettersMax = 500;
const outbox = outboxTable();

const usage = `npm run events -- list                 what waits, and the messages that were given up
npm run events -- replay <id> [<id>…]  sends those again
npm run events -- replay --all         sends all of them again
npm run events -- resend --since <moment>  sends the events since then again, with their original ids; up to 7 days back`;

/** The operator's view of events and mails: `npm run events -- list` and `replay`. The running relays carry what is replayed. */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { all: { type: "boolean" }, since: { type: "string" } },
  });
  const [command, ...words] = positionals;
  if (command === "resend") return resend(new Date(values.since ?? ""));
  const ids = words.map((word) => parseId<OutboxId>(word));
  const known = ids.filter((id) => id !== undefined);
  const replayable = values.all === true ? words.length === 0 : words.length > 0 && known.length === words.length;
  if (command !== "list" && !(command === "replay" && replayable)) {
    console.error(usage);
    return 2;
  }
  const root = path.resolve(import.meta.dirname, "..");
  const urls = await runningDatabases(process.env, root);
  for (const subgraph of subgraphs) {
    const database = openDatabase({ url: urls[subgraph], applicationName: "events-command", connectionsMax: 1 });
    try {
      if (!(await hasOutbox(database))) continue;
      if (command === "list") await list(subgraph, database);
      else
        console.log(
          `${subgraph}: ${await replayDeadLetters(database.db, outbox, values.all ? "all" : known)} sent again`,
        );
    } finally {
      await database.close();
    }
  }
  await visitBroker(command, values.all === true ? "all" : new Set<string>(known));
  return 0;
}

/** Sends events again. Refuses a moment from which events may have been deleted, because consumers would miss some of them. */
async function resend(since: Date): Promise<number> {
  const oldest = new Date(Date.now() - sentKeptMs);
  if (Number.isNaN(since.getTime()) || since < oldest) {
    console.error(`--since must be a moment after ${oldest.toISOString()}: older events are no longer kept.`);
    return 2;
  }
  const urls = await runningDatabases(process.env, path.resolve(import.meta.dirname, ".."));
  for (const subgraph of subgraphs) {
    const database = openDatabase({ url: urls[subgraph], applicationName: "events-command", connectionsMax: 1 });
    try {
      if (await hasOutbox(database))
        console.log(`${subgraph}: ${await resendEvents(database.db, outbox, since)} events sent again`);
    } finally {
      await database.close();
    }
  }
  return 0;
}

async function hasOutbox({ sql }: Database): Promise<boolean> {
  const [found] = await sql`SELECT to_regclass('outbox') IS NOT NULL AS there`;
  return found?.there === true;
}

async function list(subgraph: string, { db }: Database): Promise<void> {
  const { waiting, oldestSeconds, dead } = await outboxDepth(db);
  const age = waiting === 0 ? "" : `, the oldest for ${Math.round(oldestSeconds)} s`;
  console.log(`${subgraph}: ${waiting} waiting${age}; ${dead} given up`);
  for (const letter of await listDeadLetters(db, outbox, lettersMax)) {
    const way = letter.destination === "" ? letter.channel : `to ${letter.destination}`;
    console.log(
      `  ${letter.id}  ${letter.createdAt.toISOString()}  ${letter.topic} ${way}, about ${letter.subject}: ` +
        `${letter.attempts} attempts, last: ${letter.lastError ?? "none"}`,
    );
  }
}

async function visitBroker(command: "list" | "replay", wanted: "all" | ReadonlySet<string>): Promise<void> {
  const env = readEnv(z.object({ ...rabbitVariables, ...kafkaVariables }), process.env);
  const [rabbit, kafka] = [rabbitOptions(env), kafkaOptions(env)];
  const isChosen = ({ messageId }: { messageId: string }) =>
    command === "replay" && (wanted === "all" || wanted.has(messageId));
  const visit = () => {
    if (rabbit !== undefined) return visitDeadLetters(rabbit.url, rabbit.prefix, lettersMax, isChosen);
    return kafka === undefined ? undefined : visitKafkaDeadLetters(kafka, lettersMax, isChosen);
  };
  const visited = await visit();
  if (visited === undefined) return;
  const { kept, replayed } = visited;
  const broker = rabbit === undefined ? "Kafka" : "RabbitMQ";
  if (command === "replay") console.log(`${broker}: ${replayed.length} sent again`);
  else console.log(`${broker}: ${kept.length} given up`);
  for (const { consumer, messageId, text } of kept)
    console.log(`  ${messageId}  to ${consumer}: ${text.slice(0, 300)}`);
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});

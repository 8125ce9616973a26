import { expect, onTestFinished, test } from "vitest";
import { openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { transaction } from "../database/database.ts";
import { openLog } from "../observability/log.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { listDeadLetters, replayDeadLetters, resendEvents } from "./dead-letters.ts";
import { enqueueEvent, outboxDepth } from "./outbox.ts";
import { startRelay } from "./relay.ts";

test("a dead letter is listed with its reason, and is delivered once it is replayed", async () => {
  const { db } = await openMessageDatabase();
  const orderId = newId<OrderId>();
  await transaction(db, (tx) =>
    enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence: 1, data: { orderId } }),
  );
  let mended = false;
  const relay = startRelay({
    db,
    outbox,
    channel: "event",
    deliver: async () => {
      if (!mended) throw new Error("the handler has a bug");
    },
    log: openLog("test", "silent"),
    limits: { pollMs: 10, pauseMs: 1, backoffMsMin: 1, backoffMsMax: 2, attemptsMax: 2 },
  });
  onTestFinished(() => relay.close());
  await until(async () => (await outboxDepth(db)).dead === 1);
  const letters = await listDeadLetters(db, outbox, 10);
  expect(letters).toMatchObject([
    { topic: "stock.sold", subject: orderId, attempts: 2, lastError: "the handler has a bug" },
  ]);
  mended = true;
  expect(await replayDeadLetters(db, outbox, [newId()])).toBe(0);
  expect(
    await replayDeadLetters(
      db,
      outbox,
      letters.map(({ id }) => id),
    ),
  ).toBe(1);
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(await listDeadLetters(db, outbox, 10)).toEqual([]);
});

test("events of a time are sent again with their ids, and older ones are not", async () => {
  const { db, sql } = await openMessageDatabase();
  const write = (sequence: number) => {
    const orderId = newId<OrderId>();
    return transaction(db, (tx) =>
      enqueueEvent(tx, outbox, "stock.sold", { subject: orderId, sequence, data: { orderId } }),
    );
  };
  await write(1);
  await write(2);
  await sql`update outbox set status = 'sent', sent_at = now(), created_at = now() - sequence * interval '1 hour'`;
  const ids = await sql`select message_id from outbox where sequence = 1`;
  expect(await resendEvents(db, outbox, new Date(Date.now() - 90 * 60_000))).toBe(1);
  expect(await sql`select message_id from outbox where status = 'waiting'`).toEqual(ids);
});

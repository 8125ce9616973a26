import { expect, onTestFinished, test } from "vitest";
import { openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { transaction } from "../database/database.ts";
import { openLog } from "../observability/log.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { listDeadLetters, replayDeadLetters } from "./dead-letters.ts";
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

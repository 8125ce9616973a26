import { expect, onTestFinished, test } from "vitest";
import { inbox, openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { type Database, transaction } from "../database/database.ts";
import { openLog } from "../observability/log.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { enqueueEvent, enqueueMail, outboxDepth, recordReceived } from "./outbox.ts";
import { deleteExpired, ReceiverUnavailable, type RelayLimits, startRelay } from "./relay.ts";

const log = openLog("test", "silent");
const quick: Partial<RelayLimits> = { pollMs: 20, pauseMs: 1, backoffMsMin: 1, backoffMsMax: 5 };

test("an event leaves once its transaction has committed, and never when that is rolled back", async () => {
  const { db } = await openMessageDatabase();
  const delivered: string[] = [];
  relay(db, async ({ subject }) => void delivered.push(subject));
  const kept = newId<OrderId>();
  await transaction(db, (tx) => enqueueEvent(tx, outbox, "stock.sold", stockSold(kept)));
  const undone = transaction(db, async (tx) => {
    await enqueueEvent(tx, outbox, "stock.sold", stockSold(newId<OrderId>()));
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(delivered).toEqual([kept]);
});

test("five relays share 500 rows, and each row is delivered exactly once while none of them dies", async () => {
  const { db } = await openMessageDatabase();
  const delivered: string[] = [];
  await enqueueMany(db, 500);
  for (let each = 0; each < 5; each += 1) relay(db, async ({ id }) => void delivered.push(id));
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(delivered).toHaveLength(500);
  expect(new Set(delivered).size).toBe(500);
});

test("a row is marked sent only after its delivery was confirmed, and closing waits for that", async () => {
  const { db, sql } = await openMessageDatabase();
  await enqueueMany(db, 1);
  let confirm = () => {};
  const begun = Promise.withResolvers<void>();
  const running = relay(db, () => {
    begun.resolve();
    return new Promise<void>((resolve) => {
      confirm = resolve;
    });
  });
  await begun.promise;
  expect(await sql`SELECT status FROM outbox`).toEqual([{ status: "waiting" }]);
  const closed = running.close();
  confirm();
  await closed;
  expect(await sql`SELECT status FROM outbox`).toEqual([{ status: "sent" }]);
});

test("a row whose relay never came back is delivered by another once its lease is over, not before", async () => {
  const { db, sql } = await openMessageDatabase();
  await enqueueMany(db, 1);
  const claimed = Promise.withResolvers<void>();
  const hung = Promise.withResolvers<void>();
  const hang = () => {
    claimed.resolve();
    return hung.promise;
  };
  relay(db, hang, { leaseMs: 400 });
  await claimed.promise;
  const [lease] = await sql`SELECT due_at AS ends FROM outbox`;
  const delivered = Promise.withResolvers<void>();
  const deliver = async () => {
    const [clock] = await sql`SELECT clock_timestamp() > ${lease?.ends} AS over`;
    expect(clock?.over).toBe(true);
    delivered.resolve();
  };
  relay(db, deliver, { leaseMs: 400, attemptsMax: 1 });
  await delivered.promise;
  await until(async () => (await sql`SELECT 1 FROM outbox WHERE status = 'sent'`).length === 1);
  hung.resolve();
});

test("a row that keeps failing becomes a dead letter with its reason, and delays no other row", async () => {
  const { db, sql } = await openMessageDatabase();
  await enqueueMany(db, 3);
  const [poison] = await sql<{ id: string }[]>`SELECT id FROM outbox ORDER BY id LIMIT 1`;
  relay(
    db,
    async ({ id }) => {
      if (id === poison?.id) throw new Error("I do not want it");
    },
    { attemptsMax: 3 },
  );
  await until(async () => (await outboxDepth(db)).dead === 1);
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(await sql`SELECT id, attempts, last_error FROM outbox WHERE status = 'dead'`).toEqual([
    { id: poison?.id, attempts: 3, last_error: "I do not want it" },
  ]);
});

test("deliveries to an unavailable receiver are repeated without end, and succeed when it is back", async () => {
  const { db, sql } = await openMessageDatabase();
  await enqueueMany(db, 1);
  let asked = 0;
  relay(
    db,
    async () => {
      asked += 1;
      if (asked < 20) throw new ReceiverUnavailable("unavailable");
    },
    { attemptsMax: 3 },
  );
  await until(async () => (await sql`SELECT 1 FROM outbox WHERE status = 'sent'`).length === 1);
  expect(asked).toBe(20);
});

test("a receiver that never responds delays a row no longer than the deadline, and then receives it again", async () => {
  const { db, sql } = await openMessageDatabase();
  await enqueueMany(db, 1);
  let asked = 0;
  relay(
    db,
    () => {
      asked += 1;
      return asked === 1 ? new Promise(() => {}) : Promise.resolve();
    },
    { deliverMsMax: 50, attemptsMax: 1 },
  );
  await until(async () => (await sql`SELECT 1 FROM outbox WHERE status = 'sent'`).length === 1);
  expect(asked).toBe(2);
});

test("undeliverable events delay no mail", async () => {
  const { db } = await openMessageDatabase();
  await enqueueMany(db, 100);
  await transaction(db, (tx) => enqueueMail(tx, outbox, "greeting", { subject: newId<OrderId>(), payload: {} }));
  relay(db, () => Promise.reject(new ReceiverUnavailable("unavailable")));
  const sent: string[] = [];
  const deliver = async ({ topic }: { topic: string }) => void sent.push(topic);
  const mail = startRelay({ db, outbox, channel: "mail", deliver, log, limits: quick });
  onTestFinished(() => mail.close());
  await until(() => sent.length === 1);
});

test("what was sent a week ago and received a month ago is deleted; waiting rows and dead letters are kept", async () => {
  const { db, sql } = await openMessageDatabase();
  await sql`
    INSERT INTO outbox (id, channel, topic, message_id, subject, payload, status, sent_at)
    SELECT ('018c0000-0000-7000-8000-00000000000' || n)::uuid, 'mail', 'x', uuidv7(), 'x', '{}', status,
           CASE status WHEN 'sent' THEN now() - interval '8 days' END
    FROM unnest(ARRAY['sent', 'waiting', 'dead']) WITH ORDINALITY AS rows (status, n)`;
  await enqueueMany(db, 1);
  await sql`UPDATE outbox SET status = 'sent', sent_at = now() WHERE channel = 'event'`;
  await sql`INSERT INTO inbox VALUES ('018c0000-0000-7000-8000-000000000001', 'stock.sold', now() - interval '31 days')`;
  await transaction(db, (tx) => recordReceived(tx, inbox, [{ id: newId<OrderId>(), type: "stock.sold" }]));
  await deleteExpired({ db, outbox, inbox }, new Date());
  expect(await sql`SELECT channel, status FROM outbox ORDER BY channel, status`).toEqual([
    { channel: "event", status: "sent" },
    { channel: "mail", status: "dead" },
    { channel: "mail", status: "waiting" },
  ]);
  expect(await sql`SELECT type FROM inbox`).toHaveLength(1);
});

test("all that is old is deleted in one run, however much there is", async () => {
  const { db, sql } = await openMessageDatabase();
  await sql`
    INSERT INTO outbox (id, channel, topic, message_id, subject, payload, status, sent_at)
    SELECT ('018c0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'mail', 'x', uuidv7(), 'x', '{}', 'sent', now() - interval '8 days'
    FROM generate_series(1, 12000) AS n`;
  await sql`
    INSERT INTO inbox SELECT ('018c0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'stock.sold', now() - interval '31 days'
    FROM generate_series(1, 7000) AS n`;
  expect(await deleteExpired({ db, outbox, inbox }, new Date())).toBe(19_000);
  expect(await sql`SELECT 1 FROM outbox UNION ALL SELECT 1 FROM inbox`).toHaveLength(0);
});

function relay(
  db: Database["db"],
  deliver: Parameters<typeof startRelay>[0]["deliver"],
  limits: Partial<RelayLimits> = {},
) {
  const running = startRelay({ db, outbox, channel: "event", deliver, log, limits: { ...quick, ...limits } });
  onTestFinished(() => running.close());
  return running;
}

function stockSold(orderId: OrderId) {
  return { subject: orderId, sequence: 1, data: { orderId } };
}

async function enqueueMany(db: Database["db"], count: number): Promise<void> {
  await transaction(db, async (tx) => {
    for (let each = 0; each < count; each += 1) {
      await enqueueEvent(tx, outbox, "stock.sold", stockSold(newId<OrderId>()));
    }
  });
}

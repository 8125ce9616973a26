import { createHmac, timingSafeEqual } from "node:crypto";
import { sql } from "drizzle-orm";
import { Pool } from "undici";
import { z } from "zod";
import { testCharges, testDisputes, testRefunds, testWebhooks } from "#drizzle/orders/tables.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import { startWorkLoop, type WorkLoop } from "#platform/database/work-loop.ts";
import type { Log } from "#platform/observability/log.ts";
import { ApiError } from "#platform/shop/api-error.ts";

const content = z.object({
  chargeId: z.string().max(100),
  /** The shop's own id of the charge. */
  transactionId: z.string().max(100),
  /** Whether something of it was given back or is disputed. */
  isReversed: z.boolean(),
});

/** What a webhook is about. */
export type SandboxWebhook = z.infer<typeof content>;

/** A webhook's body and its signature. */
export function signSandboxWebhook(key: string, webhook: SandboxWebhook): { body: string; signature: string } {
  const body = JSON.stringify(webhook);
  return { body, signature: digest(key, Buffer.from(body)).toString("hex") };
}

/** What a webhook is about. @throws {ApiError} BAD_REQUEST if the signature or the body is wrong. */
export function verifySandboxWebhook(key: string, body: Buffer, signature: string | undefined): SandboxWebhook {
  const given = Buffer.from(signature ?? "", "hex");
  const expected = digest(key, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ApiError("BAD_REQUEST", "The signature is wrong.");
  }
  const parsed = content.safeParse(JSON.parse(body.toString("utf8")));
  if (!parsed.success) throw new ApiError("BAD_REQUEST", "The body is not a webhook.");
  return parsed.data;
}

function digest(key: string, body: Buffer): Buffer {
  return createHmac("sha256", key).update(body).digest();
}

const batchRows = 20;
const pollMs = 500;
const idlePollMs = 30_000;
const responseTimeoutMs = 5_000;
const attemptsMax = 10;

/** Sends the sandbox's webhooks to the shop's public address. Each is repeated at growing intervals until it is accepted. */
export function startSandboxWebhooks(options: { db: Db; url: string; key: string; log: Log }): WorkLoop {
  const { db, url, key, log } = options;
  const target = new URL(url);
  const pool = new Pool(target.origin, {
    connections: 10,
    headersTimeout: responseTimeoutMs,
    bodyTimeout: responseTimeoutMs,
  });
  let accepted: string[] = [];
  const sendOne = async ({ id, ...webhook }: DueWebhook) => {
    const { body, signature } = signSandboxWebhook(key, webhook);
    const response = await pool.request({
      method: "POST",
      path: target.pathname,
      headers: { "content-type": "application/json", "x-test-signature": signature },
      body,
    });
    await response.body.dump();
    if (response.statusCode >= 300) throw new Error(`status ${response.statusCode}`);
    accepted.push(id);
  };
  const turn = async () => {
    const done = accepted;
    const rows = await takeDue(db, done);
    accepted = accepted.slice(done.length);
    await Promise.all(
      rows.map((row) =>
        sendOne(row).catch((error) => log.debug({ err: error }, "A webhook of the test provider was not accepted.")),
      ),
    );
    return rows.length;
  };
  const loop = startWorkLoop({
    turn,
    fullCount: batchRows,
    pace: { leastPauseMs: pollMs, pauseMs: pollMs, pauseMsMax: idlePollMs },
    log,
    failure: "Reading the test provider's webhooks failed; it is repeated.",
  });
  return {
    wake: loop.wake,
    close: async () => {
      await loop.close();
      await markAccepted(db, accepted).catch((error) =>
        log.debug({ err: error }, "Accepted webhooks of the test provider are sent again."),
      );
      await pool.close();
    },
  };
}

type DueWebhook = SandboxWebhook & { readonly id: string };

/**
 * Takes webhooks that are due. Each is due again after a growing pause unless it is accepted by then.
 *
 * @param accepted those taken before that were accepted meanwhile.
 */
async function takeDue(db: Db, accepted: readonly string[]): Promise<DueWebhook[]> {
  const marked = db.$with("marked").as(acceptedUpdate(db, accepted).returning({ id: testWebhooks.id }));
  const due = db
    .select({ id: testWebhooks.id })
    .from(testWebhooks)
    .where(sql`${testWebhooks.dueAt} <= now()`)
    .orderBy(testWebhooks.dueAt)
    .limit(batchRows)
    .for("update", { skipLocked: true });
  return db
    .with(marked)
    .update(testWebhooks)
    .set({
      attempts: sql`${testWebhooks.attempts} + 1`,
      dueAt: sql`case when ${testWebhooks.attempts} + 1 < ${attemptsMax}
        then now() + (2 ^ ${testWebhooks.attempts}) * interval '2 seconds' end`,
    })
    .from(testCharges)
    .where(sql`${testWebhooks.id} = any(array(${due})) and ${testCharges.id} = ${testWebhooks.chargeId}`)
    .returning({
      id: testWebhooks.id,
      chargeId: testWebhooks.chargeId,
      transactionId: testCharges.idempotencyKey,
      isReversed: sql<boolean>`exists (select from ${testRefunds} where ${testRefunds.chargeId} = ${testCharges.id})
        or exists (select from ${testDisputes} where ${testDisputes.chargeId} = ${testCharges.id})`,
    });
}

function acceptedUpdate(db: Db, ids: readonly string[]) {
  return db
    .update(testWebhooks)
    .set({ dueAt: null })
    .where(isAnyOf(testWebhooks.id, [...ids]));
}

async function markAccepted(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await acceptedUpdate(db, ids);
}

import { createHmac, timingSafeEqual } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { Pool } from "undici";
import { z } from "zod";
import { testWebhooks } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { startWorkLoop, type WorkLoop } from "#platform/database/work-loop.ts";
import type { Log } from "#platform/observability/log.ts";
import { ApiError } from "#platform/shop/api-error.ts";

const content = z.object({ chargeId: z.string().max(100) });

/** A webhook's body and its signature. */
export function signSandboxWebhook(key: string, chargeId: string): { body: string; signature: string } {
  const body = JSON.stringify({ chargeId });
  return { body, signature: digest(key, Buffer.from(body)).toString("hex") };
}

/** The id of the charge that a webhook is about. @throws {ApiError} BAD_REQUEST if the signature or the body is wrong. */
export function verifySandboxWebhook(key: string, body: Buffer, signature: string | undefined): string {
  const given = Buffer.from(signature ?? "", "hex");
  const expected = digest(key, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ApiError("BAD_REQUEST", "The signature is wrong.");
  }
  const parsed = content.safeParse(JSON.parse(body.toString("utf8")));
  if (!parsed.success) throw new ApiError("BAD_REQUEST", "The body is not a webhook.");
  return parsed.data.chargeId;
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
  const sendOne = async (row: { id: string; chargeId: string }) => {
    const { body, signature } = signSandboxWebhook(key, row.chargeId);
    const response = await pool.request({
      method: "POST",
      path: target.pathname,
      headers: { "content-type": "application/json", "x-test-signature": signature },
      body,
    });
    await response.body.dump();
    if (response.statusCode >= 300) throw new Error(`status ${response.statusCode}`);
    await db.update(testWebhooks).set({ dueAt: null }).where(eq(testWebhooks.id, row.id));
  };
  const turn = async () => {
    const rows = await takeDue(db);
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
      await pool.close();
    },
  };
}

/** Takes webhooks that are due. Each is due again after a growing pause unless it is accepted by then. */
async function takeDue(db: Db): Promise<{ id: string; chargeId: string }[]> {
  const due = db
    .select({ id: testWebhooks.id })
    .from(testWebhooks)
    .where(sql`${testWebhooks.dueAt} <= now()`)
    .orderBy(testWebhooks.dueAt)
    .limit(batchRows)
    .for("update", { skipLocked: true });
  return db
    .update(testWebhooks)
    .set({
      attempts: sql`${testWebhooks.attempts} + 1`,
      dueAt: sql`case when ${testWebhooks.attempts} + 1 < ${attemptsMax}
        then now() + (2 ^ ${testWebhooks.attempts}) * interval '2 seconds' end`,
    })
    .where(sql`${testWebhooks.id} = any(array(${due}))`)
    .returning({ id: testWebhooks.id, chargeId: testWebhooks.chargeId });
}

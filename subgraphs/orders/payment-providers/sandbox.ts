import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import { testCharges, testRefunds, testWebhooks } from "#drizzle/orders/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Charge, ChargeAnswer, PaymentProvider, Refund, RefundAnswer } from "./payment-provider.ts";
import { verifyTestWebhook } from "./sandbox-webhooks.ts";

/** A charge in the test provider's books. */
export type TestCharge = typeof testCharges.$inferSelect;

/** How often, from 0 to 1, the provider misbehaves; `random` decides. */
export type ProviderFaults = {
  /** Does what it was asked, and the answer is lost. */
  readonly lostRate: number;
  /** Fails before it does anything. */
  readonly errorRate: number;
  /** Sends a webhook twice. */
  readonly doubledRate: number;
  /** Sends a webhook up to this much later. */
  readonly lateMsMax: number;
  readonly random: () => number;
};

/** A provider that never errs but where its tokens say so. */
const noFaults: ProviderFaults = {
  lostRate: 0,
  errorRate: 0,
  doubledRate: 0,
  lateMsMax: 0,
  random: Math.random,
};

const slowMs = 3_000;
/** For so long nobody learns what became of `tok_timeout`. */
const silentMs = 10_000;
const lostAnswerMs = 60_000;

const declineCodes: Readonly<Record<string, string>> = {
  tok_declined: "card_declined",
  tok_insufficient_funds: "insufficient_funds",
};

/**
 * The built-in provider. It stands for a foreign system: it keeps its own books, in tables of its own and in transactions of its own, and
 * outlives any answer it owes. Its tokens: `tok_ok`, `tok_declined`, `tok_insufficient_funds`, `tok_action_required` (finished on its own page),
 * `tok_slow` (3 s) and `tok_timeout` (charges, and for 10 s every answer is lost); any other is declined as `invalid_token`.
 *
 * @param options.pageUrl where a charge's page is; its id is put behind.
 */
export function openTestProvider(options: {
  db: Db;
  pageUrl: string;
  webhookKey: string;
  faults?: ProviderFaults;
}): PaymentProvider {
  const { db, pageUrl, webhookKey, faults = noFaults } = options;
  const faulty = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (faults.random() < faults.errorRate) throw new Error("The test provider failed, as it was told to.");
    const answer = await work();
    if (faults.random() < faults.lostRate) await loseAnswer();
    return answer;
  };
  return {
    name: "test",
    charge: (charge) => faulty(async () => answerOf(await takeCharge(db, charge, faults), pageUrl)),
    cancel: (charge) => faulty(async () => answerOf(await cancelCharge(db, charge, faults), pageUrl)),
    refund: (refund) => faulty(() => giveBack(db, refund)),
    webhookSubject: async (body, header) => {
      const reference = verifyTestWebhook(webhookKey, body, header("x-test-signature"));
      const [charge] = await db.select().from(testCharges).where(eq(testCharges.id, reference));
      return charge?.idempotencyKey;
    },
    close: async () => {},
  };
}

async function takeCharge(db: Db, charge: Charge, faults: ProviderFaults): Promise<TestCharge> {
  const { status, declineCode, readyAfterMs } = fateOf(charge.token);
  const isNew = await transaction(db, async (tx) => {
    const [written] = await tx
      .insert(testCharges)
      .values({
        id: `tc_${randomUUID().replaceAll("-", "")}`,
        idempotencyKey: charge.id,
        amountMinor: charge.amount.minorUnits,
        currency: charge.amount.currency,
        token: charge.token,
        status,
        declineCode,
        returnUrl: charge.returnUrl,
        readyAt: sql`now() + ${readyAfterMs} * interval '1 millisecond'`,
      })
      .onConflictDoNothing({ target: testCharges.idempotencyKey })
      .returning();
    if (written !== undefined && isFinal(written)) await writeWebhooks(tx, written, faults);
    return written !== undefined;
  });
  if (isNew && status === "processing") await sleep(readyAfterMs + 5);
  const booked = await readCharge(db, charge.id, faults);
  if (booked.token === "tok_timeout" && booked.readyAt.getTime() > Date.now()) await loseAnswer();
  const same = booked.amountMinor === charge.amount.minorUnits && booked.currency === charge.amount.currency;
  if (!same) throw new Error("The idempotency key was used for another amount.");
  return booked;
}

function fateOf(token: string): Pick<TestCharge, "status" | "declineCode"> & { readyAfterMs: number } {
  switch (token) {
    case "tok_ok":
      return { status: "succeeded", declineCode: null, readyAfterMs: 0 };
    case "tok_timeout":
      return { status: "succeeded", declineCode: null, readyAfterMs: silentMs };
    case "tok_slow":
      return { status: "processing", declineCode: null, readyAfterMs: slowMs };
    case "tok_action_required":
      return { status: "action_required", declineCode: null, readyAfterMs: 0 };
    default:
      return { status: "declined", declineCode: declineCodes[token] ?? "invalid_token", readyAfterMs: 0 };
  }
}

/** The charge of an idempotency key, as it is by now: one that was slow may be done. */
async function readCharge(db: Db, idempotencyKey: string, faults: ProviderFaults): Promise<TestCharge> {
  await transaction(db, async (tx) => {
    const [done] = await tx
      .update(testCharges)
      .set({ status: "succeeded" })
      .where(
        and(
          eq(testCharges.idempotencyKey, idempotencyKey),
          eq(testCharges.status, "processing"),
          lte(testCharges.readyAt, sql`now()`),
        ),
      )
      .returning();
    if (done !== undefined) await writeWebhooks(tx, done, faults);
  });
  const [charge] = await db.select().from(testCharges).where(eq(testCharges.idempotencyKey, idempotencyKey));
  if (charge === undefined) throw new Error("The test provider has no such charge.");
  return charge;
}

/** A charge that never came is written as cancelled, so that it does nothing when it comes late. */
async function cancelCharge(db: Db, charge: Charge, faults: ProviderFaults): Promise<TestCharge> {
  await transaction(db, async (tx) => {
    await tx
      .insert(testCharges)
      .values({
        id: `tc_${randomUUID().replaceAll("-", "")}`,
        idempotencyKey: charge.id,
        amountMinor: charge.amount.minorUnits,
        currency: charge.amount.currency,
        token: charge.token,
        status: "cancelled",
        readyAt: sql`now()`,
      })
      .onConflictDoNothing({ target: testCharges.idempotencyKey });
    const [cancelled] = await tx
      .update(testCharges)
      .set({ status: "cancelled" })
      .where(
        and(
          eq(testCharges.idempotencyKey, charge.id),
          sql`(${testCharges.status} = 'action_required'
            or ${testCharges.status} = 'processing' and ${testCharges.readyAt} > now())`,
        ),
      )
      .returning();
    if (cancelled !== undefined) await writeWebhooks(tx, cancelled, faults);
  });
  return readCharge(db, charge.id, faults);
}

async function giveBack(db: Db, refund: Refund): Promise<RefundAnswer> {
  return transaction(db, async (tx) => {
    const [charge] = await tx
      .select()
      .from(testCharges)
      .where(and(eq(testCharges.id, refund.chargeReference), eq(testCharges.status, "succeeded")))
      .for("update");
    if (charge === undefined) return { kind: "failed", reason: "charge_not_found" };
    const [before] = await tx.select().from(testRefunds).where(eq(testRefunds.idempotencyKey, refund.id));
    if (before !== undefined) return { kind: "succeeded", reference: before.id };
    const [sum] = await tx
      .select({ refunded: sql<string>`coalesce(sum(${testRefunds.amountMinor}), 0)` })
      .from(testRefunds)
      .where(eq(testRefunds.chargeId, charge.id));
    if (BigInt(sum?.refunded ?? 0) + refund.amount.minorUnits > charge.amountMinor) {
      return { kind: "failed", reason: "more_than_charged" };
    }
    const id = `tr_${randomUUID().replaceAll("-", "")}`;
    await tx.insert(testRefunds).values({
      id,
      idempotencyKey: refund.id,
      chargeId: charge.id,
      amountMinor: refund.amount.minorUnits,
    });
    return { kind: "succeeded", reference: id };
  });
}

/** What the buyer did on the provider's page; undefined when the charge does not wait for it. */
export async function finishAction(db: Db, id: string, approved: boolean): Promise<TestCharge | undefined> {
  return transaction(db, async (tx) => {
    const [charge] = await tx
      .update(testCharges)
      .set(approved ? { status: "succeeded" } : { status: "declined", declineCode: "authentication_failed" })
      .where(and(eq(testCharges.id, id), eq(testCharges.status, "action_required")))
      .returning();
    if (charge !== undefined) await writeWebhooks(tx, charge, noFaults);
    return charge;
  });
}

/** A charge by its id, for its page. */
export async function findTestCharge(db: Db, id: string): Promise<TestCharge | undefined> {
  const [charge] = await db
    .select()
    .from(testCharges)
    .where(inArray(testCharges.id, [id]));
  return charge;
}

function isFinal({ status }: TestCharge): boolean {
  return status === "succeeded" || status === "declined" || status === "cancelled";
}

async function writeWebhooks(tx: Db, charge: TestCharge, faults: ProviderFaults): Promise<void> {
  const lateMs = Math.max(charge.readyAt.getTime() - Date.now(), Math.floor(faults.random() * faults.lateMsMax), 0);
  const copies = faults.random() < faults.doubledRate ? 2 : 1;
  await tx.insert(testWebhooks).values(
    Array.from({ length: copies }, () => ({
      id: `tw_${randomUUID().replaceAll("-", "")}`,
      chargeId: charge.id,
      dueAt: sql`now() + ${lateMs} * interval '1 millisecond'`,
    })),
  );
}

function answerOf(charge: TestCharge, pageUrl: string): ChargeAnswer {
  const reference = charge.id;
  switch (charge.status) {
    case "succeeded":
      return {
        kind: "succeeded",
        reference,
        amount: { minorUnits: charge.amountMinor, currency: charge.currency as CurrencyCode },
      };
    case "declined":
      return { kind: "declined", reference, declineCode: charge.declineCode ?? "card_declined" };
    case "action_required":
      return { kind: "action_required", reference, url: `${pageUrl}/${charge.id}` };
    case "cancelled":
      return { kind: "cancelled", reference };
    case "processing":
      return { kind: "pending", reference };
  }
}

async function loseAnswer(): Promise<never> {
  await sleep(lostAnswerMs, undefined, { ref: false });
  throw new Error("The test provider's answer was lost.");
}

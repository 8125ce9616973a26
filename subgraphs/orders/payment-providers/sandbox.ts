import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import { testCharges, testRefunds, testWebhooks } from "#drizzle/orders/tables.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type {
  ChargeResult,
  PaymentProvider,
  ProviderCharge,
  ProviderRefund,
  RefundResult,
} from "./payment-provider.ts";
import { readReversals, reversedAmount } from "./sandbox-books.ts";
import { verifySandboxWebhook } from "./sandbox-webhooks.ts";

/** A charge as the sandbox stores it. */
export type SandboxCharge = typeof testCharges.$inferSelect;

/** How often, from 0 to 1, the sandbox fails in each way; `random` decides. */
export type ProviderFaults = {
  /** Does its work and loses the response. */
  readonly lostRate: number;
  /** Fails before doing anything. */
  readonly errorRate: number;
  /** Sends a webhook twice. */
  readonly doubledRate: number;
  /** The longest delay of a webhook. */
  readonly lateMsMax: number;
  readonly random: () => number;
};

/** Fails only where its tokens say so. */
const noFaults: ProviderFaults = {
  lostRate: 0,
  errorRate: 0,
  doubledRate: 0,
  lateMsMax: 0,
  random: Math.random,
};

const slowMs = 3_000;
/** How long the result of `tok_timeout` stays unknown. */
const silentMs = 10_000;
const lostResponseMs = 60_000;

const declineCodes: Readonly<Record<string, string>> = {
  tok_declined: "card_declined",
  tok_insufficient_funds: "insufficient_funds",
};

/**
 * Opens the built-in `test` provider. It represents an external system: it has tables and transactions of its own, and finishes its work whether or
 * not the response arrives. Its tokens: `tok_ok`, `tok_declined`, `tok_insufficient_funds`, `tok_action_required` (finished on its own page),
 * `tok_slow` (3 s) and `tok_timeout` (charges, and loses every response for 10 s); any other is declined as `invalid_token`.
 *
 * @param options.pageUrl the address of a charge's page, without its id.
 */
export function openSandbox(options: {
  db: Db;
  pageUrl: string;
  webhookKey: string;
  faults?: ProviderFaults;
}): PaymentProvider {
  const { db, pageUrl, webhookKey, faults = noFaults } = options;
  const faulty = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (faults.random() < faults.errorRate) throw new Error("The test provider failed, as configured.");
    const result = await work();
    if (faults.random() < faults.lostRate) await loseResponse();
    return result;
  };
  return {
    name: "test",
    charge: (charge) => faulty(async () => chargeResult(await createCharge(db, charge, faults), pageUrl)),
    voidPayment: (charge) => faulty(async () => chargeResult(await cancelCharge(db, charge, faults), pageUrl)),
    refund: (refund) => faulty(() => refundCharge(db, refund)),
    webhookSubject: async (body, header) => {
      const { chargeId, transactionId, isReversed } = verifySandboxWebhook(
        webhookKey,
        body,
        header("x-test-signature"),
      );
      return { transactionId, chargeReference: isReversed ? chargeId : undefined };
    },
    reversals: (reference) => readReversals(db, reference),
    close: async () => {},
  };
}

async function createCharge(db: Db, charge: ProviderCharge, faults: ProviderFaults): Promise<SandboxCharge> {
  const { status, declineCode, readyAfterMs } = initialStatus(charge.token);
  const made = await transaction(db, async (tx) => {
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
    return written;
  });
  if (made?.status === "processing") await sleep(readyAfterMs + 5);
  const booked = made !== undefined && made.status !== "processing" ? made : await readCharge(db, charge.id, faults);
  if (booked.token === "tok_timeout" && booked.readyAt.getTime() > Date.now()) await loseResponse();
  const same = booked.amountMinor === charge.amount.minorUnits && booked.currency === charge.amount.currency;
  if (!same) throw new Error("The idempotency key was used for another amount.");
  return booked;
}

function initialStatus(token: string): Pick<SandboxCharge, "status" | "declineCode"> & { readyAfterMs: number } {
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

/** The charge of an idempotency key as it is now; a slow one may be done. */
async function readCharge(db: Db, idempotencyKey: string, faults: ProviderFaults): Promise<SandboxCharge> {
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
  if (charge === undefined) throw new Error("The test provider does not have this charge.");
  return charge;
}

/** A charge that never arrived is stored as cancelled, so that it has no effect if it arrives late. */
async function cancelCharge(db: Db, charge: ProviderCharge, faults: ProviderFaults): Promise<SandboxCharge> {
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

async function refundCharge(db: Db, refund: ProviderRefund): Promise<RefundResult> {
  return transaction(db, async (tx) => {
    const [charge] = await tx
      .select()
      .from(testCharges)
      .where(and(eq(testCharges.id, refund.chargeReference), eq(testCharges.status, "succeeded")))
      .for("update");
    if (charge === undefined) return { kind: "failed", reason: "charge_not_found" };
    const [before] = await tx.select().from(testRefunds).where(eq(testRefunds.idempotencyKey, refund.id));
    if (before !== undefined) return { kind: "succeeded", reference: before.id };
    if ((await reversedAmount(tx, charge.id)) + refund.amount.minorUnits > charge.amountMinor) {
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

/** Stores what the buyer did on the provider's page; undefined if the charge does not wait for the buyer. */
export async function finishAction(db: Db, id: string, approved: boolean): Promise<SandboxCharge | undefined> {
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

/** A charge by its id. */
export async function findSandboxCharge(db: Db, id: string): Promise<SandboxCharge | undefined> {
  const [charge] = await db
    .select()
    .from(testCharges)
    .where(inArray(testCharges.id, [id]));
  return charge;
}

function isFinal({ status }: SandboxCharge): boolean {
  return status === "succeeded" || status === "declined" || status === "cancelled";
}

/** Has a webhook about a charge sent. */
export async function writeWebhooks(tx: Db, charge: SandboxCharge, faults: ProviderFaults = noFaults): Promise<void> {
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

function chargeResult(charge: SandboxCharge, pageUrl: string): ChargeResult {
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

async function loseResponse(): Promise<never> {
  await sleep(lostResponseMs, undefined, { ref: false });
  throw new Error("The response of the test provider was lost.");
}

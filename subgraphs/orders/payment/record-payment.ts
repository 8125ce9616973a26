import { sql } from "drizzle-orm";
import { z } from "zod";
import { orders, paymentTransactions, type TransactionId } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { newId, type PaymentId } from "#platform/shop/ids.ts";
import { idempotencyKeyInput, idOrUndefined, moneyInput, notFoundError, parseInput } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import { text } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { findByPayment, type Order, readOrder } from "../order/order.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { findKey, writeKey } from "../shared/idempotency.ts";
import { referenceCharactersMax } from "../shared/limits.ts";
import { idempotencyKeyReusedError } from "../shared/user-errors.ts";
import { findTransaction } from "./charge.ts";
import { notRecordableError } from "./payment-errors.ts";
import { type PaymentPayload, storedPaymentPayload } from "./payment-payload.ts";
import { recordedProvider } from "./refund.ts";
import { writePaid } from "./settle-charge.ts";

const recordInput = z.object({
  idempotencyKey: idempotencyKeyInput,
  paymentId: z.string(),
  amount: moneyInput,
  reference: text(referenceCharactersMax, 1),
});

/** Records a payment made outside the shop, for an unpaid order in PROCESSING, SHIPPED or DELIVERED. The order's status stays. */
export async function recordPayment(services: Services, viewer: SignedIn, input: unknown): Promise<PaymentPayload> {
  const { db } = services;
  const parsed = parseInput(recordInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { value } = parsed;
  const { amount, reference } = value;
  const name = { scope: `user:${viewer.id}`, mutation: "paymentRecord", key: value.idempotencyKey };
  const inputFingerprint = fingerprint(value);
  const order = await findByPayment(db, idOrUndefined<PaymentId>(value.paymentId));
  if (order === undefined) return { userErrors: [notFoundError(["paymentId"])] };
  const id = newId<TransactionId>();
  const written = await commitIf(
    db,
    async (tx) => {
      const outcome = { found: true, userErrors: [] };
      const key = { ...name, fingerprint: inputFingerprint, orderId: order.id, transactionId: id, outcome };
      return (await writeRecord(tx, { id, order, amount, reference, viewer })) && writeKey(tx, key);
    },
    (wasWritten) => wasWritten,
  );
  if (written) return { payment: await readOrder(db, order.id), userErrors: [] };
  const known = await findKey(db, name);
  if (known === undefined)
    return { userErrors: [notRecordableError((await readOrder(db, order.id)) ?? order, amount)] };
  if (known.fingerprint !== inputFingerprint) return { userErrors: [idempotencyKeyReusedError()] };
  return storedPaymentPayload(db, known);
}

/** Writes a successful charge in one statement that requires an order that can be paid this way. Returns false if it cannot. */
async function writeRecord(
  tx: Tx,
  record: { id: TransactionId; order: Order; amount: Money; reference: string; viewer: SignedIn },
): Promise<boolean> {
  const { id, order, amount, reference, viewer } = record;
  const written = await tx.execute(sql`
    with payable as (
      update ${orders} set version = version
      where id = ${order.id} and visible and status in ('PROCESSING', 'SHIPPED', 'DELIVERED')
        and payment_status in ('UNPAID', 'FAILED') and total_minor - waived_minor = ${amount.minorUnits} and currency = ${amount.currency}
      returning id, total_minor - waived_minor as due_minor, currency
    )
    insert into ${paymentTransactions}
      (id, order_id, type, status, amount_minor, currency, provider, provider_reference, actor_id, settled_at)
    select ${id}::uuid, id, 'CHARGE', 'SUCCEEDED', due_minor, currency, ${recordedProvider}, ${reference}, ${viewer.id}::uuid, now()
    from payable
    returning id`);
  if (written.length === 0) return false;
  const charge = await findTransaction(tx, id);
  if (charge === undefined) throw new Error("A charge disappeared.");
  await writePaid(tx, charge);
  return true;
}

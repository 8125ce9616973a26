import type { FinalState, OrderRow, TransactionRow } from "./final-state.ts";

/** Checks that each paid order has one successful charge and others none, and that charges and refunds match the provider's. */
export function checkPayments({ orders, transactions, charges, refunds, wonDisputes }: FinalState): string[] {
  const findings: string[] = [];
  const byOrder = Map.groupBy(transactions, ({ orderId }) => orderId);
  for (const order of orders.values()) {
    const rows = byOrder.get(order.id) ?? [];
    const won = wonDisputes.filter(({ chargeId }) => rows.some(({ reference }) => reference === chargeId));
    findings.push(...ofOrder(order, rows, sum(won)));
  }

  const ours = new Map(transactions.map((row) => [row.id, row]));
  for (const charge of charges) {
    const row = ours.get(charge.idempotencyKey);
    if (row === undefined) findings.push(`the provider's charge ${charge.id} (${charge.status}) is not in our ledger`);
    else if ((charge.status === "succeeded") !== (row.status === "SUCCEEDED")) {
      findings.push(
        `charge ${row.id} is ${row.status} here and ${charge.status} at the provider (order ${row.orderId})`,
      );
    } else if (charge.amount !== row.amount)
      findings.push(`charge ${row.id}: ${row.amount} here, ${charge.amount} there`);
  }
  const byReference = new Map(transactions.map((row) => [row.reference, row]));
  for (const refund of refunds) {
    // One that was made outside the shop has no id of ours.
    const row = ours.get(refund.idempotencyKey) ?? byReference.get(refund.id);
    // Of one that was made after all else was given back, only what remained is booked.
    const order = row === undefined ? undefined : orders.get(row.orderId);
    const isCut = refund.idempotencyKey !== row?.id && order?.refunded === order?.paid;
    if (row?.status !== "SUCCEEDED" || (isCut ? row.amount > refund.amount : row.amount !== refund.amount)) {
      findings.push(
        `the provider's refund ${refund.id} of ${refund.amount} is ${row?.status ?? "missing"} in our ledger`,
      );
    }
  }
  const theirs = new Set([
    ...charges.filter(({ status }) => status === "succeeded").map(({ idempotencyKey }) => idempotencyKey),
    ...refunds.map(({ idempotencyKey, id }) => byReference.get(id)?.id ?? idempotencyKey),
  ]);
  for (const row of transactions) {
    if (row.status === "PENDING") findings.push(`${row.type} ${row.id} of order ${row.orderId} is not settled`);
    const isElsewhere = row.provider === "recorded" || row.reference === null;
    if (row.status === "SUCCEEDED" && !isElsewhere && !theirs.has(row.id)) {
      findings.push(`our ${row.type} ${row.id} of order ${row.orderId} is not in the provider's ledger`);
    }
  }
  return findings;
}

function ofOrder(order: OrderRow, transactions: readonly TransactionRow[], won: bigint): string[] {
  const succeeded = (...types: TransactionRow["type"][]) =>
    transactions.filter((row) => types.includes(row.type) && row.status === "SUCCEEDED");
  const paid = sum(succeeded("CHARGE"));
  const refunded = sum(succeeded("REFUND", "DISPUTE"));
  const charged = succeeded("CHARGE").length;
  const name = `order ${order.id} (${order.status}, ${order.paymentStatus})`;
  const findings: string[] = [];
  if (charged > 1) findings.push(`${name} was charged ${charged} times`);
  if (order.paid !== paid || order.refunded !== refunded) {
    findings.push(
      `${name} says ${order.paid} paid and ${order.refunded} refunded; its transactions, ${paid} and ${refunded}`,
    );
  }
  if (order.status === "PAID" && charged !== 1) findings.push(`${name} was charged ${charged} times`);
  // What a dispute held could not be refunded with the cancellation. Once the shop has won it, its staff refund it or not.
  if (order.status === "CANCELLED" && paid - refunded > won) {
    findings.push(`${name} was not refunded ${paid - refunded - won}`);
  }
  if (charged === 1 && paid !== order.total) findings.push(`${name} was charged ${paid} for a total of ${order.total}`);
  const due = paymentStatusDue(order, paid, refunded);
  if (!due.includes(order.paymentStatus)) findings.push(`${name} was paid ${paid} and refunded ${refunded}`);
  return findings;
}

function paymentStatusDue(order: OrderRow, paid: bigint, refunded: bigint): readonly string[] {
  if (paid === 0n) return order.status === "CANCELLED" ? ["CANCELLED"] : ["UNPAID", "FAILED"];
  if (refunded === 0n) return ["PAID"];
  return refunded < paid ? ["PARTIALLY_REFUNDED"] : ["REFUNDED"];
}

function sum(rows: readonly { readonly amount: bigint }[]): bigint {
  return rows.reduce((total, { amount }) => total + amount, 0n);
}

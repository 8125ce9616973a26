import { and, eq, inArray, isNotNull, isNull, lte, type SQL, sql } from "drizzle-orm";
import { Counter } from "prom-client";
import { orders, paymentTransactions, returnDeclarations, returns } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { addGauge, type Metrics } from "#platform/observability/metrics.ts";
import { readIssuingState } from "../invoice/number-series.ts";
import type { AfterSaleCounter } from "../services.ts";

const openReturns = ["REQUESTED", "APPROVED", "RECEIVED"] as const;

/** Adds what waits after the sale to the metrics, read from the database at each scrape, and returns the counter of what was done. */
export function openAfterSaleMetrics(metrics: Metrics, db: Db): AfterSaleCounter {
  addGauge(metrics, {
    name: "agora_returns_open",
    help: "Returns that are not settled, by status.",
    labels: ["status"],
    read: async () => (await readReturns(db)).map(({ status, count }) => ({ labels: { status }, value: count })),
  });
  addGauge(metrics, {
    name: "agora_returns_oldest_seconds",
    help: "How long ago the oldest unsettled return was requested, by status.",
    labels: ["status"],
    read: async () => (await readReturns(db)).map(({ status, seconds }) => ({ labels: { status }, value: seconds })),
  });
  addGauge(metrics, {
    name: "agora_refunds_oldest_seconds",
    help: "Age of the oldest refund without a result; 0 when there is none.",
    read: async () => {
      const isOpen = and(
        isNotNull(paymentTransactions.dueAt),
        eq(paymentTransactions.type, "REFUND"),
        eq(paymentTransactions.status, "PENDING"),
      );
      const [row] = await db
        .select({ value: ageOf(paymentTransactions.createdAt) })
        .from(paymentTransactions)
        .where(isOpen);
      return row === undefined ? [] : [row];
    },
  });
  addGauge(metrics, {
    name: "agora_declarations_oldest_seconds",
    help: "Age of the oldest withdrawal or return by order number that was not judged yet; 0 when there is none.",
    read: async () => {
      const [row] = await db
        .select({ value: ageOf(returnDeclarations.receivedAt) })
        .from(returnDeclarations)
        .where(isNull(returnDeclarations.judgedAt));
      return row === undefined ? [] : [row];
    },
  });
  addGauge(metrics, {
    name: "agora_documents_waiting",
    help: "Orders whose invoices or credit notes are due.",
    read: async () => [{ value: await db.$count(orders, lte(orders.invoiceDueAt, sql`now()`)) }],
  });
  addGauge(metrics, {
    name: "agora_documents_stopped",
    help: "1 while no invoices and credit notes are issued, because the database was restored or issuing was stopped.",
    read: async () => [{ value: (await readIssuingState(db)) === "stopped" ? 1 : 0 }],
  });
  return new Counter({
    name: "agora_after_sale_total",
    help: "What was done after the sale: shipment, return_requested, return_received, refund, refund_declined, invoice, credit_note, document_failed.",
    labelNames: ["step"],
    registers: [metrics.registry],
  });
}

function ageOf(moment: typeof paymentTransactions.createdAt | typeof returnDeclarations.receivedAt): SQL<number> {
  return sql<number>`coalesce(extract(epoch from now() - min(${moment})), 0)::float`;
}

async function readReturns(db: Db): Promise<{ status: string; count: number; seconds: number }[]> {
  const rows = await db
    .select({
      status: returns.status,
      count: sql<number>`count(*)::int`,
      seconds: sql<number>`extract(epoch from now() - min(${returns.requestedAt}))::float`,
    })
    .from(returns)
    .where(inArray(returns.status, [...openReturns]))
    .groupBy(returns.status);
  return openReturns.map((status) => rows.find((row) => row.status === status) ?? { status, count: 0, seconds: 0 });
}

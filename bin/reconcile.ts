import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runningDatabases } from "#platform/config/database-urls.ts";
import { readEnv } from "#platform/config/env.ts";
import { openDatabase } from "#platform/database/database.ts";
import { parseId } from "#platform/shop/ids.ts";
import { bySubgraph, subgraphs } from "#schema/subgraphs.ts";
import {
  openSandboxLedger,
  openStripeLedger,
  type ProviderLedger,
} from "#subgraphs/orders/payment-providers/provider-ledger.ts";
import { readBooks } from "./reconcile/books.ts";
import { findDifferences } from "./reconcile/differences.ts";
import { changeInvoices, type InvoiceCommand } from "./reconcile/invoices.ts";
import { releaseOrphan, repairDifferences } from "./reconcile/repair.ts";

const usage = `npm run reconcile                          compares orders, reservations, stock and the payment providers
npm run reconcile -- --since <moment>      looks at what changed since then; 7 days unless given
npm run reconcile -- --repair              books what the providers know and sends events again; never charges or refunds
npm run reconcile -- --release <order id>  releases the stock of an order that no longer exists
npm run reconcile -- invoices --next <n>   after a restore: confirms the next number of invoices, which are not issued until then
npm run reconcile -- invoices --stop       issues no invoices until a number is confirmed
npm run reconcile -- invoices --delete     deletes invoices after INVOICE_RETENTION_YEARS (10), by a role that may`;

const dayMs = 24 * 60 * 60 * 1_000;
const sinceDefaultDays = 7;
const quietSeconds = 10;

/** `npm run reconcile`. Exits with 1 while there are differences that were not repaired. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      repair: { type: "boolean" },
      since: { type: "string" },
      release: { type: "string" },
      next: { type: "string" },
      stop: { type: "boolean" },
      delete: { type: "boolean" },
    },
  });
  const isAboutInvoices = positionals.length > 0;
  const invoiceCommand = isAboutInvoices ? readInvoiceCommand(positionals, values) : undefined;
  const since = values.since === undefined ? new Date(Date.now() - sinceDefaultDays * dayMs) : new Date(values.since);
  const release = values.release === undefined ? undefined : parseId(values.release);
  if (
    (isAboutInvoices && invoiceCommand === undefined) ||
    Number.isNaN(since.getTime()) ||
    (values.release !== undefined && release === undefined)
  ) {
    console.error(usage);
    return 2;
  }
  const urls = await runningDatabases(process.env, path.resolve(import.meta.dirname, ".."));
  const opened = bySubgraph((name) =>
    openDatabase({ url: urls[name], applicationName: "reconcile-command", connectionsMax: 4 }),
  );
  try {
    const databases = bySubgraph((name) => opened[name].db);
    if (invoiceCommand !== undefined) {
      const { text, done } = await changeInvoices(databases.orders, invoiceCommand);
      console.log(text);
      return done ? 0 : 1;
    }
    if (release !== undefined) {
      const released = await releaseOrphan(databases, release);
      console.log(
        released ? `The stock of ${release} will be released.` : `${release} is not a reservation without an order.`,
      );
      return released ? 0 : 1;
    }
    const books = await readBooks(databases, openLedgers(databases.orders), since, quietSeconds);
    const differences = findDifferences(books);
    for (const { text, repairs } of differences)
      console.log(`${repairs.length > 0 ? "repairable" : "decide    "}  ${text}`);
    console.log(
      `${differences.length} differences in ${books.orders.size} orders and ${books.reservations.size} reservations since ${since.toISOString()}.` +
        (books.unsettled.size > 0 ? ` ${books.unsettled.size} more are still changing; run it again later.` : ""),
    );
    if (values.repair !== true) return differences.length === 0 ? 0 : 1;
    const { done, failed } = await repairDifferences(databases, differences);
    for (const repair of failed)
      console.log(
        `not repaired: ${repair.kind} ${repair.orderId}. The event is no longer kept, or the order has changed.`,
      );
    console.log(`${done} repairs. Run it again when the events are delivered.`);
    return failed.length === 0 && differences.every(({ repairs }) => repairs.length > 0) ? 0 : 1;
  } finally {
    await Promise.all(subgraphs.map((name) => opened[name].close()));
  }
}

function readInvoiceCommand(
  positionals: readonly string[],
  values: { next?: string | undefined; stop?: boolean | undefined; delete?: boolean | undefined },
): InvoiceCommand | undefined {
  if (positionals.length !== 1 || positionals[0] !== "invoices") return undefined;
  if (values.stop === true) return { kind: "stop" };
  if (values.delete === true) {
    const { INVOICE_RETENTION_YEARS: years } = readEnv(
      z.object({ INVOICE_RETENTION_YEARS: z.coerce.number().int().min(1).max(100).default(10) }),
      process.env,
    );
    return { kind: "delete", years };
  }
  return /^[1-9]\d{0,8}$/.test(values.next ?? "") ? { kind: "confirm", next: Number(values.next) } : undefined;
}

function openLedgers(orders: Parameters<typeof openSandboxLedger>[0]): ProviderLedger[] {
  const env = readEnv(
    z.object({
      NODE_ENV: z.string().default("development"),
      STRIPE_SECRET_KEY: z.string().min(1).optional(),
      STRIPE_API_URL: z.url().optional(),
    }),
    process.env,
  );
  const sandbox = env.NODE_ENV === "production" ? [] : [openSandboxLedger(orders)];
  if (env.STRIPE_SECRET_KEY === undefined) return sandbox;
  return [...sandbox, openStripeLedger({ secretKey: env.STRIPE_SECRET_KEY, apiUrl: env.STRIPE_API_URL })];
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});

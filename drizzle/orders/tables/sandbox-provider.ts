import { sql } from "drizzle-orm";
import { index, integer, pgSchema, text } from "drizzle-orm/pg-core";
import { minorUnits, moment } from "../../columns.ts";

/**
 * The `test` payment provider's own books. It stands for a foreign system: no key leads there or back, and it writes in transactions of its own,
 * so that its books can be compared with ours.
 */
export const testProvider = pgSchema("test_provider");

export const testCharges = testProvider.table("charges", {
  id: text().primaryKey(),
  idempotencyKey: text("idempotency_key").notNull().unique(),
  amountMinor: minorUnits("amount_minor").notNull(),
  currency: text().notNull(),
  token: text().notNull(),
  status: text().notNull().$type<"processing" | "succeeded" | "declined" | "action_required" | "cancelled">(),
  declineCode: text("decline_code"),
  returnUrl: text("return_url"),
  /** When a charge that is `processing` is done. */
  readyAt: moment("ready_at").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const testRefunds = testProvider.table(
  "refunds",
  {
    id: text().primaryKey(),
    idempotencyKey: text("idempotency_key").notNull().unique(),
    chargeId: text("charge_id").notNull(),
    amountMinor: minorUnits("amount_minor").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("refunds_of_charge").on(table.chargeId)],
);

export const testWebhooks = testProvider.table(
  "webhooks",
  {
    id: text().primaryKey(),
    chargeId: text("charge_id").notNull(),
    attempts: integer().notNull().default(0),
    dueAt: moment("due_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("webhooks_due").on(table.dueAt).where(sql`due_at is not null`)],
);

/** Money that a buyer's bank took back, or holds. */
export const testDisputes = testProvider.table(
  "disputes",
  {
    id: text().primaryKey(),
    chargeId: text("charge_id").notNull(),
    amountMinor: minorUnits("amount_minor").notNull(),
    status: text().notNull().$type<"open" | "won" | "lost">(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("disputes_of_charge").on(table.chargeId)],
);

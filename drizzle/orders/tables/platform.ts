import { budgetTable } from "#platform/budgets/postgres-store.ts";
import { inboxTable, outboxTable } from "#platform/events/outbox.ts";

export const outbox = outboxTable();
export const inbox = inboxTable();

/** What strangers caused lately; see platform/budgets. */
export const budgets = budgetTable();

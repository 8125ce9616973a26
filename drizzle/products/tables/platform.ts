import { inboxTable, outboxTable } from "#platform/events/outbox.ts";

export const outbox = outboxTable();
export const inbox = inboxTable();

import type { Db } from "#platform/db.ts";
import type { RenderedMail } from "#platform/mail.ts";
import type { OutboxRow } from "#platform/outbox.ts";

/** What mails are made with. */
export type MailTools = { readonly db: Db; readonly tokenKey: string; readonly shopUrl: string };

/** The mail of an outbox row; undefined when there is nobody to send it to any more. */
export async function renderMail(_tools: MailTools, _row: OutboxRow): Promise<RenderedMail | undefined> {
  return undefined;
}

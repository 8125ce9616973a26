import { and, eq, lt, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { type MailedTokenId, mailedTokens, outbox, users } from "#drizzle/users/tables.ts";
import type { Budgets } from "#platform/budgets/budgets.ts";
import type { Db } from "#platform/database/database.ts";
import type { Admission } from "#platform/email/mailer.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import { readBody, sendJson } from "#platform/http/http-server.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type Email, emailKey } from "#platform/shop/input.ts";
import type { Settings } from "../env.ts";
import { isActiveAccount } from "../security/reauthentication.ts";

type AdmissionTools = {
  readonly db: Db;
  readonly budgets: Budgets<Db>;
  readonly settings: Pick<Settings, "PASSWORD_RESET_TOKEN_TTL" | "EMAIL_CHANGE_TOKEN_TTL">;
};

/** Mails that anyone can have sent to anyone; all others follow from what an account's owner did. */
const registrationMails: ReadonlySet<string> = new Set(["registration", "activation-again"]);
const requestedMails: ReadonlySet<string> = new Set(["password-reset", "email-change", "email-change-asked"]);

const addressed = z.object({ to: z.string().transform((value) => value as Email) });

/**
 * Decides whether a mail is sent now, by the budget of its recipient's mailbox. Over it, mails about registrations are dropped, as they may be a
 * stranger's; others are sent later, of several password resets only one. The first reset of an hour for an account does not count: no stranger's mails
 * can keep its owner out.
 */
export async function admitMail(tools: AdmissionTools, row: OutboxRow): Promise<Admission> {
  const isRegistration = registrationMails.has(row.topic);
  if (!isRegistration && !requestedMails.has(row.topic)) return "send";
  const { to } = addressed.parse(row.payload);
  if (row.topic === "password-reset" && (await isFirstReset(tools, to))) return "send";
  const spent = await tools.budgets.trySpend("mails", { email: to });
  if (spent.ok) return "send";
  if (isRegistration) return "drop";
  if (row.topic === "password-reset" && (await waitsAlready(tools.db, row, to))) return "drop";
  await keepToken(tools, row, spent.retryAfterSeconds);
  return { postponeSeconds: spent.retryAfterSeconds };
}

async function isFirstReset({ db, budgets }: AdmissionTools, to: Email): Promise<boolean> {
  const [account] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.emailKey, emailKey(to)), isActiveAccount));
  return account !== undefined && (await budgets.trySpend("reset_mails", { user: account.id })).ok;
}

/** Whether an earlier reset of the address waits: its mail will do for this one too. */
async function waitsAlready(db: Db, row: OutboxRow, to: Email): Promise<boolean> {
  const waiting = await db
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        eq(outbox.channel, "mail"),
        eq(outbox.status, "waiting"),
        eq(outbox.topic, row.topic),
        ne(outbox.id, row.id),
        lt(outbox.id, row.id),
        sql`lower(${outbox.payload} ->> 'to') = lower(${to})`,
      ),
    )
    .limit(1);
  return waiting.length > 0;
}

/** A token that is sent later is valid as long as any other. */
async function keepToken({ db, settings }: AdmissionTools, row: OutboxRow, delaySeconds: number): Promise<void> {
  if (row.topic === "email-change-asked") return;
  const ttlSeconds =
    row.topic === "password-reset" ? settings.PASSWORD_RESET_TOKEN_TTL : settings.EMAIL_CHANGE_TOKEN_TTL;
  await db
    .update(mailedTokens)
    .set({ expiresAt: sql`now() + ${delaySeconds + ttlSeconds} * interval '1 second'` })
    .where(eq(mailedTokens.id, row.subject as MailedTokenId));
}

const bodyBytesMax = 4_096;
const budgetRequest = z.object({
  email: z.string().min(1).max(320),
  user: z.uuid().optional(),
  addressHash: z.string().max(100).optional(),
});

/**
 * `POST /internal/mail-budget`: counts a mail of another service against the mailbox and, by its hash, the client's address, so that all services have one
 * budget together. 204 if it may be sent, 429 if not.
 */
export function mailBudgetRoute(budgets: Budgets<Db>): InternalRoute {
  return async (request, response, _url, { issuer }) => {
    if (issuer === "gateway") throw new ApiError("FORBIDDEN", "Only services may count mails.");
    const body = budgetRequest.safeParse(parseJson(await readBody(request, bodyBytesMax)));
    if (!body.success) throw new ApiError("BAD_REQUEST", "The body must have `email`.");
    const spent = await budgets.trySpend("mails", body.data);
    if (spent.ok) response.writeHead(204).end();
    else sendJson(response, 429, { retryAfterSeconds: spent.retryAfterSeconds });
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

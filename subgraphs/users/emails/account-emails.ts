import { and, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { type MailedTokenId, mailedTokens, type Provider, users } from "#drizzle/users/tables.ts";
import { secretToken } from "#platform/auth/secret-token.ts";
import type { Db } from "#platform/database/database.ts";
import { escapeHtml, htmlPage } from "#platform/email/html.ts";
import type { RenderedMail } from "#platform/email/mailer.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import { parseId, type UserId } from "#platform/shop/ids.ts";
import { type Email, emailKey } from "#platform/shop/input.ts";
import { activationTokenKind } from "../account/registration.ts";
import { emailChangeTokenKind, passwordResetTokenKind } from "../account/token-kinds.ts";
import { readAccountsOf } from "../account/user.ts";
import type { Settings } from "../env.ts";

/** One part of a mail: a paragraph, or a link on a line of its own. */
type Part = string | { readonly label: string; readonly link: string };

/** A mail in text and HTML. The text's lines are not wrapped, so that links stay whole. Nothing that others chose is in it. */
export function composeMail(to: string, subject: string, parts: readonly Part[]): RenderedMail {
  const whole = ["Hello,", ...parts, "Your shop"];
  const text = whole.map((part) => (typeof part === "string" ? part : `${part.label}:\n${part.link}`)).join("\n\n");
  const html = whole.map((part) =>
    typeof part === "string"
      ? `<p>${escapeHtml(part)}</p>`
      : `<p><a href="${escapeHtml(part.link)}">${escapeHtml(part.label)}</a><br><small>${escapeHtml(part.link)}</small></p>`,
  );
  return { to, subject, text: `${text}\n`, html: htmlPage(subject, html) };
}

type MailSettings = Pick<
  Settings,
  "TOKEN_KEY" | "SHOP_URL" | "ACTIVATION_TOKEN_TTL" | "PASSWORD_RESET_TOKEN_TTL" | "EMAIL_CHANGE_TOKEN_TTL"
>;
type Template = (db: Db, settings: MailSettings, row: OutboxRow) => Promise<RenderedMail | undefined>;

/**
 * Makes the mail of an outbox row, at the moment it leaves: tokens are made now, and what a mail says follows from how the account is now.
 * Undefined when there is nobody to tell anything any more.
 */
export async function renderMail(db: Db, settings: MailSettings, row: OutboxRow): Promise<RenderedMail | undefined> {
  const template = Object.hasOwn(templates, row.topic) ? templates[row.topic as TemplateName] : undefined;
  if (template === undefined) throw new Error(`There is no mail ${row.topic}.`);
  return template(db, settings, row);
}

type TemplateName = keyof typeof templates;

const addressed = z.object({ to: z.string().transform((value) => value as Email) });

/** Goes to the address as it was registered, never as somebody typed it who asks: the two may be alike and not the same. */
const registration: Template = async (db, settings, row) => {
  const [registered] = await db
    .select({ id: users.id, email: users.email, emailKey: users.emailKey, isDecoy: users.isDecoy })
    .from(users)
    .where(and(eq(users.id, row.subject as UserId), isNull(users.activatedAt), sql`${users.activatableUntil} > now()`));
  if (registered === undefined || registered.email === null) return undefined;
  if (!registered.isDecoy) return activation(settings, registered.email, [registered.id]);
  const [account] = await readAccountsOf(db, registered.emailKey ?? "", 1);
  return account?.activatedAt && account.email !== null ? addressTaken(settings, account.email) : undefined;
};

/** Every registration of the address that can still be activated has a password of its own, so each gets its link. */
const activationAgain: Template = async (db, settings, row) => {
  const { to } = addressed.parse(row.payload);
  const rows = await readAccountsOf(db, emailKey(to));
  const [first] = rows;
  if (first === undefined || first.email === null) return undefined;
  if (first.activatedAt !== null) return addressTaken(settings, first.email);
  const open = rows.filter(({ email, isDecoy }) => email === first.email && !isDecoy).slice(0, linksMax);
  return open.length === 0
    ? undefined
    : activation(
        settings,
        first.email,
        open.map(({ id }) => id),
      );
};

const linksMax = 3;

function activation(settings: MailSettings, to: Email, ids: readonly UserId[]): RenderedMail {
  const links = ids.map((id, index) => ({
    label: index === 0 ? "Activate the account" : "Activate the registration before it",
    link: tokenLink(settings, "activate", secretToken(settings.TOKEN_KEY, activationTokenKind, id)),
  }));
  return composeMail(to, "Activate your account", [
    `Somebody registered at our shop with this e-mail address. If it was you, activate the account within ${inWords(settings.ACTIVATION_TOKEN_TTL)}:`,
    ...links,
    ...(links.length > 1
      ? [
          "There are several registrations, each with the password that was chosen with it. Use the link of your own only, or register again.",
        ]
      : []),
    "If it was not you, do nothing: without the link nobody can use the account.",
  ]);
}

function addressTaken(settings: MailSettings, to: Email): RenderedMail {
  return composeMail(to, "You have an account already", [
    "Somebody tried to register at our shop with this e-mail address, which has an account already. If it was you, sign in with your password, or ask for a new one if you forgot it:",
    { label: "To the shop", link: settings.SHOP_URL },
    "If it was not you, there is nothing to do: nothing was changed.",
  ]);
}

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** A duration in the largest unit of which it is a whole number, such as "3 days". */
function inWords(seconds: number): string {
  const [unit, unitSeconds] = units.find(([, length]) => seconds % length === 0) ?? (["second", 1] as const);
  const count = seconds / unitSeconds;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** Where a mailed token leads: the shop's address with the token as `?token=…`. */
function tokenLink(settings: MailSettings, page: string, token: string): string {
  const url = new URL(settings.SHOP_URL);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${page}`;
  url.searchParams.set("token", token);
  return url.href;
}

const passwordReset: Template = async (db, settings, row) => {
  const { to } = addressed.parse(row.payload);
  const [reset] = await db
    .select({ id: mailedTokens.id, email: users.email })
    .from(mailedTokens)
    .innerJoin(users, eq(users.id, mailedTokens.userId))
    .where(
      and(
        eq(mailedTokens.id, row.subject as MailedTokenId),
        isNull(mailedTokens.usedAt),
        sql`${mailedTokens.expiresAt} > now()`,
      ),
    );
  if (reset !== undefined && reset.email !== null) {
    const token = secretToken(settings.TOKEN_KEY, passwordResetTokenKind, reset.id);
    return composeMail(reset.email, "Choose a new password", [
      `Somebody asked for a new password for your account at our shop. If it was you, choose one within ${inWords(settings.PASSWORD_RESET_TOKEN_TTL)}; you will be signed out everywhere:`,
      { label: "Choose a new password", link: tokenLink(settings, "reset", token) },
      "If it was not you, do nothing: your password stays as it is.",
    ]);
  }
  const [account] = await readAccountsOf(db, emailKey(to), 1);
  if (account === undefined || account.email === null) return undefined;
  if (account.activatedAt === null) {
    return composeMail(account.email, "Your account is not activated", [
      "Somebody asked for a new password at our shop for this e-mail address. It was registered but not activated, so there is no password to replace. Register again, with the password that you want:",
      { label: "To the shop", link: settings.SHOP_URL },
    ]);
  }
  if (account.disabledAt !== null) {
    return composeMail(account.email, "Your account is disabled", [
      "Somebody asked for a new password for your account at our shop. The account is disabled, so it has none to replace. Answer to us if you think that this is wrong.",
    ]);
  }
  return undefined;
};

const emailChange: Template = async (db, settings, row) => {
  const { to } = addressed.parse(row.payload);
  const [change] = await db
    .select({ id: mailedTokens.id, userId: mailedTokens.userId })
    .from(mailedTokens)
    .where(
      and(
        eq(mailedTokens.id, row.subject as MailedTokenId),
        isNull(mailedTokens.usedAt),
        sql`${mailedTokens.expiresAt} > now()`,
      ),
    );
  if (change === undefined) return undefined;
  const [taken] = await db
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.emailKey, emailKey(to)), isNotNull(users.activatedAt), ne(users.id, change.userId)));
  if (taken !== undefined) return taken.email === null ? undefined : addressTaken(settings, taken.email);
  const token = secretToken(settings.TOKEN_KEY, emailChangeTokenKind, change.id);
  return composeMail(to, "Confirm your new e-mail address", [
    `Somebody wants to use this e-mail address for an account at our shop. If it was you, confirm it within ${inWords(settings.EMAIL_CHANGE_TOKEN_TTL)}:`,
    { label: "Confirm the address", link: tokenLink(settings, "confirm-email", token) },
    "If it was not you, do nothing: the address will not be used.",
  ]);
};

/** A mail to an address that says something happened. */
function notice(subject: string, parts: (settings: MailSettings) => readonly Part[]): Template {
  return async (_db, settings, row) => composeMail(addressed.parse(row.payload).to, subject, parts(settings));
}

const passwordChanged = notice("Your password was changed", (settings) => [
  "The password of your account at our shop was just changed. If it was you, there is nothing to do.",
  "If it was not you, somebody may have your account. Ask for a new password at once, which signs everybody out:",
  { label: "To the shop", link: settings.SHOP_URL },
]);

const emailChangeAsked = notice("Your e-mail address is about to change", (settings) => [
  "Somebody who is signed in to your account at our shop asked to use another e-mail address. The new one gets a link that confirms it.",
  "If it was not you, change your password now, which voids that link:",
  { label: "To the shop", link: settings.SHOP_URL },
]);

const emailChanged = notice("Your e-mail address was changed", () => [
  "Your account at our shop now uses another e-mail address, which was confirmed. This is the last mail to this one.",
  "If it was not you, answer to us at once.",
]);

const providerNames: Readonly<Record<Provider, string>> = { GOOGLE: "Google", FACEBOOK: "Facebook", GITHUB: "GitHub" };

const providerLinked: Template = async (_db, settings, row) => {
  const { to, provider } = addressed.extend({ provider: z.enum(["GOOGLE", "FACEBOOK", "GITHUB"]) }).parse(row.payload);
  return composeMail(to, `You can now sign in with ${providerNames[provider]}`, [
    `Somebody signed in to your account at our shop with ${providerNames[provider]}, where this e-mail address is confirmed too. From now on that is a way into your account.`,
    "If it was not you, answer to us at once, and look after your account there:",
    { label: "To the shop", link: settings.SHOP_URL },
  ]);
};

const accountDeleted = notice("Your account was deleted", () => [
  "Your account at our shop was deleted, and with it what we knew of you. Orders keep the copy of what the law asks us to keep. This is the last mail about it.",
]);

/** The session is gone already; the mail says so to whoever the account belongs to now. */
const tokenReused: Template = async (db, settings, row) => {
  const id = parseId<UserId>(row.subject);
  if (id === undefined) return undefined;
  const [user] = await db.select({ email: users.email }).from(users).where(eq(users.id, id));
  if (user === undefined || user.email === null) return undefined;
  return composeMail(user.email, "A sign-in of yours was ended", [
    "Somebody used an old key of one of your sign-ins at our shop once more. That can be a fault of an app, or somebody who copied it, so we ended that sign-in. The others go on.",
    "If you do not know why, choose a new password, which signs everybody out:",
    { label: "To the shop", link: settings.SHOP_URL },
  ]);
};

const templates = {
  registration,
  "activation-again": activationAgain,
  "password-reset": passwordReset,
  "password-changed": passwordChanged,
  "email-change": emailChange,
  "email-change-asked": emailChangeAsked,
  "email-changed": emailChanged,
  "account-deleted": accountDeleted,
  "token-reused": tokenReused,
  "provider-linked": providerLinked,
} as const;

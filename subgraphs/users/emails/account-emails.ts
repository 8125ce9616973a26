import { and, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { type MailedTokenId, mailedTokens, type Provider, users } from "#drizzle/users/tables.ts";
import { secretToken } from "#platform/auth/secret-token.ts";
import type { Db } from "#platform/database/database.ts";
import type { MailContent, MailPart, MailTemplates, RenderedMail } from "#platform/email/mail-templates.ts";
import type { OutboxRow } from "#platform/events/outbox.ts";
import { parseId, type UserId } from "#platform/shop/ids.ts";
import { type Email, emailKey } from "#platform/shop/input.ts";
import { activationTokenKind } from "../account/registration.ts";
import { emailChangeTokenKind, passwordResetTokenKind } from "../account/token-kinds.ts";
import { readAccountsOf } from "../account/user.ts";
import type { Settings } from "../env.ts";

/** What a mail says. Nothing in it was chosen by other people. */
function accountMail(
  template: string,
  to: string,
  subject: string,
  parts: readonly MailPart[],
  facts: Record<string, string> = {},
): MailContent {
  const link = parts.flatMap((part) => (typeof part === "object" && "link" in part ? [part.link] : []))[0];
  return { to, template, subject, parts, facts: { ...facts, ...(link === undefined ? {} : { link }) } };
}

type MailSettings = Pick<Settings, "TOKEN_KEY" | "STOREFRONT_URL" | "ACTIVATION_TOKEN_TTL" | "EMAIL_CHANGE_TOKEN_TTL">;
type Template = (db: Db, settings: MailSettings, row: OutboxRow) => Promise<MailContent | undefined>;

/**
 * Renders the mail of an outbox row when it is sent: tokens are computed now, and the text follows from the account as it is now.
 * Returns undefined if the mail is no longer due.
 */
export async function renderMail(
  db: Db,
  settings: MailSettings,
  templates: MailTemplates,
  row: OutboxRow,
): Promise<RenderedMail | undefined> {
  const write = Object.hasOwn(mails, row.topic) ? mails[row.topic as TemplateName] : undefined;
  if (write === undefined) throw new Error(`There is no mail template ${row.topic}.`);
  const mail = await write(db, settings, row);
  return mail === undefined ? undefined : templates.render(mail);
}

type TemplateName = keyof typeof mails;

const addressed = z.object({ to: z.string().transform((value) => value as Email) });

/** Sent to the address as it was registered, never as it was typed in a request: two addresses can compare as equal and be different mailboxes. */
const registration: Template = async (db, settings, row) => {
  const [registered] = await db
    .select({ id: users.id, email: users.email, emailKey: users.emailKey, isDecoy: users.isDecoy })
    .from(users)
    .where(and(eq(users.id, row.subject as UserId), isNull(users.activatedAt), sql`${users.activatableUntil} > now()`));
  if (registered === undefined || registered.email === null) return undefined;
  if (!registered.isDecoy) return activation(settings, registered.email, registered.id);
  const [account] = await readAccountsOf(db, registered.emailKey ?? "", 1);
  return account?.activatedAt && account.email !== null ? addressTaken(settings, account.email) : undefined;
};

/**
 * Carries a link only if the address has one open registration. Of several, nothing says which is the recipient's: their own link is in the mail that was
 * sent for it.
 */
const activationAgain: Template = async (db, settings, row) => {
  const { to } = addressed.parse(row.payload);
  const rows = await readAccountsOf(db, emailKey(to));
  const [first] = rows;
  if (first === undefined || first.email === null) return undefined;
  if (first.activatedAt !== null) return addressTaken(settings, first.email);
  const [open, ...competing] = rows.filter(({ isDecoy }) => !isDecoy);
  if (open === undefined || open.email === null) return undefined;
  return competing.length === 0
    ? activation(settings, open.email, open.id)
    : registeredRepeatedly(settings, open.email);
};

function activation(settings: MailSettings, to: Email, id: UserId): MailContent {
  const validFor = inWords(settings.ACTIVATION_TOKEN_TTL);
  return accountMail(
    "activation",
    to,
    "Activate your account",
    [
      `Thanks for signing up. Please activate your account within ${validFor}:`,
      {
        label: "Activate your account",
        link: tokenLink(settings, "activate", secretToken(settings.TOKEN_KEY, activationTokenKind, id)),
      },
      "If you didn't sign up, you can ignore this email. The account cannot be used without the link.",
    ],
    { validFor },
  );
}

function registeredRepeatedly(settings: MailSettings, to: Email): MailContent {
  return accountMail("registered-repeatedly", to, "Activate your account", [
    "This email address was registered more than once, so we cannot tell which registration is yours. Use the link in the email that you received when you signed up, and enter the password you chose then. If you no longer have that email, sign up again:",
    goToShop(settings),
    "If you didn't sign up, you can ignore this email. The account cannot be used without the link.",
  ]);
}

function addressTaken(settings: MailSettings, to: Email): MailContent {
  return accountMail("address-taken", to, "You already have an account", [
    "Someone, probably you, tried to use this email address for a new account, but it already has one. Sign in with your password, or reset it if you have forgotten it:",
    goToShop(settings),
    "If this wasn't you, you can ignore this email. Nothing has changed.",
  ]);
}

function goToShop(settings: MailSettings): MailPart {
  return { label: "Go to the shop", link: settings.STOREFRONT_URL };
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

/** What is left of a duration, in whole minutes, or in whole hours from two on: a mail may have waited. */
function inWhole(seconds: number): number {
  const unit = seconds >= 2 * 3_600 ? 3_600 : 60;
  return Math.max(Math.round(seconds / unit), 1) * unit;
}

/** Where a mailed token leads: the storefront's address with the token as `?token=…`. */
function tokenLink(settings: MailSettings, page: string, token: string): string {
  const url = new URL(settings.STOREFRONT_URL);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${page}`;
  url.searchParams.set("token", token);
  return url.href;
}

const passwordReset: Template = async (db, settings, row) => {
  const { to } = addressed.parse(row.payload);
  const [reset] = await db
    .select({
      id: mailedTokens.id,
      email: users.email,
      validSeconds: sql<number>`extract(epoch from ${mailedTokens.expiresAt} - now())::float`,
    })
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
    const validFor = inWords(inWhole(reset.validSeconds));
    return accountMail(
      "password-reset",
      reset.email,
      "Choose a new password",
      [
        `We received a request to reset your password. Choose a new one within ${validFor}. You'll be signed out on all devices.`,
        { label: "Choose a new password", link: tokenLink(settings, "reset", token) },
        "If you didn't request this, you can ignore this email. Your password stays the same.",
      ],
      { validFor },
    );
  }
  const [account] = await readAccountsOf(db, emailKey(to), 1);
  if (account === undefined || account.email === null) return undefined;
  if (account.activatedAt === null) {
    return accountMail("account-not-activated", account.email, "Your account is not activated", [
      "We received a request to reset the password for this email address, but its account was never activated. Sign up again with the password you want:",
      goToShop(settings),
    ]);
  }
  if (account.disabledAt !== null) {
    return accountMail("account-disabled", account.email, "Your account is disabled", [
      "We received a request to reset your password, but your account is disabled. If you think this is a mistake, please contact us.",
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
  const validFor = inWords(settings.EMAIL_CHANGE_TOKEN_TTL);
  return accountMail(
    "email-change",
    to,
    "Confirm your new email address",
    [
      `Please confirm within ${validFor} that you want to use this email address for your account:`,
      { label: "Confirm the address", link: tokenLink(settings, "confirm-email", token) },
      "If you didn't request this, you can ignore this email. The address will not be used.",
    ],
    { validFor },
  );
};

/** A mail that notifies an address of an event. */
function notice(template: string, subject: string, parts: (settings: MailSettings) => readonly MailPart[]): Template {
  return async (_db, settings, row) => accountMail(template, addressed.parse(row.payload).to, subject, parts(settings));
}

const passwordChanged = notice("password-changed", "Your password was changed", (settings) => [
  "Your password has just been changed. If you changed it, there is nothing else to do.",
  "If you didn't change it, someone else may have access to your account. Reset your password now. That signs out all devices:",
  goToShop(settings),
]);

const emailChangeAsked = notice("email-change-asked", "Your email address is about to change", (settings) => [
  "We received a request to change the email address of your account. The new address has been sent a link to confirm it.",
  "If you didn't request this, change your password now. That makes the link invalid:",
  goToShop(settings),
]);

const emailChanged = notice("email-changed", "Your email address was changed", () => [
  "Your account now uses a different email address, which has been confirmed. This is the last email to this address.",
  "If you didn't change it, please contact us right away.",
]);

const providerNames: Readonly<Record<Provider, string>> = { GOOGLE: "Google", FACEBOOK: "Facebook", GITHUB: "GitHub" };

const providerLinked: Template = async (_db, settings, row) => {
  const { to, provider } = addressed.extend({ provider: z.enum(["GOOGLE", "FACEBOOK", "GITHUB"]) }).parse(row.payload);
  const name = providerNames[provider];
  return accountMail(
    "provider-linked",
    to,
    `You can now sign in with ${name}`,
    [
      `You signed in with ${name}, which has verified this email address. From now on you can sign in to your account this way.`,
      `If this wasn't you, secure your ${name} account, and contact us right away:`,
      goToShop(settings),
    ],
    { provider: name },
  );
};

const accountDeleted = notice("account-deleted", "Your account was deleted", () => [
  "Your account and your personal data have been deleted. We keep a copy of your orders where the law requires it. This is the last email about your account.",
]);

/** The session has already ended; the mail goes to the present owner of the account. */
const tokenReused: Template = async (db, settings, row) => {
  const id = parseId<UserId>(row.subject);
  if (id === undefined) return undefined;
  const [user] = await db.select({ email: users.email }).from(users).where(eq(users.id, id));
  if (user === undefined || user.email === null) return undefined;
  return accountMail("token-reused", user.email, "You were signed out on one device", [
    "A sign-in token of one of your devices was used twice. This can be an error in an app, or a sign that someone copied the token, so we signed that device out. Your other devices stay signed in.",
    "If you don't know why this happened, change your password. That signs out all devices:",
    goToShop(settings),
  ]);
};

const mails = {
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

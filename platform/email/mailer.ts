import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";
import { sql } from "drizzle-orm";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { flagVariable, portVariable } from "../config/env.ts";
import { isAnyOf } from "../database/any-of.ts";
import type { Db } from "../database/database.ts";
import type { OutboxId, OutboxRow, OutboxTable } from "../events/outbox.ts";
import { DeliveryPostponed, ReceiverUnavailable, type Relay, type RelayLimits, startRelay } from "../events/relay.ts";
import type { Log } from "../observability/log.ts";
import type { Tracing } from "../observability/tracing.ts";
import { mailTemplateVariables, type RenderedMail } from "./mail-templates.ts";

/** A mail ready to be sent. */
export type Mail = RenderedMail & {
  /** Without angle brackets; the same in every repeat. */
  readonly messageId: string;
};

/** Sends mail over SMTP, or into a folder when no SMTP server is configured. */
export type Mailer = {
  /** The part of each Message-ID after the @. */
  readonly domain: string;
  /** Resolves once the server has accepted the mail, or the file is on disk. @throws {ReceiverUnavailable} when the server cannot be reached. */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
};

/** The variables of services that send mail. */
export const mailVariables = {
  ...mailTemplateVariables,
  /** The mail server; without it mail is written to MAIL_DIRECTORY. */
  SMTP_HOST: z.string().optional(),
  SMTP_PORT: portVariable.default(587),
  SMTP_USERNAME: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
  SMTP_SENDER: z.string().max(320).default("Agora <noreply@agora.example>"),
  /** `starttls` upgrades the connection before anything is sent, `implicit` uses TLS from the first byte, `none` is for trusted networks. */
  SMTP_TLS: z.enum(["starttls", "implicit", "none"]).default("starttls"),
  /** Whether the server's certificate must be valid. */
  SMTP_TLS_VERIFY: flagVariable.default(true),
  MAIL_DIRECTORY: z.string().default(".data/mail"),
  /** How long sending one mail may take. A mail whose process died is sent again five seconds later than that. */
  MAIL_TIMEOUT_SECONDS: z.coerce.number().int().min(1).max(300).default(15),
} as const;

/** The values of {@link mailVariables}. */
export type MailEnv = z.infer<z.ZodObject<typeof mailVariables>>;

const connectionsMax = 3;
const leaseBeyondTimeoutMs = 5_000;
const connectTimeoutMs = 5_000;
const responseTimeoutMs = 10_000;

/** The times of the relay of mails, by the environment. */
export function mailTimes(env: Pick<MailEnv, "MAIL_TIMEOUT_SECONDS">): Pick<RelayLimits, "deliverMsMax" | "leaseMs"> {
  const deliverMsMax = env.MAIL_TIMEOUT_SECONDS * 1_000;
  return { deliverMsMax, leaseMs: deliverMsMax + leaseBeyondTimeoutMs };
}

/** Opens the mailer. It connects with the first mail. @throws {Error} when SMTP_SENDER holds no address. */
export function openMailer(env: MailEnv): Mailer {
  const domain = /@([^\s>@]+)>?$/.exec(env.SMTP_SENDER)?.[1];
  if (domain === undefined) throw new Error("The environment variable SMTP_SENDER is not usable: it holds no address.");
  return env.SMTP_HOST === undefined
    ? openFolder(env.MAIL_DIRECTORY, env.SMTP_SENDER, domain)
    : openSmtp(env, env.SMTP_HOST, domain);
}

function openSmtp(env: MailEnv, host: string, domain: string): Mailer {
  const transport = createTransport({
    pool: true,
    maxConnections: connectionsMax,
    host,
    port: env.SMTP_PORT,
    secure: env.SMTP_TLS === "implicit",
    requireTLS: env.SMTP_TLS === "starttls",
    ignoreTLS: env.SMTP_TLS === "none",
    tls: { rejectUnauthorized: env.SMTP_TLS_VERIFY, minVersion: "TLSv1.2" },
    ...(env.SMTP_USERNAME === undefined ? {} : { auth: { user: env.SMTP_USERNAME, pass: env.SMTP_PASSWORD ?? "" } }),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: responseTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    domain,
    send: async (mail) => {
      try {
        await transport.sendMail(message(mail, env.SMTP_SENDER));
      } catch (error) {
        throw isUnavailable(error)
          ? new ReceiverUnavailable("The mail server cannot be reached.", { cause: error })
          : error;
      }
    },
    close: async () => transport.close(),
  };
}

/** The codes of nodemailer's errors from before it offered the mail. */
const unavailableCodes: ReadonlySet<unknown> = new Set([
  "ECONNECTION",
  "ESOCKET",
  "ETIMEDOUT",
  "EDNS",
  "ETLS",
  "ECONNREFUSED",
]);

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && "code" in error && unavailableCodes.has(error.code);
}

/** Writes each mail to an `.eml` file, which is complete once it has its name. A repeat overwrites it. */
function openFolder(directory: string, sender: string, domain: string): Mailer {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  return {
    domain,
    send: async (mail) => {
      const { message: bytes } = await composer.sendMail(message(mail, sender));
      if (!Buffer.isBuffer(bytes)) throw new Error("The mail was not composed as bytes.");
      await mkdir(directory, { recursive: true });
      const name = `${mail.messageId.replace(/@.*$/, "").replaceAll(/[^\w-]/g, "")}.eml`;
      const draft = path.join(directory, `.${name}.${process.pid}`);
      const file = await open(draft, "w", 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path.join(directory, name));
    },
    close: async () => {},
  };
}

/**
 * The text part is composed here, in 8 bits, so that links in the source are not broken. Nodemailer would fold them into quoted-printable.
 */
function message(mail: Mail, sender: string) {
  const text = mail.text.trimEnd().replaceAll(/\r?\n/g, "\r\n");
  return {
    from: sender,
    to: mail.to,
    subject: mail.subject,
    messageId: `<${mail.messageId}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    alternatives: [
      { raw: `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}` },
      { contentType: "text/html; charset=utf-8", content: mail.html },
    ],
    attachments: (mail.attachments ?? []).map(({ filename, contentType, content }) => ({
      filename,
      contentType,
      content,
    })),
  };
}

/** Whether a mail is sent now, later, or never. `recorded`: it is sent now, and its row says so already. */
export type Admission = "send" | "recorded" | "drop" | { readonly postponeSeconds: number };

/** Records that mails are sent now, however often their delivery has to be repeated. */
export async function recordAdmitted(db: Db, outbox: OutboxTable, ids: readonly OutboxId[]): Promise<void> {
  await db
    .update(outbox)
    .set({ payload: sql`${outbox.payload} || '{"isAdmitted": true}'` })
    .where(isAnyOf(outbox.id, ids));
}

/** Whether a mail was admitted before. */
export function isAlreadyAdmitted({ payload }: OutboxRow): boolean {
  return payload.isAdmitted === true;
}

/**
 * Starts sending a subgraph's mails from its outbox, each at least once, with a Message-ID made of its row, so that mail servers can recognize a
 * repeat. `render` makes secrets, which are never in the outbox.
 *
 * @param options.admit decides once for each mail whether it is sent; every mail is, unless given.
 * @param options.render renders a row; undefined when the recipient no longer exists.
 * @param options.logLinks logs the mail's links; for development only.
 */
export function startMails(options: {
  db: Db;
  outbox: OutboxTable;
  mailer: Mailer;
  admit?: (row: OutboxRow) => Promise<Admission>;
  render: (row: OutboxRow) => Promise<RenderedMail | undefined> | RenderedMail | undefined;
  logLinks: boolean;
  tracing?: Tracing | undefined;
  log: Log;
  limits?: Partial<RelayLimits>;
}): Relay {
  const { db, outbox, mailer, log } = options;
  return startRelay({
    db,
    outbox,
    channel: "mail",
    deliver: async (row) => {
      if (!(await isAdmitted(options, row))) return;
      const rendered = await options.render(row);
      if (rendered === undefined) return;
      await mailer.send({ ...rendered, messageId: `${row.messageId}@${mailer.domain}` });
      if (!options.logLinks) return;
      const links = rendered.text.match(/https?:\/\/\S+/g) ?? [];
      log.info({ to: rendered.to, links, requestId: row.requestId ?? undefined }, `Sent a mail: ${rendered.subject}`);
    },
    tracing: options.tracing,
    log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
}

/** A mail that was admitted stays so, however often its delivery is repeated. */
async function isAdmitted(
  { db, outbox, admit }: Pick<Parameters<typeof startMails>[0], "db" | "outbox" | "admit">,
  row: OutboxRow,
): Promise<boolean> {
  if (admit === undefined || isAlreadyAdmitted(row)) return true;
  const admission = await admit(row);
  if (typeof admission === "object") throw new DeliveryPostponed(admission.postponeSeconds);
  if (admission === "drop") return false;
  if (admission === "send") await recordAdmitted(db, outbox, [row.id]);
  return true;
}

import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { flagVariable, portVariable } from "../config/env.ts";
import type { Db } from "../database/database.ts";
import type { OutboxRow, OutboxTable } from "../events/outbox.ts";
import { ReceiverUnavailable, type Relay, type RelayLimits, startRelay } from "../events/relay.ts";
import type { Log } from "../observability/log.ts";

/** A mail ready to leave. */
export type Mail = {
  /** Without angle brackets; the same on every repeat. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

/** Sends mail: over SMTP, or into a folder when no SMTP server is set. */
export type Mailer = {
  /** The part of each Message-ID after the @. */
  readonly domain: string;
  /** Resolves once the server, or the disk, has taken it. @throws {ReceiverUnavailable} when the server cannot be reached. */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
};

/** What a process that sends mail reads. */
export const mailVariables = {
  /** Mail goes to this server; without it, into MAIL_DIRECTORY. */
  SMTP_HOST: z.string().optional(),
  SMTP_PORT: portVariable.default(587),
  SMTP_USERNAME: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
  SMTP_SENDER: z.string().max(320).default("Agora <noreply@agora.example>"),
  /** `starttls`: on a plain connection, and nothing is sent before TLS stands. `implicit`: from the first byte. `none`: for a trusted network. */
  SMTP_TLS: z.enum(["starttls", "implicit", "none"]).default("starttls"),
  /** Whether the server's certificate must be valid. */
  SMTP_TLS_VERIFY: flagVariable.default(true),
  MAIL_DIRECTORY: z.string().default(".data/mail"),
} as const;

/** The values of {@link mailVariables}. */
export type MailEnv = z.infer<z.ZodObject<typeof mailVariables>>;

const connectionsMax = 3;
const connectTimeoutMs = 5_000;
const answerTimeoutMs = 10_000;

/** Opens the way that mails leave. Nothing is connected before the first mail. */
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
    socketTimeout: answerTimeoutMs,
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
        throw isAway(error) ? new ReceiverUnavailable("The mail server cannot be reached.", { cause: error }) : error;
      }
    },
    close: async () => transport.close(),
  };
}

/** What nodemailer says when it never got as far as offering the mail. */
const awayCodes: ReadonlySet<unknown> = new Set([
  "ECONNECTION",
  "ESOCKET",
  "ETIMEDOUT",
  "EDNS",
  "ETLS",
  "ECONNREFUSED",
]);

function isAway(error: unknown): boolean {
  return error instanceof Error && "code" in error && awayCodes.has(error.code);
}

/** Each mail is one `.eml` file, whole from the moment it has its name. A repeat overwrites itself. */
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
 * The text part is written by hand: its lines stand as they are, in 8 bits, so that a link in it is whole for whoever reads the source.
 * Nodemailer would fold it into quoted-printable.
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
  };
}

/** What a template makes of a row. */
export type RenderedMail = Pick<Mail, "to" | "subject" | "text" | "html">;

/**
 * Starts sending a subgraph's mails from its outbox, each at least once, with a Message-ID made of its row, so that a mail server can tell a
 * repeat. Secrets are made by `render` and so never lie in the outbox.
 *
 * @param options.render the template's text for a row; undefined when there is nobody to send it to any more.
 * @param options.logLinks outside production: the mail's links go to the log.
 */
export function startMails(options: {
  db: Db;
  outbox: OutboxTable;
  mailer: Mailer;
  render: (row: OutboxRow) => Promise<RenderedMail | undefined> | RenderedMail | undefined;
  logLinks: boolean;
  log: Log;
  limits?: Partial<RelayLimits>;
}): Relay {
  const { db, outbox, mailer, log } = options;
  return startRelay({
    db,
    outbox,
    channel: "mail",
    deliver: async (row) => {
      const rendered = await options.render(row);
      if (rendered === undefined) return;
      await mailer.send({ ...rendered, messageId: `${row.messageId}@${mailer.domain}` });
      if (!options.logLinks) return;
      const links = rendered.text.match(/https?:\/\/\S+/g) ?? [];
      log.info({ to: rendered.to, links }, `A mail was sent: ${rendered.subject}`);
    },
    log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
}

import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** A received email. */
export type ReceivedMail = {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Whether it was sent over TLS. */
  readonly secure: boolean;
};

/** A real mail server for one test. */
export type Mailbox = {
  readonly port: number;
  /** The environment variables of a process that sends mail to it. */
  readonly variables: Readonly<Record<"SMTP_HOST" | "SMTP_PORT" | "SMTP_USERNAME" | "SMTP_PASSWORD", string>>;
  /** All received mails, oldest first, including duplicates. */
  readonly mails: readonly ReceivedMail[];
  /** Returns the newest mail to an address that `wanted` accepts, waiting up to 10 s for it. */
  wait(to: string, wanted?: (mail: ReceivedMail) => boolean): Promise<ReceivedMail>;
  close(): Promise<void>;
};

const closeTimeoutMs = 100;
const waitMsMax = 10_000;

/**
 * Opens a mail server on a free port.
 *
 * @param options.lostResponses the number of mails that are accepted, but reported to the sender as failed.
 */
export async function openMailbox(
  options: { port?: number; username?: string; password?: string; tls?: boolean; lostResponses?: number } = {},
): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const arrivals = new EventTarget();
  let lost = 0;
  const server = new SMTPServer({
    authOptional: options.username === undefined,
    closeTimeout: closeTimeoutMs,
    hideSTARTTLS: options.tls !== true,
    disabledCommands: options.username === undefined ? ["AUTH"] : [],
    onAuth: ({ username, password }, _session, respond) =>
      username === options.username && password === options.password
        ? respond(null, { user: username })
        : respond(new Error("Wrong name or password")),
    onData: (stream, session, respond) => {
      (async () => {
        const parts: Buffer[] = [];
        for await (const part of stream) parts.push(part);
        const parsed = await PostalMime.parse(Buffer.concat(parts));
        mails.push({
          messageId: parsed.messageId ?? "",
          from: parsed.from?.address ?? "",
          to: parsed.to?.[0]?.address ?? "",
          subject: parsed.subject ?? "",
          text: parsed.text ?? "",
          html: parsed.html ?? "",
          secure: session.secure,
        });
        arrivals.dispatchEvent(new Event("mail"));
        lost += 1;
        if (lost <= (options.lostResponses ?? 0)) throw Object.assign(new Error("Try again"), { responseCode: 451 });
      })().then(
        () => respond(null),
        (error) => respond(error),
      );
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("The mail server is not listening.");
  const find = (to: string, wanted: (mail: ReceivedMail) => boolean) =>
    mails.findLast((mail) => mail.to === to && wanted(mail));
  return {
    port: address.port,
    variables: {
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: String(address.port),
      SMTP_USERNAME: options.username ?? "",
      SMTP_PASSWORD: options.password ?? "",
    },
    mails,
    wait: async (to, wanted = () => true) => {
      const endAtMs = Date.now() + waitMsMax;
      for (;;) {
        const found = find(to, wanted);
        if (found !== undefined) return found;
        if (Date.now() > endAtMs) throw new Error(`No such mail arrived for ${to}.`);
        await Promise.race([
          new Promise((resolve) => arrivals.addEventListener("mail", resolve, { once: true })),
          new Promise((resolve) => setTimeout(resolve, 200)),
        ]);
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

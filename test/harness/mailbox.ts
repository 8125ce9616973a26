import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** A mail as it arrived. */
export type ReceivedMail = {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
};

/** A real mail server of a test's own. */
export type Mailbox = {
  readonly port: number;
  /** What sends mail to it: SMTP_HOST and so on. */
  readonly variables: Readonly<Record<"SMTP_HOST" | "SMTP_PORT" | "SMTP_USERNAME" | "SMTP_PASSWORD", string>>;
  /** All that has arrived, oldest first; repeats too. */
  readonly mails: readonly ReceivedMail[];
  /** The next mail to an address, or the one that came already, that `wanted` accepts. */
  wait(to: string, wanted?: (mail: ReceivedMail) => boolean): Promise<ReceivedMail>;
  close(): Promise<void>;
};

const closeTimeoutMs = 100;
const waitMsMax = 10_000;

/**
 * Opens a mail server on a free port.
 *
 * @param options.losesAnswers so many mails are taken, and then refused all the same: the sender cannot know.
 */
export async function openMailbox(
  options: { port?: number; username?: string; password?: string; tls?: boolean; losesAnswers?: number } = {},
): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const arrivals = new EventTarget();
  let lost = 0;
  const server = new SMTPServer({
    authOptional: options.username === undefined,
    closeTimeout: closeTimeoutMs,
    hideSTARTTLS: options.tls !== true,
    disabledCommands: options.username === undefined ? ["AUTH"] : [],
    onAuth: ({ username, password }, _session, answer) =>
      username === options.username && password === options.password
        ? answer(null, { user: username })
        : answer(new Error("Wrong name or password")),
    onData: (stream, session, answer) => {
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
        if (lost <= (options.losesAnswers ?? 0)) throw Object.assign(new Error("Try again"), { responseCode: 451 });
      })().then(
        () => answer(null),
        (error) => answer(error),
      );
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("The mail server does not listen.");
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
        if (Date.now() > endAtMs) throw new Error(`No such mail came to ${to}.`);
        await Promise.race([
          new Promise((resolve) => arrivals.addEventListener("mail", resolve, { once: true })),
          new Promise((resolve) => setTimeout(resolve, 200)),
        ]);
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import PostalMime from "postal-mime";
import { expect, onTestFinished, test } from "vitest";
import { openMailbox } from "#test/harness/mailbox.ts";
import { openMessageDatabase, outbox, until } from "#test/harness/message-tables.ts";
import { transaction } from "../database/database.ts";
import { enqueueMail, outboxDepth } from "../events/outbox.ts";
import { openLog } from "../observability/log.ts";
import { newId, type UserId } from "../shop/ids.ts";
import { type MailEnv, mailVariables, openMailer, startMails } from "./mailer.ts";

const log = openLog("test", "silent");
const limits = { pollMs: 20, backoffMsMin: 1, backoffMsMax: 50, leaseMs: 5_000 };
const longLink = `https://shop.example/activate?token=${"Ab_-".repeat(40)}`;
const mail = {
  messageId: "01900000-0000-7000-8000-00000000abcd@shop.example",
  to: "ada@example.com",
  subject: "Grüße, Ada: activate your account",
  text: `Hello Ada,\n\nactivate your account – it takes one click:\n\n${longLink}\n`,
  html: `<p>Hello Ada, <a href="${longLink}">activate your account</a>.</p>`,
};

test("without a mail server, a mail is a file whose text part holds its link in one piece", async () => {
  const directory = await temporaryDirectory();
  const mailer = openMailer(env({ SMTP_SENDER: "Shop <noreply@shop.example>", MAIL_DIRECTORY: directory }));
  await mailer.send(mail);
  await mailer.send(mail);
  const files = await readdir(directory);
  expect(files).toEqual(["01900000-0000-7000-8000-00000000abcd.eml"]);
  const source = await readFile(path.join(directory, files[0] ?? ""), "utf8");
  expect(source).toContain(`\r\n${longLink}\r\n`);
  expect(await PostalMime.parse(source)).toMatchObject({
    messageId: `<${mail.messageId}>`,
    from: { address: "noreply@shop.example", name: "Shop" },
    to: [{ address: mail.to }],
    subject: mail.subject,
    text: mail.text,
    html: `${mail.html}\n`,
  });
});

test("with a mail server, the same mail arrives over TLS for those who signed in", async () => {
  const mailbox = await openMailbox({ username: "shop", password: "open sesame", tls: true });
  onTestFinished(() => mailbox.close());
  const mailer = openMailer(
    env({ ...mailbox.variables, SMTP_TLS: "starttls", SMTP_TLS_VERIFY: "false", SMTP_SENDER: "noreply@shop.example" }),
  );
  onTestFinished(() => mailer.close());
  await mailer.send(mail);
  expect(mailbox.mails).toMatchObject([
    { messageId: `<${mail.messageId}>`, subject: mail.subject, text: mail.text, secure: true },
  ]);
});

test("a server that offers no TLS gets no mail when TLS is asked for", async () => {
  const mailbox = await openMailbox();
  onTestFinished(() => mailbox.close());
  const mailer = openMailer(env({ ...mailbox.variables, SMTP_TLS: "starttls" }));
  onTestFinished(() => mailer.close());
  await expect(mailer.send(mail)).rejects.toThrow();
  expect(mailbox.mails).toEqual([]);
});

test("a mail waits while the server is unavailable or rejects it temporarily, and every copy has one Message-ID", async () => {
  const { db } = await openMessageDatabase();
  const mailbox = await openMailbox();
  await mailbox.close();
  const mailer = openMailer(env({ ...mailbox.variables, SMTP_TLS: "none", SMTP_SENDER: "noreply@shop.example" }));
  const mails = startMails({
    db,
    outbox,
    mailer,
    render: ({ topic, subject, payload }) => ({
      to: String(payload.email),
      subject: topic,
      text: subject,
      html: `<p>${subject}</p>`,
    }),
    logLinks: false,
    log,
    limits,
  });
  onTestFinished(async () => {
    await mails.close();
    await mailer.close();
  });
  const userId = newId<UserId>();
  await transaction(db, (tx) =>
    enqueueMail(tx, outbox, "welcome", { subject: userId, payload: { email: "ada@example.com" } }),
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await outboxDepth(db)).toMatchObject({ waiting: 1, dead: 0 });

  const back = await openMailbox({ port: mailbox.port, lostResponses: 2 });
  onTestFinished(() => back.close());
  await until(async () => (await outboxDepth(db)).waiting === 0);
  expect(back.mails.length).toBeGreaterThanOrEqual(3);
  expect(new Set(back.mails.map(({ messageId }) => messageId)).size).toBe(1);
  expect(back.mails[0]).toMatchObject({ subject: "welcome", text: `${userId}\n` });
});

test("a sender without an address stops the process by the variable's name", () => {
  expect(() => openMailer(env({ SMTP_SENDER: "no address" }))).toThrow("SMTP_SENDER");
});

function env(given: Partial<Record<keyof MailEnv, string>>): MailEnv {
  return Object.fromEntries(
    Object.entries(mailVariables).map(([name, variable]) => [name, variable.parse(given[name as keyof MailEnv])]),
  ) as MailEnv;
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-mail-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

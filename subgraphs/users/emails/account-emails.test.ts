import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#platform/database/database.ts";
import { openMailTemplates, type RenderedMail } from "#platform/email/mail-templates.ts";
import { openLog } from "#platform/observability/log.ts";
import { readSettings } from "../env.ts";
import { documents, openUsers } from "../testing/test-users.ts";
import { renderMail } from "./account-emails.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers({ STOREFRONT_URL: "https://shop.example/de/", ACTIVATION_TOKEN_TTL: "36h" });
});
afterAll(() => users[Symbol.asyncDispose]());

test("a mail has text and HTML, a link below the storefront's address with the token, and the time that it is valid for", async () => {
  const email = await users.register({ displayName: "Click http://evil.example now" });
  const mail = await users.mailbox.wait(email);
  expect(mail.from).toBe("noreply@agora.example");
  expect(mail.messageId).toMatch(/^<[\w-]+@agora\.example>$/);
  expect(mail.text).toMatch(/^https:\/\/shop\.example\/de\/activate\?token=[\w-]{64}$/m);
  expect(mail.text).toContain("within 36 hours");
  expect(mail.html).toContain("https://shop.example/de/activate?token=");
  // The address may be someone else's, so nothing is in the mail that was chosen at registration.
  expect(mail.text + mail.html).not.toContain("evil.example");
});

test("two mails have two Message-IDs, and a mail that is sent again has the same", async () => {
  const email = await users.register();
  const first = await users.mailbox.wait(email);
  // It is marked as sent a moment after it has arrived.
  const again = () => users.sql`
    update outbox set status = 'waiting', due_at = now() where payload ->> 'to' = ${email} and status = 'sent' returning id`;
  await expect.poll(async () => (await again()).length).toBe(1);
  await expect.poll(() => users.mailbox.mails.filter((mail) => mail.to === email).length, { timeout: 5_000 }).toBe(2);
  expect(new Set(users.mailbox.mails.filter((mail) => mail.to === email).map((mail) => mail.messageId))).toEqual(
    new Set([first.messageId]),
  );
  const other = await users.mailbox.wait(await users.register());
  expect(other.messageId).not.toBe(first.messageId);
});

test("a mail about what is over is not sent: a registration that was activated, a token that was used", async () => {
  const person = await users.join();
  await users.ask(documents.requestReset, { email: person.email });
  await users.mailbox.wait(person.email, ({ subject }) => /new password/.test(subject));
  await users.sql`update mailed_tokens set used_at = now()`;
  const database = openDatabase({ url: users.environment.USERS_DATABASE_URL, applicationName: "test" });
  const settings = readSettings(users.environment);
  const rendered: (RenderedMail | undefined)[] = [];
  const rows = await users.sql`select id, topic, subject, payload from outbox where payload ->> 'to' = ${person.email}`;
  for (const { id, topic, subject, payload } of rows) {
    const row = { id, channel: "mail", topic, subject, payload, destination: "", messageId: id, sequence: 0 } as const;
    const rest = {
      status: "waiting",
      attempts: 0,
      lastError: null,
      requestId: null,
      traceparent: null,
      dueAt: new Date(),
      createdAt: new Date(),
      sentAt: null,
    } as const;
    rendered.push(await renderMail(database.db, settings, openMailTemplates(settings), { ...row, ...rest }));
  }
  await database.close();
  expect(rendered).toHaveLength(2);
  expect(rendered).toEqual([undefined, undefined]);
});

test("the links of mails are logged in development, and in no other environment", async () => {
  const logged = async (environment: string) => {
    const lines: string[] = [];
    const log = openLog("users", "trace", { write: (line) => void lines.push(line) });
    await using asked = await openUsers({ NODE_ENV: environment }, log);
    const person = await asked.join();
    await asked.ask(documents.requestReset, { email: person.email });
    const token = await asked.mailedToken(person.email, /new password/);
    if (environment === "development") await expect.poll(() => lines.join("")).toContain(token);
    // Sending both mails is over once both rows say so.
    await expect
      .poll(async () => (await asked.sql`select from outbox where channel = 'mail' and status = 'waiting'`).length)
      .toBe(0);
    return lines.some((line) => line.includes(token) || line.includes("token="));
  };
  expect(await logged("development")).toBe(true);
  expect(await logged("staging")).toBe(false);
});

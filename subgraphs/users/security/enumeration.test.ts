import { afterAll, beforeAll, expect, test } from "vitest";
import { documents, newEmail, openUsers, staff, strongPassword } from "../testing/test-users.ts";

// No response may reveal who has an account here, not even by the time it takes.

type Kind = "unknown" | "known" | "not activated" | "disabled";

const hashMemoryKibibytes = 19_456;

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers({ PASSWORD_HASH_MEMORY_KIB: String(hashMemoryKibibytes), BUDGET_MAILS_PER_EMAIL: "50" });
});
afterAll(() => users[Symbol.asyncDispose]());

type Addresses = ReadonlyMap<Kind, string>;

/** A new address of each kind. */
async function addresses(): Promise<Addresses> {
  const disabled = await users.join();
  const { data } = await users.ask(
    `mutation($id: ID!) { userDisable(userId: $id) { userErrors { code } } }`,
    { id: disabled.id },
    staff("users:write"),
  );
  expect(data.userDisable.userErrors).toEqual([]);
  return new Map([
    ["unknown", newEmail()],
    ["known", (await users.join()).email],
    ["not activated", await users.register()],
    ["disabled", disabled.email],
  ]);
}

/** What the caller sees, and the statements that it took, for each kind of address. */
async function compare(emails: Addresses, document: string, variables: (email: string) => Record<string, unknown>) {
  const seen = new Map<Kind, { response: unknown; statements: string[] }>();
  for (const [kind, email] of emails) {
    let response: unknown;
    const statements = await users.statements(async () => {
      const { data, errors, status } = await users.ask(document, variables(email));
      response = { data, errors, status };
    });
    seen.set(kind, { response, statements });
  }
  return seen;
}

const different = (values: unknown[]) => new Set(values.map((value) => JSON.stringify(value)));

test.each([
  ["register", documents.register, (email: string) => ({ input: { email, password: "quite another password" } })],
  ["sign in with a wrong password", documents.signIn, (email: string) => ({ email, password: "not the password" })],
  ["ask for a new password", documents.requestReset, (email: string) => ({ email })],
  ["ask for the activation mail", documents.resend, (email: string) => ({ email })],
])("to %s gets the same response, by the same statements, for every address", async (_what, document, variables) => {
  const seen = [...(await compare(await addresses(), document, variables)).values()];
  expect(seen).toHaveLength(4);
  expect(different(seen.map(({ response }) => response))).toHaveLength(1);
  expect(seen[0]?.statements.length).toBeGreaterThan(1);
  expect(different(seen.map(({ statements }) => statements))).toHaveLength(1);
});

test("one password is hashed for each sign-in, for every address at the same cost, so it takes equally long", async () => {
  const computed = new Map<Kind, string[]>();
  for (const [kind, email] of await addresses()) {
    const before = users.hashCosts.length;
    await users.askFrom("10.1.0.1", documents.signIn, { email, password: "not the password" });
    computed.set(kind, users.hashCosts.slice(before));
  }
  const one = [expect.stringMatching(`^${hashMemoryKibibytes} KiB, `)];
  expect(Object.fromEntries(computed)).toEqual({ unknown: one, known: one, "not activated": one, disabled: one });
  expect(different([...computed.values()])).toHaveLength(1);
});

test("only the right password reveals that the account is not activated, or disabled", async () => {
  const emails = await addresses();
  const codes: Record<string, unknown> = {};
  for (const [kind, email] of emails) {
    const { data } = await users.askFrom("10.2.0.1", documents.signIn, { email, password: strongPassword });
    codes[kind] = data.result.userErrors[0]?.code ?? "signed in";
  }
  expect(codes).toEqual({
    unknown: "INVALID_CREDENTIALS",
    known: "signed in",
    "not activated": "ACCOUNT_NOT_ACTIVATED",
    disabled: "ACCOUNT_DISABLED",
  });
});

test("who registers an address and then signs in with that password learns nothing about it", async () => {
  const password = "a password of the asker's own";
  const responses: unknown[] = [];
  for (const email of (await addresses()).values()) {
    await users.ask(documents.register, { input: { email, password } });
    responses.push((await users.askFrom("10.3.0.1", documents.signIn, { email, password })).data);
  }
  expect(different(responses)).toHaveLength(1);
  expect(responses[0]).toMatchObject({ result: { userErrors: [{ code: "ACCOUNT_NOT_ACTIVATED" }] } });
});

test("two registrations at once and two sign-ins learn nothing about the address", async () => {
  const passwords = ["one password of the asker's", "another password of the asker's"];
  const responses: unknown[] = [];
  for (const email of (await addresses()).values()) {
    await Promise.all(passwords.map((password) => users.ask(documents.register, { input: { email, password } })));
    const codes: unknown[] = [];
    for (const password of passwords) {
      const { data } = await users.askFrom("10.4.0.1", documents.signIn, { email, password });
      codes.push(data.result.userErrors[0]?.code);
    }
    responses.push(codes);
  }
  expect(responses).toEqual(Array.from({ length: 4 }, () => ["ACCOUNT_NOT_ACTIVATED", "ACCOUNT_NOT_ACTIVATED"]));
});

test("the mails inform the owners of what the responses hide", async () => {
  const emails = await addresses();
  const subjects = (kind: Kind) =>
    users.mailbox.mails.filter(({ to }) => to === emails.get(kind)).map(({ subject }) => subject);
  for (const email of emails.values()) await users.ask(documents.requestReset, { email });
  await expect.poll(() => subjects("known"), { timeout: 5_000 }).toContain("Choose a new password");
  await expect.poll(() => subjects("not activated"), { timeout: 5_000 }).toContain("Your account is not activated");
  await expect.poll(() => subjects("disabled"), { timeout: 5_000 }).toContain("Your account is disabled");
  for (const email of emails.values()) await users.ask(documents.resend, { email });
  await expect.poll(() => subjects("known"), { timeout: 5_000 }).toContain("You already have an account");
  await expect.poll(() => subjects("not activated").filter((subject) => /Activate/.test(subject))).toHaveLength(2);
  expect(subjects("unknown")).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { documents, newEmail, openUsers, staff, strongPassword } from "../testing/test-users.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users[Symbol.asyncDispose]());

const me = `{ me { id email displayName username firstName lastName isActivated role permissions hasPassword version
  addresses { isDefault address { line1 country } } sessions { isCurrent userAgent } linkedProviders } }`;

test.each([
  ["only e-mail and password", {}, {}],
  ["a name", { displayName: "Jane Smith" }, { displayName: "Jane Smith" }],
  ["first and last name", { firstName: "Jane", lastName: "Smith" }, { firstName: "Jane", lastName: "Smith" }],
  ["a username", { username: "jane.smith", displayName: "J" }, { username: "jane.smith", displayName: "J" }],
  [
    "an address",
    { displayName: "Jane", address: { line1: "1 Long Street", country: "us" } },
    { addresses: [{ isDefault: true, address: { line1: "1 Long Street", country: "US" } }] },
  ],
])(
  "registers with %s, activates by the mailed token, signs in and reads back what was given",
  async (_shape, input, expected) => {
    const person = await users.join(input);
    const { data, errors } = await users.ask(me, {}, person.asker);
    expect(errors).toEqual([]);
    expect(data.me).toMatchObject({
      id: person.id,
      email: person.email,
      isActivated: true,
      role: "CUSTOMER",
      permissions: [],
      hasPassword: true,
      version: 1,
      sessions: [{ isCurrent: true }],
      linkedProviders: [],
      ...expected,
    });
    expect(data.me.displayName).not.toContain(person.email.split("@")[0]);
  },
);

test("a default name says nothing about the address", async () => {
  const person = await users.join();
  const { data } = await users.ask(`query($id: ID!) { user(id: $id) { displayName } }`, { id: person.id });
  expect(data.user.displayName).toMatch(/^Customer \d{4,6}$/);
});

test("all wrong fields of a registration are reported at once", async () => {
  const input = { email: "no address", password: "x".repeat(10), username: "-", address: { line1: "", country: "XX" } };
  const { data } = await users.ask(documents.register, { input });
  expect(data.result.accepted).toBe(false);
  expect(data.result.userErrors.map((error: { field: string[] }) => error.field.join("."))).toEqual([
    "email",
    "username",
    "address.line1",
    "address.country",
  ]);
});

test.each([
  ["seven characters", "aB3$xyz"],
  ["one of the common ones", "iloveyou1"],
  ["a very common one with a year", "Password2026!"],
  ["the same characters over and over", "abababababab"],
  ["the own address", "jane.doe@shop.example"],
  ["the own name", "JaneDoe123"],
  ["more than 128 characters", "ab3".repeat(43)],
])("a password of %s is too weak", async (_why, password) => {
  const input = { email: "jane.doe@shop.example", displayName: "Jane Doe", password };
  const { data } = await users.ask(documents.register, { input });
  expect(data.result).toMatchObject({
    accepted: false,
    userErrors: [{ __typename: "AccountError", code: "PASSWORD_TOO_WEAK", field: ["password"] }],
  });
});

test("a password of 128 characters of any kind is good, and typed in another Unicode form it is the same", async () => {
  const password = "pä\u{1F600}".repeat(42);
  const email = await users.register({ password: password.normalize("NFD") });
  await users.ask(documents.activate, { token: await users.mailedToken(email, /Activate/) });
  const person = await users.signIn(email, password.normalize("NFC"));
  expect(person.email).toBe(email);
});

test("100 parallel uses of one mailed token succeed once", async () => {
  const email = await users.register();
  const token = await users.mailedToken(email, /Activate/);
  const responses = await Promise.all(Array.from({ length: 100 }, () => users.ask(documents.activate, { token })));
  const codes = responses.map(({ data }) => data.result.userErrors[0]?.code ?? "activated");
  expect(codes.filter((code) => code === "activated")).toHaveLength(1);
  expect(codes.filter((code) => code === "TOKEN_INVALID")).toHaveLength(99);
});

test("of several registrations of an address the mail's own password holds, and the others are void, however they race", async () => {
  const email = newEmail();
  const passwords = ["first long password", "second long password", "third long password"];
  const tokens: string[] = [];
  for (const password of passwords) {
    const before = users.mailbox.mails.length;
    await users.register({ email, password });
    await expect.poll(() => users.mailbox.mails.slice(before).some((mail) => mail.to === email)).toBe(true);
    tokens.push(
      /token=([\w-]+)/.exec(users.mailbox.mails.findLast((mail) => mail.to === email)?.text ?? "")?.[1] ?? "",
    );
  }
  const responses = await Promise.all(
    tokens.map((token, index) => users.ask(documents.activate, { token, password: passwords[index] })),
  );
  const winners = responses.flatMap(({ data }, index) => (data.result.user === null ? [] : [index]));
  expect(winners).toHaveLength(1);
  for (const [index, password] of passwords.entries()) {
    const { data } = await users.ask(documents.signIn, { email, password });
    expect(data.result.userErrors.map(({ code }: { code: string }) => code)).toEqual(
      index === winners[0] ? [] : ["INVALID_CREDENTIALS"],
    );
  }
});

test("a handle that was taken in the meantime becomes null, and one that is taken is rejected at once, in any case", async () => {
  const [email, other] = [await users.register({ username: "Handle" }), await users.register({ username: "handle" })];
  const [first, second] = await Promise.all([
    users.ask(documents.activate, { token: await users.mailedToken(email, /Activate/) }),
    users.ask(documents.activate, { token: await users.mailedToken(other, /Activate/) }),
  ]);
  const names = [first.data.result.user.username, second.data.result.user.username];
  expect(names.filter((name) => name === null)).toHaveLength(1);
  expect(names.map((name) => name?.toLowerCase())).toContain("handle");
  const { data } = await users.ask(documents.register, {
    input: { email: newEmail(), password: strongPassword, username: "HANDLE" },
  });
  expect(data.result.userErrors).toMatchObject([{ code: "ALREADY_EXISTS", field: ["username"] }]);
});

test("a registration can be activated for three days, and then it is as if it had never been", async () => {
  const email = await users.register();
  const token = await users.mailedToken(email, /Activate/);
  await users.sql`update users set activatable_until = now() - interval '1 second' where email = ${email}`;
  const { data } = await users.ask(documents.activate, { token });
  expect(data.result).toMatchObject({ user: null, userErrors: [{ code: "TOKEN_INVALID" }] });
  const signedIn = await users.ask(documents.signIn, { email, password: strongPassword });
  expect(signedIn.data.result.userErrors).toMatchObject([{ code: "INVALID_CREDENTIALS" }]);
});

test("who registers an address that has an account gets a mail that says so, and nothing about the account changes", async () => {
  const person = await users.join();
  await users.register({ email: person.email.toUpperCase(), password: "another long password" });
  const mail = await users.mailbox.wait(person.email, ({ subject }) => /already/.test(subject));
  expect(mail.text).not.toContain("token=");
  const planted = await users.ask(documents.signIn, { email: person.email, password: "another long password" });
  expect(planted.data.result).toMatchObject({ accessToken: null, userErrors: [{ code: "ACCOUNT_NOT_ACTIVATED" }] });
  await users.signIn(person.email);
});

test("the activation mail comes again with the link of the only open registration, and says so to who has an account", async () => {
  const email = await users.register();
  await users.mailedToken(email, /Activate/);
  await users.ask(documents.resend, { email });
  const mails = () => users.mailbox.mails.filter(({ to, text }) => to === email && text.includes("token="));
  await expect.poll(() => mails().length).toBe(2);
  const token = /token=([\w-]+)/.exec(mails()[1]?.text ?? "")?.[1];
  expect((await users.ask(documents.activate, { token })).data.result.user).not.toBeNull();
  await users.ask(documents.resend, { email });
  await users.mailbox.wait(email, ({ subject }) => /already/.test(subject));
});

test("a mail carries the link of its own registration alone, and none when it is sent again for several", async () => {
  const email = await users.register({ password: "the owner's password" });
  await users.register({ email, password: "the stranger's password" });
  const mails = () => users.mailbox.mails.filter(({ to }) => to === email);
  await expect.poll(() => mails().length).toBe(2);
  expect(mails().map(({ text }) => text.split("token=").length - 1)).toEqual([1, 1]);
  await users.ask(documents.resend, { email });
  const again = await users.mailbox.wait(email, ({ text }) => text.includes("more than once"));
  expect(again.text).not.toContain("token=");
});

test("where registrations compete, each link asks for the password of its own, and activating one discards the other's address", async () => {
  const email = newEmail();
  const address = { line1: "1 Stranger's Road", country: "US" };
  await users.register({ email, password: "the stranger's password", displayName: "Stranger", address });
  const planted = await users.mailedToken(email, /Activate/);
  await users.register({ email, password: "the owner's password" });
  const tokens = () =>
    users.mailbox.mails.flatMap(({ to, text }) => (to === email ? [/token=([\w-]+)/.exec(text)?.[1]] : []));
  await expect.poll(() => tokens().length).toBe(2);
  const own = tokens().find((token) => token !== planted);
  const passwordRequired = { user: null, userErrors: [{ code: "INVALID_CREDENTIALS", field: ["password"] }] };
  for (const [token, password] of [
    [planted, undefined],
    [planted, "the owner's password"],
    [own, undefined],
    [own, "the stranger's password"],
  ]) {
    expect((await users.ask(documents.activate, { token, password })).data.result).toEqual(passwordRequired);
  }
  const { data } = await users.ask(documents.activate, { token: own, password: "the owner's password" });
  expect(data.result).toMatchObject({ user: { displayName: expect.stringMatching(/^Customer /) }, userErrors: [] });
  expect(
    await users.sql`select id from addresses where user_id in (select id from users where email = ${email})`,
  ).toEqual([]);
  expect((await users.ask(documents.activate, { token: planted })).data.result.userErrors).toMatchObject([
    { code: "TOKEN_INVALID" },
  ]);
  await users.signIn(email, "the owner's password");
});

test("registrations are visible to holders of users:read only, and decoys to no one", async () => {
  const email = await users.register({ displayName: "Waiting Wanda" });
  const person = await users.join();
  await users.register({ email: person.email, displayName: "Waiting Wanda" });
  const { data } = await users.ask(
    `{ users(search: "waiting wanda", filter: { isActivated: false }) { totalCount nodes { id email isActivated } } }`,
    {},
    staff("users:read"),
  );
  expect(data.users).toMatchObject({ totalCount: 1, nodes: [{ email, isActivated: false }] });
  const id = data.users.nodes[0].id;
  const one = `query($id: ID!) { user(id: $id) { displayName } }`;
  expect((await users.ask(one, { id }, person.asker)).data.user).toBeNull();
  expect((await users.ask(one, { id }, staff("users:read"))).data.user).not.toBeNull();
});

test.each(["", "x", "../..", "a".repeat(64), "a".repeat(5_000), "0.AAAA"])(
  "a token that is none activates nothing: %#",
  async (token) => {
    const { data } = await users.ask(documents.activate, { token });
    expect(data.result).toEqual({ user: null, userErrors: [{ code: "TOKEN_INVALID", field: ["token"] }] });
  },
);

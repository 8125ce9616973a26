import { afterAll, beforeAll, expect, test } from "vitest";
import { documents, newEmail, openUsers, type Person, strongPassword } from "../testing/test-users.ts";

// What opened an account before, after each change of the account: the links in mails and the sessions elsewhere.

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users[Symbol.asyncDispose]());

const admin = { role: "ADMIN", scopes: ["products:write", "users:read", "users:write"] } as const;
const newPassword = "a wholly new password";
const askEmail = `mutation($input: EmailChangeRequestInput!) { result: emailChangeRequest(input: $input) { accepted userErrors { code } } }`;
const confirmEmail = `mutation($token: String!) { result: emailChangeConfirm(input: { token: $token }) { user { id } userErrors { code } } }`;

async function resetLink({ email }: Person): Promise<string> {
  const sent = users.mailbox.mails.length;
  await users.ask(documents.requestReset, { email });
  const mail = await users.mailbox.wait(email, (found) => users.mailbox.mails.indexOf(found) >= sent);
  return /token=([\w-]+)/.exec(mail.text)?.[1] ?? "";
}

async function changeLink({ asker }: Person): Promise<string> {
  const address = newEmail();
  await users.ask(askEmail, { input: { newEmail: address, password: strongPassword } }, asker);
  return users.mailedToken(address, /Confirm/);
}

async function ask(document: string, variables: Record<string, unknown>, asker: Parameters<typeof users.ask>[2]) {
  const { data, errors } = await users.ask(document, variables, asker);
  expect([errors, data?.result?.userErrors]).toEqual([[], []]);
}

const onUser = (mutation: string, more = "") =>
  `mutation($id: ID!) { result: ${mutation}(userId: $id${more}) { userErrors { code } } }`;

/** Changes of an account. */
const changes: Readonly<Record<string, (person: Person, links: { reset: string; change: string }) => Promise<void>>> = {
  "a change of the password": ({ asker }) =>
    ask(
      `mutation($old: String!, $new: String!) { result: passwordChange(input: { currentPassword: $old, newPassword: $new }) { userErrors { code } } }`,
      { old: strongPassword, new: newPassword },
      asker,
    ),
  "a reset of the password": (_person, { reset }) =>
    ask(documents.reset, { token: reset, password: newPassword }, "guest"),
  "a change of the address": (_person, { change }) => ask(confirmEmail, { token: change }, "guest"),
  "its being disabled": ({ id }) => ask(onUser("userDisable"), { id }, admin),
  "its being disabled and enabled again": async ({ id }) => {
    await ask(onUser("userDisable"), { id }, admin);
    await ask(onUser("userEnable"), { id }, admin);
  },
  "its deletion": ({ asker }) =>
    ask(
      `mutation($password: String) { result: accountDelete(input: { password: $password }) { userErrors { code } } }`,
      { password: strongPassword },
      asker,
    ),
  "another role": ({ id }) => ask(onUser("userRoleSet", ", role: SELLER"), { id }, admin),
};

const credentials = ["reset", "change", "session"] as const;

test.each<[name: string, stillOpening: readonly (typeof credentials)[number][]]>([
  ["a change of the password", []],
  ["a reset of the password", []],
  ["a change of the address", ["session"]],
  ["its being disabled", []],
  ["its being disabled and enabled again", []],
  ["its deletion", []],
  ["another role", ["reset", "change", "session"]],
])("after %s, of what opened an account before only these still do: %j", async (name, stillOpening) => {
  const opening: string[] = [];
  for (const credential of credentials) {
    const person = await users.join();
    const elsewhere = await users.signIn(person.email);
    const links = { reset: await resetLink(person), change: await changeLink(person) };
    await changes[name]?.(person, links);
    const { data, errors } =
      credential === "session"
        ? await users.ask(documents.refresh, { token: elsewhere.refreshToken })
        : credential === "change"
          ? await users.ask(confirmEmail, { token: links.change })
          : await users.ask(documents.reset, { token: links.reset, password: `${newPassword} once more` });
    expect(errors).toEqual([]);
    const code = data.result.userErrors[0]?.code;
    if (code === undefined) opening.push(credential);
    else expect(["TOKEN_INVALID", "ACCOUNT_DISABLED"]).toContain(code);
  }
  expect(opening).toEqual(stillOpening);
});

import { expect, test } from "vitest";
import { openUsers } from "./users-test.ts";

test("register, activate by the mailed token, sign in, refresh, read oneself", async () => {
  await using users = await openUsers();
  const email = "jane@shop.example";
  const password = "correct horse battery";
  const registered = await users.ask(
    `mutation($i: AccountRegisterInput!) { accountRegister(input: $i) { accepted userErrors { code field message } } }`,
    {
      i: {
        email,
        password,
        displayName: "Jane",
        username: "jane",
        firstName: "J",
        lastName: "D",
        address: { line1: "1 Street", country: "US" },
      },
    },
  );
  expect(registered).toMatchObject({ data: { accountRegister: { accepted: true, userErrors: [] } }, errors: [] });
  const mail = await users.mailbox.wait(email);
  const token = /token=([\w-]+)/.exec(mail.text)?.[1];
  const activated = await users.ask(
    `mutation($t: String!) { accountActivate(input: {token: $t}) { user { id displayName username } userErrors { code message } } }`,
    { t: token },
  );
  expect(activated).toMatchObject({
    errors: [],
    data: { accountActivate: { user: { displayName: "Jane", username: "jane" } } },
  });
  const signed = await users.ask(
    `mutation($e: EmailAddress!, $p: String!) { tokenCreate(input: {email: $e, password: $p}) { accessToken refreshToken accessTokenExpiresAt user { id } userErrors { code message } } }`,
    { e: email, p: password },
  );
  expect(signed.errors).toEqual([]);
  const again = await users.ask(
    `mutation($t: String!) { tokenRefresh(input: {refreshToken: $t}) { accessToken refreshToken userErrors { code message } } }`,
    { t: signed.data.tokenCreate.refreshToken },
  );
  expect(again.data.tokenRefresh.userErrors).toEqual([]);
  const id = signed.data.tokenCreate.user.id;
  const me = await users.ask(`{ me { id email role permissions hasPassword version } }`, {}, { id });
  expect(me).toMatchObject({
    errors: [],
    data: { me: { email, role: "CUSTOMER", permissions: [], hasPassword: true, version: 1 } },
  });
  const entity = await users.ask(
    `query($r: [_Any!]!) { _entities(representations: $r) { ... on User { displayName } } }`,
    { r: [{ __typename: "User", id }] },
  );
  expect(entity.data._entities).toEqual([{ displayName: "Jane" }]);
  const buyer = await users.ask(
    `query($id: ID!) { buyer(userId: $id) { email defaultAddress { line1 } } }`,
    { id },
    { service: "orders" },
  );
  expect(buyer.data.buyer).toEqual({ email, defaultAddress: { line1: "1 Street" } });
});

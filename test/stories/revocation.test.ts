import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type TestShop, type TestUser } from "#test/harness/shop.ts";

let shop: TestShop;
let admin: TestUser;
beforeAll(async () => {
  shop = await openShop();
  admin = await shop.admin();
});
afterAll(() => shop[Symbol.asyncDispose]());

const revokedWithinMs = 15_000;

type Change = (user: TestUser, id: string) => Promise<unknown>;

const asAdmin =
  (mutation: string): Change =>
  (_user, id) =>
    shop.graphql(`mutation($id: ID!) { ${mutation} { userErrors { code } } }`, { id }, { token: admin.accessToken });
const asSelf =
  (mutation: string): Change =>
  (user) =>
    shop.graphql(`mutation { ${mutation} { userErrors { code } } }`, {}, { token: user.accessToken });

/** The password of the nth customer that the test shop creates. */
const passwordOf = (n: number) => `long enough for ${n}`;

const changes: Record<string, (n: number) => Change> = {
  "a sign-out": () => asSelf("tokenRevokeAll"),
  "a new role": () => asAdmin("userRoleSet(userId: $id, role: SELLER)"),
  "another permission": () => asAdmin(`userPermissionsSet(userId: $id, permissions: ["orders:read"])`),
  "a disabled account": () => asAdmin("userDisable(userId: $id)"),
  "a new password": (n) =>
    asSelf(`passwordChange(input: { currentPassword: "${passwordOf(n)}", newPassword: "a wholly new one ${n}" })`),
  "a deleted account": (n) => asSelf(`accountDelete(input: { password: "${passwordOf(n)}" })`),
};

test("the gateway rejects an access token within 15 s of a change that revokes it, and no other token", async () => {
  const users: TestUser[] = [];
  for (const _change of Object.keys(changes)) users.push(await shop.newCustomer());
  const me = (token: string) => shop.graphql("{ me { id email } }", {}, { token });
  const took = await Promise.all(
    Object.entries(changes).map(async ([name, make], index) => {
      const user = users[index];
      if (user === undefined) throw new Error("There is no such user.");
      const { data } = await me(user.accessToken);
      const response = await make(index + 1)(user, data.me.id);
      expect(response, name).toMatchObject({ errors: [] });
      const begunAt = performance.now();
      for (;;) {
        const { status, errors } = await me(user.accessToken);
        if (status === 401) {
          expect(errors[0]?.extensions?.code).toBe("UNAUTHENTICATED");
          return performance.now() - begunAt;
        }
        if (performance.now() - begunAt > revokedWithinMs)
          throw new Error(`Not yet after ${revokedWithinMs} ms: ${name}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
  expect(took).toHaveLength(6);
  expect((await me(admin.accessToken)).data.me.email).toBe("admin@example.com");
}, 40_000);

import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type TestShop, type TestUser } from "#test/harness/shop.ts";

let shop: TestShop;
let admin: TestUser;
beforeAll(async () => {
  shop = await openShop();
  admin = await shop.admin();
});
afterAll(() => shop[Symbol.asyncDispose]());

const seenWithinMs = 15_000;

type Change = (person: TestUser, id: string) => Promise<unknown>;

const asAdmin =
  (mutation: string): Change =>
  (_person, id) =>
    shop.graphql(`mutation($id: ID!) { ${mutation} { userErrors { code } } }`, { id }, { token: admin.accessToken });
const asSelf =
  (mutation: string): Change =>
  (person) =>
    shop.graphql(`mutation { ${mutation} { userErrors { code } } }`, {}, { token: person.accessToken });

/** The password of the nth customer that a test's shop makes. */
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

test("an access token is refused at the gateway within 15 s of what ends it, and nobody else's is", async () => {
  const people: TestUser[] = [];
  for (const _change of Object.keys(changes)) people.push(await shop.newCustomer());
  const me = (token: string) => shop.graphql("{ me { id email } }", {}, { token });
  const took = await Promise.all(
    Object.entries(changes).map(async ([name, make], index) => {
      const person = people[index];
      if (person === undefined) throw new Error("Nobody joined.");
      const { data } = await me(person.accessToken);
      const answer = await make(index + 1)(person, data.me.id);
      expect(answer, name).toMatchObject({ errors: [] });
      const begunAt = performance.now();
      for (;;) {
        const { status, errors } = await me(person.accessToken);
        if (status === 401) {
          expect(errors[0]?.extensions?.code).toBe("UNAUTHENTICATED");
          return performance.now() - begunAt;
        }
        if (performance.now() - begunAt > seenWithinMs) throw new Error(`Not yet after ${seenWithinMs} ms: ${name}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
  expect(took).toHaveLength(6);
  expect((await me(admin.accessToken)).data.me.email).toBe("admin@example.com");
}, 40_000);

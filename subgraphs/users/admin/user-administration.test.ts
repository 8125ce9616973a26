import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents, openUsers, type Person } from "../testing/test-users.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users[Symbol.asyncDispose]());

const refresh = async (person: Person) =>
  (await users.ask(documents.refresh, { token: person.refreshToken })).data.result.userErrors[0]?.code ?? "live";
const generation = async ({ id }: Person) =>
  (await users.revocations()).users.find((user) => user.id === id)?.generation;

describe("administration", () => {
  const setRole = `mutation($id: ID!, $role: UserRole!) { result: userRoleSet(userId: $id, role: $role) { user { role permissions } userErrors { code field } } }`;
  const grant = `mutation($id: ID!, $permissions: [String!]!) { result: userPermissionsSet(userId: $id, permissions: $permissions) { user { permissions } userErrors { code field } } }`;
  const disable = `mutation($id: ID!) { result: userDisable(userId: $id) { user { isDisabled } userErrors { code field } } }`;
  const enable = `mutation($id: ID!) { result: userEnable(userId: $id) { user { isDisabled } userErrors { code field } } }`;
  const all = [
    "products:write",
    "categories:write",
    "orders:read",
    "orders:write",
    "payments:write",
    "discounts:write",
    "settings:write",
    "users:read",
    "users:write",
  ];
  const admin = { role: "ADMIN", scopes: all } as const;

  test("a role is what the next token says, in one refresh, without signing in again", async () => {
    const person = await users.join();
    const { data } = await users.ask(setRole, { id: person.id, role: "SELLER" }, admin);
    expect(data.result).toEqual({ user: { role: "SELLER", permissions: ["products:write"] }, userErrors: [] });
    const next = await users.ask(documents.refresh, { token: person.refreshToken });
    expect(decodeJwt(next.data.result.accessToken)).toMatchObject({ role: "SELLER", scope: "products:write", gen: 2 });
    await users.ask(setRole, { id: person.id, role: "SELLER" }, admin);
    expect(await generation(person)).toBe(2);
  });

  test("single permissions stand beside the role, and unknown ones are named", async () => {
    const person = await users.join();
    await users.ask(setRole, { id: person.id, role: "SELLER" }, admin);
    const { data } = await users.ask(grant, { id: person.id, permissions: ["orders:read", "orders:read"] }, admin);
    expect(data.result).toEqual({ user: { permissions: ["products:write", "orders:read"] }, userErrors: [] });
    const wrong = await users.ask(grant, { id: person.id, permissions: ["orders:read", "root", ""] }, admin);
    expect(wrong.data.result.userErrors).toEqual([
      { code: "VALIDATION_FAILED", field: ["permissions", "1"] },
      { code: "VALIDATION_FAILED", field: ["permissions", "2"] },
    ]);
    const none = await users.ask(grant, { id: person.id, permissions: [] }, admin);
    expect(none.data.result.user.permissions).toEqual(["products:write"]);
  });

  test("administrators can neither grant permissions nor change users beyond their own permissions", async () => {
    const [person, chief, seller] = [await users.join(), await users.join(), await users.join()];
    await users.ask(setRole, { id: chief.id, role: "ADMIN" }, admin);
    await users.ask(setRole, { id: seller.id, role: "SELLER" }, admin);
    const clerk = { scopes: ["users:write", "users:read"] } as const;
    for (const [document, variables] of [
      [setRole, { id: person.id, role: "ADMIN" }],
      [setRole, { id: person.id, role: "SELLER" }],
      [grant, { id: person.id, permissions: ["orders:write"] }],
      [setRole, { id: chief.id, role: "CUSTOMER" }],
      [disable, { id: chief.id }],
      [setRole, { id: seller.id, role: "CUSTOMER" }],
      [grant, { id: seller.id, permissions: [] }],
      [disable, { id: seller.id }],
      [enable, { id: seller.id }],
    ] as const) {
      const { data, errors } = await users.ask(document, variables, clerk);
      expect(data.result).toBeNull();
      expect(errors[0]?.extensions?.code).toBe("FORBIDDEN");
    }
    const { data } = await users.ask(grant, { id: person.id, permissions: ["users:read"] }, clerk);
    expect(data.result.userErrors).toEqual([]);
    const catalogueClerk = { scopes: ["users:write", "products:write"] } as const;
    const demoted = await users.ask(setRole, { id: seller.id, role: "CUSTOMER" }, catalogueClerk);
    expect(demoted.data.result.userErrors).toEqual([]);
  });

  test("administrators cannot remove their own role or disable their own account", async () => {
    const chief = await users.join();
    const self = { ...admin, id: chief.id };
    expect((await users.ask(setRole, { id: chief.id, role: "CUSTOMER" }, self)).data.result.userErrors).toMatchObject([
      { code: "VALIDATION_FAILED" },
    ]);
    expect((await users.ask(disable, { id: chief.id }, self)).data.result.userErrors).toMatchObject([
      { code: "VALIDATION_FAILED" },
    ]);
  });

  test("who is disabled is signed out and cannot sign in, reset or refresh, and who is enabled can", async () => {
    const person = await users.join();
    expect((await users.ask(disable, { id: person.id }, admin)).data.result).toMatchObject({ userErrors: [] });
    expect(await refresh(person)).toBe("TOKEN_INVALID");
    await expect(users.signIn(person.email)).rejects.toThrow("ACCOUNT_DISABLED");
    const buyer = await users.ask(
      `query($id: ID!) { buyer(userId: $id) { email } }`,
      { id: person.id },
      { service: "orders" },
    );
    expect(buyer.data.buyer).toBeNull();
    await users.ask(enable, { id: person.id }, admin);
    await users.signIn(person.email);
  });

  test.each(["no id", "00000000-0000-7000-8000-000000000000"])(
    "a user that is not there is NOT_FOUND: %s",
    async (id) => {
      for (const document of [disable, enable]) {
        const { data } = await users.ask(document, { id }, admin);
        expect(data.result.userErrors).toEqual([{ code: "NOT_FOUND", field: ["userId"] }]);
      }
    },
  );
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openUsers, type Person } from "../testing/test-users.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users[Symbol.asyncDispose]());

describe("saved addresses", () => {
  const fields = `id isDefault address { line1 city country }`;
  const create = `mutation($line1: String!, $isDefault: Boolean) { result: addressCreate(input: {
    address: { line1: $line1, country: "DE" }, isDefault: $isDefault }) { address { ${fields} } userErrors { code field } } }`;
  const edit = `mutation($id: ID!, $isDefault: Boolean) { result: addressUpdate(id: $id, input: {
    address: { line1: "Changed", country: "FR" }, isDefault: $isDefault }) { address { ${fields} } userErrors { code field } } }`;
  const remove = `mutation($id: ID!) { result: addressDelete(id: $id) { address { id } userErrors { code field } } }`;
  const list = async (person: Person) =>
    (await users.ask(`{ me { addresses { ${fields} } } }`, {}, person.asker)).data.me.addresses;

  test("one of them is the default, always: the first, then whichever is said, then the latest saved", async () => {
    const person = await users.join();
    const made = [];
    for (const [line1, isDefault] of [
      ["One", undefined],
      ["Two", true],
      ["Three", false],
    ]) {
      made.push((await users.ask(create, { line1, isDefault }, person.asker)).data.result.address);
    }
    const defaults = async () =>
      (await list(person)).flatMap(({ isDefault, address }: { isDefault: boolean; address: { line1: string } }) =>
        isDefault ? [address.line1] : [],
      );
    expect(await defaults()).toEqual(["Two"]);
    await users.ask(edit, { id: made[0].id, isDefault: true }, person.asker);
    expect(await defaults()).toEqual(["Changed"]);
    await users.ask(edit, { id: made[0].id, isDefault: false }, person.asker);
    expect(await defaults()).toEqual(["Changed"]);
    await users.ask(remove, { id: made[0].id }, person.asker);
    expect(await defaults()).toEqual(["Three"]);
    const { data } = await users.ask(
      `query($id: ID!) { buyer(userId: $id) { email defaultAddress { line1 } } }`,
      { id: person.id },
      { service: "orders" },
    );
    expect(data.buyer).toEqual({ email: person.email, defaultAddress: { line1: "Three" } });
  });

  test("twenty at once that all want to be the default leave one, and fifty are all there can be", async () => {
    const person = await users.join();
    await Promise.all(
      Array.from({ length: 60 }, (_, n) => users.ask(create, { line1: `Street ${n}`, isDefault: true }, person.asker)),
    );
    const saved = await list(person);
    expect(saved).toHaveLength(50);
    expect(saved.filter(({ isDefault }: { isDefault: boolean }) => isDefault)).toHaveLength(1);
  });

  test("of another user are neither changed nor removed, and look like missing ones", async () => {
    const [person, stranger] = [await users.join(), await users.join()];
    const { data } = await users.ask(create, { line1: "Mine" }, person.asker);
    const { id } = data.result.address;
    const notFound = { address: null, userErrors: [{ code: "NOT_FOUND", field: ["id"] }] };
    for (const foreign of [id, "no id", "00000000-0000-7000-8000-000000000000"]) {
      expect((await users.ask(edit, { id: foreign, isDefault: true }, stranger.asker)).data.result).toEqual(notFound);
      expect((await users.ask(remove, { id: foreign }, stranger.asker)).data.result).toEqual(notFound);
    }
    expect(await list(person)).toMatchObject([{ isDefault: true, address: { line1: "Mine" } }]);
  });
});

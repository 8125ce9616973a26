import { expect, test } from "vitest";
import { newId, parseId } from "./ids.ts";

test("ids made by one process are unique, valid UUIDv7 and sort in the order they were made", () => {
  const ids = Array.from({ length: 20_000 }, () => newId());
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(ids.filter((id) => !version7.test(id))).toEqual([]);
});

test("an id is read without regard to case, and only a UUID is an id", () => {
  expect(parseId("01900000-0000-7000-8000-00000000000A")).toBe("01900000-0000-7000-8000-00000000000a");
  for (const text of [
    "",
    "1",
    "01900000-0000-7000-8000-00000000000",
    "01900000-0000-7000-8000-00000000000g",
    "__proto__",
  ]) {
    expect(parseId(text)).toBeUndefined();
  }
});

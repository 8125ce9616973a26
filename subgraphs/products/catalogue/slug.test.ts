import { expect, test } from "vitest";
import { slugOf } from "./slug.ts";

test("a slug is cut between characters", () => {
  expect(slugOf(`${"a".repeat(79)}𠮷`)).toBe("a".repeat(79));
  expect(slugOf(`${"a".repeat(78)}𠮷`)).toBe(`${"a".repeat(78)}𠮷`);
  expect(slugOf(`${"a".repeat(79)}कि`)).toBe("a".repeat(79));
  for (let length = 70; length < 90; length += 1) expect(slugOf("𠮷".repeat(length)).isWellFormed()).toBe(true);
});

test("a slug is the same for a name in NFC and in NFD", () => {
  expect(slugOf("한국어 Crème".normalize("NFD"))).toBe(slugOf("한국어 Crème"));
});

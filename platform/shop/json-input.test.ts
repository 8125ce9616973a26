import { expect, test } from "vitest";
import { z } from "zod";
import { parseInput } from "./input.ts";
import { metadataInput } from "./json-input.ts";

const schema = z.object({ metadata: metadataInput.nullish() });
const errorsOf = (metadata: unknown) => {
  const parsed = parseInput(schema, { metadata });
  return parsed.ok ? [] : parsed.userErrors.map(({ field }) => field?.join("."));
};

test("metadata is kept as it was sent, whatever JSON its keys hold", () => {
  const metadata = { b: 1, a: [null, { "": "ä", constructor: true, toString: "x" }], 7: 1.5 };
  expect(schema.parse({ metadata }).metadata).toEqual(metadata);
  expect(errorsOf(null)).toEqual([]);
  expect(errorsOf(undefined)).toEqual([]);
});

test("a key named __proto__ is rejected where it stands, not dropped", () => {
  expect(errorsOf(JSON.parse('{"__proto__": {"a": 1}, "b": 1}'))).toEqual(["metadata.__proto__"]);
  expect(errorsOf(JSON.parse('{"b": [{"__proto__": 1}]}'))).toEqual(["metadata.b.0.__proto__"]);
});

test("metadata that is not an object, is too large, or cannot be stored is rejected", () => {
  for (const wrong of ["x", 1, [], true]) expect(errorsOf(wrong)).toEqual(["metadata"]);
  expect(errorsOf({ a: "x".repeat(4_100) })).toEqual(["metadata"]);
  expect(errorsOf({ a: { b: "\ud800" } })).toEqual(["metadata.a.b"]);
  expect(errorsOf({ a: { "b\0": 1 } })).toEqual(["metadata.a"]);
});

import { expect, test } from "vitest";
import { checkJsonSize } from "./json-size.ts";

const check = (variables: unknown, query = "{ x }") =>
  checkJsonSize(Buffer.from(JSON.stringify({ query, variables, extensions: { a: 1 } })));
const nested = (levels: number): unknown => (levels === 0 ? "x".repeat(5_000) : [nested(levels - 1)]);
const rejected = (limit: string) =>
  expect.objectContaining({ code: "OPERATION_TOO_COMPLEX", extensions: expect.objectContaining({ limit }) });

test.each([
  ["2,000 values", { ids: Array.from({ length: 1_990 }, (_, index) => `id-${index}`) }],
  ["20 levels", { a: nested(18) }],
  ["punctuation in strings", { a: '[{,"\\'.repeat(10_000), b: `\\${"{".repeat(9_000)}` }],
])("a request with %s is left to be parsed", (_name, variables) => {
  expect(() => check(variables)).not.toThrow();
  expect(() => check({}, `{ a(x: "${'\\"{[,'.repeat(3_000)}") }`)).not.toThrow();
});

test.each([
  ["3,000 values of a list", { ids: Array.from({ length: 3_000 }, (_, index) => index) }, "variableValues"],
  [
    "3,000 fields",
    Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`f"\\${index}`, "{"])),
    "variableValues",
  ],
  ["3,000 empty lists", { a: Array.from({ length: 1_500 }, () => [[]]) }, "variableValues"],
  ["100 levels", { a: nested(100) }, "variablesDepth"],
])("a request with %s is rejected before it is parsed", (_name, variables, limit) => {
  expect(() => check(variables)).toThrow(rejected(limit));
});

test("text that is not JSON is left to the parser, however it ends", () => {
  for (const end of ['"', '"\\', "\\", ""])
    expect(() => checkJsonSize(Buffer.from(`${"x".repeat(5_000)}${end}`))).not.toThrow();
});

import { GraphQLError, parseValue } from "graphql";
import { describe, expect, test } from "vitest";
import { scalars } from "./scalars.ts";

const literals = ['"text"', "5", "5.5", "true", "null", "[]", "{}", "WORD", '"""block"""'];

describe.each(Object.entries(scalars))("%s", (name, scalar) => {
  const isRight = (literal: string) =>
    name === "JSONObject" ? literal === "{}" : /^"/.test(literal) && name !== "DateTime";

  test.each(literals)(
    "takes the literal %s only where its kind is right, and reports any other as the caller's mistake",
    (literal) => {
      const parse = () => scalar.parseLiteral(parseValue(literal));
      if (isRight(literal)) return expect(parse).not.toThrow();
      expect(parse).toThrow(GraphQLError);
      expect(parse).toThrow(expect.objectContaining({ extensions: { code: "BAD_USER_INPUT" } }));
    },
  );

  test.each([5, 5.5, true, [], { toString: 5 }, Object.create(null), null])(
    "takes the variable %j likewise",
    (value) => {
      const parse = () => scalar.parseValue(value);
      if (name === "JSONObject" && typeof value === "object" && value !== null && !Array.isArray(value)) {
        return expect(parse()).toBe(value);
      }
      expect(parse).toThrow(expect.objectContaining({ extensions: { code: "BAD_USER_INPUT" } }));
    },
  );
});

test("a date-time is exact, in any offset and case, as a variable and as a literal", () => {
  expect(scalars.DateTime.parseValue("2026-01-31t12:00:00+01:00")).toBe("2026-01-31T11:00:00.000Z");
  expect(scalars.DateTime.parseLiteral(parseValue('"2026-01-31T12:00:00z"'))).toBe("2026-01-31T12:00:00.000Z");
  for (const wrong of ["2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "yesterday"]) {
    expect(() => scalars.DateTime.parseValue(wrong)).toThrow(GraphQLError);
    expect(() => scalars.DateTime.parseLiteral(parseValue(`"${wrong}"`))).toThrow(GraphQLError);
  }
});

test("a literal object keeps every key, variables within it are filled in", () => {
  const node = parseValue('{ __proto__: { a: 1 }, b: [$c, null], d: "x" }');
  const value = scalars.JSONObject.parseLiteral(node, { c: true });
  expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1},"b":[true,null],"d":"x"}');
});

import { expect, test } from "vitest";
import { z } from "zod";
import { listVariable, readEnv } from "./env.ts";

test("an invalid entry of a list is reported by the name of the variable", () => {
  const shape = z.object({ FRUITS: listVariable.pipe(z.array(z.enum(["apple", "pear"]))) });
  expect(readEnv(shape, { FRUITS: "apple, pear" })).toEqual({ FRUITS: ["apple", "pear"] });
  expect(() => readEnv(shape, { FRUITS: "apple stone" })).toThrow("The environment variable FRUITS is not usable");
});

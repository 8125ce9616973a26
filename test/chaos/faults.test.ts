import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { faults } from "./faults.ts";

test.each(faults)("the sources have the text that is changed for the fault: $name", ({ file, changes }) => {
  const source = readFileSync(path.join(import.meta.dirname, "../..", file), "utf8");
  expect(changes.map(([find]) => find).filter((find) => !source.includes(find))).toEqual([]);
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { listVariable, portVariable, readEnv, secretVariable } from "./env.ts";

test("an invalid entry of a list is reported by the name of the variable", () => {
  const shape = z.object({ FRUITS: listVariable.pipe(z.array(z.enum(["apple", "pear"]))) });
  expect(readEnv(shape, { FRUITS: "apple, pear" })).toEqual({ FRUITS: ["apple", "pear"] });
  expect(() => readEnv(shape, { FRUITS: "apple stone" })).toThrow("The environment variable FRUITS is not usable");
});

test("all variables that are missing or invalid are named at once, in the order of the list", () => {
  const shape = z.object({ NAME: z.string(), PORT: portVariable.default(1), TOKEN_KEY: secretVariable });
  expect(() => readEnv(shape, { PORT: "80000", NAME: "", TOKEN_KEY: "short and secret" })).toThrow(
    [
      "The environment variable NAME is not set.",
      "The environment variable PORT is not usable: Too big: expected number to be <=65535.",
      "The environment variable TOKEN_KEY is not usable: a secret needs at least 32 characters.",
    ].join("\n"),
  );
});

test("a variable is read from the file that its name with _FILE names, unless it is set; files of other programs are left alone", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-env-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, "token-key");
  const missing = path.join(directory, "missing");
  await writeFile(file, `${"k".repeat(32)}\n`);
  const shape = z.object({ TOKEN_KEY: secretVariable });
  expect(readEnv(shape, { TOKEN_KEY_FILE: file, OTHER_FILE: missing })).toEqual({ TOKEN_KEY: "k".repeat(32) });
  expect(readEnv(shape, { TOKEN_KEY: "s".repeat(32), TOKEN_KEY_FILE: file })).toEqual({ TOKEN_KEY: "s".repeat(32) });
  expect(() => readEnv(shape, { TOKEN_KEY_FILE: missing })).toThrow(
    "The environment variable TOKEN_KEY_FILE is not usable: the file that it names cannot be read (ENOENT).",
  );
});

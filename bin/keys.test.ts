import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import {
  makeInternalVerifier,
  readInternalKey,
  serviceNames,
  signInternalToken,
} from "#platform/auth/internal-tokens.ts";

const run = promisify(execFile);
const command = path.join(import.meta.dirname, "keys.ts");

test("one command creates every key of production, for its owner's eyes only, and changes none that exists", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-keys-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const create = async () => (await run(process.execPath, [command, "create", directory])).stdout;
  const said = await create();
  const contents = async () =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(directory)).map(async (name) => [name, await readFile(path.join(directory, name), "utf8")]),
      ),
    );
  const made = await contents();
  for (const name of Object.keys(made)) expect((await stat(path.join(directory, name))).mode & 0o077).toBe(0);

  // Each line names a variable and, for what a file holds, the file; what they name works.
  const fileOf = (pattern: RegExp) => readFile(pattern.exec(said)?.[1] ?? "", "utf8");
  const jwks = JSON.parse(await fileOf(/INTERNAL_JWKS=(\S+)/));
  for (const name of serviceNames) {
    const signer = await readInternalKey(
      name,
      JSON.parse(await fileOf(new RegExp(`^${name}: INTERNAL_KEY=(\\S+)`, "m"))),
    );
    const verify = await makeInternalVerifier("orders", jwks);
    expect(await verify(await signInternalToken(signer, "orders", { kind: "guest" }))).toMatchObject({ issuer: name });
  }
  expect(JSON.stringify(jwks)).not.toContain('"d"');
  expect(JSON.parse(await fileOf(/ACCESS_KEYS=(\S+)/)).keys).toHaveLength(1);
  expect((await fileOf(/TOKEN_KEY is the content of (\S+)/)).length).toBeGreaterThanOrEqual(32);
  for (const secret of Object.values(made)) expect(said).not.toContain(secret);

  expect(await create()).toBe(said);
  expect(await contents()).toEqual(made);
});

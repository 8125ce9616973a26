import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "#platform/observability/log.ts";
import { documents, openUsers } from "../testing/test-users.ts";
import { describeKeyFile, openAccessKeys, publishedAheadSeconds, rotateKeyFile } from "./access-keys.ts";

const log = openLog("test", "silent");

async function newFile(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-keys-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return path.join(directory, "below", "access.jwks");
}

test("the first start makes a key that only its owner can read, and of ten starts at once all use the same", async () => {
  const file = await newFile();
  const opened = await Promise.all(Array.from({ length: 10 }, () => openAccessKeys(file, log)));
  for (const keys of opened) keys.close();
  expect(new Set(opened.map((keys) => keys.signing().kid))).toHaveLength(1);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
});

test("what is published holds nothing secret", async () => {
  await using users = await openUsers();
  const response = await fetch(`${users.url}/.well-known/jwks.json`);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toMatch(/^public, max-age=300/);
  const { keys } = JSON.parse(await response.text());
  expect(keys).toEqual([
    {
      kty: "EC",
      crv: "P-256",
      x: expect.any(String),
      y: expect.any(String),
      kid: expect.any(String),
      alg: "ES256",
      use: "sig",
    },
  ]);
});

test("while keys are rotated, every token that is valid is verified by keys fetched before it was signed, and the new key takes over", async () => {
  await using users = await openUsers();
  const file = path.join(users.directory, "keys", "access.jwks");
  const published = async () => JSON.parse(await (await fetch(`${users.url}/.well-known/jwks.json`)).text());
  let person = await users.join();
  const first = decodeProtectedHeader(person.accessToken).kid;
  const tokens = [person.accessToken];
  await rotateKeyFile(file, 4);
  await expect.poll(async () => (await published()).keys.length, { timeout: 5_000 }).toBe(2);
  // A service that fetches now knows both keys before the new one signs.
  const verifier = createLocalJWKSet(await published());
  let kid = first;
  for (const endAtMs = Date.now() + 10_000; kid === first && Date.now() < endAtMs; ) {
    const { data } = await users.ask(documents.refresh, { token: person.refreshToken });
    person = { ...person, ...data.result };
    tokens.push(person.accessToken);
    kid = decodeProtectedHeader(person.accessToken).kid;
    for (const token of tokens) await jwtVerify(token, verifier, { typ: "at+jwt", audience: "agora", issuer: "agora" });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(kid).not.toBe(first);
  expect(tokens.length).toBeGreaterThan(3);
});

test("a rotated key is published for longer than others keep the keys before it signs, and the old one for a day after", async () => {
  const file = await newFile();
  (await openAccessKeys(file, log)).close();
  const begin = new Date("2026-01-01T00:00:00Z");
  const after = (seconds: number) => new Date(begin.getTime() + seconds * 1_000);
  const { added, signsFrom } = await rotateKeyFile(file, publishedAheadSeconds, begin);
  expect(signsFrom).toEqual(after(360));
  const signs = async (now: Date) => (await describeKeyFile(file, now)).find((key) => key.signs)?.kid;
  expect(await signs(after(359))).not.toBe(added);
  expect(await signs(after(360))).toBe(added);
  const [old] = await describeKeyFile(file);
  expect((await rotateKeyFile(file, 360, after(360 + 86_400))).removed).toEqual([]);
  expect((await rotateKeyFile(file, 360, after(360 + 86_400 + 900))).removed).toEqual([old?.kid]);
});

test("a file that is spoilt while the service runs changes nothing, and one that is spoilt at the start stops it", async () => {
  const file = await newFile();
  const lines: string[] = [];
  const keys = await openAccessKeys(file, openLog("users", "error", { write: (line) => lines.push(line) }), {
    rereadMs: 20,
  });
  onTestFinished(() => keys.close());
  const good = await readFile(file, "utf8");
  const { kid } = keys.signing();
  await writeFile(file, good.slice(0, 20));
  await expect.poll(() => lines.length).toBeGreaterThan(1);
  expect(lines[0]).toContain("the last ones stay in use");
  expect(keys.signing().kid).toBe(kid);
  await expect(openAccessKeys(file, log)).rejects.toThrow("ACCESS_KEYS holds no private JWK Set");
});

test("keys can stand in the environment itself", async () => {
  const file = await newFile();
  (await openAccessKeys(file, log)).close();
  const keys = await openAccessKeys(await readFile(file, "utf8"), log);
  expect(keys.published().keys).toHaveLength(1);
});

test("npm run keys lists them, adds one, and shows nothing secret", async () => {
  const file = await newFile();
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [path.join(import.meta.dirname, "../../../bin/keys.ts"), ...words], {
      env: { ...process.env, ACCESS_KEYS: file },
    });
  await expect(run("rotate")).rejects.toThrow(`The file of access keys ${file} is not there.`);
  await expect(readFile(file)).rejects.toThrow("ENOENT");
  await run("create-access");
  await chmod(file, 0o640);
  const { stdout } = await run("rotate");
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect(stdout).toMatch(/^Added [\w-]{43}, which signs from /);
  expect((await run("list")).stdout.split("\n").filter((line) => line !== "")).toHaveLength(2);
  const secrets = JSON.parse(await readFile(file, "utf8")).keys.map(({ d }: { d: string }) => d);
  expect(secrets.some((secret: string) => stdout.includes(secret))).toBe(false);
  await expect(run("dance")).rejects.toThrow("npm run keys -- list");
});

test("without permission to create keys a missing file is an error that names it, and no file is created", async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "agora-keys-")), "access.jwks");
  await expect(openAccessKeys(file, log, { mayCreate: false })).rejects.toThrow(`${file}, which does not exist`);
  await expect(readFile(file, "utf8")).rejects.toThrow("ENOENT");
});

import { randomUUID, type webcrypto } from "node:crypto";
import type { Stats } from "node:fs";
import { chmod, chown, link, mkdir, open, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet } from "jose";
import { z } from "zod";
import type { Log } from "#platform/observability/log.ts";

/** Access tokens are signed with ES256 (RFC 7518, 3.4): P-256 and SHA-256. */
export const accessTokenAlgorithm = "ES256";

const keysMax = 8;
const rereadDefaultMs = 2_000;
/** How long others may keep the public keys before they look again. */
export const keySetMaxAgeSeconds = 300;
/** A new key is published this long before it signs, so that everybody who caches the keys for their whole age has it by then. */
export const publishedAheadSeconds = keySetMaxAgeSeconds + 60;
/** A key that no longer signs stays published for as long as a token of its can live, and a quarter of an hour. */
const verifiesOnSeconds = 24 * 3_600 + 15 * 60;

const privateKey = z
  .object({
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    x: z.string(),
    y: z.string(),
    d: z.string(),
    kid: z.string().min(1).max(200),
    alg: z.literal(accessTokenAlgorithm).optional(),
    /** Unix seconds. */
    signs_from: z.number().int().default(0),
  })
  .loose();
const privateKeySet = z.object({ keys: z.array(privateKey).min(1).max(keysMax) });
type PrivateKey = z.infer<typeof privateKey>;
type PrivateKeySet = z.infer<typeof privateKeySet>;

/** The keys of access tokens, as they are now. */
export type AccessKeys = {
  /** The newest key whose time to sign has come. */
  signing(): { readonly kid: string; readonly key: webcrypto.CryptoKey };
  /** The public halves, to be published. */
  published(): JSONWebKeySet;
  close(): void;
};

/**
 * Opens the keys, and reads a file again within 2 s after it changed. A file that is not there is made, with one key, readable by its owner
 * alone; when several processes do so at once, all use the one that was first.
 *
 * @param source a private JWK Set as JSON, or the path of a file with one.
 * @param options.accept called with the ids of keys before they are used, at the start and after each change; rejects keys that must not be.
 * @param options.rereadMs the pause between two looks at the file.
 * @param options.mayCreate false in production, where processes that each create a file would not accept each other's tokens.
 * @throws {Error} when it is neither. A file that becomes unusable later is logged, and the keys before it stay.
 */
export async function openAccessKeys(
  source: string,
  log: Log,
  options: { mayCreate?: boolean; accept?: (kids: readonly string[]) => Promise<void>; rereadMs?: number } = {},
): Promise<AccessKeys> {
  const { mayCreate = true, accept, rereadMs = rereadDefaultMs } = options;
  const inline = source.trimStart().startsWith("{");
  if (!inline && mayCreate) await createKeyFile(source);
  if (!inline && !(await exists(source))) {
    throw new Error(
      `ACCESS_KEYS names ${source}, which does not exist. Create it once with "npm run keys -- create" and give every ` +
        "users process the same file.",
    );
  }
  let loaded = await load(parseKeySet(inline ? source : await readFile(source, "utf8")));
  await accept?.(loaded.map(({ kid }) => kid));
  let seen = inline ? "" : await markOf(source);
  const reread = async () => {
    const mark = await markOf(source);
    if (mark === seen) return;
    const changed = await load(parseKeySet(await readFile(source, "utf8")));
    await accept?.(changed.map(({ kid }) => kid));
    loaded = changed;
    seen = mark;
    log.info({ keys: loaded.map(({ kid }) => kid) }, "The keys for access tokens were reloaded.");
  };
  const timer = inline
    ? undefined
    : setInterval(() => {
        reread().catch((error) =>
          log.error({ err: error }, "The keys for access tokens cannot be read; the last ones stay in use."),
        );
      }, rereadMs).unref();
  return {
    signing: () => signingAt(loaded, Date.now() / 1_000),
    published: () => ({ keys: loaded.map(({ open }) => open) }),
    close: () => clearInterval(timer),
  };
}

type LoadedKey = {
  readonly kid: string;
  readonly key: webcrypto.CryptoKey;
  readonly signs_from: number;
  readonly open: JSONWebKeySet["keys"][number];
};

async function load({ keys }: PrivateKeySet): Promise<readonly LoadedKey[]> {
  return Promise.all(
    keys.map(async (jwk) => {
      const { kty, crv, x, y, d, kid, signs_from } = jwk;
      const key = await importJWK({ kty, crv, x, y, d }, accessTokenAlgorithm);
      if (!(key instanceof CryptoKey)) throw new Error("A key of access tokens is not a P-256 key.");
      return { kid, key, signs_from, open: { kty, crv, x, y, kid, alg: accessTokenAlgorithm, use: "sig" } };
    }),
  );
}

function signingAt<Key extends { readonly signs_from: number }>(keys: readonly Key[], nowSeconds: number): Key {
  const [first, ...rest] = keys.toSorted((a, b) => a.signs_from - b.signs_from);
  if (first === undefined) throw new Error("There is no key for access tokens.");
  return rest.findLast(({ signs_from }) => signs_from <= nowSeconds) ?? first;
}

function parseKeySet(text: string): PrivateKeySet {
  const set = privateKeySet.safeParse(parseJson(text));
  if (!set.success) throw new Error("ACCESS_KEYS holds no private JWK Set of P-256 keys, each with a kid.");
  return set.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function markOf(file: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(file);
  return `${mtimeMs} ${size} ${ino}`;
}

async function newKey(signsFromSeconds: number): Promise<PrivateKey> {
  const { privateKey: secret } = await generateKeyPair(accessTokenAlgorithm, { extractable: true });
  const jwk = await exportJWK(secret);
  const kid = await calculateJwkThumbprint(jwk);
  return privateKey.parse({ ...jwk, kid, alg: accessTokenAlgorithm, use: "sig", signs_from: signsFromSeconds });
}

/** Creates a file with one key, readable by its owner only, unless the file exists. */
export async function createKeyFile(file: string): Promise<void> {
  if (await exists(file)) return;
  const { draft } = await writeDraft(file, { keys: [await newKey(0)] });
  try {
    await link(draft, file);
  } catch (error) {
    if (!(await exists(file))) throw error;
  } finally {
    await unlink(draft);
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function writeDraft(file: string, set: PrivateKeySet): Promise<{ draft: string }> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(set, null, 2)}\n`, { mode: 0o600 });
  return { draft };
}

/** What {@link rotateKeyFile} did. */
export type Rotation = { readonly added: string; readonly signsFrom: Date; readonly removed: readonly string[] };

/**
 * Adds a key that signs from `aheadSeconds` on, and removes those that verify nothing any more. The key before it signs until then and is
 * published for a day after. The file is replaced in one step and keeps its owner and its mode, so that the service can still read it; two
 * rotations at once are rejected.
 *
 * @throws {Error} when there is no such file: keys that no process reads would be of no use.
 */
export async function rotateKeyFile(
  file: string,
  aheadSeconds: number = publishedAheadSeconds,
  now: Date = new Date(),
): Promise<Rotation> {
  const { uid, gid, mode } = await statKeyFile(file);
  const lock = await open(`${file}.lock`, "wx").catch((error: unknown) => {
    throw new Error(`Another rotation is under way: ${file}.lock is there.`, { cause: error });
  });
  try {
    const { keys } = parseKeySet(await readFile(file, "utf8"));
    const nowSeconds = Math.floor(now.getTime() / 1_000);
    const kept = stillVerifying(keys, nowSeconds);
    const added = await newKey(nowSeconds + aheadSeconds);
    if (kept.length >= keysMax)
      throw new Error(`There are ${keysMax} keys already; the oldest is not needed for a day yet.`);
    const { draft } = await writeDraft(file, { keys: [...kept, added] });
    await chown(draft, uid, gid);
    await chmod(draft, mode & 0o777);
    await rename(draft, file);
    const removed = keys.filter((key) => !kept.includes(key)).map(({ kid }) => kid);
    return { added: added.kid, signsFrom: new Date(added.signs_from * 1_000), removed };
  } finally {
    await lock.close();
    await rm(`${file}.lock`, { force: true });
  }
}

/** A key verifies until its successor has signed for longer than a token lives. */
function stillVerifying(keys: readonly PrivateKey[], nowSeconds: number): PrivateKey[] {
  const inOrder = keys.toSorted((a, b) => a.signs_from - b.signs_from);
  return inOrder.filter((_key, index) => {
    const successor = inOrder[index + 1];
    return successor === undefined || successor.signs_from + verifiesOnSeconds > nowSeconds;
  });
}

async function statKeyFile(file: string): Promise<Stats> {
  return stat(file).catch((error: unknown) => {
    throw new Error(`The file of access keys ${file} is not there. --file or ACCESS_KEYS names another.`, {
      cause: error,
    });
  });
}

/** The keys of a file, oldest first, and which of them signs now; nothing secret. */
export async function describeKeyFile(
  file: string,
  now: Date = new Date(),
): Promise<{ kid: string; signsFrom: Date; signs: boolean }[]> {
  await statKeyFile(file);
  const { keys } = parseKeySet(await readFile(file, "utf8"));
  const signing = signingAt(keys, now.getTime() / 1_000);
  return keys
    .toSorted((a, b) => a.signs_from - b.signs_from)
    .map((key) => ({ kid: key.kid, signsFrom: new Date(key.signs_from * 1_000), signs: key === signing }));
}

import type { StateStore } from "./storage.ts";

/** A key is reused for this long at most; the shop remembers it for at least 24 hours. */
const keyAgeMaxMs = 23 * 60 * 60 * 1_000;

/**
 * Sends a request under an idempotency key that stays the same until a response arrives: after a lost response, a closed tab or a
 * crash the same request is sent with the same key, and the shop returns its first result.
 *
 * @param purpose what the request is for, such as "checkout"; each purpose has one open key at a time.
 * @param send sends the request with the key. When it throws, the key stays open.
 * @param isReused whether the response says that the key belongs to another request.
 */
export async function withKey<Result>(
  keeper: StateStore,
  purpose: string,
  request: unknown,
  send: (key: string) => Promise<Result>,
  isReused: (result: Result) => boolean,
): Promise<Result> {
  const { key, isRepeat } = await takeKey(keeper, purpose, fingerprintOf(JSON.stringify(request)));
  const result = await send(key);
  await closeKey(keeper, purpose, key);
  // An equal input for another cart: the first request had succeeded, and this is a new one.
  if (isRepeat && isReused(result)) return withKey(keeper, purpose, request, send, isReused);
  return result;
}

/** Returns the open key of the same request, or a new one; concurrent callers get the same. */
async function takeKey(
  keeper: StateStore,
  purpose: string,
  fingerprint: string,
): Promise<{ key: string; isRepeat: boolean }> {
  const fresh = { key: randomKey(), fingerprint, madeAtMs: Date.now() };
  let taken = fresh;
  await keeper.change(({ openKeys }) => {
    const open = openKeys[purpose];
    const isOpen = open?.fingerprint === fingerprint && fresh.madeAtMs - open.madeAtMs < keyAgeMaxMs;
    taken = isOpen ? open : fresh;
    return { openKeys: { ...openKeys, [purpose]: taken } };
  });
  return { key: taken.key, isRepeat: taken !== fresh };
}

async function closeKey(keeper: StateStore, purpose: string, key: string): Promise<void> {
  await keeper.change(({ openKeys }) => ({
    openKeys: Object.fromEntries(
      Object.entries(openKeys).filter(([name, open]) => name !== purpose || open.key !== key),
    ),
  }));
}

/** Returns 128 random bits in hexadecimal. `crypto.randomUUID` does not exist on pages without TLS. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns 64 bits (FNV-1a) of a text, which identify it without revealing it. */
function fingerprintOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16);
}

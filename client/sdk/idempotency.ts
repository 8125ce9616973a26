import type { Keeper } from "./storage.ts";

/** So long a key is sent again; the shop remembers it for 24 hours at least. */
const keyAgeMaxMs = 23 * 60 * 60 * 1_000;

/**
 * Sends a wish under a key that stays the same until an answer has come: after a lost answer, a closed tab or a crash the
 * same wish goes out under the same key, and the shop answers with what it did the first time.
 *
 * @param purpose one wish at a time is open for each, such as "checkout".
 * @param send gets the key; what it throws leaves the key open.
 * @param isReused whether the answer says that the key belongs to another wish.
 */
export async function withKey<Answer>(
  keeper: Keeper,
  purpose: string,
  wish: unknown,
  send: (key: string) => Promise<Answer>,
  isReused: (answer: Answer) => boolean,
): Promise<Answer> {
  const { key, isRepeat } = await takeKey(keeper, purpose, fingerprintOf(JSON.stringify(wish)));
  const answer = await send(key);
  await closeKey(keeper, purpose, key);
  // The same words for another cart: the first wish was granted unheard, and this is a new one.
  if (isRepeat && isReused(answer)) return withKey(keeper, purpose, wish, send, isReused);
  return answer;
}

/** The open key of the same wish, or a new one; two that ask at once get the same. */
async function takeKey(
  keeper: Keeper,
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

async function closeKey(keeper: Keeper, purpose: string, key: string): Promise<void> {
  await keeper.change(({ openKeys }) => ({
    openKeys: Object.fromEntries(
      Object.entries(openKeys).filter(([name, open]) => name !== purpose || open.key !== key),
    ),
  }));
}

/** 128 random bits in hexadecimal. `crypto.randomUUID` would be missing on pages that came without TLS. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** 64 bits (FNV-1a) of a text: the same text has the same, and nobody learns the text from it. */
function fingerprintOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16);
}

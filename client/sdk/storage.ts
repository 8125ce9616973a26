/**
 * Stores what outlives a client: the session's tokens, a guest's cart and order tokens, and the keys of requests without a
 * response. It is one text with secrets, which nothing else should read.
 */
export interface ShopStorage {
  load: () => string | null | Promise<string | null>;
  save: (text: string) => void | Promise<void>;
}

/** Returns a storage in memory, which ends with the client. The default. */
export function memoryStorage(): ShopStorage {
  let kept: string | null = null;
  return {
    load: () => kept,
    save: (text) => {
      kept = text;
    },
  };
}

/** Returns a storage in a browser's `localStorage` or `sessionStorage`; with `localStorage`, tabs share one session and one cart. */
export function webStorage(
  storage: { getItem: (key: string) => string | null; setItem: (key: string, value: string) => void },
  key = "agora",
): ShopStorage {
  return { load: () => storage.getItem(key), save: (text) => storage.setItem(key, text) };
}

/** The tokens of a signed-in session. */
export interface Tokens {
  readonly accessToken: string;
  /** When the access token expires, in milliseconds since 1970 by the shop's clock. */
  readonly accessExpiresAtMs: number;
  /** When it was received, in milliseconds since 1970 by the local clock, which may be wrong. */
  readonly receivedAtMs: number;
  readonly refreshToken: string;
}

/** An idempotency key without a response yet: the same request is sent again with the same key. */
interface OpenKey {
  readonly key: string;
  /** Identifies the request without storing it, because it has addresses. */
  readonly fingerprint: string;
  readonly madeAtMs: number;
}

/** The stored state. */
export interface ShopState {
  readonly tokens: Tokens | null;
  readonly cartToken: string | null;
  /** The tokens of a guest's orders, by order id, oldest first. */
  readonly orderTokens: Readonly<Record<string, string>>;
  /** By purpose. */
  readonly openKeys: Readonly<Record<string, OpenKey>>;
}

/** Reads and changes the state; changes are serialized. */
export interface StateStore {
  read: () => Promise<ShopState>;
  change: (change: (state: ShopState) => Partial<ShopState>) => Promise<void>;
}

const empty: ShopState = { tokens: null, cartToken: null, orderTokens: {}, openKeys: {} };

/** Opens the state in a storage. Unknown content, such as that of another version of this client, is ignored. */
export function openState(storage: ShopStorage): StateStore {
  let changes: Promise<void> = Promise.resolve();
  const read = async () => parseState(await storage.load());
  return {
    read,
    change: (change) => {
      const changed = changes.then(async () => {
        const state = await read();
        await storage.save(JSON.stringify({ ...state, ...change(state) }));
      });
      changes = changed.catch(() => {});
      return changed;
    },
  };
}

function parseState(text: string | null): ShopState {
  if (text === null) return empty;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return empty;
    const state = { ...empty, ...value } as ShopState;
    return typeof state.orderTokens === "object" && typeof state.openKeys === "object" ? state : empty;
  } catch {
    return empty;
  }
}

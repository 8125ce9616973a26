/**
 * Where a client keeps what must outlive it: the session's tokens, a guest's cart and order tokens, and the keys of
 * checkouts whose answer is still awaited. One text, which nobody else may read.
 */
export interface ShopStorage {
  load: () => string | null | Promise<string | null>;
  save: (text: string) => void | Promise<void>;
}

/** Keeps it as long as the client lives. The default. */
export function memoryStorage(): ShopStorage {
  let kept: string | null = null;
  return {
    load: () => kept,
    save: (text) => {
      kept = text;
    },
  };
}

/** Keeps it in a browser's `localStorage` or `sessionStorage`; several tabs then share one session and one cart. */
export function webStorage(
  storage: { getItem: (key: string) => string | null; setItem: (key: string, value: string) => void },
  key = "agora",
): ShopStorage {
  return { load: () => storage.getItem(key), save: (text) => storage.setItem(key, text) };
}

/** The tokens of a signed-in session. */
export interface Tokens {
  readonly accessToken: string;
  /** When the access token ends, in milliseconds since 1970 by the shop's clock. */
  readonly accessExpiresAtMs: number;
  /** When it came, by this machine's clock, which may be wrong. */
  readonly receivedAtMs: number;
  readonly refreshToken: string;
}

/** An idempotency key whose answer never came: the same wish is sent with the same key again. */
interface OpenKey {
  readonly key: string;
  /** Tells whether a wish is the same; not the wish itself, which holds addresses. */
  readonly fingerprint: string;
  readonly madeAtMs: number;
}

/** Everything that is kept. */
export interface ShopState {
  readonly tokens: Tokens | null;
  readonly cartToken: string | null;
  /** The tokens of a guest's orders by order id, oldest first. */
  readonly orderTokens: Readonly<Record<string, string>>;
  /** By what they are for. */
  readonly openKeys: Readonly<Record<string, OpenKey>>;
}

/** Reads and changes the state, one change at a time. */
export interface Keeper {
  read: () => Promise<ShopState>;
  change: (change: (state: ShopState) => Partial<ShopState>) => Promise<void>;
}

const empty: ShopState = { tokens: null, cartToken: null, orderTokens: {}, openKeys: {} };

/** A keeper over a storage. What another version of this client left there, or somebody else, counts as nothing. */
export function keeper(storage: ShopStorage): Keeper {
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

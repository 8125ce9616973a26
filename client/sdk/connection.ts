import { print } from "graphql";
import type { TypedOperation } from "./document.ts";
import { type Refusal, ShopError, type ShopErrorCode, shopError, type UserError } from "./errors.ts";
import { type Address, type Answer, exchange, type Operation } from "./exchange.ts";
import { type PayloadCodes, TokenRefreshDocument, type TokenRefreshMutation } from "./generated/documents.ts";
import type { Keeper, Tokens } from "./storage.ts";

/** An answer of which a part may be missing: where `data` is null, `refusals` say why. */
export interface Answered<Data> {
  data: Data;
  refusals: readonly Refusal[];
}

/** The one payload of a mutation's answer, its user errors being those that the payload can have. */
export type PayloadOf<Data> = Narrowed<NonNullable<Data[keyof Data]>>;

type Narrowed<Payload> = Payload extends { __typename: infer Name extends keyof PayloadCodes; userErrors: unknown }
  ? Omit<Payload, "userErrors"> & { userErrors: UserError<PayloadCodes[Name]>[] }
  : Payload;

/** What an operation may be sent with. */
export interface SendOptions {
  /** Ends the request early. */
  signal?: AbortSignal;
}

/** Variables may be left out by operations that need none. */
type Sent<Variables> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: SendOptions]
    : [variables: Variables, options?: SendOptions];

/** Asks the shop as whoever is signed in. */
export interface Connection {
  /** The whole answer, or a ShopError. */
  query: <Data, Variables>(document: TypedOperation<Data, Variables>, ...sent: Sent<Variables>) => Promise<Data>;
  /** The answer with what is there of it; a ShopError only when the request was refused as a whole. */
  queryPart: <Data, Variables>(
    document: TypedOperation<Data, Variables>,
    ...sent: Sent<Variables>
  ) => Promise<Answered<Data>>;
  /** The payload of a document with one mutation, or a ShopError. */
  mutate: <Data, Variables>(
    document: TypedOperation<Data, Variables>,
    ...sent: Sent<Variables>
  ) => Promise<PayloadOf<Data>>;
  /** Takes a new access token now, for rights that have just changed. Does nothing for a guest. */
  renew: () => Promise<void>;
  /**
   * `fetch` for other clients, such as Apollo Client or urql: what goes to the shop carries the session's access token,
   * which is renewed in time. A body must be one that can be sent twice, as text can.
   */
  fetch: typeof fetch;
  /** Takes up the session of a payload with tokens. */
  adopt: (tokens: TokenPayload) => Promise<void>;
}

/** What of a TokenPayload makes a session. */
type TokenPayload = Pick<
  NonNullable<TokenRefreshMutation["tokenRefresh"]>,
  "accessToken" | "accessTokenExpiresAt" | "refreshToken"
>;

/** So much earlier than it ends is an access token renewed, so that none ends on its way. */
const refreshAheadMs = 30_000;
/** A token this young is not renewed for its age: the clock that says so is wrong. */
const youngMs = 60_000;
const attemptsMax = 3;
const waitMaxMs = 5_000;

/** What may well pass if asked again. */
const passing: ReadonlySet<ShopErrorCode> = new Set([
  "NETWORK_FAILED",
  "TIMEOUT",
  "OVERLOADED",
  "RATE_LIMITED",
  "SUBGRAPH_UNAVAILABLE",
]);
/** With these the shop says that it did nothing, so that anything may be sent again. */
const untouched: ReadonlySet<ShopErrorCode> = new Set(["OVERLOADED", "RATE_LIMITED"]);

/**
 * Connects to the shop. An access token is renewed ahead of its end and after the shop refused it, once for however many
 * requests wait for it. Queries, and mutations with an idempotency key, are sent up to three times when no answer comes.
 *
 * @param onSignedOut told when the shop ended the session.
 */
export function connect(address: Address, keeper: Keeper, onSignedOut: () => void): Connection {
  let renewing: Promise<Tokens> | undefined;

  const renew = (refused: Tokens): Promise<Tokens> => {
    renewing ??= renewed(refused).finally(() => {
      renewing = undefined;
    });
    return renewing;
  };

  const renewed = async (refused: Tokens): Promise<Tokens> => {
    const { tokens } = await keeper.read();
    // Another tab, or another request a moment ago, was first.
    if (tokens === null) throw sessionEnded();
    if (tokens.accessToken !== refused.accessToken) return tokens;
    const input = { refreshToken: refused.refreshToken };
    const operation = { text: TokenRefreshDocument.text, hash: TokenRefreshDocument.hash, variables: { input } };
    // A repeat of the latest rotation gets the same pair, so a lost answer does no harm.
    const answer = await patiently(true, () => exchange(address, operation, null));
    const { tokenRefresh } = complete<TokenRefreshMutation>(answer);
    const fresh = tokenRefresh === null ? null : tokensOf(tokenRefresh);
    if (fresh !== null) {
      await keeper.change(() => ({ tokens: fresh }));
      return fresh;
    }
    await keeper.change((state) => (state.tokens?.refreshToken === refused.refreshToken ? { tokens: null } : {}));
    onSignedOut();
    throw sessionEnded();
  };

  const send = async <Data, Variables>(
    document: TypedOperation<Data, Variables>,
    [variables, options]: readonly [variables?: unknown, options?: SendOptions],
  ): Promise<Answer> => {
    const { text = print(document), hash = null } = document;
    const operation: Operation = { text, hash, variables: variables ?? {} };
    const attempt = async () => {
      let { tokens } = await keeper.read();
      if (tokens !== null && isDue(tokens, Date.now())) tokens = await renew(tokens);
      const answer = await exchange(address, operation, tokens?.accessToken ?? null, options?.signal);
      if (tokens === null || !isSignInRefused(answer)) return answer;
      // Refused as a whole, so nothing was done yet: a mutation can be sent again.
      const { accessToken } = await renew(tokens);
      return exchange(address, operation, accessToken, options?.signal);
    };
    return patiently(isRepeatable(document, variables), attempt);
  };

  const fetchSignedIn: typeof fetch = async (request, init) => {
    let { tokens } = await keeper.read();
    if (tokens === null || !isOfShop(request, address.url)) return address.fetch(request, init);
    if (isDue(tokens, Date.now())) tokens = await renew(tokens);
    const response = await address.fetch(request, withToken(request, init, tokens));
    if (response.status !== 401) return response;
    await response.body?.cancel();
    return address.fetch(request, withToken(request, init, await renew(tokens)));
  };

  return {
    fetch: fetchSignedIn,
    query: async (document, ...sent) => complete(await send(document, sent)),
    queryPart: async (document, ...sent) => {
      const answer = await send(document, sent);
      return { data: present(answer), refusals: answer.refusals };
    },
    mutate: async (document, ...sent) => payloadOf(await send(document, sent)),
    renew: async () => {
      const { tokens } = await keeper.read();
      if (tokens !== null) await renew(tokens);
    },
    adopt: async (payload) => {
      const tokens = tokensOf(payload);
      if (tokens !== null) await keeper.change(() => ({ tokens }));
    },
  };
}

/** Nobody else gets the token. */
function isOfShop(request: Parameters<typeof fetch>[0], url: string): boolean {
  const asked = request instanceof Request ? request.url : String(request);
  return asked === url || (asked.startsWith(url) && /^[?#/]/.test(asked.slice(url.length)));
}

function withToken(
  request: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  { accessToken }: Tokens,
): RequestInit {
  const headers = new Headers(init?.headers ?? (request instanceof Request ? request.headers : undefined));
  headers.set("authorization", `Bearer ${accessToken}`);
  return { ...init, headers };
}

function sessionEnded(): ShopError {
  return shopError("UNAUTHENTICATED", "Your session has ended. Please sign in again.");
}

function isDue({ accessExpiresAtMs, receivedAtMs }: Tokens, nowMs: number): boolean {
  return accessExpiresAtMs - nowMs < refreshAheadMs && nowMs - receivedAtMs > youngMs;
}

function isSignInRefused({ status, data, refusals }: Answer): boolean {
  return data === null && (status === 401 || refusals.some(({ code }) => code === "UNAUTHENTICATED"));
}

function tokensOf({ accessToken, accessTokenExpiresAt, refreshToken }: TokenPayload): Tokens | null {
  if (accessToken === null || accessTokenExpiresAt === null || refreshToken === null) return null;
  return { accessToken, accessExpiresAtMs: Date.parse(accessTokenExpiresAt), receivedAtMs: Date.now(), refreshToken };
}

/** Sending it twice is as good as sending it once. */
function isRepeatable(document: TypedOperation<unknown, never>, variables: unknown): boolean {
  const isMutation = document.definitions.some((one) => "operation" in one && one.operation === "mutation");
  return !isMutation || hasKey(variables) || (isObject(variables) && hasKey(variables.input));
}

function hasKey(value: unknown): boolean {
  return isObject(value) && typeof value.idempotencyKey === "string";
}

/** Asks again, a little later each time, while the answer is nothing but a refusal that may pass. */
async function patiently(isRepeatable: boolean, attempt: () => Promise<Answer>): Promise<Answer> {
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt().catch((error: unknown) => {
      if (error instanceof ShopError) return error;
      throw error;
    });
    const [refusal] = outcome.refusals;
    const isEmpty = outcome instanceof ShopError || Object.values(outcome.data ?? {}).every((field) => field === null);
    const isWorthIt = refusal !== undefined && isEmpty && (isRepeatable ? passing : untouched).has(refusal.code);
    const waitMs = (refusal?.retryAfterSeconds ?? 0) * 1_000 || 100 * 2 ** attempts * (0.5 + Math.random() / 2);
    if (!isWorthIt || attempts === attemptsMax || waitMs > waitMaxMs) {
      if (outcome instanceof ShopError) throw outcome;
      return outcome;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** The data as the document's types have it, once it is known to be all there. */
function complete<Data>(answer: Answer): Data {
  const [first, ...others] = answer.refusals;
  if (first !== undefined) throw new ShopError([first, ...others], answer.data);
  return present(answer);
}

/** The data as the document's types have it: the shop answers by the schema that the documents were checked against. */
function present<Data>({ data, refusals: [first, ...others] }: Answer): Data {
  if (data !== null) return data as Data;
  throw first === undefined
    ? shopError("NETWORK_FAILED", "The shop answered without data.")
    : new ShopError([first, ...others]);
}

/** A payload stands beside refusals of some of its fields, such as a product's name while the catalogue is away. */
function payloadOf<Data>(answer: Answer): PayloadOf<Data> {
  const payload = Object.values(answer.data ?? {}).find((field) => field !== null);
  if (payload !== undefined) return payload as PayloadOf<Data>;
  return complete(answer);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

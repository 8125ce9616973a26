import { print } from "graphql";
import type { TypedOperation } from "./document.ts";
import { type ResponseError, ShopError, type ShopErrorCode, shopError, type UserError } from "./errors.ts";
import { type Address, exchange, type GraphqlResponse, type Operation } from "./exchange.ts";
import { type PayloadCodes, TokenRefreshDocument, type TokenRefreshMutation } from "./generated/documents.ts";
import type { StateStore, Tokens } from "./storage.ts";

/** A result that may be partial: `errors` explain the fields of `data` that are null. */
export interface PartialResult<Data> {
  data: Data;
  errors: readonly ResponseError[];
}

/** The payload of a mutation; its user errors are those that this payload can have. */
export type PayloadOf<Data> = Narrowed<NonNullable<Data[keyof Data]>>;

type Narrowed<Payload> = Payload extends { __typename: infer Name extends keyof PayloadCodes; userErrors: unknown }
  ? Omit<Payload, "userErrors"> & { userErrors: UserError<PayloadCodes[Name]>[] }
  : Payload;

/** Options of one operation. */
export interface SendOptions {
  /** Aborts the request. */
  signal?: AbortSignal;
}

/** Variables are optional for operations that require none. */
type Sent<Variables> =
  Record<never, never> extends Variables
    ? [variables?: Variables, options?: SendOptions]
    : [variables: Variables, options?: SendOptions];

/** Sends operations with the current session. */
export interface Connection {
  /** Returns complete data. @throws {ShopError} for any error in the response. */
  query: <Data, Variables>(document: TypedOperation<Data, Variables>, ...sent: Sent<Variables>) => Promise<Data>;
  /** Returns the data that there is. @throws {ShopError} only when the whole request failed. */
  queryPart: <Data, Variables>(
    document: TypedOperation<Data, Variables>,
    ...sent: Sent<Variables>
  ) => Promise<PartialResult<Data>>;
  /** Returns the payload of a document with one mutation. @throws {ShopError} when there is none. */
  mutate: <Data, Variables>(
    document: TypedOperation<Data, Variables>,
    ...sent: Sent<Variables>
  ) => Promise<PayloadOf<Data>>;
  /** Renews the access token now, for permissions that have just changed. Does nothing for a guest. */
  renew: () => Promise<void>;
  /**
   * A `fetch` for other clients, such as Apollo Client or urql: requests to the shop carry the session's access token, which is
   * renewed when needed. Bodies must be repeatable, such as strings.
   */
  fetch: typeof fetch;
  /** Starts the session of a payload with tokens. */
  adopt: (tokens: TokenPayload) => Promise<void>;
}

/** The fields of a TokenPayload that make a session. */
type TokenPayload = Pick<
  NonNullable<TokenRefreshMutation["tokenRefresh"]>,
  "accessToken" | "accessTokenExpiresAt" | "refreshToken"
>;

/** An access token is renewed this long before it expires, so that it does not expire in transit. */
const refreshAheadMs = 30_000;
/** A newer token is not renewed for its expiry: the local clock must be wrong. */
const youngMs = 60_000;
const attemptsMax = 3;
const waitMaxMs = 5_000;

/** Errors after which a retry may succeed. */
const transient: ReadonlySet<ShopErrorCode> = new Set([
  "NETWORK_FAILED",
  "TIMEOUT",
  "OVERLOADED",
  "RATE_LIMITED",
  "SUBGRAPH_UNAVAILABLE",
]);
/** Errors that guarantee that nothing was executed, so that any operation may be retried. */
const notExecuted: ReadonlySet<ShopErrorCode> = new Set(["OVERLOADED", "RATE_LIMITED"]);

/**
 * Connects to the shop. An access token is renewed shortly before it expires and after the shop rejected it, once for all
 * concurrent requests. Queries, and mutations with an idempotency key, are sent up to three times after transient errors.
 *
 * @param onSignedOut called when the shop ended the session.
 */
export function connect(address: Address, keeper: StateStore, onSignedOut: () => void): Connection {
  let renewing: Promise<Tokens> | undefined;

  const renew = (rejected: Tokens): Promise<Tokens> => {
    renewing ??= renewed(rejected).finally(() => {
      renewing = undefined;
    });
    return renewing;
  };

  const renewed = async (rejected: Tokens): Promise<Tokens> => {
    const { tokens } = await keeper.read();
    // Another tab or request has renewed it already.
    if (tokens === null) throw sessionEnded();
    if (tokens.accessToken !== rejected.accessToken) return tokens;
    const input = { refreshToken: rejected.refreshToken };
    const operation = { text: TokenRefreshDocument.text, hash: TokenRefreshDocument.hash, variables: { input } };
    // Repeating the latest rotation returns the same pair, so a lost response does no harm.
    const response = await withRetries(true, () => exchange(address, operation, null));
    const { tokenRefresh } = complete<TokenRefreshMutation>(response);
    const fresh = tokenRefresh === null ? null : tokensOf(tokenRefresh);
    if (fresh !== null) {
      await keeper.change(() => ({ tokens: fresh }));
      return fresh;
    }
    await keeper.change((state) => (state.tokens?.refreshToken === rejected.refreshToken ? { tokens: null } : {}));
    onSignedOut();
    throw sessionEnded();
  };

  const send = async <Data, Variables>(
    document: TypedOperation<Data, Variables>,
    [variables, options]: readonly [variables?: unknown, options?: SendOptions],
  ): Promise<GraphqlResponse> => {
    const { text = print(document), hash = null } = document;
    const operation: Operation = { text, hash, variables: withoutTypename(variables ?? {}) };
    const attempt = async () => {
      let { tokens } = await keeper.read();
      if (tokens !== null && isDue(tokens, Date.now())) tokens = await renew(tokens);
      const response = await exchange(address, operation, tokens?.accessToken ?? null, options?.signal);
      if (tokens === null || !isTokenRejected(response)) return response;
      // The whole request was rejected, so even a mutation can be sent again.
      const { accessToken } = await renew(tokens);
      return exchange(address, operation, accessToken, options?.signal);
    };
    return withRetries(isRepeatable(document, variables), attempt);
  };

  const fetchSignedIn: typeof fetch = async (request, init) => {
    let { tokens } = await keeper.read();
    if (tokens === null || !isOfShop(request, address.url)) return address.fetch(request, init);
    if (isDue(tokens, Date.now())) tokens = await renew(tokens);
    const httpResponse = await address.fetch(request, withToken(request, init, tokens));
    if (httpResponse.status !== 401) return httpResponse;
    await httpResponse.body?.cancel();
    return address.fetch(request, withToken(request, init, await renew(tokens)));
  };

  return {
    fetch: fetchSignedIn,
    query: async (document, ...sent) => complete(await send(document, sent)),
    queryPart: async (document, ...sent) => {
      const response = await send(document, sent);
      return { data: present(response), errors: response.errors };
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

/** The token is sent to no other URL. */
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

function isTokenRejected({ status, data, errors }: GraphqlResponse): boolean {
  return data === null && (status === 401 || errors.some(({ code }) => code === "UNAUTHENTICATED"));
}

function tokensOf({ accessToken, accessTokenExpiresAt, refreshToken }: TokenPayload): Tokens | null {
  if (accessToken === null || accessTokenExpiresAt === null || refreshToken === null) return null;
  return { accessToken, accessExpiresAtMs: Date.parse(accessTokenExpiresAt), receivedAtMs: Date.now(), refreshToken };
}

/** What a query returned may be sent as input, such as a total as `expectedTotal`; inputs have no `__typename`. */
function withoutTypename(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTypename);
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (name === "__typename" ? [] : [[name, withoutTypename(each)]])),
  );
}

/** Whether sending the operation twice has the effect of sending it once. */
function isRepeatable(document: TypedOperation<unknown, never>, variables: unknown): boolean {
  const isMutation = document.definitions.some((one) => "operation" in one && one.operation === "mutation");
  return !isMutation || hasKey(variables) || (isObject(variables) && hasKey(variables.input));
}

function hasKey(value: unknown): boolean {
  return isObject(value) && typeof value.idempotencyKey === "string";
}

/** Retries with increasing delays while the response has nothing but transient errors. */
async function withRetries(isRepeatable: boolean, attempt: () => Promise<GraphqlResponse>): Promise<GraphqlResponse> {
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt().catch((error: unknown) => {
      if (error instanceof ShopError) return error;
      throw error;
    });
    const [error] = outcome.errors;
    const isEmpty = outcome instanceof ShopError || Object.values(outcome.data ?? {}).every((field) => field === null);
    const isRetryable = error !== undefined && isEmpty && (isRepeatable ? transient : notExecuted).has(error.code);
    const waitMs = (error?.retryAfterSeconds ?? 0) * 1_000 || 100 * 2 ** attempts * (0.5 + Math.random() / 2);
    if (!isRetryable || attempts === attemptsMax || waitMs > waitMaxMs) {
      if (outcome instanceof ShopError) throw outcome;
      return outcome;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** Returns the data of a response without errors. */
function complete<Data>(response: GraphqlResponse): Data {
  const [first, ...others] = response.errors;
  if (first !== undefined) throw new ShopError([first, ...others], response.data);
  return present(response);
}

/** Returns the data with the document's type: responses follow the schema that the documents were validated against. */
function present<Data>({ data, errors: [first, ...others] }: GraphqlResponse): Data {
  if (data !== null) return data as Data;
  throw first === undefined
    ? shopError("NETWORK_FAILED", "The response has no data.")
    : new ShopError([first, ...others]);
}

/** Returns a payload even beside errors of some of its fields, such as a product's name while products is unavailable. */
function payloadOf<Data>(response: GraphqlResponse): PayloadOf<Data> {
  const payload = Object.values(response.data ?? {}).find((field) => field !== null);
  if (payload !== undefined) return payload as PayloadOf<Data>;
  return complete(response);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

import { type Refusal, ShopError, type ShopErrorCode, shopError, shopErrorCodes } from "./errors.ts";

/** An operation ready to be sent. */
export interface Operation {
  readonly text: string;
  /** SHA-256 of the text; null where nobody has computed it. */
  readonly hash: string | null;
  readonly variables: unknown;
}

/** What came back in GraphQL, whether good, partial or refused. */
export interface Answer {
  readonly status: number;
  /** Null when the request was refused as a whole. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly refusals: readonly Refusal[];
}

/** How to reach the shop. */
export interface Address {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** Sends an operation by its hash, and its text only when the shop does not know it. */
  readonly persisted: boolean;
  /** Sent along with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One request and its answer. Throws a ShopError when there is none: NETWORK_FAILED, or TIMEOUT after `timeoutMs`.
 * A request that the caller's signal ends throws the signal's reason.
 */
export async function exchange(
  address: Address,
  operation: Operation,
  accessToken: string | null,
  signal?: AbortSignal,
): Promise<Answer> {
  const { text, hash, variables } = operation;
  if (!address.persisted || hash === null) return post(address, { query: text, variables }, accessToken, signal);
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
  const answer = await post(address, { variables, extensions }, accessToken, signal);
  if (!answer.refusals.some(({ code }) => code === "PERSISTED_QUERY_NOT_FOUND")) return answer;
  return post(address, { query: text, variables, extensions }, accessToken, signal);
}

async function post(
  address: Address,
  body: unknown,
  accessToken: string | null,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(address.timeoutMs);
  try {
    const response = await address.fetch(address.url, {
      method: "POST",
      headers: {
        ...address.headers,
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
        ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return parseAnswer(response, await response.text());
  } catch (cause) {
    if (cause instanceof ShopError) throw cause;
    signal?.throwIfAborted();
    if (timeout.aborted) throw shopError("TIMEOUT", `The shop did not answer within ${address.timeoutMs / 1000} s.`);
    throw shopError("NETWORK_FAILED", `The shop at ${address.url} cannot be reached.`, { cause });
  }
}

function parseAnswer(response: Response, text: string): Answer {
  const body = parseObject(text);
  const errors = Array.isArray(body?.errors) ? body.errors : [];
  const data = body?.data;
  if (body === null || (data === undefined && errors.length === 0)) {
    throw shopError(
      "NETWORK_FAILED",
      `There is no shop at ${response.url}: it answered ${response.status}, not in GraphQL.`,
    );
  }
  return {
    status: response.status,
    data: isObject(data) ? data : null,
    refusals: errors.map((error: unknown) => parseRefusal(error, response)),
  };
}

function parseRefusal(error: unknown, response: Response): Refusal {
  const { message, path, extensions } = isObject(error) ? error : {};
  const { code, retryAfterSeconds, requestId } = isObject(extensions) ? extensions : {};
  const retryAfter = Number(retryAfterSeconds ?? response.headers.get("retry-after") ?? Number.NaN);
  return {
    code: parseCode(code),
    message: typeof message === "string" ? message : "The shop refused without a word.",
    path: Array.isArray(path) ? path : [],
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    requestId: typeof requestId === "string" ? requestId : null,
  };
}

function parseCode(code: unknown): ShopErrorCode {
  return shopErrorCodes.find((known) => known === code) ?? "INTERNAL_SERVER_ERROR";
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { type ResponseError, ShopError, type ShopErrorCode, shopError, shopErrorCodes } from "./errors.ts";

/** An operation ready to be sent. */
export interface Operation {
  readonly text: string;
  /** SHA-256 of the text in hexadecimal; null when it is not known. */
  readonly hash: string | null;
  readonly variables: unknown;
}

/** A GraphQL response, complete, partial or without data. */
export interface GraphqlResponse {
  readonly status: number;
  /** Null when the whole request failed. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly ResponseError[];
}

/** The shop's endpoint, and how requests are sent to it. */
export interface Address {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** Sends operations by hash, and the text only when the shop does not know the hash. */
  readonly persisted: boolean;
  /** Sent along with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends one request and returns its response.
 *
 * @throws {ShopError} NETWORK_FAILED when there is no GraphQL response, or TIMEOUT after `timeoutMs`. When `signal` aborts, its reason.
 */
export async function exchange(
  address: Address,
  operation: Operation,
  accessToken: string | null,
  signal?: AbortSignal,
): Promise<GraphqlResponse> {
  const { text, hash, variables } = operation;
  if (!address.persisted || hash === null) return post(address, { query: text, variables }, accessToken, signal);
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
  const response = await post(address, { variables, extensions }, accessToken, signal);
  if (!response.errors.some(({ code }) => code === "PERSISTED_QUERY_NOT_FOUND")) return response;
  return post(address, { query: text, variables, extensions }, accessToken, signal);
}

async function post(
  address: Address,
  body: unknown,
  accessToken: string | null,
  signal: AbortSignal | undefined,
): Promise<GraphqlResponse> {
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
    return parseResponse(response, await response.text());
  } catch (cause) {
    if (cause instanceof ShopError) throw cause;
    signal?.throwIfAborted();
    if (timeout.aborted) throw shopError("TIMEOUT", `The shop did not respond within ${address.timeoutMs / 1000} s.`);
    throw shopError("NETWORK_FAILED", `The shop at ${address.url} cannot be reached.`, { cause });
  }
}

function parseResponse(response: Response, text: string): GraphqlResponse {
  const body = parseObject(text);
  const errors = Array.isArray(body?.errors) ? body.errors : [];
  const data = body?.data;
  if (body === null || (data === undefined && errors.length === 0)) {
    throw shopError(
      "NETWORK_FAILED",
      `${response.url} is not a GraphQL endpoint: its response has the status ${response.status} and no GraphQL result.`,
    );
  }
  return {
    status: response.status,
    data: isObject(data) ? data : null,
    errors: errors.map((error: unknown) => parseError(error, response)),
  };
}

function parseError(error: unknown, response: Response): ResponseError {
  const { message, path, extensions } = isObject(error) ? error : {};
  const { code, retryAfterSeconds, requestId } = isObject(extensions) ? extensions : {};
  const retryAfter = Number(retryAfterSeconds ?? response.headers.get("retry-after") ?? Number.NaN);
  return {
    code: parseCode(code),
    message: typeof message === "string" ? message : "The request failed.",
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

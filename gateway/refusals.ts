import type { ServerResponse } from "node:http";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { maskError, type Refusal, type RefusalCode } from "#platform/errors.ts";
import type { AnswerType } from "./graphql-request.ts";

const statuses: Partial<Record<RefusalCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  SUBGRAPH_UNAVAILABLE: 503,
  OVERLOADED: 503,
  TIMEOUT: 504,
};

/** What a refusal of a whole request looks like over HTTP. */
export type Refused = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly GraphQLFormattedError[];
};

/** The status, headers and errors of a refusal; several errors where it stands for several. */
export function tellRefusal(refusal: Refusal, requestId: string, type: AnswerType): Refused {
  const headers: Record<string, string> = {};
  if (refusal.code === "UNAUTHENTICATED") headers["www-authenticate"] = 'Bearer error="invalid_token"';
  const { retryAfterSeconds, http } = refusal.extensions;
  if (typeof retryAfterSeconds === "number") headers["retry-after"] = String(retryAfterSeconds);
  const { originalError } = refusal;
  const all = originalError instanceof AggregateError ? originalError.errors : [refusal];
  return {
    status: hasStatus(http) ? http.status : statusOf(refusal.code, type),
    headers: { ...headers, ...(hasStatus(http) ? http.headers : {}) },
    errors: all.filter((error) => error instanceof GraphQLError).map((error) => maskError(error.toJSON(), requestId)),
  };
}

function statusOf(code: RefusalCode, type: AnswerType): number {
  // The clients that register a document after this answer look for it in an answer of 200, where JSON is all they take.
  if (code === "PERSISTED_QUERY_NOT_FOUND" && type === "application/json") return 200;
  return statuses[code] ?? 400;
}

function hasStatus(http: unknown): http is { status: number; headers?: Record<string, string> } {
  return typeof http === "object" && http !== null && "status" in http && typeof http.status === "number";
}

/** Answers with a refusal. */
export function sendRefusal(response: ServerResponse, { status, headers, errors }: Refused, type: AnswerType): void {
  const body = Buffer.from(JSON.stringify({ errors }));
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-length": body.length,
    "cache-control": "no-store",
    ...headers,
  });
  response.end(body);
}

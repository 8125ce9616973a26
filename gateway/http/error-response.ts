import type { ServerResponse } from "node:http";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { type ApiError, httpStatusOf, maskError } from "#platform/shop/api-error.ts";
import type { AnswerType } from "./graphql-request.ts";

/** What a refusal of a whole request looks like over HTTP. */
export type Refused = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly GraphQLFormattedError[];
};

/** The status, headers and errors of a refusal; several errors where it stands for several. */
export function tellRefusal(refusal: ApiError, requestId: string, type: AnswerType): Refused {
  const headers: Record<string, string> = {};
  if (refusal.code === "UNAUTHENTICATED") headers["www-authenticate"] = 'Bearer error="invalid_token"';
  const { retryAfterSeconds, http } = refusal.extensions;
  if (typeof retryAfterSeconds === "number") headers["retry-after"] = String(retryAfterSeconds);
  const { originalError } = refusal;
  const all = originalError instanceof AggregateError ? originalError.errors : [refusal];
  return {
    status: isLookedFor(refusal, type) ? 200 : httpStatusOf(refusal),
    headers: { ...headers, ...headersOf(http) },
    errors: all.filter((error) => error instanceof GraphQLError).map((error) => maskError(error.toJSON(), requestId)),
  };
}

/** The clients that register a document after this answer look for it in an answer of 200, where JSON is all they take. */
function isLookedFor({ code }: ApiError, type: AnswerType): boolean {
  return code === "PERSISTED_QUERY_NOT_FOUND" && type === "application/json";
}

function headersOf(http: unknown): Readonly<Record<string, string>> {
  return typeof http === "object" && http !== null && "headers" in http ? (http.headers as Record<string, string>) : {};
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

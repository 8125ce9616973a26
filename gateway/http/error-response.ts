import type { ServerResponse } from "node:http";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { ApiError, httpStatusOf, maskError } from "#platform/shop/api-error.ts";
import { ExecutionError } from "../executor/execution-error.ts";
import type { ResponseType } from "./graphql-request.ts";

/** The response to a request that is rejected as a whole. */
export type ErrorResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly GraphQLFormattedError[];
};

/** An executor's error as the rest of the gateway knows errors; others as they are. */
export function toApiError(error: unknown): unknown {
  if (!(error instanceof ExecutionError)) return error;
  const { code, ...extensions } = error.extensions;
  return new ApiError(error.code, error.message, extensions, error.cause);
}

/** The status, headers and errors for an ApiError, which may stand for several errors. */
export function formatError(error: ApiError, requestId: string, type: ResponseType): ErrorResponse {
  const headers: Record<string, string> = {};
  if (error.code === "UNAUTHENTICATED") headers["www-authenticate"] = 'Bearer error="invalid_token"';
  const { retryAfterSeconds, http } = error.extensions;
  if (typeof retryAfterSeconds === "number") headers["retry-after"] = String(retryAfterSeconds);
  const { originalError } = error;
  const all = originalError instanceof AggregateError ? originalError.errors : [error];
  return {
    status: isExpectedAsOk(error, type) ? 200 : httpStatusOf(error),
    headers: { ...headers, ...headersOf(http) },
    errors: all.filter((one) => one instanceof GraphQLError).map((one) => maskError(one.toJSON(), requestId)),
  };
}

/** Clients that register a document after this error look for it in a response of status 200 if JSON is all they accept. */
function isExpectedAsOk({ code }: ApiError, type: ResponseType): boolean {
  return code === "PERSISTED_QUERY_NOT_FOUND" && type === "application/json";
}

function headersOf(http: unknown): Readonly<Record<string, string>> {
  return typeof http === "object" && http !== null && "headers" in http ? (http.headers as Record<string, string>) : {};
}

/** Sends an error response. */
export function sendError(
  response: ServerResponse,
  { status, headers, errors }: ErrorResponse,
  type: ResponseType,
): void {
  const body = Buffer.from(JSON.stringify({ errors }));
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-length": body.length,
    "cache-control": "no-store",
    ...headers,
  });
  response.end(body);
}

import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** Every code that a top-level error can carry. No other code leaves the gateway. */
export const errorCodes = [
  "BAD_REQUEST",
  "PAYLOAD_TOO_LARGE",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  "OPERATION_TOO_COMPLEX",
  "PERSISTED_QUERY_NOT_FOUND",
  "DOCUMENT_NOT_TRUSTED",
  "SUBGRAPH_UNAVAILABLE",
  "TIMEOUT",
  "OVERLOADED",
  "INTERNAL_SERVER_ERROR",
] as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * The only error that is thrown on purpose: the request is rejected. The caller sees the message, which is written for people. Failures that
 * the caller can act on are not thrown: they are values in a payload's `userErrors`.
 */
export class ApiError extends GraphQLError {
  readonly code: ErrorCode;

  /**
   * @param extensions further facts that the caller sees, such as `retryAfterSeconds`.
   * @param cause goes to the log only.
   */
  constructor(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}, cause?: unknown) {
    super(message, {
      extensions: { ...extensions, code },
      ...(cause === undefined ? {} : { originalError: cause instanceof Error ? cause : new Error(String(cause)) }),
    });
    this.name = "ApiError";
    this.code = code;
  }
}

const codes: ReadonlyMap<unknown, ErrorCode> = new Map(errorCodes.map((code) => [code, code]));

/** The code in an error's `extensions`; undefined for an internal fault. Works for errors that arrived from a subgraph as plain objects. */
export function errorCodeOf(extensions: Readonly<Record<string, unknown>> | undefined): ErrorCode | undefined {
  const code = extensions?.code;
  if (code === "PERSISTED_QUERY_NOT_SUPPORTED" || code === "OPERATION_RESOLUTION_FAILURE") return "BAD_REQUEST";
  return codes.get(code);
}

/**
 * The part of an error that a caller may see: an {@link ApiError} unchanged, anything else as INTERNAL_SERVER_ERROR with a fixed message.
 * Stacks, causes and names of services are removed.
 */
export function maskError(formatted: GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const place = {
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
  };
  const code = errorCodeOf(formatted.extensions);
  if (code === undefined || code === "INTERNAL_SERVER_ERROR") {
    return {
      message: "Something went wrong on our side.",
      ...place,
      extensions: { code: "INTERNAL_SERVER_ERROR", ...(requestId === undefined ? {} : { requestId }) },
    };
  }
  const { retryAfterSeconds, limit, actual, maximum } = formatted.extensions ?? {};
  return {
    message: formatted.message,
    ...place,
    extensions: {
      code,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(limit === undefined ? {} : { limit }),
      ...(actual === undefined ? {} : { actual }),
      ...(maximum === undefined ? {} : { maximum }),
      ...(requestId === undefined ? {} : { requestId }),
    },
  };
}

const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  SUBGRAPH_UNAVAILABLE: 503,
  OVERLOADED: 503,
  TIMEOUT: 504,
};

/** The HTTP status of a response that consists of this error: its `http.status`, else the status of its code, else 400. */
export function httpStatusOf({ code, extensions: { http } }: ApiError): number {
  return hasStatus(http) ? http.status : (statuses[code] ?? 400);
}

function hasStatus(http: unknown): http is { status: number } {
  return typeof http === "object" && http !== null && "status" in http && typeof http.status === "number";
}

/** The error for an unknown path. */
export function pathNotFound(): ApiError {
  return new ApiError("BAD_REQUEST", "Not found.", { http: { status: 404 } });
}

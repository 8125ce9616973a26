/** Why a subgraph's response could not be had. */
export type ExecutionErrorCode = "SUBGRAPH_UNAVAILABLE" | "TIMEOUT" | "OVERLOADED" | "INTERNAL_SERVER_ERROR";

const messages: Readonly<Record<ExecutionErrorCode, string>> = {
  SUBGRAPH_UNAVAILABLE: "Part of the service is temporarily unavailable.",
  TIMEOUT: "Part of the service did not respond in time.",
  OVERLOADED: "Too many requests are in progress. Try again in a moment.",
  INTERNAL_SERVER_ERROR: "Something went wrong on our side.",
};

/** A request to a subgraph that failed. Its message and extensions may be shown to clients; its cause is for the log. */
export class ExecutionError extends Error {
  readonly code: ExecutionErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ExecutionErrorCode, cause?: unknown) {
    super(messages[code], { cause });
    this.name = "ExecutionError";
    this.code = code;
    this.extensions = code === "OVERLOADED" ? { code, retryAfterSeconds: 1 } : { code };
  }
}

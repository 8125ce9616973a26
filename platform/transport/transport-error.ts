/** Why a response could not be had from another service. */
export type TransportErrorCode = "UNAVAILABLE" | "TIMEOUT" | "OVERLOADED" | "RESPONSE_TOO_LARGE";

/** A request to another service that failed on its way. */
export class TransportError extends Error {
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, cause?: unknown) {
    super(code, { cause });
    this.name = "TransportError";
    this.code = code;
  }
}

import { openTransport, type Transport } from "#platform/transport/transport.ts";
import { TransportError, type TransportErrorCode } from "#platform/transport/transport-error.ts";
import { ExecutionError, type ExecutionErrorCode } from "./executor/execution-error.ts";
import type { SendRequest } from "./executor/subgraph.ts";

const codes: Readonly<Record<TransportErrorCode, ExecutionErrorCode>> = {
  UNAVAILABLE: "SUBGRAPH_UNAVAILABLE",
  TIMEOUT: "TIMEOUT",
  OVERLOADED: "OVERLOADED",
  // The fields that it was for fail, and the rest of the client's response stands.
  RESPONSE_TOO_LARGE: "INTERNAL_SERVER_ERROR",
};

/** Opens the transport to a subgraph, and the function by which the executor uses it. */
export function openSubgraphTransport(urls: readonly URL[]): {
  readonly transport: Transport;
  readonly send: SendRequest;
} {
  const transport = openTransport(urls);
  return {
    transport,
    send: async (request) => {
      try {
        return await transport.send(request);
      } catch (error) {
        throw error instanceof TransportError ? new ExecutionError(codes[error.code], error) : error;
      }
    },
  };
}

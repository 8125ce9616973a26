import type { GraphQLDataSource } from "@apollo/gateway";
import { GraphQLError } from "graphql";
import type { Caller } from "./identity.ts";
import type { Transport } from "./transport.ts";

/** What one request carries through the gateway. */
export type GatewayContext = {
  readonly caller: Caller;
  readonly requestId: string;
  readonly clientAddress: string;
  readonly userAgent: string | undefined;
  readonly signal: AbortSignal;
};

export function makeDataSource(subgraph: string, transport: Transport): GraphQLDataSource<GatewayContext> {
  return {
    process: async (options) => {
      if (options.kind !== "incoming operation") throw new Error(`Not served: ${options.kind}.`);
      const { caller, requestId, clientAddress, userAgent, signal } = options.context;
      const token = await caller.tokenFor(subgraph);
      const answer = await transport.post({
        kind: /^\s*mutation\b/.test(options.request.query ?? "") ? "mutation" : "query",
        body: JSON.stringify({ query: options.request.query, variables: options.request.variables }),
        headers: {
          "content-type": "application/json",
          accept: "application/json",
          "x-request-id": requestId,
          "x-client-address": clientAddress,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(userAgent === undefined ? {} : { "x-client-user-agent": userAgent }),
        },
        signal,
      });
      const body = JSON.parse(answer.text);
      if (body.data === undefined && body.errors === undefined) throw new GraphQLError(`status ${answer.status}`);
      return body;
    },
  };
}

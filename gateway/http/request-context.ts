import type { Identity } from "../auth/authenticator.ts";
import type { ExecutionContext } from "../executor/executor.ts";
import type { CachePolicy } from "./cache-control.ts";

/** What is known about a client's request from the start. */
export type RequestContext = {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly userAgent: string | undefined;
  /** The trace that a trusted proxy began. */
  readonly traceparent: string | undefined;
};

/** What the executor needs to know about a request of `identity`. */
export function executionContext(
  request: RequestContext,
  identity: Identity,
  more: { readonly signal?: AbortSignal; readonly cachePolicy?: CachePolicy | undefined } = {},
): ExecutionContext {
  return {
    headersFor: async (subgraph) => {
      const headers: Record<string, string> = {
        "x-request-id": request.requestId,
        "x-client-address": request.clientAddress,
      };
      const token = await identity.tokenFor(subgraph);
      if (token !== undefined) headers.authorization = `Bearer ${token}`;
      if (request.traceparent !== undefined) headers.traceparent = request.traceparent;
      if (request.userAgent !== undefined) headers["x-client-user-agent"] = request.userAgent;
      return headers;
    },
    sharingKey: identity.sharingKey,
    noteMutation: identity.noteMutation,
    signal: more.signal,
    noteCacheControl: more.cachePolicy?.add,
  };
}

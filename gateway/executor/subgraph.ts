import type { Readable } from "node:stream";
import { ExecutionError } from "./execution-error.ts";
import type { ExecutionContext } from "./executor.ts";

/** A request to a subgraph. */
export type SubgraphRequest = {
  readonly kind: "query" | "mutation";
  /** For requests other than GraphQL. */
  readonly other?: { readonly method: ForwardedRequest["method"]; readonly path: string } | undefined;
  readonly body: ForwardedRequest["body"];
  /** Instead of what a request of its kind has. */
  readonly timeoutMs?: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal | undefined;
};

/** A subgraph's response, whatever its status. */
export type SubgraphResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
};

/** Sends a request to a subgraph. @throws {ExecutionError} */
export type SendRequest = (request: SubgraphRequest) => Promise<SubgraphResponse>;

/** One subgraph, as plans see it. */
export type Subgraph = {
  readonly name: string;
  /**
   * Sends a GraphQL request. Equal queries that see the same data and are in flight at the same time are sent once (request coalescing), unless
   * `shared` is false.
   *
   * @throws {ExecutionError}
   */
  send(
    kind: "query" | "mutation",
    body: string,
    context: ExecutionContext,
    shared?: boolean,
  ): Promise<SubgraphResponse>;
  /** Forwards a request other than GraphQL, once unless it is repeatable. @throws {ExecutionError} */
  forward(request: ForwardedRequest, context: ExecutionContext): Promise<SubgraphResponse>;
};

/** A request that is forwarded as it came. */
export type ForwardedRequest = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is sent as it comes, once. */
  readonly body: string | Buffer | Readable;
  /** Instead of what a mutation has. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether another address may be asked when one fails or is slow; false unless given. */
  readonly repeatable?: boolean | undefined;
};

/** Called with how long each fetch took, and with its error code if it failed. */
export type FetchObserver = (
  subgraph: string,
  kind: "query" | "mutation",
  seconds: number,
  failure: string | undefined,
) => void;

type SharedFetch = { readonly response: Promise<SubgraphResponse>; waiting: number; readonly abort: () => void };

const graphqlHeaders = { "content-type": "application/json", accept: "application/json" };

/**
 * Makes a subgraph over the function that reaches it. A shared query is aborted when the last client that waits for it has disconnected.
 *
 * @param without.coalescing whether equal queries in flight are each sent; for benchmarks.
 */
export function makeSubgraph(
  name: string,
  sendRequest: SendRequest,
  observe: FetchObserver = () => {},
  without: { readonly coalescing?: boolean } = {},
): Subgraph {
  const inFlight = new Map<string, SharedFetch>();

  const observed = async (request: SubgraphRequest): Promise<SubgraphResponse> => {
    const startedAt = performance.now();
    let failure: string | undefined;
    try {
      return await sendRequest(request);
    } catch (error) {
      failure = error instanceof ExecutionError ? error.code : "CANCELLED";
      throw error;
    } finally {
      observe(name, request.kind, (performance.now() - startedAt) / 1_000, failure);
    }
  };

  const post = async (
    kind: "query" | "mutation",
    body: string,
    context: ExecutionContext,
    signal: AbortSignal | undefined,
  ) => observed({ kind, body, headers: { ...graphqlHeaders, ...(await context.headersFor(name)) }, signal });

  const share = (key: string, body: string, context: ExecutionContext): SharedFetch => {
    const controller = new AbortController();
    const shared: SharedFetch = {
      waiting: 0,
      abort: () => controller.abort(),
      response: post("query", body, context, controller.signal).finally(() => {
        if (inFlight.get(key) === shared) inFlight.delete(key);
      }),
    };
    inFlight.set(key, shared);
    return shared;
  };

  const join = async (shared: SharedFetch, key: string, signal: AbortSignal | undefined): Promise<SubgraphResponse> => {
    shared.waiting += 1;
    const leave = () => {
      shared.waiting -= 1;
      if (shared.waiting > 0) return;
      // A client that comes now starts a new fetch instead of joining one that is being aborted.
      if (inFlight.get(key) === shared) inFlight.delete(key);
      shared.abort();
    };
    if (signal?.aborted) leave();
    else signal?.addEventListener("abort", leave, { once: true });
    try {
      return await shared.response;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  };

  return {
    name,
    send: (kind, body, context, shared = true) => {
      if (kind === "mutation") return post(kind, body, context, context.signal).finally(context.noteMutation);
      if (!shared || without.coalescing === true) return post(kind, body, context, context.signal);
      const key = `${context.sharingKey()}\n${body}`;
      return join(inFlight.get(key) ?? share(key, body, context), key, context.signal);
    },
    forward: async ({ method, path, headers, body, timeoutMs, signal, repeatable }, context) =>
      observed({
        kind: repeatable === true ? "query" : "mutation",
        other: { method, path },
        body,
        timeoutMs,
        signal,
        headers: { ...headers, ...(await context.headersFor(name)) },
      }),
  };
}

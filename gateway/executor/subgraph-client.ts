import type { GraphQLFormattedError } from "graphql";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Caller } from "../auth/identity.ts";
import type { Caching } from "../http/cache-control.ts";
import { type Departure, makeDeparture } from "../http/disconnect.ts";
import { isRecord, type JsonObject } from "./json-data.ts";
import type { SubgraphResult } from "./run-plan.ts";
import type { Answer, Post, Transport } from "./transport.ts";

/** What a subgraph is told of the request that a fetch is for. */
export type RequestFacts = {
  readonly caller: Caller;
  readonly requestId: string;
  readonly clientAddress: string;
  readonly userAgent: string | undefined;
  /** The span that the fetch belongs to. */
  readonly traceparent?: string | undefined;
  readonly departure?: Departure | undefined;
  /** Gathers how long what is fetched may be kept; only for answers that somebody may keep. */
  readonly caching?: Caching | undefined;
};

/** One subgraph, as the plans see it. */
export type Subgraph = {
  readonly name: string;
  readonly transport: Transport;
  /**
   * Sends a GraphQL request. Equal queries of the same caller that are under way at the same time are sent once, unless they are not `shared`, or
   * a mutation of the caller's has been answered in between.
   *
   * @throws {ApiError}
   */
  send(kind: "query" | "mutation", body: string, facts: RequestFacts, shared?: boolean): Promise<Answer>;
  /** Passes on a request that is no GraphQL, once. @throws {ApiError} */
  forward(request: Forwarded, facts: RequestFacts): Promise<Answer>;
};

/** A request that is passed on as it came. */
export type Forwarded = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** Told how long each fetch took, and with which code it failed. */
export type FetchObserver = (
  subgraph: string,
  kind: "query" | "mutation",
  seconds: number,
  failure: string | undefined,
) => void;

type Shared = { readonly answer: Promise<Answer>; waiting: number; readonly leave: () => void };

const graphqlHeaders = { "content-type": "application/json", accept: "application/json" };

/** A query shared by several clients ends when the last of them has gone away. */
export function makeSubgraph(name: string, transport: Transport, observe: FetchObserver = () => {}): Subgraph {
  const underWay = new Map<string, Shared>();

  const headersOf = async (facts: RequestFacts, more: Readonly<Record<string, string>>) => {
    const token = await facts.caller.tokenFor(name);
    const headers: Record<string, string> = {
      ...more,
      "x-request-id": facts.requestId,
      "x-client-address": facts.clientAddress,
    };
    if (facts.traceparent !== undefined) headers.traceparent = facts.traceparent;
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (facts.userAgent !== undefined) headers["x-client-user-agent"] = facts.userAgent;
    return headers;
  };

  const observed = async (post: Post): Promise<Answer> => {
    const startedAt = performance.now();
    let failure: string | undefined;
    try {
      return await transport.post(post);
    } catch (error) {
      failure = error instanceof ApiError ? error.code : "CANCELLED";
      throw error;
    } finally {
      observe(name, post.kind, (performance.now() - startedAt) / 1_000, failure);
    }
  };

  const post = async (
    kind: "query" | "mutation",
    body: string,
    facts: RequestFacts,
    departure: Departure | undefined,
  ) => observed({ kind, body, headers: await headersOf(facts, graphqlHeaders), departure });

  const share = (key: string, body: string, facts: RequestFacts): Shared => {
    const departure = makeDeparture();
    const shared: Shared = {
      waiting: 0,
      leave: departure.leave,
      answer: post("query", body, facts, departure).finally(() => {
        if (underWay.get(key) === shared) underWay.delete(key);
      }),
    };
    underWay.set(key, shared);
    return shared;
  };

  const join = async (shared: Shared, key: string, departure: Departure | undefined): Promise<Answer> => {
    shared.waiting += 1;
    const stay = departure?.whenGone(() => {
      shared.waiting -= 1;
      if (shared.waiting > 0) return;
      // Whoever comes now starts anew instead of joining what is being given up.
      if (underWay.get(key) === shared) underWay.delete(key);
      shared.leave();
    });
    try {
      return await shared.answer;
    } finally {
      stay?.();
    }
  };

  return {
    name,
    transport,
    send: (kind, body, facts, shared = true) => {
      if (kind === "mutation") return post(kind, body, facts, facts.departure).finally(facts.caller.noteMutation);
      if (!shared) return post(kind, body, facts, facts.departure);
      const key = `${facts.caller.key()}\n${body}`;
      return join(underWay.get(key) ?? share(key, body, facts), key, facts.departure);
    },
    forward: async ({ method, path, headers, body }, facts) =>
      observed({
        kind: "mutation",
        other: { method, path },
        body,
        headers: await headersOf(facts, headers),
        departure: undefined,
      }),
  };
}

/** Codes that tell of the gateway's own faults when a subgraph answers a whole request with them. */
const ourFaults: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "UNAUTHENTICATED",
  "FORBIDDEN",
]);

/**
 * A subgraph's answer, parsed. One that is no GraphQL, or that refuses the request as a whole, is an error without data.
 *
 * @throws {ApiError} SUBGRAPH_UNAVAILABLE for an answer that is none.
 */
export function readAnswer(answer: Answer): SubgraphResult {
  const body = parseJson(answer);
  const data = isRecord(body.data) ? body.data : null;
  const errors = Array.isArray(body.errors) ? body.errors.filter(isRecord).map(readError) : [];
  if (data === null && errors.length === 0) {
    throw new ApiError("SUBGRAPH_UNAVAILABLE", "A part of the shop is away.", {}, `status ${answer.status}`);
  }
  if (answer.status >= 400) return { data, errors: errors.map(hideOurFaults) };
  return errors.length === 0 ? { data } : { data, errors };
}

function parseJson(answer: Answer): JsonObject {
  try {
    const body: unknown = JSON.parse(answer.bytes.toString("utf8"));
    if (isRecord(body)) return body;
  } catch (error) {
    throw new ApiError("SUBGRAPH_UNAVAILABLE", "A part of the shop is away.", {}, error);
  }
  throw new ApiError("SUBGRAPH_UNAVAILABLE", "A part of the shop is away.", {}, `status ${answer.status}`);
}

/** An error as the rest of the gateway may count on it: some servers answer a path of null, and that is none. */
function readError({ message, path, extensions }: JsonObject): GraphQLFormattedError {
  return {
    message: typeof message === "string" ? message : "An error without a message.",
    ...(Array.isArray(path) ? { path } : {}),
    ...(isRecord(extensions) ? { extensions } : {}),
  };
}

function hideOurFaults(error: GraphQLFormattedError): GraphQLFormattedError {
  return error.path === undefined && ourFaults.has(error.extensions?.code)
    ? { message: error.message, extensions: { code: "INTERNAL_SERVER_ERROR" } }
    : error;
}

const dataStart = Buffer.from('{"data":{');
const dataEnd = /\}\}\s?$/;
const errorsName = Buffer.from('"errors"');
const extensionsName = Buffer.from('"extensions"');

/** Whether an answer is data and nothing else, told from its bytes. False where there is doubt. */
export function isPlainData({ status, bytes }: Answer): boolean {
  return (
    status === 200 &&
    bytes.subarray(0, dataStart.length).equals(dataStart) &&
    dataEnd.test(bytes.toString("latin1", bytes.length - 3)) &&
    !bytes.includes(errorsName) &&
    !bytes.includes(extensionsName)
  );
}

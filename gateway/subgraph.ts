import type { GraphQLFormattedError } from "graphql";
import { Refusal } from "#platform/errors.ts";
import { isRecord, type JsonObject } from "./data.ts";
import { type Departure, makeDeparture } from "./departure.ts";
import type { SubgraphResult } from "./execution.ts";
import type { Caller } from "./identity.ts";
import type { Answer, Transport } from "./transport.ts";

/** What a subgraph is told of the request that a fetch is for. */
export type RequestFacts = {
  readonly caller: Caller;
  readonly requestId: string;
  readonly clientAddress: string;
  readonly userAgent: string | undefined;
  /** The trace that the fetch belongs to, as headers. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined;
  readonly departure?: Departure | undefined;
};

/** One subgraph, as the plans see it. */
export type Subgraph = {
  readonly name: string;
  readonly transport: Transport;
  /** Sends a GraphQL request. Equal queries of the same caller that are under way at the same time are sent once. @throws {Refusal} */
  send(kind: "query" | "mutation", body: string, facts: RequestFacts): Promise<Answer>;
};

type Shared = { readonly answer: Promise<Answer>; waiting: number; readonly leave: () => void };

/** A query shared by several clients ends when the last of them has gone away. */
export function makeSubgraph(name: string, transport: Transport): Subgraph {
  const underWay = new Map<string, Shared>();

  const post = async (
    kind: "query" | "mutation",
    body: string,
    facts: RequestFacts,
    departure: Departure | undefined,
  ) => {
    const token = await facts.caller.tokenFor(name);
    const headers: Record<string, string> = {
      "content-type": "application/json",
      accept: "application/json",
      "x-request-id": facts.requestId,
      "x-client-address": facts.clientAddress,
      ...facts.traceHeaders,
    };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (facts.userAgent !== undefined) headers["x-client-user-agent"] = facts.userAgent;
    return transport.post({ kind, body, headers, departure });
  };

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
    send: (kind, body, facts) => {
      if (kind === "mutation") return post(kind, body, facts, facts.departure);
      const key = `${facts.caller.key}\n${body}`;
      return join(underWay.get(key) ?? share(key, body, facts), key, facts.departure);
    },
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
 * @throws {Refusal} SUBGRAPH_UNAVAILABLE for an answer that is none.
 */
export function readAnswer(answer: Answer): SubgraphResult {
  const body = parseJson(answer);
  const data = isRecord(body.data) ? body.data : null;
  const errors = Array.isArray(body.errors) ? body.errors.filter(isError) : [];
  if (data === null && errors.length === 0) {
    throw new Refusal("SUBGRAPH_UNAVAILABLE", "A part of the shop is away.", {}, `status ${answer.status}`);
  }
  if (answer.status >= 400) return { data, errors: errors.map(hideOurFaults) };
  return errors.length === 0 ? { data } : { data, errors };
}

function parseJson(answer: Answer): JsonObject {
  try {
    const body: unknown = JSON.parse(answer.bytes.toString("utf8"));
    if (isRecord(body)) return body;
  } catch (error) {
    throw new Refusal("SUBGRAPH_UNAVAILABLE", "A part of the shop is away.", {}, error);
  }
  throw new Refusal("SUBGRAPH_UNAVAILABLE", "A part of the shop is away.", {}, `status ${answer.status}`);
}

function isError(value: unknown): value is GraphQLFormattedError {
  return isRecord(value) && typeof value.message === "string";
}

function hideOurFaults(error: GraphQLFormattedError): GraphQLFormattedError {
  return error.path === undefined && ourFaults.has(error.extensions?.code)
    ? { message: error.message, extensions: { code: "INTERNAL_SERVER_ERROR" } }
    : error;
}

const dataStart = Buffer.from('{"data":{');
const errorsName = Buffer.from('"errors"');
const extensionsName = Buffer.from('"extensions"');

/** Whether an answer is data and nothing else, told from its bytes. False where there is doubt. */
export function isPlainData({ status, bytes }: Answer): boolean {
  return (
    status === 200 &&
    bytes.subarray(0, dataStart.length).equals(dataStart) &&
    !bytes.includes(errorsName) &&
    !bytes.includes(extensionsName)
  );
}

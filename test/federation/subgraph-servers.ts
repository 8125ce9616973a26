import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  execute,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from "graphql";
import type { Graph } from "./graphs.ts";

/** A graph's subgraphs, listening. */
export type SubgraphServers = AsyncDisposable & {
  readonly supergraphSdl: string;
  /** Where each subgraph listens. */
  readonly urls: Readonly<Record<string, string>>;
  /** Every body that was posted, with the subgraph that got it. */
  readonly posts: { readonly subgraph: string; readonly body: string; readonly headers: IncomingHttpHeaders }[];
};

/** A subgraph's response in place of the one that follows from its schema; undefined for the latter. */
export type Made = (
  subgraph: string,
  request: {
    readonly query: string;
    readonly variables: Record<string, unknown>;
    readonly headers: IncomingHttpHeaders;
  },
) => Promise<MadeResponse | undefined> | MadeResponse | undefined;

/** A response given by a test; `cut` closes the connection without one. */
export type MadeResponse =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | "cut";

/**
 * Starts a server for each subgraph. Their responses follow from the type, the keys, the field and its arguments alone, so that whichever gateway asks the
 * same gets the same: lists, nulls and errors included.
 *
 * @param faults whether some fields fail and some are null.
 */
export async function startSubgraphServers(graph: Graph, faults: boolean, made?: Made): Promise<SubgraphServers> {
  const supergraphSdl = composedOf(graph);
  const urls: Record<string, string> = {};
  const posts: SubgraphServers["posts"] = [];
  const servers = await Promise.all(
    Object.entries(graph).map(async ([name, sdl]) => {
      const schema = buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
      const server = createServer(async (request, response) => {
        if (request.method !== "POST") {
          response.writeHead(404).end();
          return;
        }
        let body = "";
        for await (const part of request) body += part;
        posts.push({ subgraph: name, body, headers: request.headers });
        const own = await made?.(name, { ...(body === "" ? {} : JSON.parse(body)), headers: request.headers });
        if (own === "cut") {
          response.destroy();
          return;
        }
        response.writeHead(own?.status ?? 200, { "content-type": "application/json", ...own?.headers });
        response.end(JSON.stringify(own?.body ?? (await respond(schema, body, faults))));
      });
      server.keepAliveTimeout = 120_000;
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
      return server;
    }),
  );
  return {
    supergraphSdl,
    urls,
    posts,
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const composed = new WeakMap<Graph, string>();

/** Composes a graph once, however many tests serve it. */
function composedOf(graph: Graph): string {
  const known = composed.get(graph);
  if (known !== undefined) return known;
  const { supergraphSdl, errors } = composeServices(
    Object.entries(graph).map(([name, sdl]) => ({ name, typeDefs: parse(sdl), url: `http://${name}/graphql` })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(String).join("\n"));
  composed.set(graph, supergraphSdl);
  return supergraphSdl;
}

async function respond(schema: GraphQLSchema, body: string, faults: boolean): Promise<unknown> {
  const { query, variables } = JSON.parse(body);
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  return execute({
    schema,
    document,
    variableValues: variables,
    fieldResolver: (parent, args, _context, info) => resolve(parent ?? {}, args, info, faults),
    typeResolver: (value) => value.__typename,
  });
}

function resolve(parent: Record<string, unknown>, args: unknown, info: GraphQLResolveInfo, faults: boolean): unknown {
  if (parent[info.fieldName] !== undefined) return parent[info.fieldName];
  const number = hash(JSON.stringify([info.parentType.name, parent, info.fieldName, args]));
  if (faults && number % 13 === 0) throw new Error(`${info.fieldName} failed on purpose`);
  return make(info.returnType, number, info.schema, faults);
}

function make(type: GraphQLOutputType, number: number, schema: GraphQLSchema, faults: boolean): unknown {
  if (isNonNullType(type)) return make(type.ofType, number, schema, false);
  if (faults && number % 7 === 0) return null;
  if (isListType(type)) {
    const { ofType } = type;
    return Array.from({ length: number % 4 }, (_item, index) =>
      make(ofType, hash(`${number} ${index}`), schema, faults),
    );
  }
  if (isAbstractType(type)) {
    const types = schema.getPossibleTypes(type);
    const chosen = types[number % types.length];
    return chosen === undefined ? null : makeObject(chosen, number);
  }
  if (isObjectType(type)) return makeObject(type, number);
  if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.value;
  const values: Record<string, unknown> = {
    Int: number % 1_000,
    Float: (number % 1_000) / 8,
    Boolean: number % 2 === 0,
  };
  return values[type.name] ?? `${type.name} ${number % 1_000}`;
}

/** Entities are few, so that one and the same comes up in several places. */
function makeObject(type: GraphQLObjectType, number: number): Record<string, unknown> {
  return type.getFields().id === undefined
    ? { __typename: type.name, $: number % 50 }
    : { __typename: type.name, id: `${type.name}-${number % 6}` };
}

function hash(text: string): number {
  return createHash("sha1").update(text).digest().readUInt32BE(0);
}

import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from "@apollo/server/plugin/disabled";
import { buildSubgraphSchema, type GraphQLResolverMap } from "@apollo/subgraph";
import { GraphQLError, parse } from "graphql";
import type { ExternalRouterAuth } from "../auth/external-router-auth.ts";
import type { InternalVerifier, ServiceName } from "../auth/internal-tokens.ts";
import { isDatabaseUnavailable, isStatementTimeout, withDeadline } from "../database/database.ts";
import { type HttpServer, header, readBody, sendJson, serveHttp } from "../http/http-server.ts";
import type { InternalRoute } from "../http/internal-route.ts";
import { decodeUtf8 } from "../http/utf8.ts";
import type { Log } from "../observability/log.ts";
import { runInTrace } from "../observability/trace-context.ts";
import type { OpenSpan } from "../observability/tracing.ts";
import { ApiError, errorCodeOf, httpStatusOf, maskError, pathNotFound } from "../shop/api-error.ts";
import type { Viewer } from "../shop/viewer.ts";
import { cacheControl } from "./cache-control.ts";
import { guardSchema } from "./guard.ts";
import type { Observation } from "./observation.ts";
import { makeReadiness } from "./readiness.ts";

/** A request as a subgraph sees it. The subgraph's own context is made from it. */
export type RequestContext = {
  readonly viewer: Viewer;
  /** The same in every process that serves the request, and in the response's errors. */
  readonly requestId: string;
  /** As the gateway saw it; empty in calls from other subgraphs. */
  readonly clientAddress: string;
  readonly userAgent: string | undefined;
  readonly log: Log;
};

/** What a subgraph's server is made of. */
export type SubgraphOptions<Context> = {
  name: Exclude<ServiceName, "gateway">;
  /** The subgraph's SDL, as it is composed. */
  sdl: string;
  /** The generated `Resolvers` of the subgraph, with `scalars` for the scalars that its SDL has. */
  resolvers: object;
  context: (request: RequestContext) => Context;
  host: string;
  port: number;
  verify: InternalVerifier;
  router?: ExternalRouterAuth | undefined;
  /** Rejects while the subgraph cannot serve. */
  ready: () => Promise<unknown>;
  /** By how much the database's clock is ahead of this process's; readiness says `degraded` when it is far off. */
  skewSeconds?: () => number | undefined;
  /** By "METHOD /path", or "METHOD /path/*" for all paths below. */
  internalRoutes?: Readonly<Record<string, InternalRoute>>;
  /** Routes that require no token, such as public keys. */
  openRoutes?: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void>
  >;
  /** Called after each request that may have written, with the viewer of an operation. Wakes relays. */
  afterRequest?: (viewer?: Viewer) => void;
  /** Counts and traces every GraphQL request. */
  observation?: Pick<Observation, "metrics" | "tracing">;
  log: Log;
};

const bodyBytesMax = 8 * 1024 * 1024;
const responseDeadlineMs = 9_500;
/** The status in logs and metrics of a request whose caller was gone before the response. */
const clientDisconnected = 499;

/** A subgraph's server. After `drain`, its readiness is 503 while it goes on serving. */
export type SubgraphServer = HttpServer & { drain(): void };

/**
 * Serves a subgraph: `/graphql` and the internal routes for callers with a valid internal token, health checks for everyone. Every field's
 * `@authenticated`, `@requiresScopes` and `@inaccessible` is enforced.
 *
 * @throws {Error} for an SDL with a directive that no guard enforces, and when the port is taken.
 */
export async function startSubgraph<Context extends { readonly viewer: Viewer }>(
  options: SubgraphOptions<Context>,
): Promise<SubgraphServer> {
  const sdl = parse(options.sdl);
  const schema = guardSchema(
    buildSubgraphSchema([{ typeDefs: sdl, resolvers: options.resolvers as GraphQLResolverMap }]),
    sdl,
  );
  const readiness = makeReadiness(options.ready, options.log, options.skewSeconds);
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    csrfPrevention: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      cacheControl(sdl),
      errorLog(options.log),
    ],
    formatError: (formatted, error) => {
      const cause = causeOf(error);
      readiness.note(cause);
      const rejection = rejectionOf(cause);
      if (rejection === undefined) return maskError(formatted);
      const { message, extensions } = rejection;
      return maskError({ ...formatted, message, extensions });
    },
    logger: options.log,
  });
  await apollo.start();

  const serveGraph = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    const context = await contextOf(request, options);
    const body = parseJson(await readBody(request, bodyBytesMax));
    const headers = apolloHeaders(request);
    const observed = beginObserving(options, request, body, context.log);
    try {
      const execute = () =>
        apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: { method: request.method ?? "POST", headers, search: url.search, body },
          context: async () => options.context(context),
        });
      const signal = mayWrite(body) ? undefined : disconnectSignal(response);
      const result = await withDeadline(
        runInTrace({ ...traceOf(request, context, observed.span), signal }, execute),
        responseDeadlineMs,
      );
      if (result.body.kind !== "complete") throw new Error("Incremental delivery is not supported.");
      if (response.destroyed) return observed.end(clientDisconnected, "");
      response.writeHead(result.status ?? 200, Object.fromEntries(result.headers));
      response.end(result.body.string);
      observed.end(result.status ?? 200, result.body.string);
    } catch (error) {
      observed.end(error instanceof ApiError ? httpStatusOf(error) : 500, "");
      throw error;
    }
    if (mayWrite(body)) options.afterRequest?.(context.viewer);
  };

  const traceOf = (request: IncomingMessage, { requestId }: { requestId: string }, span: OpenSpan | undefined) => ({
    requestId,
    work: "request" as const,
    traceparent: span?.traceparent ?? header(request, "traceparent"),
    tracing: options.observation?.tracing,
  });

  const routeOf = <Route>(routes: Readonly<Record<string, Route>> | undefined, method: string, path: string) =>
    routes?.[`${method} ${path}`] ?? routes?.[`${method} ${path.replace(/\/[^/]*$/, "/*")}`];

  const server = await serveHttp({
    host: options.host,
    port: options.port,
    portName: `${options.name.toUpperCase()}_PORT`,
    onError: (error) => options.log.error({ err: error }, "A request failed."),
    handler: async (request, response, url) => {
      try {
        const method = request.method ?? "GET";
        if (url.pathname === "/health/live") return sendJson(response, 200, { status: "ok" });
        if (url.pathname === "/health/ready") return await readiness.send(response);
        const open = routeOf(options.openRoutes, method, url.pathname);
        if (open !== undefined) return await open(request, response, url);
        if (url.pathname === "/graphql") return await serveGraph(request, response, url);
        const call = await options.verify(bearer(request));
        const internal = routeOf(options.internalRoutes, method, url.pathname);
        if (internal === undefined) throw pathNotFound();
        const requestId = header(request, "x-request-id") ?? randomUUID();
        await runInTrace(traceOf(request, { requestId }, undefined), async () =>
          internal(request, response, url, call),
        );
        if (method !== "GET") options.afterRequest?.();
      } catch (error) {
        readiness.note(error);
        const rejection = rejectionOf(error) ?? error;
        if (!(rejection instanceof ApiError) || response.headersSent) throw error;
        const errors = [maskError(rejection.toJSON(), header(request, "x-request-id"))];
        sendJson(response, httpStatusOf(rejection), { errors });
      }
    },
  });
  return {
    ...server,
    drain: readiness.drain,
    close: async (drainMs) => {
      await server.close(drainMs);
      await apollo.stop();
    },
  };
}

/** The headers that Apollo Server and {@link errorLog} look at. What accepts JSON alone gets it without negotiation. */
function apolloHeaders(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const name of ["content-type", "accept", "x-request-id"]) {
    const value = header(request, name);
    if (value !== undefined && !(name === "accept" && value === "application/json")) headers.set(name, value);
  }
  return headers;
}

/** Aborted when the connection closes before the response is sent. */
function disconnectSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
}

/** Counts a request and starts its span. Call `end` with the response, which is counted and logged. */
function beginObserving<Context>(
  { observation, name }: SubgraphOptions<Context>,
  request: IncomingMessage,
  body: unknown,
  log: Log,
): { readonly span: OpenSpan | undefined; end(status: number, body: string): void } {
  const startedAt = performance.now();
  const operationName = nameOf(body);
  const done = observation?.metrics.begin();
  const span = observation?.tracing?.start(`${name} ${operationName ?? "graphql"}`, {
    traceparent: header(request, "traceparent"),
    kind: "SERVER",
  });
  const end = (status: number, body: string) => {
    const codes = body.startsWith('{"errors"') ? codesOf(body) : [];
    done?.({ status, codes, operation: { kind: "graphql", name: operationName } });
    if (codes.length > 0 || status >= 500) span?.fail(codes.join(" "));
    span?.end();
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    log.info(
      { operationName, status, codes: codes.length === 0 ? undefined : codes.slice(0, 5), ms },
      "Served a GraphQL request.",
    );
  };
  return { span, end };
}

/** Whether the operation can be a mutation. Queries wake no relay: an idle shop is only read. */
function mayWrite(body: unknown): boolean {
  if (typeof body !== "object" || body === null || !("query" in body)) return true;
  return typeof body.query !== "string" || /\bmutation\b/.test(body.query);
}

function nameOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("operationName" in body)) return undefined;
  return typeof body.operationName === "string" ? body.operationName : undefined;
}

function codesOf(body: string): string[] {
  const { errors = [] }: { errors?: { extensions?: { code?: unknown } }[] } = JSON.parse(body);
  return errors.map(({ extensions }) => String(extensions?.code ?? "INTERNAL_SERVER_ERROR"));
}

async function contextOf<Context>(
  request: IncomingMessage,
  options: SubgraphOptions<Context>,
): Promise<RequestContext> {
  const viewer = await viewerOf(request, options);
  const requestId = header(request, "x-request-id") ?? randomUUID();
  return {
    viewer,
    requestId,
    clientAddress: header(request, "x-client-address") ?? "",
    userAgent: header(request, "x-client-user-agent"),
    log: options.log.child({ requestId }),
  };
}

async function viewerOf<Context>(request: IncomingMessage, options: SubgraphOptions<Context>): Promise<Viewer> {
  const secret = header(request, "x-router-secret");
  if (options.router === undefined || secret === undefined) return (await options.verify(bearer(request))).viewer;
  if (!equal(secret, options.router.secret)) throw new ApiError("UNAUTHENTICATED", "The router's secret is invalid.");
  if (!isIP(header(request, "x-client-address") ?? "")) {
    throw new ApiError("BAD_REQUEST", "The router must send the client's address as `x-client-address`.");
  }
  const accessToken = bearer(request);
  return accessToken === "" ? { kind: "guest" } : options.router.viewerOf(accessToken);
}

function equal(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}

function bearer(request: IncomingMessage): string {
  return /^Bearer ([^\s]+)$/i.exec(header(request, "authorization") ?? "")?.[1] ?? "";
}

function parseJson(body: Buffer): unknown {
  const text = decodeUtf8(body);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError("BAD_REQUEST", "The request body must be JSON.", {}, error);
  }
}

/**
 * The error that a caller gets for a failure of the database after which a repeat may succeed: while the database is unavailable, so is the subgraph, and a
 * statement that waited too long was rolled back. Undefined for other errors.
 */
function rejectionOf(cause: unknown): ApiError | undefined {
  if (isDatabaseUnavailable(cause)) {
    return new ApiError("SUBGRAPH_UNAVAILABLE", "Part of the service is temporarily unavailable.", {}, cause);
  }
  return isStatementTimeout(cause) ? new ApiError("TIMEOUT", "The request took too long.", {}, cause) : undefined;
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? error.originalError : error;
}

/** Logs what {@link maskError} hides: internal faults with their cause. */
function errorLog(log: Log): ApolloServerPlugin<{ readonly viewer: Viewer }> {
  return {
    requestDidStart: async () => ({
      didEncounterErrors: async ({ errors, request, operationName }) => {
        for (const error of errors) {
          const code = errorCodeOf(error.extensions);
          if (code !== undefined && code !== "INTERNAL_SERVER_ERROR") continue;
          const requestId = request.http?.headers.get("x-request-id");
          log.error(
            { err: error.originalError ?? error, requestId, operationName, path: error.path },
            "A field failed.",
          );
        }
      },
    }),
  };
}

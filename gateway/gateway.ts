import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApolloGateway } from "@apollo/gateway";
import { ApolloServer, HeaderMap } from "@apollo/server";
import { type AccessVerifier, httpAccessTokenSource, openAccessVerifier } from "#platform/access-tokens.ts";
import { maskError, Refusal } from "#platform/errors.ts";
import { header, readBody, sendJson, serveHttp } from "#platform/http.ts";
import { type Log, openLog } from "#platform/log.ts";
import type { Running } from "#platform/service.ts";
import { readInternalKey } from "#platform/tokens.ts";
import { type GatewayContext, makeDataSource } from "./data-source.ts";
import { readGatewayEnv } from "./env.ts";
import { makeIdentify } from "./identity.ts";
import { openTransport, type Transport } from "./transport.ts";

const bodyBytesMax = 256 * 1024;
const subgraphReadyTimeoutMs = 2_000;

/** Starts the gateway; it starts whichever subgraphs are up. @throws {Error} for a bad variable, a bad supergraph, or a taken port. */
export async function startGateway(
  variables: Record<string, string | undefined>,
  options: { log?: Log } = {},
): Promise<Running> {
  const env = readGatewayEnv(variables);
  const log = options.log ?? openLog("gateway", env.LOG_LEVEL);
  process.env["APOLLO_TELEMETRY_DISABLED"] = "true";
  const signer = env.INTERNAL_KEY === undefined ? undefined : await readInternalKey("gateway", env.INTERNAL_KEY);
  const transports = new Map<string, Transport>();
  const supergraphSdl = readFileSync(env.SUPERGRAPH_PATH, "utf8");
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: log,
    buildService: ({ name }) => {
      const transport = openTransport(env.addressesOf(name));
      transports.set(name, transport);
      return makeDataSource(name, transport);
    },
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    introspection: env.NODE_ENV !== "production",
    logger: log,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    maxRecursiveSelections: 1_000,
    status400ForVariableCoercionErrors: true,
    formatError: (formatted) => maskError(formatted),
  });
  await apollo.start();
  let verifier: AccessVerifier | undefined;
  if (transports.has("users") && signer !== undefined) {
    verifier = await openAccessVerifier({
      source: httpAccessTokenSource(
        signer,
        env.addressesOf("users").map((url) => url.href),
      ),
      issuer: env.TOKEN_ISSUER,
      audience: env.TOKEN_AUDIENCE,
      log,
    });
  }
  const identify = makeIdentify(signer, verifier);

  const serveGraph = async (request: IncomingMessage, response: ServerResponse, url: URL, requestId: string) => {
    const caller = await identify(request);
    const raw = request.method === "POST" ? await readBody(request, bodyBytesMax) : undefined;
    let body: unknown;
    try {
      body = raw === undefined ? undefined : JSON.parse(raw.toString("utf8"));
    } catch (error) {
      throw new Refusal("BAD_REQUEST", "The body is not JSON.", {}, error);
    }
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
    }
    const gone = new AbortController();
    response.on("close", () => {
      if (!response.writableEnded) gone.abort();
    });
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? "POST", headers, search: url.search, body },
      context: async () => ({
        caller,
        requestId,
        clientAddress: request.socket.remoteAddress ?? "",
        userAgent: header(request, "user-agent"),
        signal: gone.signal,
      }),
    });
    if (answer.body.kind !== "complete") throw new Error("An answer in parts was not asked for.");
    response.writeHead(answer.status ?? 200, { ...Object.fromEntries(answer.headers), "x-request-id": requestId });
    response.end(answer.body.string);
  };

  const readySubgraphs = async () =>
    Object.fromEntries(
      await Promise.all(
        [...transports.keys()].map(async (name) => {
          const [url] = env.addressesOf(name);
          const ready = await fetch(new URL("/health/ready", url), {
            signal: AbortSignal.timeout(subgraphReadyTimeoutMs),
          }).then(
            (answer) => answer.ok,
            () => false,
          );
          return [name, ready ? "ok" : "unavailable"];
        }),
      ),
    );

  const server = await serveHttp({
    host: env.HOST,
    port: env.GATEWAY_PORT,
    portName: "GATEWAY_PORT",
    onError: (error) => log.error({ err: error }, "A request failed."),
    handler: async (request, response, url) => {
      const requestId = randomUUID();
      try {
        if (url.pathname === "/graphql") return await serveGraph(request, response, url, requestId);
        if (url.pathname === "/health/live") return sendJson(response, 200, { status: "ok" });
        if (url.pathname === "/health/ready") {
          const subgraphs = await readySubgraphs();
          const ok = Object.values(subgraphs).every((state) => state === "ok") && verifier?.state() !== "degraded";
          return sendJson(response, ok ? 200 : 503, { status: ok ? "ok" : "degraded", subgraphs });
        }
        if (url.pathname === "/.well-known/jwks.json" && verifier?.keySet() !== undefined) {
          return sendJson(response, 200, verifier.keySet(), { "cache-control": "public, max-age=60" });
        }
        sendJson(response, 404, { errors: [{ message: "There is nothing here." }] });
      } catch (error) {
        if (!(error instanceof Refusal) || response.headersSent) throw error;
        const status = { UNAUTHENTICATED: 401, PAYLOAD_TOO_LARGE: 413 }[String(error.code)] ?? 400;
        sendJson(response, status, { errors: [maskError(error.toJSON(), requestId)] });
      }
    },
  });
  log.info({ url: server.url }, `The gateway answers at ${server.url}/graphql.`);
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await apollo.stop();
      await verifier?.close();
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

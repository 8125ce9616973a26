import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AccessVerifier, httpAccessTokenSource, openAccessVerifier } from "#platform/access-tokens.ts";
import { Refusal } from "#platform/errors.ts";
import { header, sendJson, serveHttp } from "#platform/http.ts";
import { type Log, openLog } from "#platform/log.ts";
import type { Running } from "#platform/service.ts";
import { readInternalKey } from "#platform/tokens.ts";
import { makeAnswerOperation } from "./answer.ts";
import { makeDataSource } from "./data-source.ts";
import { departureOf } from "./departure.ts";
import { openDocuments } from "./documents.ts";
import { readGatewayEnv } from "./env.ts";
import { type AnswerType, chooseAnswerType, readGraphqlRequest } from "./graphql-request.ts";
import { makeIdentify } from "./identity.ts";
import { openOperations } from "./operation.ts";
import { sendRefusal, tellRefusal } from "./refusals.ts";
import { makeSubgraph, type Subgraph } from "./subgraph.ts";
import { openSupergraph } from "./supergraph.ts";
import { openTransport } from "./transport.ts";

const subgraphReadyTimeoutMs = 2_000;

/** Starts the gateway; it starts whichever subgraphs are up. @throws {Error} for a bad variable, a bad supergraph, or a taken port. */
export async function startGateway(
  variables: Record<string, string | undefined>,
  options: { log?: Log } = {},
): Promise<Running> {
  const env = readGatewayEnv(variables);
  const log = options.log ?? openLog("gateway", env.LOG_LEVEL);
  const signer = env.INTERNAL_KEY === undefined ? undefined : await readInternalKey("gateway", env.INTERNAL_KEY);
  const subgraphs = new Map<string, Subgraph>();
  const supergraph = await openSupergraph(
    readFileSync(env.SUPERGRAPH_PATH, "utf8"),
    ({ name }) => {
      const subgraph = makeSubgraph(name, openTransport(env.addressesOf(name)));
      subgraphs.set(name, subgraph);
      return makeDataSource(subgraph);
    },
    log,
  );
  const operations = openOperations(supergraph, { introspection: env.NODE_ENV !== "production" });
  const documents = openDocuments(new Map(), { trustedOnly: false });
  const answerOperation = makeAnswerOperation(subgraphs, log);
  let verifier: AccessVerifier | undefined;
  if (subgraphs.has("users") && signer !== undefined) {
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
    let type: AnswerType = "application/json";
    try {
      type = chooseAnswerType(header(request, "accept"));
      const caller = await identify(request);
      const graphqlRequest = await readGraphqlRequest(request, url);
      const { text, keep } = documents.resolve(graphqlRequest);
      const operation = operations.get(text, graphqlRequest.operationName);
      keep?.();
      if (graphqlRequest.method === "GET" && operation.kind === "mutation") {
        throw new Refusal("BAD_REQUEST", "Mutations are asked by POST.", {
          http: { status: 405, headers: { allow: "POST" } },
        });
      }
      const coerced = operation.coerce(graphqlRequest.variables);
      const { body } = await answerOperation(operation, graphqlRequest.variables, coerced, {
        caller,
        requestId,
        clientAddress: request.socket.remoteAddress ?? "",
        userAgent: header(request, "user-agent"),
        departure: departureOf(response),
      });
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      response.writeHead(200, {
        "content-type": `${type}; charset=utf-8`,
        "content-length": bytes.length,
        "x-request-id": requestId,
      });
      response.end(bytes);
    } catch (error) {
      if (!(error instanceof Refusal) || response.headersSent) throw error;
      sendRefusal(response, tellRefusal(error, requestId, type), type);
    }
  };

  const readySubgraphs = async () =>
    Object.fromEntries(
      await Promise.all(
        [...subgraphs.keys()].map(async (name) => {
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
      if (url.pathname === "/graphql") return await serveGraph(request, response, url, requestId);
      if (url.pathname === "/health/live") return sendJson(response, 200, { status: "ok" });
      if (url.pathname === "/health/ready") {
        const states = await readySubgraphs();
        const ok = Object.values(states).every((state) => state === "ok") && verifier?.state() !== "degraded";
        return sendJson(response, ok ? 200 : 503, { status: ok ? "ok" : "degraded", subgraphs: states });
      }
      if (url.pathname === "/.well-known/jwks.json" && verifier?.keySet() !== undefined) {
        return sendJson(response, 200, verifier.keySet(), { "cache-control": "public, max-age=60" });
      }
      sendJson(response, 404, { errors: [{ message: "There is nothing here." }] });
    },
  });
  log.info({ url: server.url }, `The gateway answers at ${server.url}/graphql.`);
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await verifier?.close();
      await supergraph.stop();
      await Promise.all([...subgraphs.values()].map(({ transport }) => transport.close()));
    },
  };
}

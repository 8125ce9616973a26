import { fileURLToPath } from "node:url";

/** Hive Gateway over the same subgraphs: each gets the user's own access token and the secret that lets a router in, and enforces the rest itself. */
const addresses: Record<string, string> = {
  users: process.env.SUBGRAPH_USERS_URL ?? "http://127.0.0.1:4001/graphql",
  products: process.env.SUBGRAPH_PRODUCTS_URL ?? "http://127.0.0.1:4002/graphql",
  orders: process.env.SUBGRAPH_ORDERS_URL ?? "http://127.0.0.1:4003/graphql",
};
const secret = process.env.ROUTER_SECRET ?? "";

export const gatewayConfig = {
  supergraph:
    process.env.ROUTER_SUPERGRAPH_PATH ??
    fileURLToPath(new URL("../../../schema/generated/supergraph.router.graphql", import.meta.url)),
  host: process.env.HOST ?? "127.0.0.1",
  port: Number(process.env.ROUTER_PORT ?? 4100),
  logging: process.env.ROUTER_LOG_LEVEL === "debug" ? "debug" : "warn",
  transportEntries: Object.fromEntries(Object.entries(addresses).map(([name, location]) => [name, { location }])),
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }: { request: Request }) => {
      const authorization = request.headers.get("authorization");
      // Set by the proxy in front, which must not pass on a client's own. Without a proxy all clients are this machine.
      const clientAddress = request.headers.get("x-real-ip") ?? "127.0.0.1";
      return {
        "x-router-secret": secret,
        "x-client-address": clientAddress,
        ...(authorization === null ? {} : { authorization }),
      };
    },
  },
  upstreamTimeout: 10_000,
  graphiql: process.env.NODE_ENV !== "production",
  maskedErrors: true,
};

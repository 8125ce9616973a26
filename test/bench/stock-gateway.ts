import { readFileSync } from "node:fs";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";

/** Apollo's gateway with its own data source, as a process of its own; like any other router it comes in by ROUTER_SECRET. */
class RouterDataSource extends RemoteGraphQLDataSource<{ authorization?: string | undefined }> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource["willSendRequest"]>>[0]) {
    request.http?.headers.set("x-router-secret", process.env.ROUTER_SECRET ?? "");
    request.http?.headers.set("x-client-address", "127.0.0.1");
    if (context.authorization !== undefined) request.http?.headers.set("authorization", context.authorization);
  }
}

process.env.APOLLO_TELEMETRY_DISABLED = "true";
const server = new ApolloServer<{ authorization?: string | undefined }>({
  gateway: new ApolloGateway({
    supergraphSdl: readFileSync(new URL("../../schema/generated/supergraph.graphql", import.meta.url), "utf8"),
    buildService: ({ name }) => new RouterDataSource({ url: process.env[`SUBGRAPH_${name.toUpperCase()}_URL`] ?? "" }),
  }),
});
await startStandaloneServer(server, {
  listen: { port: Number(process.env.ROUTER_PORT), host: "127.0.0.1" },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
process.on("disconnect", () => process.exit(0));

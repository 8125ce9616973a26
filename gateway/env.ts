import { fileURLToPath } from "node:url";
import { z } from "zod";
import { commonVariables, listVariable, portVariable, readEnv } from "#platform/env.ts";

/** What the gateway reads from its environment, once, at start. */
export type GatewayEnv = z.infer<typeof gatewayVariables> & {
  /** The addresses of a subgraph, used in turn. @throws {Error} naming the variable when it is missing or no address. */
  readonly addressesOf: (subgraph: string) => readonly URL[];
};

const supergraphPath = fileURLToPath(new URL("../schema/supergraph.graphql", import.meta.url));

const { INTERNAL_KEY, NODE_ENV, LOG_LEVEL, HOST, METRICS_HOST, OTEL_EXPORTER_OTLP_ENDPOINT } = commonVariables;

const gatewayVariables = z.object({
  NODE_ENV,
  LOG_LEVEL,
  HOST,
  METRICS_HOST,
  OTEL_EXPORTER_OTLP_ENDPOINT,
  GATEWAY_PORT: portVariable.default(4000),
  /** The supergraph that is served; the shop's own unless named. */
  SUPERGRAPH_PATH: z.string().default(supergraphPath),
  /** Signs the tokens for the hop. A graph without a users subgraph of ours may do without. */
  INTERNAL_KEY: INTERNAL_KEY.optional(),
  TOKEN_ISSUER: z.string().default("agora"),
  TOKEN_AUDIENCE: z.string().default("agora"),
  /** Addresses and networks (CIDR) whose X-Forwarded-For counts. */
  TRUSTED_PROXIES: listVariable,
});

const defaultAddresses: Readonly<Record<string, string>> = {
  users: "http://127.0.0.1:4001/graphql",
  products: "http://127.0.0.1:4002/graphql",
  orders: "http://127.0.0.1:4003/graphql",
};

/** @throws {Error} naming the first variable that is missing or wrong. */
export function readGatewayEnv(source: Record<string, string | undefined>): GatewayEnv {
  const env = readEnv(gatewayVariables, source);
  return {
    ...env,
    addressesOf: (subgraph) => {
      const name = `SUBGRAPH_${subgraph.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_URL`;
      const given = source[name] || defaultAddresses[subgraph];
      if (given === undefined)
        throw new Error(`The environment variable ${name} is not set: it has the subgraph's address.`);
      return given.split(",").map((address) => {
        if (!URL.canParse(address.trim()))
          throw new Error(`The environment variable ${name} is not usable: it is no address.`);
        return new URL(address.trim());
      });
    },
  };
}

import { z } from "zod";
import { commonVariables, databaseVariables, portVariable, readEnv, secretVariable } from "#platform/env.ts";

const variables = z.object({
  ...commonVariables,
  ...databaseVariables,
  PRODUCTS_PORT: portVariable.default(4002),
  PRODUCTS_DATABASE_URL: z.url(),
  PRODUCTS_METRICS_PORT: portVariable.default(9402),
  /** Who gets this subgraph's events over HTTP. */
  SUBGRAPH_ORDERS_URL: z.url().default("http://127.0.0.1:4003/graphql"),
  /** Whose public keys and revocations hold for a router that passes on people's own tokens. */
  SUBGRAPH_USERS_URL: z.url().default("http://127.0.0.1:4001/graphql"),
  RABBITMQ_URL: z.url().optional(),
  RABBITMQ_PREFIX: z.string().default("agora"),
  ROUTER_SECRET: secretVariable.optional(),
});

/** What the products subgraph reads of its environment. */
export type Environment = z.infer<typeof variables>;

/** Reads and checks it. @throws {Error} naming the first variable that is missing or wrong. */
export function readEnvironment(source: Record<string, string | undefined>): Environment {
  return readEnv(variables, source);
}

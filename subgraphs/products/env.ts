import { z } from "zod";
import { routerVariables } from "#platform/auth/external-router-auth.ts";
import { addressesVariable, commonVariables, databaseVariables, portVariable, readEnv } from "#platform/config/env.ts";
import { checkProduction } from "#platform/config/production-check.ts";
import { rabbitVariables } from "#platform/events/rabbitmq.ts";

const variables = z.object({
  ...commonVariables,
  ...databaseVariables,
  ...rabbitVariables,
  ...routerVariables,
  PRODUCTS_PORT: portVariable.default(4002),
  PRODUCTS_METRICS_PORT: portVariable.default(9402),
  PRODUCTS_DATABASE_URL: z.url(),
  /** Where this subgraph's events are delivered over HTTP. */
  SUBGRAPH_ORDERS_URL: addressesVariable("http://127.0.0.1:4003/graphql"),
  /** Issues the keys and revocations of access tokens that an external router passes on. */
  SUBGRAPH_USERS_URL: addressesVariable("http://127.0.0.1:4001/graphql"),
});

/** The environment of the products subgraph. */
export type Environment = z.infer<typeof variables>;

/** Reads and validates the environment. @throws {Error} naming the first variable that is missing or invalid. */
export function readEnvironment(source: Record<string, string | undefined>): Environment {
  const env = readEnv(variables, source);
  checkProduction(env, Object.keys(variables.shape));
  return env;
}

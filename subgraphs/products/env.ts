import { z } from "zod";
import { routerVariables } from "#platform/auth/external-router-auth.ts";
import { commonVariables, databaseVariables, portVariable, readEnv } from "#platform/config/env.ts";
import { rabbitVariables } from "#platform/events/rabbitmq.ts";

const variables = z.object({
  ...commonVariables,
  ...databaseVariables,
  ...rabbitVariables,
  ...routerVariables,
  PRODUCTS_PORT: portVariable.default(4002),
  PRODUCTS_METRICS_PORT: portVariable.default(9402),
  PRODUCTS_DATABASE_URL: z.url(),
  /** Who gets this subgraph's events over HTTP. */
  SUBGRAPH_ORDERS_URL: z.url().default("http://127.0.0.1:4003/graphql"),
  /** Whose keys and revocations hold for access tokens that another router passes on. */
  SUBGRAPH_USERS_URL: z.string().default("http://127.0.0.1:4001/graphql"),
});

/** What the products subgraph reads of its environment. */
export type Environment = z.infer<typeof variables>;

/** Reads and checks it. @throws {Error} naming the first variable that is missing or wrong. */
export function readEnvironment(source: Record<string, string | undefined>): Environment {
  return readEnv(variables, source);
}

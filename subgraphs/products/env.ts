import { z } from "zod";
import { routerVariables } from "#platform/auth/external-router-auth.ts";
import {
  addressesVariable,
  commonVariables,
  databaseVariables,
  durationVariable,
  portVariable,
  readEnv,
} from "#platform/config/env.ts";
import { checkProduction } from "#platform/config/production-check.ts";
import { type PublicUrls, publicUrls, publicUrlVariables } from "#platform/config/public-urls.ts";
import { kafkaVariables } from "#platform/events/kafka-client.ts";
import { rabbitVariables } from "#platform/events/rabbitmq-settings.ts";
import { storageVariables } from "#platform/storage/env.ts";

const daySeconds = 86_400;

const variables = z.object({
  ...commonVariables,
  ...databaseVariables,
  ...rabbitVariables,
  ...kafkaVariables,
  ...routerVariables,
  /** The gateway's own address: pictures are sent and shown there. */
  PUBLIC_URL: publicUrlVariables.PUBLIC_URL,
  SHOP_URL: publicUrlVariables.SHOP_URL,
  ...storageVariables,
  /** Where pictures are shown from, such as a content delivery network; `media` at PUBLIC_URL unless set. */
  MEDIA_URL: z.url({ protocol: /^https?$/, error: "it must be an http or https address" }).optional(),
  /** How long the files of a deleted picture are kept for the orders that show it. */
  MEDIA_RETENTION: durationVariable(0, 3_650 * daySeconds).default(365 * daySeconds),
  PRODUCTS_PORT: portVariable.default(4002),
  PRODUCTS_METRICS_PORT: portVariable.default(9402),
  PRODUCTS_DATABASE_URL: z.url(),
  /** A replica of it, which serves what guests browse while it is at most 5 s behind. */
  PRODUCTS_READ_DATABASE_URL: z.url().optional(),
  /** How long a count or facet that was slow to read is given to later requests. */
  PRODUCTS_COUNTS_KEPT_SECONDS: z.coerce.number().int().min(0).max(3_600).default(5),
  /** Where this subgraph's events are delivered over HTTP. */
  SUBGRAPH_ORDERS_URL: addressesVariable("http://127.0.0.1:4003/graphql"),
  /** Issues the keys and revocations of access tokens that an external router passes on. */
  SUBGRAPH_USERS_URL: addressesVariable("http://127.0.0.1:4001/graphql"),
});

/** The environment of the products subgraph. */
export type Environment = z.infer<typeof variables> & Pick<PublicUrls, "PUBLIC_URL">;

/** Reads and validates the environment. @throws {Error} naming the first variable that is missing or invalid. */
export function readEnvironment(source: Record<string, string | undefined>): Environment {
  const env = readEnv(variables, source);
  checkProduction(env, Object.keys(variables.shape));
  return { ...env, PUBLIC_URL: publicUrls(env).PUBLIC_URL };
}

import { z } from "zod";
import { budgetVariables } from "#platform/budgets/env.ts";
import { demoAccountsVariable } from "#platform/config/demo-accounts.ts";
import {
  addressesVariable,
  commonVariables,
  databaseVariables,
  durationVariable,
  flagVariable,
  listVariable,
  portVariable,
  readEnv,
  secretVariable,
} from "#platform/config/env.ts";
import { checkProduction } from "#platform/config/production-check.ts";
import { type PublicUrls, publicUrls, publicUrlVariables } from "#platform/config/public-urls.ts";
import { mailVariables } from "#platform/email/mailer.ts";
import { kafkaVariables } from "#platform/events/kafka-client.ts";
import { rabbitVariables } from "#platform/events/rabbitmq-settings.ts";

/** A provider of social sign-in is there when its client id and secret are set. */
const providerVariables = {
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  /** Where the provider may send people back, exactly; `PUBLIC_URL` with `/oauth/google/callback` unless set. So too for the others. */
  GOOGLE_REDIRECT_URL: listVariable,
  GOOGLE_ISSUER: z.url().default("https://accounts.google.com"),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  GITHUB_REDIRECT_URL: listVariable,
  GITHUB_ORIGIN: z.url().default("https://github.com"),
  GITHUB_API_ORIGIN: z.url().default("https://api.github.com"),
  FACEBOOK_CLIENT_ID: z.string().optional(),
  FACEBOOK_CLIENT_SECRET: z.string().optional(),
  FACEBOOK_REDIRECT_URL: listVariable,
  FACEBOOK_ORIGIN: z.url().default("https://www.facebook.com"),
  FACEBOOK_GRAPH_ORIGIN: z.url().default("https://graph.facebook.com"),
  FACEBOOK_API_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/)
    .default("v23.0"),
} as const;

/** OWASP's second recommendation for Argon2id, with two passes and one lane. */
export const hashMemoryKibibytesMin = 19_456;

const accessTokenTtlSecondsMax = 24 * 3_600;

const variables = z.object({
  ...commonVariables,
  ...databaseVariables,
  USERS_PORT: portVariable.default(4001),
  USERS_METRICS_PORT: portVariable.default(9401),
  USERS_DATABASE_URL: z.string(),
  /** Makes refresh tokens and mailed tokens. */
  TOKEN_KEY: secretVariable,
  /** A private JWK Set, or the path of a file with one. */
  ACCESS_KEYS: z.string().optional(),
  TOKEN_ISSUER: z.string().default("agora"),
  TOKEN_AUDIENCE: z.string().default("agora"),
  ACCESS_TOKEN_TTL: durationVariable(1, accessTokenTtlSecondsMax).default(15 * 60),
  REFRESH_TOKEN_IDLE_TTL: durationVariable(60, 365 * 86_400).default(30 * 86_400),
  SESSION_TTL: durationVariable(60, 365 * 86_400).default(90 * 86_400),
  ACTIVATION_TOKEN_TTL: durationVariable(60, 30 * 86_400).default(72 * 3_600),
  PASSWORD_RESET_TOKEN_TTL: durationVariable(60, 24 * 3_600).default(45 * 60),
  EMAIL_CHANGE_TOKEN_TTL: durationVariable(60, 7 * 86_400).default(24 * 3_600),
  RATE_LIMIT_ENABLED: flagVariable.default(true),
  AUTH_RATE_LIMIT_RPS: z.coerce.number().positive().max(10_000).default(2),
  AUTH_RATE_LIMIT_BURST: z.coerce.number().int().min(1).max(10_000).default(4),
  /** The memory of an Argon2id hash, and so its cost; less than the default is for tests. */
  PASSWORD_HASH_MEMORY_KIB: z.coerce.number().int().min(8).max(1_048_576).default(hashMemoryKibibytesMin),
  SIGN_IN_FAILURES_MAX: z.coerce.number().int().min(1).max(1_000).default(5),
  REDIS_URL: z.string().optional(),
  ...publicUrlVariables,
  DEMO_ACCOUNTS: demoAccountsVariable,
  SUBGRAPH_USERS_URL: addressesVariable("http://127.0.0.1:4001/graphql"),
  SUBGRAPH_PRODUCTS_URL: addressesVariable("http://127.0.0.1:4002/graphql"),
  SUBGRAPH_ORDERS_URL: addressesVariable("http://127.0.0.1:4003/graphql"),
  ROUTER_SECRET: secretVariable.optional(),
  ...providerVariables,
  /** Where the HTTP callback of social sign-in sends the browser, with code and state; without it the callback responds with the tokens. */
  OAUTH_RETURN_URL: z.url().optional(),
  ...rabbitVariables,
  ...kafkaVariables,
  /** What is kept outside of the database lies below it. */
  DATA_DIRECTORY: z.string().default(".data"),
  ...mailVariables,
  ...budgetVariables,
});

/** The users subgraph's settings, read once at start. */
export type Settings = z.infer<typeof variables> &
  PublicUrls & {
    /** The private keys of access tokens: a JWK Set as JSON, or a path. */
    readonly accessKeys: string;
  };

/** @throws {Error} naming the first variable that is missing or wrong. */
export function readSettings(source: Record<string, string | undefined>): Settings {
  const settings = readEnv(variables, source);
  const { DATA_DIRECTORY } = settings;
  checkProduction(settings, Object.keys(variables.shape), {
    PASSWORD_HASH_MEMORY_KIB:
      settings.PASSWORD_HASH_MEMORY_KIB < hashMemoryKibibytesMin
        ? `it must be at least ${hashMemoryKibibytesMin}`
        : undefined,
  });
  return {
    ...settings,
    ...publicUrls(settings),
    MAIL_DIRECTORY: source.MAIL_DIRECTORY || `${DATA_DIRECTORY}/mail`,
    accessKeys: settings.ACCESS_KEYS ?? `${DATA_DIRECTORY}/keys/access.jwks`,
  };
}

import { z } from "zod";
import { routerVariables } from "#platform/auth/external-router-auth.ts";
import { budgetVariables } from "#platform/budgets/env.ts";
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
import { countryInput } from "#platform/shop/input.ts";

const rateVariable = z.coerce.number().min(0).max(1).default(0);

const variables = z.object({
  ...commonVariables,
  ...databaseVariables,
  ...mailVariables,
  ...rabbitVariables,
  ...kafkaVariables,
  ...routerVariables,
  ...budgetVariables,
  ORDERS_PORT: portVariable.default(4003),
  ORDERS_METRICS_PORT: portVariable.default(9403),
  ORDERS_DATABASE_URL: z.string(),
  SUBGRAPH_USERS_URL: addressesVariable("http://127.0.0.1:4001/graphql"),
  SUBGRAPH_PRODUCTS_URL: addressesVariable("http://127.0.0.1:4002/graphql"),
  /** The key of guests' cart and order tokens. */
  TOKEN_KEY: secretVariable,
  ...publicUrlVariables,
  /** Further origins that payment providers may send buyers back to. */
  CORS_TRUSTED_ORIGINS: listVariable,
  /** Where the shop is established, until `taxSettingsUpdate` says otherwise. */
  SHOP_COUNTRY: countryInput.default("US"),
  /** The shop's own VAT number, which VIES is asked with. */
  SHOP_VAT_NUMBER: z.string().min(4).optional(),
  /** How VAT numbers are verified: `vies` asks the European Commission's register, `format` looks at their form only. */
  VAT_VERIFIER: z.enum(["format", "vies"]).optional(),
  VIES_URL: z.url().default("https://ec.europa.eu/taxation_customs/vies/rest-api/"),
  /** How long an order waits for its payment. */
  ORDER_TTL: durationVariable(1, 7 * 86_400).default(30 * 60),
  /** How long a guest's order is held while no payment was begun. */
  GUEST_ORDER_TTL: durationVariable(1, 7 * 86_400).default(10 * 60),
  /** The part of a variant's stock that one guest may hold in unpaid orders, from 0 to 1. */
  GUEST_STOCK_SHARE: z.coerce.number().min(0).max(1).default(0.5),
  /** How many units of a variant one guest may always hold. */
  GUEST_STOCK_UNITS_MIN: z.coerce.number().int().min(1).max(1_000).default(5),
  /** Where buyers have the right of withdrawal, such as "DE,FR"; everywhere if empty. */
  WITHDRAWAL_COUNTRIES: listVariable.transform((codes) => codes as unknown[]).pipe(z.array(countryInput)),
  /** Whether invoices and credit notes are e-mailed when they are issued. */
  INVOICE_ATTACH: flagVariable.default(false),
  /** The allowed payment providers; the first is the default. */
  PAYMENT_PROVIDERS: listVariable.pipe(z.array(z.enum(["test", "stripe"]))),
  /** How often, from 0 to 1, the test provider loses a response, fails, or sends a webhook twice. */
  TEST_PROVIDER_LOST_RATE: rateVariable,
  TEST_PROVIDER_ERROR_RATE: rateVariable,
  TEST_PROVIDER_DOUBLED_RATE: rateVariable,
  /** The longest delay of its webhooks. */
  TEST_PROVIDER_LATE_MS_MAX: z.coerce.number().int().min(0).max(60_000).default(0),
  /** The seed of these faults. */
  TEST_PROVIDER_SEED: z.coerce.number().int().default(1),
  STRIPE_SECRET_KEY: z.string().min(1).optional(),
  STRIPE_WEBHOOK_SECRET: z.string().min(1).optional(),
  /** An address to use instead of Stripe's, for tests. */
  STRIPE_API_URL: z.url().optional(),
});

/** The settings of the orders process. */
export type OrdersEnv = Omit<z.infer<typeof variables>, "VAT_VERIFIER"> &
  PublicUrls & { VAT_VERIFIER: "format" | "vies" };

/**
 * Reads the environment of the orders process.
 *
 * @throws {Error} naming the first invalid variable, and in production each that {@link checkProduction} does not accept.
 */
export function readOrdersEnv(source: Record<string, string | undefined>): OrdersEnv {
  const env = readEnv(variables, source);
  const production = env.NODE_ENV === "production";
  if (env.PAYMENT_PROVIDERS.length === 0 && !production) env.PAYMENT_PROVIDERS.push("test");
  checkProduction(env, Object.keys(variables.shape), {
    PAYMENT_PROVIDERS:
      env.PAYMENT_PROVIDERS.length === 0
        ? "it must name a payment provider"
        : env.PAYMENT_PROVIDERS.includes("test")
          ? "the test provider takes no real payments"
          : undefined,
    VAT_VERIFIER: env.VAT_VERIFIER === "format" ? "the form of a VAT number proves nothing" : undefined,
  });
  if (env.PAYMENT_PROVIDERS.includes("stripe")) {
    for (const name of ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"] as const) {
      if (env[name] === undefined) throw new Error(`The environment variable ${name} is missing: Stripe needs it.`);
    }
  }
  return { ...env, ...publicUrls(env), VAT_VERIFIER: env.VAT_VERIFIER ?? (production ? "vies" : "format") };
}

/** The origins that payment providers may send buyers back to. */
export type ReturnOrigins = { readonly origins: ReadonlySet<string>; readonly allowsLoopback: boolean };

/** Reads them: the storefront's, the gateway's own, those that CORS trusts, and outside production any port of this machine. */
export function returnOrigins(env: OrdersEnv): ReturnOrigins {
  const urls = [env.STOREFRONT_URL, env.PUBLIC_URL, ...env.CORS_TRUSTED_ORIGINS];
  return {
    origins: new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin)),
    allowsLoopback: env.NODE_ENV !== "production",
  };
}

/** Who issues documents: the shop. */
export type Seller = {
  readonly name: string | null;
  readonly address: readonly string[];
  readonly vatNumber: string | null;
};

/** Reads who issues documents. Without SHOP_ADDRESS, the documents say that it is missing. */
export function readSeller(env: OrdersEnv): Seller {
  const address = env.SHOP_ADDRESS.split(/[\n;]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return { name: env.SHOP_NAME, address, vatNumber: env.SHOP_VAT_NUMBER ?? null };
}

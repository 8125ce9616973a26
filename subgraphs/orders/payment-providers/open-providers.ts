import { createHmac } from "node:crypto";
import { openDatabase } from "#platform/database/database.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import type { Log } from "#platform/observability/log.ts";
import type { OrdersEnv } from "../env.ts";
import type { PaymentProvider, Providers } from "./payment-provider.ts";
import { openSandbox, type ProviderFaults } from "./sandbox.ts";
import { sandboxPage } from "./sandbox-page.ts";
import { startSandboxWebhooks } from "./sandbox-webhooks.ts";
import { traceProvider } from "./trace-provider.ts";

const testConnectionsMax = 5;

/** The configured payment providers, and the routes that they serve. */
export type OpenedProviders = {
  readonly providers: Providers;
  readonly internalRoutes: Readonly<Record<string, InternalRoute>>;
  /** Sends the sandbox's webhooks at once. Cheap: call it after any request. */
  wake(): void;
  close(): Promise<void>;
};

/** Opens the providers of `PAYMENT_PROVIDERS`, in its order. */
export async function openProviders(env: OrdersEnv, log: Log): Promise<OpenedProviders> {
  const opened = await Promise.all(
    env.PAYMENT_PROVIDERS.map(async (name) => {
      const { provider, ...rest } = name === "test" ? openTest(env, log) : await openStripeProvider(env);
      return { provider: traceProvider(provider), ...rest };
    }),
  );
  const [first] = opened;
  if (first === undefined) throw new Error("No payment provider is configured.");
  return {
    providers: { byName: new Map(opened.map(({ provider }) => [provider.name, provider])), first: first.provider },
    internalRoutes: Object.assign({}, ...opened.map(({ internalRoutes }) => internalRoutes)),
    wake: () => {
      for (const { wake } of opened) wake();
    },
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()));
    },
  };
}

type Opened = {
  provider: PaymentProvider;
  internalRoutes: Record<string, InternalRoute>;
  wake: () => void;
  close: () => Promise<void>;
};

/** Opens the sandbox with connections of its own, so that its transactions do not depend on ours. */
function openTest(env: OrdersEnv, log: Log): Opened {
  const database = openDatabase({
    url: env.ORDERS_DATABASE_URL,
    applicationName: "test-provider",
    connectionsMax: testConnectionsMax,
  });
  const { db } = database;
  const key = createHmac("sha256", env.TOKEN_KEY).update("test-provider-webhooks").digest("hex");
  const faults: ProviderFaults = {
    lostRate: env.TEST_PROVIDER_LOST_RATE,
    errorRate: env.TEST_PROVIDER_ERROR_RATE,
    doubledRate: env.TEST_PROVIDER_DOUBLED_RATE,
    lateMsMax: env.TEST_PROVIDER_LATE_MS_MAX,
    random: seededRandom(env.TEST_PROVIDER_SEED),
  };
  const provider = openSandbox({ db, pageUrl: `${env.PUBLIC_URL}/test-provider`, webhookKey: key, faults });
  const webhooks = startSandboxWebhooks({ db, url: `${env.PUBLIC_URL}/webhooks/test`, key, log });
  const page = sandboxPage(db);
  return {
    provider,
    internalRoutes: { "GET /test-provider/*": page, "POST /test-provider/*": page },
    wake: webhooks.wake,
    close: async () => {
      await webhooks.close();
      await provider.close();
      await database.close();
    },
  };
}

/** A linear congruential generator (Numerical Recipes), so that a seed always causes the same faults. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Stripe's library is loaded only where it is used: it takes long to load. */
async function openStripeProvider(env: OrdersEnv): Promise<Opened> {
  const { openStripe } = await import("./stripe.ts");
  const provider = openStripe({
    secretKey: env.STRIPE_SECRET_KEY ?? "",
    webhookSecret: env.STRIPE_WEBHOOK_SECRET ?? "",
    returnUrl: env.STOREFRONT_URL,
    apiUrl: env.STRIPE_API_URL,
  });
  return { provider, internalRoutes: {}, wake: () => {}, close: () => provider.close() };
}

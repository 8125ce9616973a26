import { randomBytes } from "node:crypto";
import path from "node:path";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import { bySubgraph, bySubgraphAsync, type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import type { ShopKeys } from "./subgraph-client.ts";

/** One process's environment. */
export type Variables = Record<string, string | undefined>;

/** Returns the environment of each process of a test's shop. A process gets its own database and its own key only. */
export function shopVariables(shop: {
  keys: ShopKeys;
  ports: Readonly<Record<ServiceName, number>>;
  databaseUrls: Readonly<Record<Subgraph, string>>;
  /** A directory that only this test uses. */
  directory: string;
  /** The variables of the mailer, such as SMTP_HOST. */
  mail: Variables;
  /** Additional variables for every process; they override the others. */
  more?: Variables;
}): Record<ServiceName, Variables> {
  const tokenKey = randomBytes(32).toString("base64");
  const addresses = Object.fromEntries(
    subgraphs.map((name) => [`SUBGRAPH_${name.toUpperCase()}_URL`, `http://127.0.0.1:${shop.ports[name]}/graphql`]),
  );
  const shared: Variables = {
    NODE_ENV: "test",
    LOG_LEVEL: "silent",
    HOST: "127.0.0.1",
    ...addresses,
    INTERNAL_JWKS: shop.keys.jwks,
    TOKEN_KEY: tokenKey,
    ACCESS_KEYS: path.join(shop.directory, "access.jwks"),
    PUBLIC_URL: `http://127.0.0.1:${shop.ports.gateway}`,
    GATEWAY_URL: `http://127.0.0.1:${shop.ports.gateway}`,
    RATE_LIMIT_ENABLED: "false",
    PASSWORD_HASH_MEMORY_KIB: "64",
    PRODUCTS_COUNTS_KEPT_SECONDS: "0",
    BUDGETS_ENABLED: "false",
    MEDIA_DIRECTORY: path.join(shop.directory, "media"),
    MAIL_DIRECTORY: path.join(shop.directory, "mail"),
    SMTP_TLS: "none",
    ...shop.mail,
  };
  const of = (name: ServiceName): Variables => {
    const upper = name.toUpperCase();
    return {
      ...shared,
      INTERNAL_KEY: shop.keys.privateJwk[name],
      [`${upper}_PORT`]: String(shop.ports[name]),
      [`${upper}_METRICS_PORT`]: "0",
      ...(name === "gateway" ? {} : { [`${upper}_DATABASE_URL`]: shop.databaseUrls[name] }),
      ...shop.more,
    };
  };
  return { gateway: of("gateway"), ...bySubgraph(of) };
}

/** Returns one value for each service, computed concurrently. */
export async function forEachService<Value>(
  make: (name: ServiceName) => Promise<Value>,
): Promise<Record<ServiceName, Value>> {
  const [gateway, others] = await Promise.all([make("gateway"), bySubgraphAsync(make)]);
  return { gateway, ...others };
}

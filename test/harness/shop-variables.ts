import { randomBytes } from "node:crypto";
import path from "node:path";
import { type ServiceName, serviceNames } from "#platform/auth/internal-tokens.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import type { ShopKeys } from "./subgraph-client.ts";

/** One process's environment. */
export type Variables = Record<string, string | undefined>;

/** What the processes of a test's shop read, each its own: only its own database, only its own key. */
export function shopVariables(shop: {
  keys: ShopKeys;
  ports: Readonly<Record<ServiceName, number>>;
  databaseUrls: Readonly<Record<Subgraph, string>>;
  /** A folder of the test's own. */
  directory: string;
  /** SMTP_HOST and so on. */
  mail: Variables;
  /** For all of them; they come last. */
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
    SHOP_URL: `http://127.0.0.1:${shop.ports.gateway}`,
    GATEWAY_URL: `http://127.0.0.1:${shop.ports.gateway}`,
    RATE_LIMIT_ENABLED: "false",
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
  return { gateway: of("gateway"), users: of("users"), products: of("products"), orders: of("orders") };
}

/** A value for each service. */
export async function forEachService<Value>(
  make: (name: ServiceName) => Promise<Value>,
): Promise<Record<ServiceName, Value>> {
  const made = await Promise.all(serviceNames.map(make));
  return Object.fromEntries(serviceNames.map((name, index) => [name, made[index]])) as Record<ServiceName, Value>;
}

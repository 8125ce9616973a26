import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readGatewayEnv } from "#gateway/env.ts";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { readOrdersEnv } from "#subgraphs/orders/env.ts";
import { readEnvironment } from "#subgraphs/products/env.ts";
import { readSettings } from "#subgraphs/users/env.ts";
import { makeShopKeys } from "#test/harness/subgraph-client.ts";

const root = path.join(import.meta.dirname, "../..");
const text = await readFile(path.join(import.meta.dirname, "production.yml"), "utf8");
const compose = z
  .object({
    services: z.record(
      z.string(),
      z
        .object({
          image: z.string(),
          environment: z.record(z.string(), z.string()).default({}),
          secrets: z.array(z.string()).default([]),
          ports: z.array(z.string()).default([]),
          networks: z.union([
            z.array(z.string()),
            z.record(z.string(), z.unknown()).transform((named) => Object.keys(named)),
          ]),
          env_file: z.array(z.object({ path: z.string(), required: z.literal(false) })).default([]),
          volumes: z.array(z.string()).default([]),
          healthcheck: z.object({ test: z.array(z.string()) }).optional(),
        })
        .loose(),
    ),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
    networks: z.record(z.string(), z.unknown()),
  })
  .loose()
  .parse(parse(text, { merge: true }));

/** What an operator sets, as the example names it. */
const given: Record<string, string> = {
  AGORA_IMAGE: "agora:v1",
  KEYS_DIRECTORY: "/etc/agora/keys",
  TLS_DIRECTORY: "/etc/agora/tls",
  NGINX_CONFIG: "/etc/agora/nginx.conf",
  USERS_DATABASE_URL: "postgres://u@db/users",
  PRODUCTS_DATABASE_URL: "postgres://u@db/products",
  ORDERS_DATABASE_URL: "postgres://u@db/orders",
  RABBITMQ_PASSWORD: "Zr8kQm2xVt5y",
  STOREFRONT_URL: "https://shop.example.com",
  PUBLIC_URL: "https://api.shop.example.com",
  CORS_TRUSTED_ORIGINS: "https://shop.example.com",
  SHOP_NAME: "My Shop",
  SHOP_ADDRESS: "1 Main St;12345 Springfield;US",
  SHOP_COUNTRY: "US",
  SMTP_HOST: "smtp.example.com",
  SMTP_SENDER: "My Shop <noreply@shop.example.com>",
  STRIPE_SECRET_KEY: "sk_live_1",
  STRIPE_WEBHOOK_SECRET: "whsec_1",
};

/** As Compose does it: `${NAME}`, `${NAME:-default}`, `${NAME:+instead}` and `${NAME:?message}`. @throws {Error} the message. */
function interpolate(value: string, variables: Record<string, string>): string {
  return value.replaceAll(
    /\$\{([A-Z0-9_]+)(?::([-+?])((?:[^${}]|\$\{[^{}]*\})*))?\}/g,
    (_whole, name: string, kind: string | undefined, rest = "") => {
      if (kind === "+") return variables[name] ? rest : "";
      if (variables[name]) return variables[name];
      if (kind === "?") throw new Error(`${name}: ${rest}`);
      return kind === "-" ? interpolate(rest, variables) : "";
    },
  );
}

const processes = {
  "gateway-1": "gateway",
  "users-1": "subgraphs/users",
  "products-1": "subgraphs/products",
  "orders-1": "subgraphs/orders",
};

async function environmentOf(service: string, more: Record<string, string> = {}): Promise<Record<string, string>> {
  const entries = Object.entries(compose.services[service]?.environment ?? {});
  const set = Object.fromEntries(entries.map(([name, value]) => [name, interpolate(value, { ...given, ...more })]));
  const keys = await makeShopKeys();
  const signer = serviceNames.find((name) => service.startsWith(name)) ?? "gateway";
  const contents = {
    INTERNAL_KEY: keys.privateJwk[signer],
    INTERNAL_JWKS: keys.jwks,
    TOKEN_KEY: "pV7x2LkQ9sJd4WmZ8rTfBn3HgCy6EuAo",
  };
  for (const [name, value] of Object.entries(set)) {
    // Files that only the container has: their secret must be one that the service mounts.
    if (!value.startsWith("/run/secrets/")) continue;
    expect(compose.services[service]?.secrets).toContain(path.basename(value));
    const plain = name.replace(/_FILE$/, "");
    delete set[name];
    set[plain] = plain in contents ? contents[plain as keyof typeof contents] : value;
  }
  return set;
}

test("every process starts on what the file gives it, in production", async () => {
  readGatewayEnv(await environmentOf("gateway-1"));
  readSettings(await environmentOf("users-1"));
  readEnvironment(await environmentOf("products-1"));
  readOrdersEnv(await environmentOf("orders-1"));
  expect((await environmentOf("gateway-1")).NODE_ENV).toBe("production");
});

test.each(Object.entries(processes))("%s is given no variable that it does not read", async (service, folder) => {
  const files = [
    `${folder}/env.ts`,
    "platform/config/env.ts",
    "platform/config/public-urls.ts",
    "platform/email/mailer.ts",
    "platform/email/mail-templates.ts",
    "platform/storage/env.ts",
    "platform/events/rabbitmq-settings.ts",
    "platform/auth/external-router-auth.ts",
  ];
  const sources = files.map((file) => readFileSync(path.join(root, file), "utf8")).join("\n");
  const names = Object.keys(compose.services[service]?.environment ?? {}).map((name) => name.replace(/_FILE$/, ""));
  // The addresses of all subgraphs are given to all, as one list.
  const dynamic = /^SUBGRAPH_\w+_URL$/;
  expect(names.filter((name) => !dynamic.test(name) && !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
});

test("without any one of the variables that it needs Compose stops and says what to set", () => {
  const needed = new Set(Array.from(text.matchAll(/\$\{([A-Z0-9_]+):\?/g), ([, name = ""]) => name));
  expect(Object.keys(given).toSorted()).toEqual([...needed].toSorted());
  for (const name of needed) {
    const { [name]: _left, ...rest } = given;
    expect(() => interpolate(text, rest), name).toThrow(new RegExp(`${name}: set it to`));
  }
});

test("the example names each of them, and holds no secret", async () => {
  const example = await readFile(path.join(import.meta.dirname, "production.env.example"), "utf8");
  const set = new Map(
    Array.from(example.matchAll(/^([A-Z0-9_]+)=(.*)$/gm), ([, name = "", value = ""]) => [name, value]),
  );
  expect(Object.keys(given).filter((name) => !set.has(name))).toEqual([]);
  for (const [name, value] of set) if (/PASSWORD|SECRET|USERNAME/.test(name)) expect(value, name).toBe("");
});

test("no password is fixed, only NGINX is published, and Redis and the broker are reached from inside alone", () => {
  expect(text).not.toMatch(/:\/\/\w+:[A-Za-z0-9]+@/);
  const published = Object.entries(compose.services).filter(([, { ports }]) => ports.length > 0);
  expect(published.map(([name]) => name)).toEqual(["nginx"]);
  for (const name of ["redis", "rabbitmq"]) expect(compose.services[name]?.networks).toEqual(["state"]);
  expect(compose.networks.state).toEqual({ internal: true });
  for (const [name, { healthcheck }] of Object.entries(compose.services)) {
    if (!["migrate", "command"].includes(name)) expect(healthcheck, name).toBeDefined();
  }
});

test("there are two of each process, which differ in nothing but the address at which NGINX finds a gateway", () => {
  for (const name of serviceNames) {
    const [first, second] = [compose.services[`${name}-1`], compose.services[`${name}-2`]];
    expect(second).toEqual(first);
    expect(first?.env_file).toEqual([{ path: `\${SETTINGS_DIRECTORY:-/etc/agora}/${name}.env`, required: false }]);
  }
  const addresses = Array.from(text.matchAll(/ipv4_address: (\S+)/g), ([, address]) => address);
  expect(new Set(addresses).size).toBe(2);
});

test("what a container reads from a path of its own is mounted there when it is set", async () => {
  const more = { TRUSTED_DOCUMENTS_PATH: "/etc/agora/documents.json", MAIL_TEMPLATES: "/etc/agora/mails" };
  const mountsOf = (service: string) =>
    compose.services[service]?.volumes.map((volume) => interpolate(volume, { ...given, ...more })) ?? [];
  const gateway = await environmentOf("gateway-1", more);
  expect(mountsOf("gateway-1")).toContain(`${more.TRUSTED_DOCUMENTS_PATH}:${gateway.TRUSTED_DOCUMENTS_PATH}:ro`);
  for (const service of ["users-1", "orders-1"]) {
    const environment = await environmentOf(service, more);
    expect(mountsOf(service)).toContain(`${more.MAIL_TEMPLATES}:${environment.MAIL_TEMPLATES}:ro`);
  }
  expect((await environmentOf("gateway-1")).TRUSTED_DOCUMENTS_PATH).toBe("");
});

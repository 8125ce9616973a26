import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv, promisify } from "node:util";
import { expect, test } from "vitest";
import { readGatewayEnv } from "#gateway/env.ts";
import { type ServiceName, serviceNames } from "#platform/auth/internal-tokens.ts";
import { readOrdersEnv } from "#subgraphs/orders/env.ts";
import { readEnvironment } from "#subgraphs/products/env.ts";
import { readSettings } from "#subgraphs/users/env.ts";
import { makeShopKeys } from "#test/harness/subgraph-client.ts";

const readers = { gateway: readGatewayEnv, users: readSettings, products: readEnvironment, orders: readOrdersEnv };

const read = (name: string) => readFile(path.join(import.meta.dirname, name), "utf8");

async function environmentOf(service: ServiceName): Promise<Record<string, string | undefined>> {
  return { ...parseEnv(await read("shop.env")), ...parseEnv(await read(`${service}.env`)) };
}

test.each(serviceNames)(
  "%s starts in production on its files, once what only the operator knows is filled in",
  async (service) => {
    const keys = await makeShopKeys();
    const { INTERNAL_KEY, MAIN, ...environment } = await environmentOf(service);
    expect(INTERNAL_KEY).toBe(`/etc/agora/keys/internal-${service}.json`);
    expect(await readFile(path.join(import.meta.dirname, "../..", MAIN ?? ""), "utf8")).toContain("runService");
    const filledIn = {
      ...environment,
      INTERNAL_KEY: keys.privateJwk[service],
      INTERNAL_JWKS: keys.jwks,
      ...("TOKEN_KEY_FILE" in environment ? { TOKEN_KEY: "pV7x2LkQ9sJd4WmZ8rTfBn3HgCy6EuAo" } : {}),
      ...(service === "orders" ? { STRIPE_SECRET_KEY: "sk_live_1", STRIPE_WEBHOOK_SECRET: "whsec_1" } : {}),
    };
    expect(readers[service](filledIn).NODE_ENV).toBe("production");
  },
);

test("no file holds a secret", async () => {
  for (const service of serviceNames)
    for (const [name, value] of Object.entries(await environmentOf(service))) {
      if (/PASSWORD|SECRET|USERNAME/.test(name)) expect(value, name).toBe("");
      if (name.endsWith("DATABASE_URL")) expect(value).toContain(":…@");
    }
});

test("the unit is one that systemd accepts, where systemd-analyze is installed", async ({ skip }) => {
  const verify = promisify(execFile)("systemd-analyze", ["verify", path.join(import.meta.dirname, "agora@.service")]);
  const complaints = await verify.then(
    ({ stderr }) => stderr,
    (error: { code: unknown; stderr: string }) => (error.code === "ENOENT" ? undefined : error.stderr),
  );
  if (complaints === undefined) return skip();
  // Node is where the guide puts it, not here.
  expect(
    complaints.split("\n").filter((line) => line.includes("agora@") && !line.includes("is not executable")),
  ).toEqual([]);
});

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { createDatabase } from "#test/harness/databases.ts";

const root = path.join(import.meta.dirname, "../..");
const run = promisify(execFile);
/** What a process needs of this machine. */
const { PATH, NODE_COMPILE_CACHE } = process.env;
const asList = z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform(Object.keys)]).default([]);
const compose = z
  .object({
    services: z.record(
      z.string(),
      z
        .object({
          image: z.string(),
          command: z.array(z.string()).optional(),
          environment: z.record(z.string(), z.string()).default({}),
          ports: z.array(z.string()).default([]),
          networks: asList,
          volumes: z.array(z.string()).default([]),
          depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
          healthcheck: z.object({ test: z.array(z.string()) }).optional(),
          restart: z.string(),
          read_only: z.boolean().optional(),
        })
        .loose(),
    ),
    networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
    volumes: z.record(z.string(), z.unknown()),
  })
  .loose()
  .parse(parse(await readFile(path.join(root, "docker-compose.yml"), "utf8"), { merge: true }));

test("only the gateway and Mailpit's page are published, and only on this machine", () => {
  const published = Object.entries(compose.services).filter(([, { ports }]) => ports.length > 0);
  expect(published.map(([name]) => name).toSorted()).toEqual(["gateway", "mailpit"]);
  for (const [, { ports }] of published) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test("three databases stand apart: each is on a network with its own service and the one that prepares them", () => {
  for (const name of ["users", "products", "orders"]) {
    const members = Object.entries(compose.services).filter(([, { networks }]) => networks.includes(name));
    expect(members.map(([member]) => member).toSorted()).toEqual([name, `${name}-db`, "prepare"].toSorted());
    expect(compose.networks[name]?.internal).toBe(true);
  }
});

test("every service names what it needs, is checked, and starts what there is in the image", async () => {
  for (const [name, service] of Object.entries(compose.services)) {
    for (const network of service.networks) expect(Object.keys(compose.networks)).toContain(network);
    for (const needed of Object.keys(service.depends_on)) expect(Object.keys(compose.services)).toContain(needed);
    for (const volume of service.volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
    if (name !== "prepare") expect(service.healthcheck, name).toBeDefined();
    if (service.image !== "agora") continue;
    expect(service.read_only).toBe(true);
    const files = [...(service.command ?? []), ...(service.healthcheck?.test ?? [])].filter((word) =>
      word.endsWith(".ts"),
    );
    for (const file of files) expect((await stat(path.join(root, file))).isFile()).toBe(true);
  }
});

test("the image is built for a user other than root, without what only development needs", async () => {
  const lines = (await readFile(path.join(root, "Dockerfile"), "utf8")).split("\n");
  expect(lines.findLast((line) => line.startsWith("USER"))).toBe("USER node");
  expect(lines.some((line) => line.includes("npm ci --omit=dev"))).toBe(true);
  const ignored = (await readFile(path.join(root, ".dockerignore"), "utf8")).split("\n");
  expect(ignored).toEqual(expect.arrayContaining(["test", "**/testing", "**/*.test.ts"]));
  const copied = lines.flatMap((line) => /^COPY (\w[\w-]*) \.\//.exec(line)?.[1] ?? []);
  for (const folder of copied) expect((await stat(path.join(root, folder))).isDirectory()).toBe(true);
  const imports = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")).imports;
  const needed = Object.keys(imports)
    .map((name) => name.replace(/^#|\/\*$/g, ""))
    .filter((name) => name !== "test");
  expect(copied.toSorted()).toEqual(["patches", ...needed].toSorted());
});

test("preparing twice leaves the keys as they were, each where only its service looks, and the demo data once", async () => {
  await using users = await createDatabase("users");
  await using products = await createDatabase("products");
  await using orders = await createDatabase("orders");
  const keys = await mkdtemp(path.join(tmpdir(), "keys-"));
  for (const name of serviceNames) await mkdir(path.join(keys, name));
  const environment = {
    PATH,
    NODE_COMPILE_CACHE,
    KEYS_DIRECTORY: keys,
    MEDIA_DIRECTORY: path.join(keys, "media"),
    USERS_DATABASE_URL: users.url,
    PRODUCTS_DATABASE_URL: products.url,
    ORDERS_DATABASE_URL: orders.url,
  };
  const prepare = () =>
    run(process.execPath, [path.join(import.meta.dirname, "prepare.ts")], { cwd: root, env: environment });
  await prepare();
  const read = (name: string, file: string) => readFile(path.join(keys, name, file), "utf8");
  const made = await Promise.all(serviceNames.map((name) => read(name, "internal.json")));
  expect((await prepare()).stdout).toMatch(/users: up to date/);
  expect(await Promise.all(serviceNames.map((name) => read(name, "internal.json")))).toEqual(made);
  expect(new Set(made).size).toBe(4);
  expect(JSON.parse(await read("orders", "internal-jwks.json")).keys.length).toBe(4);
  expect(JSON.parse(await read("users", "access.jwks")).keys.length).toBe(1);
  expect(await read("users", "token-key")).toBe(await read("orders", "token-key"));
  await expect(read("gateway", "token-key")).rejects.toThrow();
}, 90_000);

test("a health check succeeds only when the address responds with success", async () => {
  const check = (address: string) =>
    run(process.execPath, [path.join(import.meta.dirname, "healthy.ts"), address]).then(
      () => "healthy",
      () => "not",
    );
  expect(await check("http://127.0.0.1:1/health/live")).toBe("not");
});

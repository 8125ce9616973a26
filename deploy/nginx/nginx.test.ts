import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Agent, type Dispatcher, request } from "undici";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { openTestGateway, type TestGateway } from "#gateway/testing/test-gateway.ts";

const isInstalled = runs("nginx", "-v") && runs("openssl", "version");
if (!isInstalled) console.warn("NGINX or openssl is not installed: the tests of its configuration are skipped.");

const graph = { shop: "type Query { hello: String long: String } type Mutation { add: String }" };

describe.skipIf(!isInstalled)("NGINX in front of two gateways", () => {
  const closers: (() => unknown)[] = [];
  let gateways: TestGateway[];
  let httpPort: number;
  let httpsPort: number;
  let added = 0;
  let forwarded: string | undefined;
  // Each test has a client address of its own, and so a rate.
  let clients = 1;
  const newClient = () => {
    clients += 1;
    const agent = new Agent({ localAddress: `127.0.0.${clients}`, connect: { rejectUnauthorized: false } });
    closers.push(() => agent.destroy());
    return async (query: string, options: Partial<Dispatcher.RequestOptions> = {}) => {
      const response = await request(`https://127.0.0.1:${httpsPort}/graphql`, {
        method: "POST",
        dispatcher: agent,
        headers: { "content-type": "application/json", ...options.headers },
        body: options.body ?? JSON.stringify({ query }),
      });
      const bytes = Buffer.from(await response.body.arrayBuffer());
      return { status: response.statusCode, headers: response.headers, bytes };
    };
  };

  beforeAll(async () => {
    const made = (_subgraph: string, asked: { query: string; headers: Record<string, unknown> }) => {
      const isAdding = asked.query.includes("add");
      if (isAdding) added += 1;
      forwarded = String(asked.headers["x-client-address"]);
      const data = isAdding
        ? { add: "added" }
        : asked.query.includes("long")
          ? { long: "x".repeat(5_000) }
          : { hello: "hello" };
      return { body: { data } };
    };
    const open = () => openTestGateway(graph, { variables: { TRUSTED_PROXIES: "127.0.0.1" }, made });
    gateways = [await open(), await open()];
    for (const gateway of gateways) closers.push(() => gateway[Symbol.asyncDispose]());
    [httpPort, httpsPort] = [await freePort(), await freePort()];
    closers.push(
      await startNginx(
        gateways.map(({ url }) => new URL(url).host),
        httpPort,
        httpsPort,
      ),
    );
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  test("a request arrives over TLS with its address, and a client cannot choose another", async () => {
    const post = newClient();
    const { status, headers, bytes } = await post("{ hello }", { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect([status, JSON.parse(String(bytes))]).toEqual([200, { data: { hello: "hello" } }]);
    expect(forwarded).toBe(`127.0.0.${clients}`);
    expect(headers["strict-transport-security"]).toMatch(/^max-age=63072000/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
    expect(String(headers.server)).not.toMatch(/\d/);
  });

  test("HTTP is sent to HTTPS with its path and its method", async () => {
    const response = await fetch(`http://127.0.0.1:${httpPort}/graphql?query=x`, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([308, "https://127.0.0.1/graphql?query=x"]);
  });

  test("a long response is compressed", async () => {
    const { headers, bytes } = await newClient()("{ long }", { headers: { "accept-encoding": "gzip" } });
    expect(headers["content-encoding"]).toBe("gzip");
    expect(bytes.length).toBeLessThan(1_000);
  });

  test("a body of more than a megabyte is refused in the graph's own words", async () => {
    const { status, bytes } = await newClient()("", { body: Buffer.alloc(1_100_000, 32) });
    expect([status, JSON.parse(String(bytes)).errors[0].extensions.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  test("an address that asks too often gets RATE_LIMITED, and another is served meanwhile", async () => {
    const [flood, other] = [newClient(), newClient()];
    const responses = await Promise.all(Array.from({ length: 300 }, () => flood("{ hello }")));
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(50);
    expect(JSON.parse(String(refused[0]?.bytes)).errors[0].extensions.code).toBe("RATE_LIMITED");
    expect(refused[0]?.headers["retry-after"]).toBe("1");
    expect((await other("{ hello }")).status).toBe(200);
  });

  test("metrics are not public", async () => {
    const agent = new Agent({ connect: { rejectUnauthorized: false } });
    const { statusCode } = await request(`https://127.0.0.1:${httpsPort}/metrics`, { dispatcher: agent });
    expect(statusCode).toBe(404);
    await agent.destroy();
  });

  test("when one of two gateways is gone no mutation fails and none is sent twice", async () => {
    await gateways[1]?.[Symbol.asyncDispose]();
    gateways.pop();
    closers.splice(1, 1);
    const post = newClient();
    const before = added;
    for (let count = 0; count < 20; count += 1) {
      const { status, bytes } = await post("mutation { add }");
      expect([status, String(bytes)]).toEqual([200, '{"data":{"add":"added"}}']);
    }
    expect(added - before).toBe(20);
  });
});

/** Starts NGINX with our configuration, its names and ports replaced, and returns how it ends. */
async function startNginx(
  gateways: readonly string[],
  httpPort: number,
  httpsPort: number,
): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-nginx-"));
  const [key, certificate] = [path.join(directory, "key.pem"), path.join(directory, "certificate.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"].concat([
      "-subj",
      "/CN=shop.example.com",
      "-keyout",
      key,
      "-out",
      certificate,
    ]),
    { stdio: "ignore" },
  );
  const [first = "", second = ""] = gateways;
  const ours = (await readFile(path.join(import.meta.dirname, "agora.conf"), "utf8"))
    .replace("gateway-1:4000", first)
    .replace("gateway-2:4000", second)
    .replace("listen 80;", `listen 127.0.0.1:${httpPort};`)
    .replace("listen 443 ssl http2;", `listen 127.0.0.1:${httpsPort} ssl http2;`)
    .replaceAll("api.shop.example.com", "127.0.0.1")
    .replace("/etc/nginx/tls/fullchain.pem", certificate)
    .replace("/etc/nginx/tls/privkey.pem", key);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  );
  const file = path.join(directory, "nginx.conf");
  await writeFile(
    file,
    `daemon off; ${process.getuid?.() === 0 ? "user root;" : ""} pid ${directory}/pid; error_log ${directory}/error.log;
    events { worker_connections 1024; } http { access_log off; ${paths.join(" ")}\n${ours} }`,
  );
  const child = spawn("nginx", ["-c", file, "-p", directory, "-e", path.join(directory, "error.log")], {
    stdio: "ignore",
  });
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  await vi.waitFor(
    async () => {
      const { statusCode } = await request(`https://127.0.0.1:${httpsPort}/health/live`, { dispatcher: agent });
      expect(statusCode).toBe(200);
    },
    { timeout: 10_000 },
  );
  await agent.destroy();
  return async () => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
}

function runs(command: string, flag: string): boolean {
  try {
    execFileSync(command, [flag], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { makeInternalKey } from "#platform/auth/internal-tokens.ts";
import { post } from "./testing/test-gateway.ts";

let running: ChildProcess | undefined;
afterEach(() => running?.kill("SIGKILL"));

test("workers share one port, count rates together, tell their metrics as one, and are replaced when they die", async () => {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const { privateJwk } = await makeInternalKey("gateway");
  const child = fork(fileURLToPath(new URL("main.ts", import.meta.url)), [], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LOG_LEVEL: "info",
      INTERNAL_KEY: JSON.stringify(privateJwk),
      GATEWAY_WORKERS: "2",
      GATEWAY_PORT: String(port),
      GATEWAY_METRICS_PORT: String(metricsPort),
      RATE_LIMIT_RPS: "5",
      RATE_LIMIT_BURST: "10",
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  running = child;
  let logged = "";
  child.stdout?.on("data", (text) => {
    logged += text;
  });
  await expect.poll(() => logged, { timeout: 20_000 }).toMatch(/2 workers listen/);
  const url = `http://127.0.0.1:${port}/graphql`;
  const ask = () => post(url, { query: "{ __typename }" });
  const startedAt = performance.now();
  const replies = await Promise.all(Array.from({ length: 40 }, ask));
  const secondsGone = Math.floor((performance.now() - startedAt) / 1_000);
  const served = replies.filter(({ status }) => status === 200).length;
  expect(served).toBeGreaterThanOrEqual(10);
  expect(served).toBeLessThanOrEqual(10 + 5 * secondsGone);
  // A request is logged and counted a moment after its response has arrived.
  const serving = () => new Set([...logged.matchAll(/"worker":(\d+)[^\n]*Request completed/g)].map(([, id]) => id));
  await expect.poll(() => serving().size).toBe(2);
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text())
    .toMatch(/agora_requests_total\{service="gateway"\} 40/);

  const [, victim] = /"pid":(\d+)[^\n]*A worker of the gateway starts/.exec(logged) ?? [];
  process.kill(Number(victim), "SIGKILL");
  await expect.poll(() => logged, { timeout: 20_000 }).toMatch(/another one starts/);
  await expect.poll(async () => (await ask().catch(() => undefined))?.status, { timeout: 20_000 }).toBe(200);

  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  await expect(ask()).rejects.toThrow();
});

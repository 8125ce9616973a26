import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { freePort } from "#deploy/local/ports.ts";
import { openTestGateway } from "#gateway/testing/test-gateway.ts";
import { openBudgets } from "#platform/budgets/budgets.ts";
import { budgetVariables } from "#platform/budgets/env.ts";
import { makeSharedStore } from "#platform/budgets/shared-store.ts";
import { readEnv } from "#platform/config/env.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openObservation } from "#platform/graphql/observation.ts";
import { openLog } from "#platform/observability/log.ts";
import { openAfterSaleMetrics } from "#subgraphs/orders/jobs/after-sale-metrics.ts";
import { openMediaMetrics } from "#subgraphs/products/jobs/media-jobs.ts";
import { createDatabase } from "#test/harness/databases.ts";

const read = (file: string) => readFile(path.join(import.meta.dirname, file), "utf8");
const metricName = /\b(agora_[a-z_]+|nodejs_[a-z_0-9]+|process_[a-z_]+)\b/g;

const hasPromtool = runs("promtool", ["--version"]);
if (!hasPromtool) console.warn("promtool is not installed: the alerts are not tried with series of three instances.");

async function metricsOf(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

test("every metric that the dashboard and the alerts use is exposed by the gateway or by a subgraph", async () => {
  const gatewayPort = await freePort();
  await using gateway = await openTestGateway(
    { orders: "type Query { hello: String }" },
    { variables: { GATEWAY_METRICS_PORT: String(gatewayPort) }, made: () => "cut" },
  );
  await gateway.ask({ query: "query Hello { hello }" });
  await using place = await createDatabase("orders");
  const database = openDatabase({ url: place.url, applicationName: "observed", connectionsMax: 1 });
  const port = await freePort();
  const observation = await openObservation({
    service: "orders",
    host: "127.0.0.1",
    port,
    otlpEndpoint: undefined,
    database,
    log: openLog("test", "silent"),
  });
  const budgets = openBudgets({
    env: { ...readEnv(z.object(budgetVariables), {}), NODE_ENV: "test" },
    secret: "A".repeat(43),
    store: makeSharedStore(undefined),
    metrics: observation.metrics,
  });
  openAfterSaleMetrics(observation.metrics, database.db).inc({ step: "refund" });
  await using productsPlace = await createDatabase("products");
  const products = openDatabase({ url: productsPlace.url, applicationName: "observed", connectionsMax: 1 });
  openMediaMetrics(observation.metrics, products.db)("ready", 1);
  await observation.probe();
  for (let cart = 0; cart <= 200; cart += 1) await budgets.trySpend("guest_carts", { address: "203.0.113.1" });
  const exposed = `${await metricsOf(gatewayPort)}\n${await metricsOf(port)}`;
  await observation.close();
  await Promise.all([database.close(), products.close()]);
  // A histogram's name comes with an ending.
  const names = new Set([...exposed.matchAll(/^([a-z_0-9]+)[{ ]/gm)].map(([, name]) => name));
  const used = new Set(
    [...`${await read("alerts.yml")}${await read("grafana/agora.json")}`.matchAll(metricName)].map(([name]) => name),
  );
  expect(used.size).toBeGreaterThan(15);
  expect([...used].filter((name) => !names.has(name))).toEqual([]);
});

test("every alert says what is wrong, how bad it is, and what to do", async () => {
  const { groups } = parse(await read("alerts.yml"));
  const rules = groups.flatMap((group: { rules: unknown[] }) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  for (const rule of rules) {
    expect(rule).toMatchObject({
      alert: expect.any(String),
      expr: expect.any(String),
      labels: { severity: expect.stringMatching(/^(page|ticket)$/) },
      annotations: { summary: expect.any(String), action: expect.any(String) },
    });
  }
});

test.skipIf(!hasPromtool)("with three instances of each service every alert tells what is true, once", () => {
  const output = execFileSync("promtool", ["test", "rules", "alerts.promtool.yml"], { cwd: import.meta.dirname });
  expect(String(output)).toContain("SUCCESS");
});

const panels = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) }).loose(),
  ),
});

test.skipIf(!hasPromtool)("Prometheus understands every expression of the dashboard", async () => {
  const { panels: all } = panels.parse(JSON.parse(await read("grafana/agora.json")));
  const expressions = all.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(20);
  const directory = await mkdtemp(path.join(tmpdir(), "agora-dashboard-"));
  const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
  const file = path.join(directory, "rules.yml");
  await writeFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
  expect(String(execFileSync("promtool", ["check", "rules", file]))).toContain("SUCCESS");
  await rm(directory, { recursive: true });
});

test("on the dashboard what every instance reports of its service counts once, and what is an instance's own is added up", async () => {
  const { panels: all } = panels.parse(JSON.parse(await read("grafana/agora.json")));
  for (const { expr } of all.flatMap(({ targets }) => targets)) {
    if (/agora_(outbox|dead_letters|breaker_open)/.test(expr)) expect(expr).toMatch(/^(sum by \(service\) \()?max by/);
    if (/agora_(requests_total|errors_total|pool_|database_connections|requests_in_flight)/.test(expr))
      expect(expr).toMatch(/\bsum\b/);
  }
});

function runs(command: string, words: readonly string[]): boolean {
  try {
    execFileSync(command, words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

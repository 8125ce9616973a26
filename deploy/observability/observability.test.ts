import { readFile } from "node:fs/promises";
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
import { createDatabase } from "#test/harness/databases.ts";

const read = (file: string) => readFile(path.join(import.meta.dirname, file), "utf8");
const metricName = /\b(agora_[a-z_]+|nodejs_[a-z_0-9]+|process_[a-z_]+)\b/g;

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
    internalKey: { d: "A".repeat(43) },
    store: makeSharedStore(undefined),
    metrics: observation.metrics,
  });
  await observation.probe();
  for (let cart = 0; cart <= 200; cart += 1) await budgets.trySpend("guest_carts", { address: "203.0.113.1" });
  const exposed = `${await metricsOf(gatewayPort)}\n${await metricsOf(port)}`;
  await observation.close();
  await database.close();
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

import { expect, test } from "vitest";
import { makeMetrics } from "./metrics.ts";

test("an operation's name that is very long is counted with the others, for it would stand in every bucket", async () => {
  const metrics = makeMetrics("products");
  for (const name of ["Products", "a".repeat(100_000)]) {
    metrics.begin()({ status: 200, operation: { kind: "graphql", name } });
  }
  const text = await metrics.registry.metrics();
  expect(text).toContain('operation="Products"');
  expect(text).toContain('operation="other"');
  expect(text.length).toBeLessThan(50_000);
});

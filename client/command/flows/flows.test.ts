import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type TestShop } from "#test/shop.ts";
import { flows } from "./flow.ts";
import { openStage } from "./stage.ts";

let shop: TestShop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.[Symbol.asyncDispose]());

// One of them twice: what a flow leaves behind is in nobody's way.
test.each([...flows.keys(), "r0"])("flow %s runs as it should", async (name) => {
  const said: string[] = [];
  const stage = openStage(`${shop.url}/graphql`, (text) => said.push(text), shop.mailedToken);
  await flows
    .get(name)?.(stage)
    .catch((error: Error) => {
      throw new Error(`${error.message}\n\nUntil then:\n${said.join("\n")}`);
    });
  expect(said.some((line) => line.includes("✓"))).toBe(true);
});

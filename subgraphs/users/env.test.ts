import { expect, test } from "vitest";
import { readSettings } from "./env.ts";

const good = {
  USERS_DATABASE_URL: "postgres://users@127.0.0.1/users",
  TOKEN_KEY: "x".repeat(32),
  INTERNAL_KEY: "{}",
  INTERNAL_JWKS: "{}",
};

test.each([
  ["15m", 900],
  ["900", 900],
  ["24h", 86_400],
  ["1d", 86_400],
])("ACCESS_TOKEN_TTL=%s is %d seconds", (text, seconds) => {
  expect(readSettings({ ...good, ACCESS_TOKEN_TTL: text }).ACCESS_TOKEN_TTL).toBe(seconds);
});

test.each([
  ["ACCESS_TOKEN_TTL", "25h"],
  ["ACCESS_TOKEN_TTL", "soon"],
  ["ACCESS_TOKEN_TTL", "-5"],
  ["ACCESS_TOKEN_TTL", "0"],
  ["TOKEN_KEY", "short"],
  ["ROUTER_SECRET", "short"],
  ["USERS_PORT", "70000"],
  ["SIGN_IN_FAILURES_MAX", "0"],
  ["RATE_LIMIT_ENABLED", "yes"],
  ["STOREFRONT_URL", "shop"],
  ["INTERNAL_KEY", "no such file"],
])("a wrong %s=%s stops the start by its name, without its value", (name, value) => {
  const read = () => readSettings({ ...good, [name]: value });
  expect(read).toThrow(name);
  expect(read).not.toThrow(value === "short" ? value : `=${value}`);
});

test("what must be set is named when it is not, in production too", () => {
  for (const name of ["USERS_DATABASE_URL", "TOKEN_KEY"] as const) {
    expect(() => readSettings({ ...good, [name]: "" })).toThrow(name);
  }
  expect(() => readSettings({ ...good, NODE_ENV: "production" })).toThrow("STOREFRONT_URL");
});

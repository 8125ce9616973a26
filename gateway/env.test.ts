import { expect, test } from "vitest";
import { readGatewayEnv } from "./env.ts";

test.each([
  ["CORS_TRUSTED_ORIGINS", "shop.example.com"],
  ["CORS_TRUSTED_ORIGINS", "https://shop.example.com/path"],
  ["CORS_TRUSTED_ORIGINS", "https://a.example https://*.example"],
  ["CORS_TRUSTED_ORIGINS", "https://Shop.example.com"],
  ["SUPERGRAPH_PATH", "/nowhere/supergraph.graphql"],
  ["GATEWAY_PORT", "99999"],
  ["RATE_LIMIT_RPS", "-1"],
])("a %s of %s is rejected by its name", (name, value) => {
  expect(() => readGatewayEnv({ [name]: value })).toThrow(`The environment variable ${name} is not usable`);
});

test.each(["*", "https://shop.example.com", "http://localhost:3000/, capacitor://localhost", ""])(
  "pages of %j may be trusted",
  (value) => {
    expect(() => readGatewayEnv({ INTERNAL_KEY: "{}", CORS_TRUSTED_ORIGINS: value })).not.toThrow();
  },
);

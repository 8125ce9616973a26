import { expect, test } from "vitest";
import { readGatewayEnv } from "#gateway/env.ts";
import { readOrdersEnv } from "#subgraphs/orders/env.ts";
import { readEnvironment as readProductsEnv } from "#subgraphs/products/env.ts";
import { readSettings as readUsersEnv } from "#subgraphs/users/env.ts";

type Variables = Record<string, string>;

const readers: Readonly<Record<string, (variables: Variables) => unknown>> = {
  gateway: readGatewayEnv,
  users: readUsersEnv,
  products: readProductsEnv,
  orders: readOrdersEnv,
};

/** A production that is complete. */
const production: Variables = {
  NODE_ENV: "production",
  USERS_DATABASE_URL: "postgres://users@127.0.0.1/users",
  PRODUCTS_DATABASE_URL: "postgres://products@127.0.0.1/products",
  ORDERS_DATABASE_URL: "postgres://orders@127.0.0.1/orders",
  INTERNAL_KEY: '{"kty":"EC","d":"secret"}',
  INTERNAL_JWKS: '{"keys":[{"kty":"EC","x":"1","y":"2"}]}',
  TOKEN_KEY: "3q2+7wqJx5vT0sYh8mZk1RfLpQnUoXyBcDeFgHiJkLM=",
  ROUTER_SECRET: "8f14e45fceea167a5a36dedd4bea2543",
  STOREFRONT_URL: "https://shop.example",
  PUBLIC_URL: "https://api.shop.example",
  SMTP_HOST: "smtp.shop.example",
  SMTP_SENDER: "Shop <orders@shop.example>",
  PAYMENT_PROVIDERS: "stripe",
  STRIPE_SECRET_KEY: "sk_live_1",
  STRIPE_WEBHOOK_SECRET: "whsec_1",
};

test.each(Object.keys(readers))("%s starts with everything that production needs", (name) => {
  expect(() => readers[name]?.(production)).not.toThrow();
});

test.each([
  ["STOREFRONT_URL", "http://shop.example", ["users", "orders"]],
  ["STOREFRONT_URL", "", ["users", "orders"]],
  ["PUBLIC_URL", "http://api.shop.example", ["users", "products", "orders"]],
  ["PUBLIC_URL", "", ["users", "products", "orders"]],
  ["MEDIA_URL", "http://pictures.example", ["products"]],
  ["MEDIA_S3_ENDPOINT", "http://s3.example", ["products"]],
  ["SHOP_LOGO_URL", "http://shop.example/logo.png", ["users", "orders"]],
  ["OAUTH_RETURN_URL", "http://shop.example/signed-in", ["users"]],
  ["GOOGLE_REDIRECT_URL", "https://a.example/cb http://b.example/cb", ["users"]],
  ["GITHUB_API_ORIGIN", "http://github.example", ["users"]],
  ["STRIPE_API_URL", "http://stripe.example", ["orders"]],
  ["TOKEN_KEY", "0".repeat(32), ["users", "orders"]],
  ["TOKEN_KEY", "0123456789abcdef0123456789abcdef", ["users", "orders"]],
  ["TOKEN_KEY", "abcdefghijklmnopqrstuvwxyzABCDEF", ["users", "orders"]],
  ["TOKEN_KEY", "changeme-changeme-changeme-changeme-", ["users", "orders"]],
  ["ROUTER_SECRET", "x".repeat(40), ["users", "products", "orders"]],
  ["PASSWORD_HASH_MEMORY_KIB", "64", ["users"]],
  ["SMTP_HOST", "", ["users", "orders"]],
  ["SMTP_SENDER", "", ["users", "orders"]],
  ["BUDGETS_ENABLED", "false", ["orders"]],
  ["DEMO_ACCOUNTS", "allowed", ["users"]],
  ["PAYMENT_PROVIDERS", "stripe test", ["orders"]],
  ["PAYMENT_PROVIDERS", "", ["orders"]],
  ["GATEWAY_EXECUTOR", "apollo", ["gateway"]],
  ["INTERNAL_JWKS", '{"keys":[{"kty":"EC","x":"1","y":"2","d":"secret"}]}', ["users", "products", "orders"]],
])("production rejects %s=%s, by its name and without its value", (name, value, processes) => {
  for (const process of processes) {
    const read = () => readers[process]?.({ ...production, [name]: value });
    expect(read, process).toThrow(`The environment variable ${name} is not usable`);
    if (value.includes("/") || value.length > 30) expect(read, process).not.toThrow(value);
  }
});

test("all that production rejects is named at once, and development accepts it", () => {
  const bad = { ...production, TOKEN_KEY: "0".repeat(32), SMTP_HOST: "", PUBLIC_URL: "http://localhost:4000" };
  const read = () => readUsersEnv(bad);
  for (const name of ["TOKEN_KEY", "SMTP_HOST", "PUBLIC_URL"]) expect(read).toThrow(name);
  expect(() => readUsersEnv({ ...bad, NODE_ENV: "development" })).not.toThrow();
  expect(() => readUsersEnv({ ...bad, NODE_ENV: "staging" })).not.toThrow();
});

test("random secrets of every usual form are accepted", () => {
  for (let round = 0; round < 200; round += 1) {
    const bytes = crypto.getRandomValues(Buffer.alloc(32));
    for (const form of ["hex", "base64", "base64url"] as const) {
      expect(() => readUsersEnv({ ...production, TOKEN_KEY: bytes.toString(form) })).not.toThrow();
    }
  }
});

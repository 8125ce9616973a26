import { expect, test } from "vitest";
import { readOrdersEnv } from "./env.ts";

const variables = {
  ORDERS_DATABASE_URL: "postgres://localhost/orders",
  INTERNAL_KEY: "{}",
  INTERNAL_JWKS: "{}",
  TOKEN_KEY: "3q2+7wqJx5vT0sYh8mZk1RfLpQnUoXyBcDeFgHiJkLM=",
};
const production = {
  ...variables,
  NODE_ENV: "production",
  SHOP_URL: "https://shop.example",
  SMTP_HOST: "smtp.shop.example",
  SMTP_SENDER: "Shop <orders@shop.example>",
};
const stripe = { STRIPE_SECRET_KEY: "sk_live_1", STRIPE_WEBHOOK_SECRET: "whsec_1" };

test("by default, development takes test payments and an order waits 30 minutes", () => {
  const { PAYMENT_PROVIDERS, ORDER_TTL } = readOrdersEnv(variables);
  expect([PAYMENT_PROVIDERS, ORDER_TTL]).toEqual([["test"], 1_800]);
  expect(readOrdersEnv({ ...variables, ORDER_TTL: "2h" }).ORDER_TTL).toBe(7_200);
});

test("production does not start with test payments, with none, or with Stripe half configured", () => {
  const read = (more: Record<string, string>) => () => readOrdersEnv({ ...production, ...more });
  expect(read({})).toThrow("PAYMENT_PROVIDERS");
  expect(read({ PAYMENT_PROVIDERS: "test" })).toThrow("PAYMENT_PROVIDERS");
  expect(read({ PAYMENT_PROVIDERS: "stripe test", ...stripe })).toThrow("PAYMENT_PROVIDERS");
  expect(read({ PAYMENT_PROVIDERS: "stripe", STRIPE_SECRET_KEY: "sk_live_1" })).toThrow("STRIPE_WEBHOOK_SECRET");
  expect(read({ PAYMENT_PROVIDERS: "stripe", ...stripe })()).toMatchObject({ PAYMENT_PROVIDERS: ["stripe"] });
});

test("what is wrong is named", () => {
  expect(() => readOrdersEnv({ ...variables, PAYMENT_PROVIDERS: "paypal" })).toThrow("PAYMENT_PROVIDERS");
  expect(() => readOrdersEnv({ ...variables, TOKEN_KEY: "short" })).toThrow("TOKEN_KEY");
  expect(() =>
    readOrdersEnv({ ...production, SHOP_URL: "http://shop.example", PAYMENT_PROVIDERS: "stripe", ...stripe }),
  ).toThrow("PUBLIC_URL");
});

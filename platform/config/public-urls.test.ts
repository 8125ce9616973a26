import { expect, test } from "vitest";
import { z } from "zod";
import { readEnv } from "./env.ts";
import { publicUrls, publicUrlVariables } from "./public-urls.ts";

const shape = z.object(publicUrlVariables);
const read = (source: Record<string, string>) => publicUrls(readEnv(shape, source));

test("links in mails lead to the storefront, else to the gateway; SHOP_URL stands for what is not set", () => {
  const gateway = "http://localhost:4000";
  expect(read({})).toEqual({ STOREFRONT_URL: gateway, PUBLIC_URL: gateway });
  expect(read({ PUBLIC_URL: "https://api.example/" })).toEqual({
    STOREFRONT_URL: "https://api.example",
    PUBLIC_URL: "https://api.example",
  });
  expect(read({ STOREFRONT_URL: "https://shop.example/de/" })).toEqual({
    STOREFRONT_URL: "https://shop.example/de",
    PUBLIC_URL: gateway,
  });
  expect(read({ SHOP_URL: "https://old.example", PUBLIC_URL: "https://api.example" })).toEqual({
    STOREFRONT_URL: "https://old.example",
    PUBLIC_URL: "https://api.example",
  });
});

test.each(["shop", "localhost:4000", "javascript:alert(1)"])("%s is not an address", (url) => {
  expect(() => read({ STOREFRONT_URL: url })).toThrow("The environment variable STOREFRONT_URL is not usable");
});

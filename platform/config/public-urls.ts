import { z } from "zod";

const webUrl = z.url({ protocol: /^https?$/, error: "it must be an http or https address" });

/** The variables for the shop's addresses on the web. {@link publicUrls} resolves them. */
export const publicUrlVariables = {
  /** Where links in mails lead. */
  STOREFRONT_URL: webUrl.optional(),
  /** The gateway's own address: webhooks, callbacks and the sandbox's payment page. */
  PUBLIC_URL: webUrl.optional(),
  /** Deprecated: the value of both where they are not set. */
  SHOP_URL: webUrl.optional(),
} as const;

/** The shop's addresses on the web, without a slash at the end. */
export type PublicUrls = { readonly STOREFRONT_URL: string; readonly PUBLIC_URL: string };

const developmentUrl = "http://localhost:4000";

/** Resolves the addresses. Without a storefront, links lead to the gateway, which serves a page for each outside production. */
export function publicUrls(env: z.infer<z.ZodObject<typeof publicUrlVariables>>): PublicUrls {
  const gateway = env.PUBLIC_URL ?? env.SHOP_URL ?? developmentUrl;
  const storefront = env.STOREFRONT_URL ?? env.SHOP_URL ?? gateway;
  return { STOREFRONT_URL: withoutSlash(storefront), PUBLIC_URL: withoutSlash(gateway) };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { budgetVariables } from "#platform/budgets/env.ts";
import { commonVariables, flagVariable, listVariable, portVariable, readEnv } from "#platform/config/env.ts";
import { checkProduction } from "#platform/config/production-check.ts";
import { publicUrlVariables } from "#platform/config/public-urls.ts";
import { bySubgraph, developmentPort } from "#schema/subgraphs.ts";

/** What the gateway reads from its environment, once, at start. */
export type GatewayEnv = Omit<z.infer<typeof gatewayVariables>, "EXPLORER_ENABLED" | "INTROSPECTION_ENABLED"> & {
  readonly EXPLORER_ENABLED: boolean;
  readonly INTROSPECTION_ENABLED: boolean;
  /**
   * The addresses of a subgraph, used in turn; for a subgraph that is not the shop's, the supergraph's own for it unless the variable is set.
   *
   * @throws {Error} naming the variable when there is none or it is no address.
   */
  readonly addressesOf: (subgraph: string, inSupergraph?: string) => readonly URL[];
};

const supergraphPath = fileURLToPath(new URL("../schema/generated/supergraph.graphql", import.meta.url));

const { INTERNAL_JWKS: _unused, INTERNAL_KEY, ...shared } = commonVariables;

/** As browsers send it; an app's own scheme, such as capacitor://localhost, is one too. What never matches is a mistake that nobody would see. */
const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/\sA-Z*]+\/?$/;

const gatewayVariables = z.object({
  ...shared,
  ...budgetVariables,
  GATEWAY_PORT: portVariable.default(4000),
  /** The supergraph that is served; the shop's own unless named. */
  SUPERGRAPH_PATH: z.string().default(supergraphPath).refine(existsSync, "there is no such file"),
  /** Signs the tokens for the hop. A graph without a users subgraph of ours may do without. */
  INTERNAL_KEY: INTERNAL_KEY.optional(),
  TOKEN_ISSUER: z.string().default("agora"),
  TOKEN_AUDIENCE: z.string().default("agora"),
  /** `apollo` runs Apollo's own executor, for comparison; rejected in production. */
  GATEWAY_EXECUTOR: z.enum(["compiled", "apollo"]).default("compiled"),
  /** Processes that share the port. */
  GATEWAY_WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  GATEWAY_METRICS_PORT: portVariable.default(9400),
  /** Requests served at the same time by one process; beyond them OVERLOADED. */
  REQUESTS_IN_FLIGHT_MAX: z.coerce.number().int().min(1).max(100_000).default(1_000),
  RATE_LIMIT_ENABLED: flagVariable.default(true),
  /** A second, per user or address. */
  RATE_LIMIT_RPS: z.coerce.number().int().min(1).max(1_000_000).default(20),
  RATE_LIMIT_BURST: z.coerce.number().int().min(1).max(1_000_000).default(40),
  /** Counts rates for all gateways together. */
  REDIS_URL: z.string().optional(),
  /** Addresses and networks (CIDR) whose X-Forwarded-For counts. */
  TRUSTED_PROXIES: listVariable,
  /** Origins whose pages may ask; "*" for all. */
  CORS_TRUSTED_ORIGINS: listVariable.refine(
    (entries) => entries.every((entry) => entry === "*" || origin.test(entry)),
    "it takes origins such as https://shop.example.com, in small letters and without a path, or *",
  ),
  /** A manifest of documents that are known by their hash. */
  TRUSTED_DOCUMENTS_PATH: z.string().optional(),
  /** Execute no other documents. */
  TRUSTED_DOCUMENTS_ONLY: flagVariable.default(false),
  /** On unless in production. */
  EXPLORER_ENABLED: flagVariable.optional(),
  /** On unless in production. */
  INTROSPECTION_ENABLED: flagVariable.optional(),
  /** Where links in mails lead; without it the gateway serves pages for them outside production. */
  STOREFRONT_URL: publicUrlVariables.STOREFRONT_URL,
});

const defaultAddresses: Readonly<Record<string, string>> = bySubgraph(
  (subgraph) => `http://127.0.0.1:${developmentPort(subgraph)}/graphql`,
);

/** @throws {Error} naming the first variable that is missing or wrong. */
export function readGatewayEnv(source: Record<string, string | undefined>): GatewayEnv {
  const env = readEnv(gatewayVariables, source);
  const isProduction = env.NODE_ENV === "production";
  if (env.TRUSTED_DOCUMENTS_ONLY && env.TRUSTED_DOCUMENTS_PATH === undefined) {
    throw new Error("The environment variable TRUSTED_DOCUMENTS_PATH is not set: TRUSTED_DOCUMENTS_ONLY needs it.");
  }
  // In production the gateway serves no pages, whatever the storefront.
  const { STOREFRONT_URL: _unused, ...checked } = gatewayVariables.shape;
  checkProduction(env, Object.keys(checked), {
    GATEWAY_EXECUTOR: env.GATEWAY_EXECUTOR === "apollo" ? "apollo is for comparison only" : undefined,
  });
  const isShop = !source.SUPERGRAPH_PATH;
  if (isShop && env.INTERNAL_KEY === undefined) {
    throw new Error(
      "The environment variable INTERNAL_KEY is not set: the shop's subgraphs accept only signed requests.",
    );
  }
  return {
    ...env,
    EXPLORER_ENABLED: env.EXPLORER_ENABLED ?? !isProduction,
    INTROSPECTION_ENABLED: env.INTROSPECTION_ENABLED ?? !isProduction,
    addressesOf: (subgraph, inSupergraph) => {
      const name = `SUBGRAPH_${subgraph.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_URL`;
      const given = source[name] || (isShop ? defaultAddresses[subgraph] : undefined) || inSupergraph;
      if (given === undefined || given === "")
        throw new Error(`The environment variable ${name} is not set: it has the subgraph's address.`);
      return given.split(",").map((address) => {
        if (!URL.canParse(address.trim()))
          throw new Error(`The environment variable ${name} is not usable: it is no address.`);
        return new URL(address.trim());
      });
    },
  };
}

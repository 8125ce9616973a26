import { z } from "zod";
import { secretVariable } from "../config/env.ts";
import type { Log } from "../observability/log.ts";
import type { Viewer } from "../shop/viewer.ts";
import { httpAccessTokenSource, openAccessVerifier } from "./access-tokens.ts";
import type { InternalKey } from "./internal-tokens.ts";

/** Authenticates another router than our gateway, which presents `ROUTER_SECRET` and passes on the user's own access token. */
export type ExternalRouterAuth = {
  readonly secret: string;
  /** Returns the viewer of an access token. @throws {ApiError} UNAUTHENTICATED for an invalid one. */
  readonly viewerOf: (accessToken: string) => Promise<Viewer>;
};

/** The variables of a subgraph behind another router than our gateway: see {@link openExternalRouterAuth}. */
export const routerVariables = {
  /** A router that presents it may pass on users' own access tokens; without it no router may. */
  ROUTER_SECRET: secretVariable.optional(),
  TOKEN_ISSUER: z.string().default("agora"),
  TOKEN_AUDIENCE: z.string().default("agora"),
} as const;

/**
 * Lets a subgraph stand behind another router than our gateway: it accepts users' own access tokens from a router that presents `ROUTER_SECRET`,
 * verified against the users subgraph's public keys and revocations. Returns undefined when the secret is not set.
 *
 * @param usersAddresses of all instances of the users subgraph.
 */
export async function openExternalRouterAuth(
  env: { ROUTER_SECRET?: string | undefined; TOKEN_ISSUER: string; TOKEN_AUDIENCE: string },
  usersAddresses: readonly URL[],
  signer: InternalKey,
  log: Log,
): Promise<{ readonly auth: ExternalRouterAuth; close(): Promise<void> } | undefined> {
  const secret = env.ROUTER_SECRET;
  if (secret === undefined) return undefined;
  const verifier = await openAccessVerifier({
    source: httpAccessTokenSource(signer, usersAddresses),
    issuer: env.TOKEN_ISSUER,
    audience: env.TOKEN_AUDIENCE,
    log,
  });
  const viewerOf = async (accessToken: string) => (await verifier.verify(accessToken)).viewer;
  return { auth: { secret, viewerOf }, close: () => verifier.close() };
}

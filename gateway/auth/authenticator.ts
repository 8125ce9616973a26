import type { IncomingMessage } from "node:http";
import type { Access, AccessVerifier } from "#platform/auth/access-tokens.ts";
import { type InternalKey, internalLifetimeSeconds, signInternalToken } from "#platform/auth/internal-tokens.ts";
import { header } from "#platform/http/http-server.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Guest, SignedIn } from "#platform/shop/viewer.ts";

/** Who is calling, and how subgraphs learn it. */
export type Identity = {
  readonly viewer: Guest | SignedIn;
  /** Equal for all requests that see the same data: a user's session, or every guest, until one of them changes something. */
  readonly sharingKey: () => string;
  /** Called when a mutation has been responded to: later requests must see what it did. */
  readonly noteMutation: () => void;
  /** The internal token for one subgraph; undefined if the graph is not the shop's and nothing is signed. */
  readonly tokenFor: (subgraph: string) => Promise<string> | undefined;
};

/** Identifies callers by their access tokens. */
export type Authenticator = {
  /** A request without a token is a guest's. @throws {ApiError} UNAUTHENTICATED for a token that is not valid. */
  readonly authenticate: (request: IncomingMessage) => Promise<Identity>;
  readonly guest: Identity;
};

type SignedToken = { readonly text: Promise<string>; readonly freshUntilMs: number };

/** A token that expires on its way is of no use, so it is renewed this long before its end. */
const freshMarginMs = 5_000;

/**
 * @param signer undefined if the graph takes no internal tokens.
 * @param verifier undefined if there is no users subgraph whose tokens could be verified; then every token is rejected.
 */
export function makeAuthenticator(
  signer: InternalKey | undefined,
  verifier: AccessVerifier | undefined,
): Authenticator {
  const guest = makeIdentity(signer, { kind: "guest" }, "guest", Number.POSITIVE_INFINITY);
  const identities = new WeakMap<Access, Identity>();
  const authenticate: Authenticator["authenticate"] = async (request) => {
    const authorization = header(request, "authorization")?.trim();
    // Clients that fill in the header before anybody has signed in send it without a token.
    if (authorization === undefined || authorization === "" || /^Bearer$/i.test(authorization)) return guest;
    const token = /^Bearer ([^\s]+)$/i.exec(authorization)?.[1];
    if (token === undefined || verifier === undefined) {
      throw new ApiError("UNAUTHENTICATED", "The access token is not valid.");
    }
    const access = await verifier.verify(token);
    let identity = identities.get(access);
    if (identity === undefined) {
      identity = makeIdentity(
        signer,
        access.viewer,
        `${access.viewer.sessionId}.${access.generation}.${access.issuedAtMs}`,
        access.expiresAtMs,
      );
      identities.set(access, identity);
    }
    return identity;
  };
  return { authenticate, guest };
}

function makeIdentity(
  signer: InternalKey | undefined,
  viewer: Guest | SignedIn,
  key: string,
  expiresAtMs: number,
): Identity {
  const tokens = new Map<string, SignedToken>();
  let mutations = 0;
  return {
    viewer,
    sharingKey: () => `${key}.${mutations}`,
    noteMutation: () => {
      mutations += 1;
    },
    tokenFor: (subgraph) => {
      if (signer === undefined) return undefined;
      const now = Date.now();
      const known = tokens.get(subgraph);
      if (known !== undefined && known.freshUntilMs > now) return known.text;
      const lifetimeMs = Math.min(internalLifetimeSeconds * 1_000, expiresAtMs - now);
      const text = signInternalToken(signer, subgraph, viewer, lifetimeMs / 1_000);
      tokens.set(subgraph, { text, freshUntilMs: now + lifetimeMs - freshMarginMs });
      return text;
    },
  };
}

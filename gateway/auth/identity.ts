import type { IncomingMessage } from "node:http";
import type { Access, AccessVerifier } from "#platform/auth/access-tokens.ts";
import { type InternalKey, internalLifetimeSeconds, signInternalToken } from "#platform/auth/internal-tokens.ts";
import { header } from "#platform/http/http-server.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Guest, SignedIn } from "#platform/shop/viewer.ts";

/** Who asks, and how a subgraph is told so. */
export type Caller = {
  readonly viewer: Guest | SignedIn;
  /** The same for all requests that may see the same: a user's session, or every guest, until one of theirs changes something. */
  readonly key: () => string;
  /** Tells that a mutation was answered: whoever asks from now on is to see what it did. */
  readonly noteMutation: () => void;
  /** The internal token for one subgraph; undefined where the graph is not the shop's and nothing is signed. */
  readonly tokenFor: (subgraph: string) => Promise<string> | undefined;
};

/** Finds out who asks. */
export type Identity = {
  /** @throws {ApiError} UNAUTHENTICATED for a token that is not good; no token is a guest. */
  readonly identify: (request: IncomingMessage) => Promise<Caller>;
  readonly guest: Caller;
};

type SignedToken = { readonly text: Promise<string>; readonly freshUntilMs: number };

/** A token that a subgraph would find expired on arrival is of no use, so it is made anew this long before its end. */
const freshMarginMs = 5_000;

/**
 * @param signer undefined when the graph takes no internal tokens.
 * @param verifier undefined when there is no users subgraph whose tokens could be verified: then nobody can be signed in.
 */
export function makeIdentity(signer: InternalKey | undefined, verifier: AccessVerifier | undefined): Identity {
  const guest = makeCaller(signer, { kind: "guest" }, "guest", Number.POSITIVE_INFINITY);
  const callers = new WeakMap<Access, Caller>();
  const identify: Identity["identify"] = async (request) => {
    const authorization = header(request, "authorization");
    if (authorization === undefined) return guest;
    const token = /^Bearer ([^\s]+)$/i.exec(authorization)?.[1];
    if (token === undefined || verifier === undefined) {
      throw new ApiError("UNAUTHENTICATED", "The access token is not valid.");
    }
    const access = await verifier.verify(token);
    let caller = callers.get(access);
    if (caller === undefined) {
      caller = makeCaller(
        signer,
        access.viewer,
        `${access.viewer.sessionId}.${access.generation}.${access.issuedAtMs}`,
        access.expiresAtMs,
      );
      callers.set(access, caller);
    }
    return caller;
  };
  return { identify, guest };
}

function makeCaller(
  signer: InternalKey | undefined,
  viewer: Guest | SignedIn,
  key: string,
  expiresAtMs: number,
): Caller {
  const tokens = new Map<string, SignedToken>();
  let mutations = 0;
  return {
    viewer,
    key: () => `${key}.${mutations}`,
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

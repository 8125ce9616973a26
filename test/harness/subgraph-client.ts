import {
  type InternalKey,
  makeInternalKey,
  readInternalKey,
  type ServiceName,
  signInternalToken,
} from "#platform/auth/internal-tokens.ts";
import { newId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { forEachService } from "./shop-variables.ts";
import { noteRequestId, requestIdHeader } from "./statement-log.ts";

/** The internal keys of every process of a shop: as environment variables, and ready to sign with. */
export type ShopKeys = {
  /** `INTERNAL_KEY` of each process, as JSON. */
  readonly privateJwk: Readonly<Record<ServiceName, string>>;
  /** `INTERNAL_JWKS`, as JSON. */
  readonly jwks: string;
  readonly signers: Readonly<Record<ServiceName, InternalKey>>;
};

/** Generates the keys of a shop. */
export async function makeShopKeys(): Promise<ShopKeys> {
  const made = await forEachService(makeInternalKey);
  const signers = await forEachService((name) => readInternalKey(name, made[name].privateJwk));
  return {
    privateJwk: await forEachService(async (name) => JSON.stringify(made[name].privateJwk)),
    jwks: JSON.stringify({ keys: Object.values(made).map(({ publicJwk }) => publicJwk) }),
    signers,
  };
}

/** A GraphQL response. */
export type GraphqlResponse = {
  readonly status: number;
  readonly headers: Headers;
  /** Untyped: each test states the shape that it expects. */
  // biome-ignore lint/suspicious/noExplicitAny: each test states the shape of the response.
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
};

/** Posts an operation and returns the response, with any status. */
export async function postGraph(
  url: string,
  document: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<GraphqlResponse> {
  const response = await fetch(url, {
    ...(signal === undefined ? {} : { signal }),
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...requestIdHeader(), ...headers },
    body: JSON.stringify({ query: document, variables }),
  });
  noteRequestId(response.headers);
  return readResponse(response);
}

/** Reads a GraphQL response. A body that is not JSON has no data and no errors. */
async function readResponse(response: Response): Promise<GraphqlResponse> {
  const text = await response.text();
  const body = parsed(text);
  return { status: response.status, headers: response.headers, data: body.data, errors: body.errors ?? [] };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The caller of a request. Missing fields of a user default to a new id and session, the role CUSTOMER and no permissions. */
export type TestCaller =
  | "guest"
  | (Partial<Omit<SignedIn, "kind" | "scopes">> & { scopes?: readonly string[] })
  | { service: ServiceName };

/** The signed-in viewer of a caller. */
function userOf(caller: Exclude<TestCaller, "guest" | { service: ServiceName }>): SignedIn {
  return {
    kind: "user",
    id: caller.id ?? newId<UserId>(),
    sessionId: caller.sessionId ?? newId<SessionId>(),
    role: caller.role ?? "CUSTOMER",
    scopes: new Set(caller.scopes ?? []),
  };
}

/** Sends an operation to one subgraph, as the gateway does for a viewer, or as another service. */
export type SubgraphClient = (
  document: string,
  variables?: Record<string, unknown>,
  caller?: TestCaller,
) => Promise<GraphqlResponse>;

/** Returns a client of the subgraph `audience` whose origin is `url`. */
export function makeSubgraphClient(keys: ShopKeys, audience: ServiceName, url: string): SubgraphClient {
  return async (document, variables = {}, caller = "guest") => {
    const token = await internalTokenOf(keys, audience, caller);
    return postGraph(`${url}/graphql`, document, variables, { authorization: `Bearer ${token}` });
  };
}

/** Signs the internal token of a caller. */
export async function internalTokenOf(keys: ShopKeys, audience: ServiceName, caller: TestCaller): Promise<string> {
  if (caller === "guest") return signInternalToken(keys.signers.gateway, audience, { kind: "guest" });
  if ("service" in caller) return signInternalToken(keys.signers[caller.service], audience, { kind: "guest" });
  return signInternalToken(keys.signers.gateway, audience, userOf(caller));
}

import {
  type InternalKey,
  makeInternalKey,
  readInternalKey,
  type ServiceName,
  serviceNames,
  signInternalToken,
} from "#platform/auth/internal-tokens.ts";
import { newId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";

/** Keys for every process of a shop: what each one's environment holds, and the keys themselves to sign as any of them. */
export type ShopKeys = {
  /** `INTERNAL_KEY` of each process, as JSON. */
  readonly privateJwk: Readonly<Record<ServiceName, string>>;
  /** `INTERNAL_JWKS`, as JSON. */
  readonly jwks: string;
  readonly signers: Readonly<Record<ServiceName, InternalKey>>;
};

/** New keys for a shop. */
export async function makeShopKeys(): Promise<ShopKeys> {
  const made = await Promise.all(serviceNames.map(async (name) => ({ name, ...(await makeInternalKey(name)) })));
  const signers = await Promise.all(
    made.map(async ({ name, privateJwk }) => [name, await readInternalKey(name, privateJwk)] as const),
  );
  return {
    privateJwk: record(made.map(({ name, privateJwk }) => [name, JSON.stringify(privateJwk)] as const)),
    jwks: JSON.stringify({ keys: made.map(({ publicJwk }) => publicJwk) }),
    signers: record(signers),
  };
}

function record<Value>(entries: readonly (readonly [ServiceName, Value])[]): Record<ServiceName, Value> {
  const values = new Map(entries);
  const of = (name: ServiceName) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`Nothing for ${name}.`);
    return value;
  };
  return { gateway: of("gateway"), users: of("users"), products: of("products"), orders: of("orders") };
}

/** What a GraphQL server answered. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** Loose on purpose: tests name what they expect. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is the test's to state.
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
};

/** Posts an operation and reads the answer, whatever its status. */
export async function postGraph(
  url: string,
  document: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Answer> {
  return readAnswer(
    await fetch(url, {
      ...(signal === undefined ? {} : { signal }),
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...headers },
      body: JSON.stringify({ query: document, variables }),
    }),
  );
}

/** Reads a GraphQL answer; one that is not JSON has no data and no errors. */
async function readAnswer(response: Response): Promise<Answer> {
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

/** Who a test asks as. A user's fields are filled in: a new id and session, CUSTOMER, no permissions. */
export type Asker =
  | "guest"
  | (Partial<Omit<SignedIn, "kind" | "scopes">> & { scopes?: readonly string[] })
  | { service: ServiceName };

/** A signed-in viewer for an asker. */
function userOf(asker: Exclude<Asker, "guest" | { service: ServiceName }>): SignedIn {
  return {
    kind: "user",
    id: asker.id ?? newId<UserId>(),
    sessionId: asker.sessionId ?? newId<SessionId>(),
    role: asker.role ?? "CUSTOMER",
    scopes: new Set(asker.scopes ?? []),
  };
}

/** Asks one subgraph as the gateway would for a viewer, or as another service. */
export type SubgraphClient = (document: string, variables?: Record<string, unknown>, asker?: Asker) => Promise<Answer>;

/** A client of the subgraph `audience` at `url` (its origin). */
export function makeSubgraphClient(keys: ShopKeys, audience: ServiceName, url: string): SubgraphClient {
  return async (document, variables = {}, asker = "guest") => {
    const token = await internalTokenOf(keys, audience, asker);
    return postGraph(`${url}/graphql`, document, variables, { authorization: `Bearer ${token}` });
  };
}

/** The internal token for an asker. */
export async function internalTokenOf(keys: ShopKeys, audience: ServiceName, asker: Asker): Promise<string> {
  if (asker === "guest") return signInternalToken(keys.signers.gateway, audience, { kind: "guest" });
  if ("service" in asker) return signInternalToken(keys.signers[asker.service], audience, { kind: "guest" });
  return signInternalToken(keys.signers.gateway, audience, userOf(asker));
}

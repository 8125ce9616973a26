import type { Subgraph } from "#schema/subgraphs.ts";
import { ApiError } from "./api-error.ts";
import type { SessionId, UserId } from "./ids.ts";

/** On whose behalf a request is made. */
export type Viewer = Guest | SignedIn | Service;

/** A client of the gateway that is not signed in. */
export type Guest = { readonly kind: "guest" };

/** A signed-in user. */
export type SignedIn = {
  readonly kind: "user";
  readonly id: UserId;
  readonly sessionId: SessionId;
  readonly role: "CUSTOMER" | "SELLER" | "ADMIN";
  /** Permission codes. */
  readonly scopes: ReadonlySet<string>;
};

/** Another subgraph on its own behalf. */
export type Service = { readonly kind: "service"; readonly name: Subgraph };

/** The viewer as a signed-in user. @throws {ApiError} UNAUTHENTICATED for any other viewer. */
export function signedIn(viewer: Viewer): SignedIn {
  if (viewer.kind !== "user") throw new ApiError("UNAUTHENTICATED", "Sign in first.");
  return viewer;
}

/** Whether the viewer is a user who holds the permission. */
export function holds(viewer: Viewer, scope: string): boolean {
  return viewer.kind === "user" && viewer.scopes.has(scope);
}

import type { Db } from "#platform/database/database.ts";
import type { RequestContext } from "#platform/graphql/subgraph-server.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { type Loaders, makeLoaders } from "./loaders.ts";

/** What a resolver has: who asks, the database, and the request's loaders. */
export type Context = {
  readonly viewer: Viewer;
  readonly db: Db;
  /** Replaced after each write. */
  loaders: Loaders;
};

/** The context of one request. */
export function makeContext(db: Db, { viewer }: RequestContext): Context {
  return { viewer, db, loaders: makeLoaders(db, viewer) };
}

/** After a write: what was read before it is forgotten, so that a request of several mutations shows each what it left behind. */
export function renewLoaders(context: Context): Loaders {
  context.loaders = makeLoaders(context.db, context.viewer);
  return context.loaders;
}

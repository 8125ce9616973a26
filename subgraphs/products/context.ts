import type { Db } from "#platform/database/database.ts";
import type { RequestContext } from "#platform/graphql/subgraph-server.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { type Loaders, makeLoaders } from "./loaders.ts";

/** What resolvers work with: the viewer, the database, and the loaders of the request. */
export type Context = {
  readonly viewer: Viewer;
  readonly db: Db;
  /** Replaced after each write, see {@link renewLoaders}. */
  loaders: Loaders;
};

/** Makes the context of one request. */
export function makeContext(db: Db, { viewer }: RequestContext): Context {
  return { viewer, db, loaders: makeLoaders(db, viewer) };
}

/** Replaces the loaders after a write, so that each mutation of a request returns the state it left behind. */
export function renewLoaders(context: Context): Loaders {
  context.loaders = makeLoaders(context.db, context.viewer);
  return context.loaders;
}

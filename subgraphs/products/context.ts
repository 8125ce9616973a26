import type { Db } from "#platform/database/database.ts";
import type { Freshness } from "#platform/graphql/cache-control.ts";
import type { RequestContext } from "#platform/graphql/subgraph-server.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { isWhole, type ListedProduct } from "./catalogue/product.ts";
import type { Also } from "./catalogue/variants-with-product.ts";
import type { SharedReads } from "./listing/listing.ts";
import { type Loaders, makeLoaders } from "./loaders.ts";
import type { MediaLibrary } from "./media/media.ts";

/** Pictures as resolvers need them. */
export type MediaContext = {
  readonly library: MediaLibrary;
  /** How long the files of a deleted picture are kept. */
  readonly retentionSeconds: number;
  /** Wakes the conversion of what became due. */
  wake(): void;
};

/** What resolvers work with: the viewer, the database, pictures, and the loaders of the request. */
export type Context = {
  readonly viewer: Viewer;
  readonly db: Db;
  /** Whether `db` has the present stock levels; a replica may be behind. */
  readonly hasLevels: boolean;
  readonly media: MediaContext;
  /** Reads whose results requests share. */
  readonly shared: SharedReads;
  /** Replaced after each write, see {@link renewLoaders}. */
  loaders: Loaders;
  /** How long the response holds. An object of its own, because the server makes a copy of the context. */
  readonly freshness: Freshness;
};

/** The pools of the subgraph. */
export type Pools = {
  readonly db: Db;
  /**
   * Reads what guests browse, and may be a few seconds behind. Guests write nothing here, and their stock is read from `db` all the same; prices at
   * checkout are read by the orders subgraph, which is no guest.
   */
  readonly catalogue: Db;
  /** Serves other services, which ask by ids. */
  readonly stock: Db;
};

/** Makes the context of one request. */
export function makeContext(
  pools: Pools,
  shared: SharedReads,
  media: MediaContext,
  { viewer }: RequestContext,
): Context {
  const primary = viewer.kind === "service" ? pools.stock : pools.db;
  const db = viewer.kind === "guest" ? pools.catalogue : primary;
  const freshness: Freshness = { changesAt: undefined };
  const loaders = makeLoaders(db, viewer, shared.counting, (at) => noteChange({ freshness }, at), primary);
  return { viewer, db, hasLevels: db === primary, shared, media, loaders, freshness };
}

/** Notes when something that the response depends on is scheduled to change. */
export function noteChange({ freshness }: Pick<Context, "freshness">, at: Date | null | undefined): void {
  if (!at) return;
  if (freshness.changesAt === undefined || at < freshness.changesAt) freshness.changesAt = at;
}

/** What to read with products of which fields are selected, at these paths below the one that is being resolved. */
export function alsoRead(
  { hasLevels }: Pick<Context, "hasLevels">,
  paths: ReadonlySet<string>,
  places: readonly string[],
): Also {
  const selects = (fields: readonly string[]) =>
    places.some((place) => fields.some((field) => paths.has(`${place}${field}`)));
  if (!selects(["variants", "defaultVariant", "options"])) return "nothing";
  const levels = ["variants", "defaultVariant"].flatMap((name) => levelFields.map((field) => `${name}.${field}`));
  return hasLevels && selects(levels) ? "variants and levels" : "variants";
}

/** Whether a list needs no more of its products than a brief product has; `places` as in {@link alsoRead}. */
export function isBrief(paths: ReadonlySet<string>, places: readonly string[]): boolean {
  return !places.some((place) => detailFields.some((field) => paths.has(`${place}${field}`)));
}

/** What is read of a product with all its fields alone. */
const detailFields = [
  ...["description", "categories", "tags", "isReturnable", "createdAt", "updatedAt", "version"],
  ...["variants.product", "variants.prices", "defaultVariant.product", "defaultVariant.prices"],
];

const levelFields = ["quantityAvailable", "inStock", "inventory"];

/** Gives the loader a product that was read, so that its variants do not read it again. */
export function noteProduct(context: Pick<Context, "loaders" | "freshness">, product: ListedProduct): void {
  noteChange(context, product.pricesUntil);
  if (isWhole(product)) context.loaders.product.prime(product.id, product);
}

/** Replaces the loaders after a write, so that each mutation of a request returns the state it left behind. */
export function renewLoaders(context: Context): Loaders {
  context.loaders = makeLoaders(context.db, context.viewer, context.shared.counting, (at) => noteChange(context, at));
  return context.loaders;
}

import { ApiError } from "#platform/shop/api-error.ts";
import { type MarketId, parseId } from "#platform/shop/ids.ts";
import { moneyOutput } from "#platform/shop/money.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { mayEdit } from "../catalogue/product.ts";
import { type Context, renewLoaders } from "../context.ts";
import { countLowStock, listLowStock, lowStockPage, movementsPage, type StockLevel } from "../inventory/inventory.ts";
import {
  changeInventory,
  type InventoryChanged,
  parseInventoryAdjust,
  parseInventorySet,
} from "../inventory/inventory-change.ts";
import { type OrderableVariant, readOrderable } from "../reservation/orderable-variants.ts";
import { reserveStock } from "../reservation/reservation.ts";
import { ordersOnly, parseOrderableLines, parseReservation } from "../reservation/service-input.ts";
import { lowStockThresholdDefault } from "../shared/limits.ts";
import { type Result, runCommand } from "../shared/result.ts";

/** Resolvers of stock, and of the fields for the orders service. */
export const stockResolvers = {
  Query: {
    lowStock: (_parent, { threshold, ...page }, { db, viewer }) =>
      listLowStock(db, viewer, threshold ?? lowStockThresholdDefault, lowStockPage(page)),
    orderableVariants: async (_parent, { lines, market: id, language }, { db, viewer, media, loaders }) => {
      ordersOnly(viewer);
      const marketId = id ? parseId<MarketId>(id) : undefined;
      const market = marketId === undefined ? null : await loaders.market.load(marketId);
      if (id && market === null) throw new ApiError("BAD_USER_INPUT", "`market` must be the id of a market.");
      const languages = await loaders.languages(language ?? market?.languages[0]);
      return readOrderable(db, media.library, parseOrderableLines(lines), market ?? undefined, languages);
    },
  },
  OrderableLine: {
    variant: (line) => (line.outcome === "ORDERABLE" ? orderableOutput(line.variant) : null),
    market: (line, _args, { loaders }) =>
      line.outcome === "ORDERABLE" ? line.market : loaders.market.load(line.marketId),
  },
  Mutation: {
    inventoryAdjust: async (_parent, { input }, context) =>
      inventoryPayload(
        context,
        await runCommand(parseInventoryAdjust(input), (command) =>
          changeInventory(context.db, signedIn(context.viewer), command),
        ),
      ),
    inventorySet: async (_parent, { input }, context) =>
      inventoryPayload(
        context,
        await runCommand(parseInventorySet(input), (command) =>
          changeInventory(context.db, signedIn(context.viewer), command),
        ),
      ),
    stockReserve: async (_parent, { input }, { db, viewer }) => {
      ordersOnly(viewer);
      const outcome = await reserveStock(db, parseReservation(input));
      return { outcome: outcome.outcome, shortages: outcome.outcome === "INSUFFICIENT" ? [...outcome.shortages] : [] };
    },
  },
  ProductVariant: {
    quantityAvailable: ({ id, level }, _args, { loaders }) =>
      level === undefined ? loaders.level.load(id).then(available) : available(level),
    inStock: async ({ id, level }, _args, { loaders }) =>
      available(level === undefined ? await loaders.level.load(id) : level) > 0,
    inventory: async ({ id, productId, level }, _args, { viewer, loaders }) => {
      const product = await loaders.product.load(productId);
      return product !== null && mayEdit(viewer, product) ? (level ?? loaders.level.load(id)) : null;
    },
  },
  ProductVariantConnection: {
    totalCount: (list, _args, { db }) => countLowStock(db, list),
  },
  InventoryLevel: {
    available: ({ onHand, reserved }) => onHand - reserved,
    movements: async ({ variantId }, args, { loaders }) => {
      const movements = await loaders.movements(movementsPage(args)).load(variantId);
      if (movements === null) throw new Error("The movements of a variant were not read.");
      return movements;
    },
  },
  StockMovementConnection: {
    totalCount: async ({ variantId }, _args, { loaders }) => (await loaders.movementCount.load(variantId))?.count ?? 0,
  },
} satisfies Resolvers;

function available(level: StockLevel | null): number {
  return level === null ? 0 : level.onHand - level.reserved;
}

async function inventoryPayload(context: Context, outcome: Result<InventoryChanged>) {
  if (!outcome.ok) return { variant: null, movement: null, userErrors: outcome.userErrors };
  const { variantId, movement } = outcome.value;
  return { variant: await renewLoaders(context).variant.load(variantId), movement, userErrors: [] };
}

function orderableOutput({ unitPrice, categoryIds, ...variant }: OrderableVariant) {
  return { ...variant, categoryIds: [...categoryIds], unitPrice: moneyOutput(unitPrice) };
}

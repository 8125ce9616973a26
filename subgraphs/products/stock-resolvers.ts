import { moneyOutput } from "#platform/money.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { readOrderable } from "./orderable.ts";
import { reserveStock } from "./reservation.ts";
import { ordersOnly, parseOrderableLines, parseReservation } from "./service-input.ts";

/** Fields about stock, and those that the orders service asks. */
export const stockResolvers = {
  Query: {
    orderableVariants: async (_parent, { lines }, { db, viewer }) => {
      ordersOnly(viewer);
      const answers = await readOrderable(db, parseOrderableLines(lines));
      return answers.map((answer) =>
        answer.outcome === "ORDERABLE"
          ? { ...answer, variant: { ...answer.variant, unitPrice: moneyOutput(answer.variant.unitPrice) } }
          : answer,
      );
    },
  },
  Mutation: {
    stockReserve: async (_parent, { input }, { db, viewer }) => {
      ordersOnly(viewer);
      const outcome = await reserveStock(db, parseReservation(input));
      return { outcome: outcome.outcome, shortages: outcome.outcome === "INSUFFICIENT" ? [...outcome.shortages] : [] };
    },
  },
  ProductVariant: {
    quantityAvailable: async ({ id }, _args, { loaders }) => {
      const level = await loaders.level.load(id);
      return level === null ? 0 : level.onHand - level.reserved;
    },
    inStock: async ({ id }, _args, { loaders }) => {
      const level = await loaders.level.load(id);
      return level !== null && level.onHand > level.reserved;
    },
  },
} satisfies Pick<Resolvers, "Query" | "Mutation" | "ProductVariant">;

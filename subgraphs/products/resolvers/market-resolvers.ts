import { type MarketId, parseId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { type CurrencyCode, moneyOutput } from "#platform/shop/money.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { mayEdit } from "../catalogue/product.ts";
import { type Context, noteChange } from "../context.ts";
import { findMarket, isDefaultMarket, listMarkets, type Market, parseMarketQuery } from "../markets/market.ts";
import { createMarket, updateMarket } from "../markets/market-changes.ts";
import { parseMarket, parseMarketUpdate } from "../markets/market-input.ts";
import { type Result, runCommand } from "../shared/result.ts";

/** Resolvers of markets. */
export const marketResolvers = {
  Query: {
    markets: (_parent, _args, { db }) => listMarkets(db),
    market: (_parent, args, { db }) => findMarket(db, parseMarketQuery(args)),
  },
  Mutation: {
    marketCreate: async (_parent, { input }, { db }) =>
      marketPayload(await runCommand(parseMarket(input), (command) => createMarket(db, command))),
    marketUpdate: async (_parent, { input }, { db }) =>
      marketPayload(await runCommand(parseMarketUpdate(input), (command) => updateMarket(db, command))),
  },
  Market: {
    __resolveReference: ({ id }, { loaders }) => {
      const marketId = parseId<MarketId>(id);
      return marketId === undefined ? null : loaders.market.load(marketId);
    },
    currencyCode: ({ currency }) => currency,
    isDefault: (market) => isDefaultMarket(market),
  },
  Product: {
    offer: async ({ id }, { market: marketId }, context) => {
      const market = await findOfferMarket(context, marketId);
      const found = market === null ? null : await context.loaders.productOffer(market).load(id);
      noteChange(context, found?.changesAt);
      return found?.offer;
    },
  },
  ProductVariant: {
    offer: async ({ id }, { market: marketId }, context) => {
      const market = await findOfferMarket(context, marketId);
      const found = market === null ? null : await context.loaders.offer(market).load(id);
      noteChange(context, found?.changesAt);
      return found?.offer;
    },
    prices: async ({ id, productId }, _args, { viewer, loaders }) => {
      const product = await loaders.product.load(productId);
      return product !== null && mayEdit(viewer, product) ? [...(await loaders.prices.load(id))] : null;
    },
  },
  Offer: {
    market: ({ marketId }, _args, context) => readMarketOf(context, marketId),
    price: ({ price, currency }) => moneyOutput({ minorUnits: price, currency }),
    compareAtPrice: ({ compareAt, currency }) => moneyOrNull(compareAt, currency),
    lowestPriorPrice: ({ lowestPrior, currency }) => moneyOrNull(lowestPrior, currency),
  },
  VariantPrice: {
    market: ({ marketId }, _args, context) => readMarketOf(context, marketId),
    price: ({ price, currency }) => moneyOutput({ minorUnits: price, currency }),
    compareAtPrice: ({ compareAt, currency }) => moneyOrNull(compareAt, currency),
  },
} satisfies Resolvers;

/** The market of an `offer` field; null for an unknown one. */
async function findOfferMarket({ loaders }: Context, id: string | null | undefined): Promise<Market | null> {
  const marketId = id === null || id === undefined ? defaultMarketId : parseId<MarketId>(id);
  return marketId === undefined ? null : loaders.market.load(marketId);
}

async function readMarketOf({ loaders }: Context, id: MarketId): Promise<Market> {
  const market = await loaders.market.load(id);
  if (market === null) throw new Error(`Market ${id} of a price does not exist.`);
  return market;
}

function moneyOrNull(minorUnits: bigint | null, currency: CurrencyCode) {
  return minorUnits === null ? null : moneyOutput({ minorUnits, currency });
}

function marketPayload(outcome: Result<Market>) {
  return outcome.ok ? { market: outcome.value, userErrors: [] } : { market: null, userErrors: outcome.userErrors };
}

import { type MarketId, parseId } from "#platform/shop/ids.ts";
import type { Resolvers } from "#schema/generated/products.ts";
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
} satisfies Resolvers;

function marketPayload(outcome: Result<Market>) {
  return outcome.ok ? { market: outcome.value, userErrors: [] } : { market: null, userErrors: outcome.userErrors };
}

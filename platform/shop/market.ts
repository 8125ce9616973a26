import type { MarketId } from "./ids.ts";

/** The id of the default market, the same in every shop and in all its databases. */
export const defaultMarketId = "00000000-0000-7000-8000-000000000001" as MarketId;

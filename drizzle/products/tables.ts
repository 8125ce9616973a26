// The tables of products, a file for each room: migrations are written from here, and code imports from here.
export * from "./tables/attributes.ts";
export * from "./tables/catalogue.ts";
export * from "./tables/inventory.ts";
export * from "./tables/listing.ts";
export * from "./tables/markets.ts";
export * from "./tables/media.ts";
export * from "./tables/platform.ts";
export * from "./tables/reservation.ts";
export * from "./tables/search.ts";

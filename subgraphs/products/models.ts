// The domain type that resolvers return for each GraphQL type: `export type { <domain type> as <GraphQL type> }`.
// `npm run schema` reads this file. Resolvers of a type that is missing here return it as the SDL defines it.

export type { Attribute, Choice as AttributeChoice } from "./attributes/attribute.ts";
export type { AttributeValue } from "./attributes/attribute-values.ts";
export type { Category } from "./catalogue/category.ts";
export type { ListedProduct as Product } from "./catalogue/product.ts";
export type { ProductOption } from "./catalogue/product-options.ts";
export type { VariantRead as ProductVariant } from "./catalogue/variants-with-product.ts";
export type {
  LowStockPage as ProductVariantConnection,
  StockLevel as InventoryLevel,
  StockMovement,
  StockMovementPage as StockMovementConnection,
} from "./inventory/inventory.ts";
export type { Listing as ProductConnection, Listing as ProductFacets } from "./listing/listing.ts";
export type { AttributeFacet, OptionFacet, ValueCount as FacetCount } from "./listing/property-facet.ts";
export type { Market } from "./markets/market.ts";
export type { Offer, VariantPrice } from "./markets/offer.ts";
export type { Media } from "./media/media.ts";
export type { OrderableLineResult as OrderableLine } from "./reservation/orderable-variants.ts";

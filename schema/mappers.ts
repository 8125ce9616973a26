import type { SubgraphContract } from "./compose.ts";

/**
 * Which domain type stands for a GraphQL type inside its subgraph: resolvers return it, field resolvers take it as their
 * parent and answer what it does not hold. A type that is not named here is returned whole, as the contract spells it.
 * Each is `../../subgraphs/<subgraph>/<file>.ts#<Type>`, seen from the generated file.
 */
export const mappers: Record<SubgraphContract["name"], Record<string, string>> = {
  users: {
    User: "../../subgraphs/users/user.ts#User",
    SavedAddress: "../../subgraphs/users/address.ts#SavedAddress",
    Session: "../../subgraphs/users/session-list.ts#Session",
  },
  products: {
    Product: "../../subgraphs/products/product.ts#Product",
    ProductVariant: "../../subgraphs/products/variant.ts#Variant",
    ProductConnection: "../../subgraphs/products/listing.ts#Listing",
    Category: "../../subgraphs/products/category.ts#Category",
    InventoryLevel: "../../subgraphs/products/inventory.ts#Level",
  },
  orders: {},
};

import type { SubgraphContract } from "./compose.ts";

/**
 * Which domain type stands for a GraphQL type inside its subgraph: resolvers return it, field resolvers take it as their
 * parent and answer what it does not hold. A type that is not named here is returned whole, as the contract spells it.
 * Each is `../../subgraphs/<subgraph>/<file>.ts#<Type>`, seen from the generated file.
 */
export const mappers: Record<SubgraphContract["name"], Record<string, string>> = {
  users: {
    User: "../../subgraphs/users/user.ts#User",
    UserConnection: "../../subgraphs/users/user-list.ts#UserList",
    SavedAddress: "../../subgraphs/users/address.ts#SavedAddress",
    Session: "../../subgraphs/users/session-list.ts#Session",
  },
  products: {
    Product: "../../subgraphs/products/product.ts#Product",
    ProductVariant: "../../subgraphs/products/variant.ts#Variant",
    ProductConnection: "../../subgraphs/products/listing.ts#Listing",
    ProductFacets: "../../subgraphs/products/listing.ts#Listing",
    Category: "../../subgraphs/products/category.ts#Category",
    InventoryLevel: "../../subgraphs/products/inventory.ts#Level",
    StockMovement: "../../subgraphs/products/inventory.ts#Movement",
    StockMovementConnection: "../../subgraphs/products/inventory.ts#Movements",
    ProductVariantConnection: "../../subgraphs/products/inventory.ts#LowStock",
  },
  orders: {
    Cart: "../../subgraphs/orders/carts.ts#Cart",
    CartItem: "../../subgraphs/orders/carts.ts#CartItem",
    Order: "../../subgraphs/orders/orders.ts#Order",
    OrderItem: "../../subgraphs/orders/orders.ts#OrderItem",
    OrderEvent: "../../subgraphs/orders/order-events.ts#OrderEvent",
    Payment: "../../subgraphs/orders/orders.ts#Order",
    PaymentTransaction: "../../subgraphs/orders/refunds.ts#Transaction",
    UserError: "../../subgraphs/orders/errors.ts#UserError",
    CartProblem: "../../subgraphs/orders/cart-prices.ts#CartProblem",
    CartPayload: "../../subgraphs/orders/carts.ts#CartAnswer",
    OrderPayload: "../../subgraphs/orders/placing.ts#OrderAnswer",
    PaymentPayload: "../../subgraphs/orders/payments.ts#PaymentAnswer",
    OrderConnection: "../../subgraphs/orders/order-list.ts#OrderConnection",
    OrderEventConnection: "../../subgraphs/orders/order-events.ts#OrderEventConnection",
  },
};

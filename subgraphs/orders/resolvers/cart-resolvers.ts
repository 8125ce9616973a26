import { parseId } from "#platform/shop/ids.ts";
import { moneyOutput } from "#platform/shop/money.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { CartItemResolvers, CartResolvers, MutationResolvers, QueryResolvers } from "#schema/generated/orders.ts";
import { addCartItem } from "../cart/add-cart-item.ts";
import type { Cart } from "../cart/cart.ts";
import { findCart } from "../cart/cart.ts";
import { cartProblems, subtotal, unitPrice } from "../cart/cart-prices.ts";
import { clearCart, removeCartItem, updateCartItem } from "../cart/edit-cart.ts";
import { claimCart } from "../checkout/claim-cart.ts";
import type { Context } from "../context.ts";

/** Queries of carts. */
export const cartQueries = {
  cart: async (_parent, { token }, { viewer, db, services }) => findCart(db, viewer, services.tokenKey, token),
} satisfies QueryResolvers;

/** Mutations of carts. */
export const cartMutations = {
  cartItemAdd: async (_parent, { input }, { viewer, clientAddress, services }) =>
    addCartItem(services, viewer, input, clientAddress),
  cartItemUpdate: async (_parent, { input }, { viewer, services }) => updateCartItem(services, viewer, input),
  cartItemRemove: async (_parent, { input }, { viewer, services }) => removeCartItem(services, viewer, input),
  cartClear: async (_parent, { cartToken }, { viewer, services }) => clearCart(services, viewer, cartToken),
  cartClaim: async (_parent, { cartToken, strategy }, { viewer, services }) =>
    claimCart(services, signedIn(viewer).id, cartToken, strategy),
} satisfies MutationResolvers;

/** Fields of Cart. */
export const cartFields: CartResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const cartId = parseId<Cart["id"]>(id);
    return cartId === undefined ? null : loaders.cart.load(cartId);
  },
  user: ({ userId }) => (userId === null ? null : { id: userId }),
  currencyCode: ({ currency }) => currency,
  items: async ({ id }, _args, { loaders }) => [...(await loaders.cartItems.load(id))],
  totalQuantity: async ({ id }, _args, { loaders }) =>
    (await loaders.cartItems.load(id)).reduce((sum, { quantity }) => sum + quantity, 0),
  subtotal: async (cart, _args, context) => {
    const { items, lines } = await pricedItems(cart, context);
    return moneyOutput(subtotal(items, lines, cart));
  },
  problems: async (cart, _args, context) => {
    const { items, lines } = await pricedItems(cart, context);
    return cartProblems(items, lines);
  },
};

async function pricedItems(cart: Cart, { loaders }: Context) {
  const items = await loaders.cartItems.load(cart.id);
  return { items, lines: await Promise.all(items.map((item) => loaders.prices.load(item))) };
}

/** Fields of CartItem. */
export const cartItemFields: CartItemResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const itemId = parseId<Parameters<typeof loaders.cartItem.load>[0]>(id);
    return itemId === undefined ? null : loaders.cartItem.load(itemId);
  },
  product: ({ productId }) => ({ id: productId }),
  variant: ({ variantId }) => ({ id: variantId }),
  unitPrice: async (item, _args, { loaders }) => moneyOutput(unitPrice(item, await loaders.prices.load(item))),
  subtotal: async (item, _args, { loaders }) => {
    const { minorUnits, currency } = unitPrice(item, await loaders.prices.load(item));
    return moneyOutput({ minorUnits: minorUnits * BigInt(item.quantity), currency });
  },
};

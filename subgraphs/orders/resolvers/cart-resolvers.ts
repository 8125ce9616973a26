import type { ShippingMethodId } from "#drizzle/orders/tables.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type CartId, parseId } from "#platform/shop/ids.ts";
import { addressInput, type PostalAddress } from "#platform/shop/input.ts";
import { moneyOutput } from "#platform/shop/money.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { CartItemResolvers, CartResolvers, MutationResolvers, QueryResolvers } from "#schema/generated/orders.ts";
import { addCartItem } from "../cart/add-cart-item.ts";
import type { Cart } from "../cart/cart.ts";
import { findCart } from "../cart/cart.ts";
import { addCartCode, removeCartCode } from "../cart/cart-codes.ts";
import { setCartMarket } from "../cart/cart-market.ts";
import { cartProblems, subtotal, unitPrice } from "../cart/cart-prices.ts";
import { type CartFacts, type CartQuote, quoteCart } from "../cart/cart-quote.ts";
import { clearCart, removeCartItem, updateCartItem } from "../cart/edit-cart.ts";
import { claimCart } from "../checkout/claim-cart.ts";
import type { Context } from "../context.ts";
import { verifyVatNumber } from "../tax/vat-number.ts";
import { quoteTotals } from "./price-output.ts";

/** Queries of carts. */
export const cartQueries = {
  cart: async (_parent, { token }, { viewer, db, services }) => findCart(db, viewer, services.tokenKey, token),
} satisfies QueryResolvers;

/** Mutations of carts. */
export const cartMutations = {
  cartItemAdd: async (_parent, { input }, { viewer, clientAddress, services, loaders }) => {
    const payload = await addCartItem(services, viewer, input, clientAddress);
    if (payload.cart !== undefined && payload.known !== undefined) {
      const { items, looked } = payload.known;
      loaders.cartItems.clear(payload.cart.id).prime(payload.cart.id, items);
      for (const { item, line } of looked) loaders.prices.clear(item).prime(item, line);
    }
    return payload;
  },
  cartItemUpdate: async (_parent, { input }, { viewer, services }) => updateCartItem(services, viewer, input),
  cartItemRemove: async (_parent, { input }, { viewer, services }) => removeCartItem(services, viewer, input),
  cartDiscountCodeAdd: async (_parent, { input }, { viewer, clientAddress, services }) =>
    addCartCode(services, viewer, input, clientAddress),
  cartDiscountCodeRemove: async (_parent, { input }, { viewer, services }) => removeCartCode(services, viewer, input),
  cartMarketSet: async (_parent, { input }, { viewer, clientAddress, services }) =>
    setCartMarket(services, viewer, input, clientAddress),
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
  market: ({ marketId }) => ({ id: marketId }),
  discountCodes: async (cart, _args, context) => {
    const { quote } = await plainQuote(cart, context);
    return quote.discounts.flatMap(({ candidate: { code }, status, amount }) =>
      code === null ? [] : [{ code, status, amount: moneyOutput({ minorUnits: amount, currency: quote.currency }) }],
    );
  },
  shippingOptions: async (cart, { address }, context) => {
    const { items, lines } = await pricedItems(cart, context);
    const choices = { destination: readAddress(address, "address") };
    const { quote } = await quoteCart(context.services, cart, items, lines, choices);
    return quote.options.map(({ option: { method }, price, minDays, maxDays }) => ({
      id: method.id,
      name: method.name,
      isPickup: method.isPickup,
      price: moneyOutput({ minorUnits: price, currency: quote.currency }),
      minDays,
      maxDays,
    }));
  },
  totals: async (cart, { shippingAddress, shippingOptionId, vatNumber }, context) => {
    const { services, clientAddress } = context;
    if (shippingAddress == null && shippingOptionId == null && vatNumber == null) {
      return quoteTotals((await plainQuote(cart, context)).quote);
    }
    const destination = shippingAddress == null ? undefined : readAddress(shippingAddress, "shippingAddress");
    const { items, lines } = await pricedItems(cart, context);
    const business = vatNumber ? await verifyVatNumber(services, vatNumber, clientAddress) : undefined;
    const optionId =
      shippingOptionId == null ? undefined : (parseId<ShippingMethodId>(shippingOptionId) ?? unknownOption);
    const choices = { destination, shippingOptionId: optionId, businessOf: business?.memberState };
    const { quote } = await quoteCart(services, cart, items, lines, choices);
    const isServed = optionId === undefined || destination === undefined || quote.shipping !== undefined;
    if (!isServed && quote.problem === "SHIPPING_UNAVAILABLE") {
      throw new ApiError("BAD_USER_INPUT", "This shipping method is not available for this address.");
    }
    return quoteTotals(quote);
  },
  problems: async (cart, _args, context) => {
    const { items, lines } = await pricedItems(cart, context);
    return cartProblems(items, lines);
  },
};

/** The id of no way of shipping. */
const unknownOption = "" as ShippingMethodId;

/** What the cart would cost, as far as nothing is chosen; once for each request. */
function plainQuote(cart: CartFacts & { readonly id: CartId }, { loaders }: Context): Promise<CartQuote> {
  return loaders.cartQuotes.load(cart);
}

function readAddress(input: unknown, name: string): PostalAddress {
  const parsed = addressInput.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(
    "BAD_USER_INPUT",
    `\`${[name, ...(issue?.path ?? [])].join(".")}\`: ${issue?.message ?? "not an address"}`,
  );
}

async function pricedItems({ id }: { readonly id: CartId }, { loaders }: Pick<Context, "loaders">) {
  const items = await loaders.cartItems.load(id);
  return { items, lines: await Promise.all(items.map((item) => loaders.prices.load(item))) };
}

/** Fields of CartItem. */
export const cartItemFields: CartItemResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const itemId = parseId<Parameters<typeof loaders.cartItem.load>[0]>(id);
    return itemId === undefined ? null : loaders.cartItem.load(itemId);
  },
  discounts: async (item, _args, context) => {
    const { cartId: id, marketId, cartCurrency: currency, discountCodes } = item;
    const { quote, itemIds } = await plainQuote({ id, marketId, currency, discountCodes: [...discountCodes] }, context);
    const line = itemIds.indexOf(item.id);
    return quote.price.discounts.flatMap(({ discount: { name, code }, lines }) => {
      const minorUnits = lines[line] ?? 0n;
      return minorUnits === 0n ? [] : [{ name, code, amount: moneyOutput({ minorUnits, currency }) }];
    });
  },
  product: ({ productId }) => ({ id: productId }),
  variant: ({ variantId }) => ({ id: variantId }),
  unitPrice: async (item, _args, { loaders }) => moneyOutput(unitPrice(item, await loaders.prices.load(item))),
  subtotal: async (item, _args, { loaders }) => {
    const { minorUnits, currency } = unitPrice(item, await loaders.prices.load(item));
    return moneyOutput({ minorUnits: minorUnits * BigInt(item.quantity), currency });
  },
};

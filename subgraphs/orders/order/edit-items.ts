import { z } from "zod";
import type { EditedLine } from "#drizzle/orders/tables.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { newId, type OrderId, type OrderItemId, type ProductId } from "#platform/shop/ids.ts";
import {
  idempotencyKeyInput,
  idOrUndefined,
  notFoundError,
  parseInput,
  quantityInput,
  validationError,
} from "#platform/shop/input.ts";
import { linesPerOrderMax, unitsPerLineMax } from "#platform/shop/limits.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { findOrderable, parseVariantId } from "../clients/orderable-lines.ts";
import type { OrderableVariant } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { checkoutError, currencyMismatchError } from "../shared/user-errors.ts";
import { type EditPlan, editOrder } from "./edit-order.ts";
import type { Order, OrderItem } from "./order.ts";
import type { OrderPayload } from "./order-payload.ts";
import { editedLine } from "./price-edit.ts";

const addInput = z.object({
  input: z.object({ productId: z.string(), variantId: z.string().nullish(), quantity: quantityInput }),
  idempotencyKey: idempotencyKeyInput.nullish(),
});
const updateInput = z.object({ quantity: quantityInput });

/** Adds units of a product to a PENDING order, at today's price. At most once per idempotency key, if one is given. */
export async function addOrderItem(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; input: unknown; idempotencyKey?: string | null; expectedVersion?: number | null },
): Promise<OrderPayload> {
  const parsed = parseInput(addInput, { input: args.input, idempotencyKey: args.idempotencyKey });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { input, idempotencyKey } = parsed.value;
  const { productId, variantId, quantity } = input;
  return editOrder(services, viewer, {
    orderId: idOrUndefined<OrderId>(args.orderId),
    expectedVersion: args.expectedVersion,
    key:
      idempotencyKey == null
        ? undefined
        : {
            name: { scope: `user:${viewer.id}`, mutation: "orderItemAdd", key: idempotencyKey },
            fingerprint: fingerprint({ orderId: args.orderId, input }),
          },
    plan: async (order, items) => {
      const requested = {
        productId: idOrUndefined<ProductId>(productId),
        variantId: parseVariantId(variantId),
        at: ["input"],
      };
      const found = await findOrderable(services.products, [requested], order.marketId, order.language);
      const [variant] = found.variants;
      if (found.userErrors.length > 0 || variant === undefined) return { userErrors: found.userErrors };
      return planAddition(order, items, variant, quantity);
    },
  });
}

/** The units go to the line of that variant and price, or to a new line. */
function planAddition(
  order: Order,
  items: readonly OrderItem[],
  variant: OrderableVariant,
  quantity: number,
  field: readonly string[] = ["input", "quantity"],
): EditPlan {
  const { unitPrice } = variant;
  if (unitPrice.currency !== order.currency) return { userErrors: [currencyMismatchError(["input", "productId"])] };
  const lines = items.map(editedLine);
  const existing = lines.find(
    (line) => line.variantId === variant.variantId && line.marketPriceMinor === unitPrice.minorUnits.toString(),
  );
  const units = lines.reduce((sum, line) => sum + (line.variantId === variant.variantId ? line.quantity : 0), quantity);
  if (units > unitsPerLineMax) {
    return { userErrors: [validationError(field, `An order can have at most ${unitsPerLineMax} units of a variant.`)] };
  }
  const message = `Added ${quantity} × ${variant.productName}.`;
  if (existing !== undefined) return withQuantity(lines, existing.id, existing.quantity + quantity, message, field);
  if (lines.length >= linesPerOrderMax) {
    return { userErrors: [validationError(field.slice(0, 1), `An order can have at most ${linesPerOrderMax} lines.`)] };
  }
  const line: EditedLine = {
    id: newId<OrderItemId>(),
    position: Math.max(...lines.map(({ position }) => position)) + 1,
    productId: variant.productId,
    variantId: variant.variantId,
    productName: variant.productName,
    variantName: variant.variantName,
    sku: variant.sku,
    productImageUrl: variant.imageUrl,
    unitPriceMinor: unitPrice.minorUnits.toString(),
    marketPriceMinor: unitPrice.minorUnits.toString(),
    quantity,
    taxClass: variant.taxClass,
    weightGrams: variant.weightGrams,
    categoryIds: variant.categoryIds,
    isReturnable: variant.isReturnable,
  };
  return { lines: [...lines, line], message, field };
}

/** Changes the quantity of a line of a PENDING order. Units that were ordered keep their price; added ones have today's. */
export async function updateOrderItem(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; itemId: string; quantity: number; expectedVersion?: number | null },
): Promise<OrderPayload> {
  const parsed = parseInput(updateInput, { quantity: args.quantity });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const itemId = idOrUndefined<OrderItemId>(args.itemId);
  return editOrder(services, viewer, {
    orderId: idOrUndefined<OrderId>(args.orderId),
    expectedVersion: args.expectedVersion,
    plan: async (order, items) => {
      const item = items.find(({ id }) => id === itemId);
      if (item === undefined) return { userErrors: [notFoundError(["itemId"])] };
      const added = args.quantity - item.quantity;
      if (added > 0) return planMore(services, order, items, item, added);
      const message = `Changed ${item.productName} from ${item.quantity} to ${args.quantity}.`;
      return withQuantity(items.map(editedLine), item.id, args.quantity, message, ["quantity"]);
    },
  });
}

/** More units of a line cost what they cost today: they stay on the line if that is its price, and become a line of their own otherwise. */
async function planMore(
  { products }: Services,
  order: Order,
  items: readonly OrderItem[],
  item: OrderItem,
  added: number,
): Promise<EditPlan> {
  const [availability] = await products.findOrderable([item], order.marketId, order.language);
  if (availability?.outcome !== "ORDERABLE") {
    const message = `${item.productName} is no longer on sale. The quantity can only be reduced.`;
    return { userErrors: [checkoutError("PRODUCT_UNAVAILABLE", message, ["quantity"])] };
  }
  const { variant } = availability;
  if (variant.unitPrice.currency !== order.currency) return { userErrors: [currencyMismatchError(["quantity"])] };
  return planAddition(order, items, variant, added, ["quantity"]);
}

/** Removes a line from a PENDING order, unless it is the last one. */
export async function removeOrderItem(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; itemId: string; expectedVersion?: number | null },
): Promise<OrderPayload> {
  const itemId = idOrUndefined<OrderItemId>(args.itemId);
  return editOrder(services, viewer, {
    orderId: idOrUndefined<OrderId>(args.orderId),
    expectedVersion: args.expectedVersion,
    plan: (_order, items) => {
      const item = items.find(({ id }) => id === itemId);
      if (item === undefined) return { userErrors: [notFoundError(["itemId"])] };
      if (items.length === 1) {
        const message = "The last line cannot be removed. Cancel the order instead.";
        return { userErrors: [checkoutError("ORDER_NOT_EDITABLE", message, ["itemId"])] };
      }
      const lines = items.filter(({ id }) => id !== itemId).map(editedLine);
      return { lines, message: `Removed ${item.productName}.`, field: ["itemId"] };
    },
  });
}

function withQuantity(
  lines: readonly EditedLine[],
  id: OrderItemId,
  quantity: number,
  message: string,
  field: readonly string[],
): EditPlan {
  if (quantity > unitsPerLineMax) {
    return { userErrors: [validationError(field, `A line can have at most ${unitsPerLineMax} units.`)] };
  }
  return { lines: lines.map((line) => (line.id === id ? { ...line, quantity } : line)), message, field };
}

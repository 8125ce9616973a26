import { z } from "zod";
import { ApiError } from "#platform/shop/api-error.ts";
import type { OrderId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { idOrUndefined, quantityInput } from "#platform/shop/input.ts";
import { linesPerOrderMax } from "#platform/shop/limits.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import type { OrderableLineInput, StockReserveInput } from "#schema/generated/products.ts";
import type { OrderableLineQuery } from "./orderable-variants.ts";
import { type ReservationCommand, sumLines } from "./reservation.ts";

/** Admits only the orders service. @throws {ApiError} FORBIDDEN for any other viewer. */
export function ordersOnly(viewer: Viewer): void {
  if (viewer.kind === "service" && viewer.name === "orders") return;
  throw new ApiError("FORBIDDEN", "Only the orders service may use this field.");
}

/** Parses the lines of `orderableVariants`. @throws {ApiError} BAD_USER_INPUT for more than 100. */
export function parseOrderableLines(lines: readonly OrderableLineInput[]): OrderableLineQuery[] {
  if (lines.length > linesPerOrderMax)
    throw new ApiError("BAD_USER_INPUT", `\`lines\` must have at most ${linesPerOrderMax} entries.`);
  return lines.map(({ productId, variantId }) => ({
    productId: idOrUndefined<ProductId>(productId),
    variantId: variantId === null || variantId === undefined ? null : idOrUndefined<VariantId>(variantId),
  }));
}

const reservation = z.object({
  orderId: z.uuid().transform((id) => id.toLowerCase() as OrderId),
  revision: z.int().min(1),
  expiresAt: z.iso
    .datetime()
    .transform((time) => new Date(time))
    .nullish()
    .transform((time) => time ?? null),
  lines: z
    .array(z.object({ variantId: z.uuid().transform((id) => id.toLowerCase() as VariantId), quantity: quantityInput }))
    .min(1)
    .max(linesPerOrderMax)
    .transform(sumLines),
});

/** Parses `StockReserveInput`. @throws {ApiError} BAD_USER_INPUT, since an invalid input is a mistake of the calling service, not of a user. */
export function parseReservation(input: StockReserveInput): ReservationCommand {
  const parsed = reservation.safeParse(input);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new ApiError("BAD_USER_INPUT", `\`input.${first?.path.join(".") ?? ""}\`: ${first?.message ?? "invalid"}`);
}

import { and, eq, isNull } from "drizzle-orm";
import { type ShippingMethodId, shippingMethods, shippingRates } from "#drizzle/orders/tables.ts";
import { newId } from "#platform/shop/ids.ts";
import { editConflictError, idOrUndefined, notFoundError } from "#platform/shop/input.ts";
import type { Services } from "../services.ts";
import { changeSettings } from "../settings/change-settings.ts";
import type { ShippingMethod } from "../settings/settings.ts";
import type { UserError } from "../shared/user-errors.ts";
import { parseShippingMethod } from "./shipping-input.ts";

/** The result of setting a shipping method. */
export type ShippingMethodPayload = {
  readonly shippingMethod?: ShippingMethod;
  readonly userErrors: readonly UserError[];
};

/** Adds a shipping method, or replaces one as a whole. What it was stays known, for orders placed before. */
export async function setShippingMethod(services: Services, input: unknown): Promise<ShippingMethodPayload> {
  const parsed = await parseShippingMethod(services, input);
  if ("userErrors" in parsed) return { userErrors: parsed.userErrors };
  const { id: givenId, expectedVersion, rates, ...fields } = parsed;
  const id = givenId === undefined ? newId<ShippingMethodId>() : idOrUndefined<ShippingMethodId>(givenId);
  if (id === undefined) return { userErrors: [notFoundError(["id"])] };
  return changeSettings(services.db, async (tx, revision): Promise<ShippingMethodPayload> => {
    const [before] = await tx
      .update(shippingMethods)
      .set({ replacedAt: revision })
      .where(and(eq(shippingMethods.id, id), isNull(shippingMethods.replacedAt)))
      .returning();
    if (before === undefined && givenId !== undefined) return { userErrors: [notFoundError(["id"])] };
    if (expectedVersion !== undefined && expectedVersion !== (before?.version ?? 0)) {
      return { userErrors: [editConflictError(before?.version ?? 0)] };
    }
    const version = (before?.version ?? 0) + 1;
    const [method] = await tx
      .insert(shippingMethods)
      .values({
        id,
        version,
        ...fields,
        ...(before === undefined ? {} : { createdAt: before.createdAt }),
        recordedAt: revision,
      })
      .returning();
    if (method === undefined) throw new Error("A shipping method was not written.");
    const rows = rates.map((rate, position) => ({ ...rate, methodId: id, version, position }));
    if (rows.length > 0) await tx.insert(shippingRates).values(rows);
    return { shippingMethod: { ...method, rates: rows }, userErrors: [] };
  });
}

import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { inventoryRequests, type MovementId, products, stockLevels, stockMovements } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import { fingerprint } from "#platform/shop/fingerprint.ts";
import { newId, parseId, type VariantId } from "#platform/shop/ids.ts";
import { idempotencyKeyInput, notFoundError, type Parsed, parseInput } from "#platform/shop/input.ts";
import { multilineText } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { editableBy } from "../catalogue/product.ts";
import { stockInput } from "../catalogue/product-input.ts";
import { stockReasonCharactersMax, stockUnitsMax } from "../shared/limits.ts";
import { err, idempotencyKeyReusedError, ok, type Result, stockPreconditionError } from "../shared/result.ts";
import type { StockMovement } from "./inventory.ts";

/** A change of stock by a person: by a number of units, or to a number of units. */
export type InventoryCommand = {
  /** Undefined for a malformed id, which matches no variant. */
  readonly variantId: VariantId | undefined;
  readonly reason: string;
  readonly idempotencyKey: string;
} & (
  | { readonly delta: number }
  | {
      readonly onHand: number;
      /** The change is made only if this many units are on hand; null: in any case. */
      readonly expectedOnHand: number | null;
    }
);

/** The variant whose stock was changed, and the movement. */
export type InventoryChanged = { readonly variantId: VariantId; readonly movement: StockMovement };

const common = {
  variantId: z.string().transform((id) => parseId<VariantId>(id)),
  reason: multilineText(stockReasonCharactersMax, 1),
  idempotencyKey: idempotencyKeyInput,
};

const adjustInput = z.object({
  ...common,
  delta: z
    .int("Enter a whole number.")
    .min(-stockUnitsMax, `Enter at least -${stockUnitsMax}.`)
    .max(stockUnitsMax, `Enter at most ${stockUnitsMax}.`)
    .refine((delta) => delta !== 0, "Enter a number other than 0."),
});

const setInput = z.object({
  ...common,
  onHand: stockInput,
  expectedOnHand: z
    .int("Enter a whole number.")
    .min(0, "Enter 0 or more.")
    .nullish()
    .transform((value) => value ?? null),
});

/** Parses `InventoryAdjustInput`. */
export function parseInventoryAdjust(input: unknown): Parsed<InventoryCommand> {
  return parseInput(adjustInput, input);
}

/** Parses `InventorySetInput`. */
export function parseInventorySet(input: unknown): Parsed<InventoryCommand> {
  return parseInput(setInput, input);
}

/**
 * Changes the units on hand of a variant that the viewer may edit and records the movement, once for each of the viewer's idempotency keys: a
 * repeat returns the same movement. Fails with NOT_FOUND, with IDEMPOTENCY_KEY_REUSED for a repeat with a different input, and with
 * STOCK_PRECONDITION_FAILED. A change that failed frees its key.
 */
export async function changeInventory(
  db: Db,
  viewer: SignedIn,
  command: InventoryCommand,
): Promise<Result<InventoryChanged>> {
  const { variantId, idempotencyKey: key } = command;
  if (variantId === undefined) return err(notFoundError(["variantId"], "Variant not found."));
  const request = {
    userId: viewer.id,
    key,
    fingerprint: fingerprint(command),
    variantId,
    movementId: newId<MovementId>(),
  };
  return transaction(db, async (tx) => {
    // A concurrent request with the same key is waited for here.
    const [mine] = await tx.insert(inventoryRequests).values(request).onConflictDoNothing().returning();
    if (mine === undefined) return replayChange(tx, viewer, key, request.fingerprint);
    const movement = await writeChange(tx, viewer, variantId, command, mine.movementId);
    if (movement !== undefined) return ok({ variantId, movement });
    await tx
      .delete(inventoryRequests)
      .where(and(eq(inventoryRequests.userId, viewer.id), eq(inventoryRequests.key, key)));
    return explainRejection(tx, viewer, variantId, command);
  });
}

async function replayChange(tx: Tx, viewer: SignedIn, key: string, wanted: string): Promise<Result<InventoryChanged>> {
  const [earlier] = await tx
    .select({ fingerprint: inventoryRequests.fingerprint, movement: stockMovements })
    .from(inventoryRequests)
    .innerJoin(stockMovements, eq(stockMovements.id, inventoryRequests.movementId))
    .where(and(eq(inventoryRequests.userId, viewer.id), eq(inventoryRequests.key, key)));
  if (earlier === undefined) throw new Error("A stock change was recorded without its movement.");
  if (earlier.fingerprint !== wanted) return err(idempotencyKeyReusedError());
  return ok({ variantId: earlier.movement.variantId, movement: earlier.movement });
}

/** Decides by the locked level and writes; undefined if nothing was changed. */
async function writeChange(
  tx: Tx,
  viewer: SignedIn,
  variantId: VariantId,
  command: InventoryCommand,
  movementId: MovementId,
): Promise<StockMovement | undefined> {
  const after = "delta" in command ? sql`on_hand + ${command.delta}::int` : sql`${command.onHand}::int`;
  const expected = "delta" in command ? null : command.expectedOnHand;
  const changed = await tx.execute(sql`
    with level as materialized (
      select ${stockLevels.variantId}, ${stockLevels.onHand}, ${stockLevels.reserved}
      from ${stockLevels} join ${products} on ${products.id} = ${stockLevels.productId}
      where ${stockLevels.variantId} = ${variantId}::uuid and ${editableBy(viewer)}
      for no key update of ${stockLevels}
    ),
    change as materialized (
      select variant_id, on_hand, reserved, ${after} as after from level
      where ${after} between reserved and ${stockUnitsMax}::int and on_hand = coalesce(${expected}::int, on_hand)
    ),
    changed as (
      update ${stockLevels} set on_hand = change.after, reserved = change.reserved from change where ${stockLevels.variantId} = change.variant_id
    )
    insert into ${stockMovements} (id, variant_id, type, on_hand_change, reserved_change, reason)
    select ${movementId}::uuid, variant_id, 'ADJUSTMENT', after - on_hand, 0, ${command.reason}::text from change
    returning id`);
  if (changed.length === 0) return undefined;
  const [movement] = await tx.select().from(stockMovements).where(eq(stockMovements.id, movementId));
  return movement;
}

async function explainRejection(
  tx: Tx,
  viewer: SignedIn,
  variantId: VariantId,
  command: InventoryCommand,
): Promise<Result<never>> {
  const [level] = await tx
    .select({ onHand: stockLevels.onHand, reserved: stockLevels.reserved })
    .from(stockLevels)
    .innerJoin(products, eq(products.id, stockLevels.productId))
    .where(and(eq(stockLevels.variantId, variantId), editableBy(viewer)));
  if (level === undefined) return err(notFoundError(["variantId"], "Variant not found."));
  const { onHand, reserved } = level;
  if ("delta" in command) {
    const message =
      onHand + command.delta > stockUnitsMax
        ? `At most ${stockUnitsMax} units can be on hand.`
        : `Only ${onHand - reserved} of the ${onHand} units on hand are not reserved.`;
    return err(stockPreconditionError("delta", message, onHand));
  }
  if (command.expectedOnHand !== null && command.expectedOnHand !== onHand) {
    return err(stockPreconditionError("expectedOnHand", `${onHand} units are on hand.`, onHand));
  }
  return err(stockPreconditionError("onHand", `${reserved} units are reserved.`, onHand));
}

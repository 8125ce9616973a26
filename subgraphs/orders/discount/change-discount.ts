import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import {
  type DiscountId,
  discountBuyers,
  discountCodes,
  discountHistory,
  discountRedemptions,
  discounts,
} from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { newId } from "#platform/shop/ids.ts";
import {
  despiteOtherErrors,
  editConflictError,
  idOrUndefined,
  isPeriod,
  momentInput,
  notFoundError,
  parseInput,
  validationError,
} from "#platform/shop/input.ts";
import type { Services } from "../services.ts";
import { changeSettings } from "../settings/change-settings.ts";
import type { Discount } from "../settings/settings.ts";
import type { UserError } from "../shared/user-errors.ts";
import {
  discountNameInput,
  type NewCode,
  parseCodes,
  parseDiscount,
  periodErrors,
  periodMessage,
  usageLimitInput,
} from "./discount-input.ts";

/** The result of changing a discount. */
export type DiscountPayload = { readonly discount?: Discount; readonly userErrors: readonly UserError[] };

/** Makes a discount with its codes. */
export async function createDiscount(services: Services, input: unknown): Promise<DiscountPayload> {
  const parsed = await parseDiscount(services, input);
  if ("userErrors" in parsed) return { userErrors: parsed.userErrors };
  return changeSettings(services.db, async (tx, createdRevision): Promise<DiscountPayload> => {
    const [discount] = await tx
      .insert(discounts)
      .values({ id: newId<DiscountId>(), ...parsed.fields, createdRevision })
      .returning();
    if (discount === undefined) throw new Error("A discount was not written.");
    const userErrors = await addCodes(tx, discount.id, parsed.codes);
    return userErrors.length > 0 ? { userErrors } : { discount, userErrors };
  });
}

/** The errors for codes that are taken, by this discount or another. */
async function addCodes(tx: Tx, discountId: DiscountId, codes: readonly NewCode[]): Promise<UserError[]> {
  if (codes.length === 0) return [];
  const added = await tx
    .insert(discountCodes)
    .values(codes.map((code) => ({ ...code, discountId })))
    .onConflictDoNothing()
    .returning({ key: discountCodes.key });
  const isAdded = new Set(added.map(({ key }) => key));
  return codes.flatMap(({ key, code }, index) =>
    isAdded.has(key)
      ? []
      : [{ ...validationError(["codes", index], `The code ${code} is taken.`), code: "ALREADY_EXISTS" }],
  );
}

/** Adds codes to a discount. One that applied by itself needs a code from now on. */
export async function addDiscountCodes(services: Services, input: unknown): Promise<DiscountPayload> {
  const parsed = parseInput(z.object({ discountId: z.string(), codes: z.array(z.unknown()) }), input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const codes = parseCodes(parsed.value.codes);
  if ("userErrors" in codes) return { userErrors: codes.userErrors };
  const id = idOrUndefined<DiscountId>(parsed.value.discountId);
  return changeSettings(services.db, async (tx, revision): Promise<DiscountPayload> => {
    const before = id === undefined ? undefined : await readForChange(tx, id);
    if (before === undefined) return { userErrors: [notFoundError(["discountId"])] };
    const userErrors = await addCodes(tx, before.id, codes.codes);
    if (userErrors.length > 0) return { userErrors };
    const discount = await writeChange(tx, revision, before, before.needsCode ? {} : { needsCode: true });
    return { discount, userErrors };
  });
}

const updateInput = z
  .object({
    id: z.string(),
    name: discountNameInput.optional(),
    startsAt: momentInput.nullish(),
    endsAt: momentInput.nullish(),
    usageLimit: usageLimitInput.nullish(),
    usageLimitPerBuyer: usageLimitInput.nullish(),
    isActive: z.boolean().optional(),
    expectedVersion: z.int().nullish(),
  })
  .refine(({ startsAt, endsAt }) => isPeriod(startsAt, endsAt), {
    ...despiteOtherErrors,
    path: ["endsAt"],
    error: periodMessage,
  });

/** Changes a discount; what it takes off stays. Fields that were left out stay, null clears. */
export async function updateDiscount(services: Services, input: unknown): Promise<DiscountPayload> {
  const parsed = parseInput(updateInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { id: text, expectedVersion, ...change } = parsed.value;
  const id = idOrUndefined<DiscountId>(text);
  return changeSettings(services.db, async (tx, revision): Promise<DiscountPayload> => {
    if (id === undefined) return { userErrors: [notFoundError(["id"])] };
    const setsLimit = change.usageLimit != null || change.usageLimitPerBuyer != null;
    // No order may take or give back a use while the uses are counted; before the discount itself is locked, as orders do it too.
    if (setsLimit) await tx.execute(sql`lock table ${discountRedemptions} in share mode`);
    const before = await readForChange(tx, id);
    if (before === undefined) return { userErrors: [notFoundError(["id"])] };
    if (expectedVersion != null && expectedVersion !== before.version) {
      return { userErrors: [editConflictError(before.version)] };
    }
    const startsAt = change.startsAt === undefined ? before.startsAt : change.startsAt;
    const endsAt = change.endsAt === undefined ? before.endsAt : change.endsAt;
    const used = change.usageLimit == null ? undefined : await countUses(tx, id);
    const usedByBuyer = change.usageLimitPerBuyer == null ? undefined : await countUsesByBuyer(tx, id);
    const userErrors = [
      ...periodErrors(startsAt, endsAt),
      ...limitErrors("usageLimit", change.usageLimit, used),
      ...limitErrors("usageLimitPerBuyer", change.usageLimitPerBuyer, usedByBuyer),
    ];
    if (userErrors.length > 0) return { userErrors };
    const changed = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return {
      discount: await writeChange(tx, revision, before, { ...changed, ...(used === undefined ? {} : { used }) }),
      userErrors: [],
    };
  });
}

function limitErrors(field: string, limit: number | null | undefined, used: number | undefined): UserError[] {
  return limit != null && used !== undefined && used > limit
    ? [validationError([field], `The limit cannot be less than the ${used} uses there are.`)]
    : [];
}

async function readForChange(tx: Tx, id: DiscountId): Promise<Discount | undefined> {
  const [discount] = await tx.select().from(discounts).where(eq(discounts.id, id)).for("update");
  return discount;
}

/** Writes a change, and what the discount was before for orders placed until then. */
async function writeChange(
  tx: Tx,
  revision: number,
  before: Discount,
  change: Partial<typeof discounts.$inferInsert>,
): Promise<Discount> {
  const { id: discountId, name, needsCode, startsAt, endsAt, isActive } = before;
  await tx
    .insert(discountHistory)
    .values({ discountId, untilRevision: revision, name, needsCode, startsAt, endsAt, isActive });
  const [discount] = await tx
    .update(discounts)
    .set({ ...change, version: sql`${discounts.version} + 1` })
    .where(eq(discounts.id, discountId))
    .returning();
  if (discount === undefined) throw new Error("A discount disappeared.");
  return discount;
}

async function countUses(tx: Tx, id: DiscountId): Promise<number> {
  return tx.$count(
    discountRedemptions,
    and(eq(discountRedemptions.discountId, id), isNull(discountRedemptions.releasedAt)),
  );
}

/** Counts every buyer's uses anew. Returns the most of any buyer. */
async function countUsesByBuyer(tx: Tx, id: DiscountId): Promise<number> {
  await tx.delete(discountBuyers).where(eq(discountBuyers.discountId, id));
  const counted = await tx.execute<{ most: number }>(sql`
    with counted as (
      insert into ${discountBuyers} (discount_id, buyer, used)
      select discount_id, buyer, count(*) from ${discountRedemptions}
      where discount_id = ${id} and released_at is null group by discount_id, buyer
      returning used
    )
    select coalesce(max(used), 0)::int as most from counted`);
  return counted[0]?.most ?? 0;
}

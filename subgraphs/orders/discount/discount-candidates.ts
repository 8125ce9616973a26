import { createHmac } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { type DiscountId, discountBuyers, discountCodes, discounts } from "#drizzle/orders/tables.ts";
import { foldEmail } from "#platform/budgets/subjects.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db } from "#platform/database/database.ts";
import { type Discount, readDiscounts, type Settings } from "../settings/settings.ts";
import type { DiscountCandidate } from "./discount-conditions.ts";

/** The key under which a buyer's uses are counted: an HMAC of the mailbox, in lower case and without its +tag. */
export function buyerKey(tokenKey: string, email: string): string {
  return createHmac("sha256", tokenKey)
    .update(`discount buyer\0${foldEmail(email)}`)
    .digest("base64url");
}

/** A code without regard to case. */
export function codeKey(code: string): string {
  return code.normalize("NFKC").toLowerCase();
}

/** Which discounts to look for, and for whom. */
export type CandidateQuery = {
  readonly settings: Settings;
  /** The codes that were entered. */
  readonly codes: readonly string[];
  /** The buyer's key; undefined while the buyer is unknown. */
  readonly buyer: string | undefined;
  /** The discounts of which the order already has a use. */
  readonly heldIds?: ReadonlySet<DiscountId>;
  /** Automatic discounts that are not to be considered. */
  readonly withoutIds?: ReadonlySet<DiscountId>;
};

/**
 * The discounts that may apply: those without a code, and those of the codes, as the settings of that revision have them, with what has been used of
 * their limits by now. Codes that do not exist are left out.
 */
export async function findCandidates(db: Db, query: CandidateQuery): Promise<DiscountCandidate[]> {
  const { settings, codes, heldIds, withoutIds } = query;
  const coded = await findByCodes(db, settings.revision, codes);
  const automatic = settings.automaticDiscounts
    .filter(({ id }) => withoutIds?.has(id) !== true)
    .map((discount) => ({ discount, code: null }));
  const found = [...automatic, ...coded];
  const uses = await readUses(db, found, query.buyer);
  return found.map(({ discount, code }): DiscountCandidate => {
    const use = uses.get(discount.id);
    return {
      // The limits are those of now: they are about uses to come.
      discount: use === undefined ? discount : { ...discount, ...use.limits },
      code,
      usedByBuyer: use?.usedByBuyer ?? 0,
      isHeld: heldIds?.has(discount.id) === true,
    };
  });
}

/** In the order of the codes. */
async function findByCodes(
  db: Db,
  revision: number,
  codes: readonly string[],
): Promise<{ discount: Discount; code: string }[]> {
  if (codes.length === 0) return [];
  const keys = codes.map(codeKey);
  const rows = await db.select().from(discountCodes).where(isAnyOf(discountCodes.key, keys));
  const ids = rows.map(({ discountId }) => discountId);
  if (ids.length === 0) return [];
  const of = new Map((await readDiscounts(db, revision, isAnyOf(discounts.id, ids))).map((one) => [one.id, one]));
  return keys.flatMap((key) => {
    const row = rows.find((candidate) => candidate.key === key);
    const discount = row === undefined ? undefined : of.get(row.discountId);
    return row === undefined || discount === undefined ? [] : [{ discount, code: row.code }];
  });
}

type Uses = {
  readonly limits: Pick<Discount, "usageLimit" | "usageLimitPerBuyer" | "used">;
  readonly usedByBuyer: number;
};

/** What was used of the discounts with limits; nothing is read for those without. */
async function readUses(
  db: Db,
  found: readonly { readonly discount: Discount }[],
  buyer: string | undefined,
): Promise<ReadonlyMap<DiscountId, Uses>> {
  const ids = found.flatMap(({ discount }) =>
    discount.usageLimit === null && discount.usageLimitPerBuyer === null ? [] : [discount.id],
  );
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      id: discounts.id,
      usageLimit: discounts.usageLimit,
      usageLimitPerBuyer: discounts.usageLimitPerBuyer,
      used: discounts.used,
      usedByBuyer: sql<number>`coalesce(${discountBuyers.used}, 0)`,
    })
    .from(discounts)
    .leftJoin(discountBuyers, and(eq(discountBuyers.discountId, discounts.id), eq(discountBuyers.buyer, buyer ?? "")))
    .where(isAnyOf(discounts.id, ids));
  return new Map(rows.map(({ id, usedByBuyer, ...limits }) => [id, { limits, usedByBuyer }]));
}

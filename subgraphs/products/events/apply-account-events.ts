import { eq, inArray, sql } from "drizzle-orm";
import { closedAccounts, products } from "#drizzle/products/tables.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { ReceivedEvent } from "#platform/events/cloud-event.ts";
import { parseId, type UserId } from "#platform/shop/ids.ts";

const batchRows = 500;

/** The account is gone: what it sold is archived and belongs to nobody; its drafts stay drafts, which only an ADMIN sees then. */
export async function applyUserDeleted(tx: Tx, event: ReceivedEvent<"user.deleted">): Promise<void> {
  const userId = parseId<UserId>(event.data.userId);
  if (userId === undefined) throw new Error("An event's id is malformed.");
  await tx.insert(closedAccounts).values({ userId }).onConflictDoNothing();
  while ((await archiveBatch(tx, eq(products.ownerId, userId))) === batchRows);
}

/**
 * Archives what an account put up while its end was on the way: a sign-in outlives its account by seconds. One bounded turn.
 *
 * @returns how many products that were.
 */
export async function archiveLateProducts(db: Db): Promise<number> {
  const recent = db
    .select({ id: closedAccounts.userId })
    .from(closedAccounts)
    .where(sql`${closedAccounts.closedAt} > now() - interval '1 day'`);
  return archiveBatch(db, inArray(products.ownerId, recent));
}

/** One statement's share, so that none runs into its timeout however much somebody sold. */
async function archiveBatch(db: Db, whose: ReturnType<typeof eq>): Promise<number> {
  const some = db.select({ id: products.id }).from(products).where(whose).limit(batchRows).for("update");
  const archived = await db
    .update(products)
    .set({
      ownerId: null,
      status: sql`case when ${products.status} = 'ACTIVE' then 'ARCHIVED' else ${products.status} end`,
      version: sql`${products.version} + 1`,
      updatedAt: sql`now()`,
    })
    .where(sql`${products.id} = any(array(${some}))`)
    .returning({ id: products.id });
  return archived.length;
}

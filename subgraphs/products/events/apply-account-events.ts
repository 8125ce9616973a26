import { eq, inArray, sql } from "drizzle-orm";
import { closedAccounts, products } from "#drizzle/products/tables.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { ReceivedEvent } from "#platform/events/cloud-event.ts";
import { parseId, type UserId } from "#platform/shop/ids.ts";
import { releaseMediaOf } from "../media/media-change.ts";

const batchRows = 500;

/** Archives the products of a deleted account, and removes the owner of these and of its pictures. Drafts stay drafts, which only ADMINs can see. */
export async function applyUserDeleted(tx: Tx, event: ReceivedEvent<"user.deleted">): Promise<void> {
  const userId = parseId<UserId>(event.data.userId);
  if (userId === undefined) throw new Error("An event's id is malformed.");
  await tx.insert(closedAccounts).values({ userId }).onConflictDoNothing();
  while ((await archiveBatch(tx, eq(products.ownerId, userId))) === batchRows);
  await releaseMediaOf(tx, userId);
}

/**
 * Archives products that an account created while its deletion was in progress, since access tokens outlive an account by seconds. Processes
 * one batch.
 *
 * @returns the number of products in the batch.
 */
export async function archiveLateProducts(db: Db): Promise<number> {
  const recent = db
    .select({ id: closedAccounts.userId })
    .from(closedAccounts)
    .where(sql`${closedAccounts.closedAt} > now() - interval '1 day'`);
  return archiveBatch(db, inArray(products.ownerId, recent));
}

/** Archives one batch, so that no statement exceeds its timeout however many products there are. */
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

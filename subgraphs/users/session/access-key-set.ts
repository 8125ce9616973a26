import { arrayOverlaps, sql } from "drizzle-orm";
import { accessKeySet } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";

/**
 * Records the ids of the keys for access tokens. The first process records its own; later ones must share at least one key with those recorded, as
 * rotation ensures. One statement decides and writes, so that of two strangers at once one is rejected.
 *
 * @throws {Error} for keys that no other process has: half of all access tokens would be invalid.
 */
export async function claimKeySet(db: Db, kids: readonly string[]): Promise<void> {
  const claimed = await db
    .insert(accessKeySet)
    .values({ kids: [...kids] })
    .onConflictDoUpdate({
      target: accessKeySet.id,
      set: { kids: [...kids], updatedAt: sql`now()` },
      setWhere: arrayOverlaps(accessKeySet.kids, [...kids]),
    })
    .returning({ id: accessKeySet.id });
  if (claimed.length > 0) return;
  throw new Error(
    "ACCESS_KEYS has none of the keys that this database's other users processes sign access tokens with. Give every process the same keys. " +
      'To replace all keys on purpose, run "npm run keys -- replace", which ends all access tokens.',
  );
}

/** Records these keys whatever was recorded before. Processes that still run with other keys are rejected at their next start. */
export async function replaceKeySet(db: Db, kids: readonly string[]): Promise<void> {
  await db
    .insert(accessKeySet)
    .values({ kids: [...kids] })
    .onConflictDoUpdate({ target: accessKeySet.id, set: { kids: [...kids], updatedAt: sql`now()` } });
}

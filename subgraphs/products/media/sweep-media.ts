import { and, asc, eq, lte, notExists, sql } from "drizzle-orm";
import { type MediaFileId, media, mediaFiles } from "#drizzle/products/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { ObjectStorage } from "#platform/storage/storage.ts";
import { rejectedMediaKeptDays } from "../shared/limits.ts";
import { renditionFolder, uploadFolder } from "./renditions.ts";

const filesPerTurnMax = 1_000;
const rowsPerTurnMax = 1_000;
const keysPerReadMax = 500;
/** A write that was cut off longer ago than this is not continued. */
const partialKeptMs = 3_600_000;

/**
 * Deletes what is due: uploads that were never completed, files of rejected and converted uploads, of attempts that died, and of pictures that were
 * deleted long ago; each object before its row. Then the rows of pictures of which nothing is left. Any number of processes may run it.
 *
 * @returns the number of files and pictures.
 */
export async function sweepMedia(
  db: Db,
  storage: ObjectStorage,
  stopped: () => boolean = () => false,
): Promise<number> {
  let deleted = 0;
  while (deleted < filesPerTurnMax && !stopped() && (await deleteNextFile(db, storage))) deleted += 1;
  return deleted + (await deleteRows(db));
}

async function deleteNextFile(db: Db, storage: ObjectStorage): Promise<boolean> {
  return transaction(db, async (tx) => {
    const [file] = await tx
      .select()
      .from(mediaFiles)
      .where(lte(mediaFiles.deleteAfter, sql`now()`))
      .orderBy(asc(mediaFiles.deleteAfter))
      .limit(1)
      .for("update", { skipLocked: true });
    if (file === undefined) return false;
    const folder = file.kind === "UPLOAD" ? uploadFolder : renditionFolder;
    await storage.deleteAll(`${folder}/${file.id}`);
    crashPoint("media:objects-deleted");
    await tx.delete(mediaFiles).where(eq(mediaFiles.id, file.id));
    // Nobody completed it, and there is nothing left to complete.
    await tx
      .update(media)
      .set({ deletedAt: sql`now()` })
      .where(and(eq(media.id, file.mediaId), eq(media.status, "UPLOADING"), sql`${media.deletedAt} is null`));
    return true;
  });
}

async function deleteRows(db: Db): Promise<number> {
  const files = db.select({ id: mediaFiles.id }).from(mediaFiles).where(eq(mediaFiles.mediaId, media.id));
  const unused = db
    .select({ id: media.id })
    .from(media)
    .where(
      and(
        sql`(${media.deletedAt} is not null or (${media.status} = 'REJECTED'
          and ${media.createdAt} < now() - make_interval(days => ${rejectedMediaKeptDays})))`,
        notExists(files),
      ),
    )
    .limit(rowsPerTurnMax)
    .for("update", { skipLocked: true });
  const deleted = await db.delete(media).where(sql`${media.id} = any(array(${unused}))`).returning({ id: media.id });
  return deleted.length;
}

/**
 * Deletes objects that have no row, such as an upload that ended after its row was gone, and what is left of writes that were cut off. As a row is
 * written before its objects and deleted after them, an object without one belongs to nothing. Reads the whole storage.
 *
 * @returns the number of rows that were missing.
 */
export async function sweepLeftovers(
  db: Db,
  storage: ObjectStorage,
  now: Date,
  stopped: () => boolean = () => false,
): Promise<number> {
  let missing = 0;
  for (const folder of [uploadFolder, renditionFolder]) {
    const ids = new Set<string>();
    const check = async () => {
      missing += await deleteUnknown(db, storage, folder, [...ids]);
      ids.clear();
    };
    for await (const key of storage.list(folder)) {
      if (stopped()) return missing;
      const [id] = /[0-9a-f-]{36}/.exec(key.slice(folder.length + 1, folder.length + 37)) ?? [];
      // Anything else is not ours to delete.
      if (id !== undefined) ids.add(id);
      if (ids.size === keysPerReadMax) await check();
    }
    await check();
  }
  await storage.deletePartial(new Date(now.getTime() - partialKeptMs));
  return missing;
}

async function deleteUnknown(db: Db, storage: ObjectStorage, folder: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const known = await db
    .select({ id: mediaFiles.id })
    .from(mediaFiles)
    .where(sql`${mediaFiles.id} = any(${sql.param(ids)}::uuid[])`);
  const rows = new Set(known.map(({ id }): string => id));
  const unknown = ids.filter((id) => !rows.has(id));
  for (const id of unknown) await storage.deleteAll(`${folder}/${id as MediaFileId}`);
  return unknown.length;
}

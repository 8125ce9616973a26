import { randomUUID } from "node:crypto";
import { and, eq, isNull, sql } from "drizzle-orm";
import { type MediaFileId, media, mediaFiles } from "#drizzle/products/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type MediaId, newId } from "#platform/shop/ids.ts";
import { notFoundError, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { UploadTarget } from "#platform/storage/storage.ts";
import { mediaPerOwnerMax, uploadSecondsMax, uploadsPerHourMax, uploadsUnderWayMax } from "../shared/limits.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { editableMedia, type Media, type MediaLibrary } from "./media.ts";
import type { UploadCommand } from "./media-input.ts";
import { uploadFolder } from "./renditions.ts";

/** An announced upload. */
export type AnnouncedUpload = { readonly media: Media; readonly target: UploadTarget };

/** The same message for a picture that does not exist and for one that belongs to another seller. */
export const noSuchMedia = "Picture not found.";

/** After the upload address has expired, an upload that had begun may take so long to end. */
const graceSeconds = 900;

/**
 * Announces a file of the viewer and returns where to send it. Fails with VALIDATION_FAILED when too many uploads are under way.
 *
 * @throws {ApiError} RATE_LIMITED when the viewer announced too many within an hour.
 */
export async function createUpload(
  db: Db,
  viewer: SignedIn,
  library: MediaLibrary,
  command: UploadCommand,
): Promise<Result<AnnouncedUpload>> {
  const row = await transaction(db, async (tx) => {
    // Counting and adding must not be interleaved with another request of the same user.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`media ${viewer.id}`}, 0))`);
    const [counted] = await tx
      .select({
        all: sql<number>`count(*)::int`,
        underWay: sql<number>`count(*) filter (where ${media.status} in ('UPLOADING', 'PROCESSING'))::int`,
        recent: sql<number>`count(*) filter (where ${media.createdAt} > now() - interval '1 hour')::int`,
      })
      .from(media)
      .where(eq(media.ownerId, viewer.id));
    const { all = 0, underWay = 0, recent = 0 } = counted ?? {};
    if (recent >= uploadsPerHourMax) {
      throw new ApiError("RATE_LIMITED", "Too many uploads. Try again later.", { retryAfterSeconds: 600 });
    }
    if (underWay >= uploadsUnderWayMax) return tooMany(`Complete or delete some of your ${underWay} uploads first.`);
    if (all >= mediaPerOwnerMax) return tooMany(`You can have at most ${mediaPerOwnerMax} pictures.`);
    const [created] = await tx
      .insert(media)
      .values({
        id: newId<MediaId>(),
        ownerId: viewer.id,
        status: "UPLOADING",
        fileName: command.fileName,
        byteSize: command.byteSize,
        sha256: command.sha256,
        altText: command.altText ?? null,
        uploadExpiresAt: sql`date_trunc('second', now()) + make_interval(secs => ${uploadSecondsMax})`,
      })
      .returning();
    if (created === undefined) throw new Error("The picture was not inserted.");
    const fileId = randomUUID() as MediaFileId;
    await tx.insert(mediaFiles).values({
      id: fileId,
      mediaId: created.id,
      kind: "UPLOAD",
      deleteAfter: sql`now() + make_interval(secs => ${uploadSecondsMax + graceSeconds})`,
    });
    return ok({ media: created, fileId });
  });
  if (!row.ok) return row;
  crashPoint("media:announced");
  const target = await library.storage.uploadTarget({
    key: uploadKey(row.value.fileId),
    byteSize: command.byteSize,
    sha256: command.sha256,
    expiresAt: row.value.media.uploadExpiresAt,
  });
  return ok({ media: row.value.media, target });
}

function tooMany(message: string) {
  return err(validationError([], message));
}

/** The key of an uploaded file. */
export function uploadKey(id: MediaFileId): string {
  return `${uploadFolder}/${id}`;
}

/** Whether a file may still arrive under the id. */
export async function isExpected(db: Db, id: MediaFileId): Promise<boolean> {
  const rows = await db
    .select({ id: mediaFiles.id })
    .from(mediaFiles)
    .innerJoin(media, eq(media.id, mediaFiles.mediaId))
    .where(and(eq(mediaFiles.id, id), eq(media.status, "UPLOADING"), isNull(media.deletedAt)));
  return rows.length === 1;
}

/**
 * Hands an uploaded file over to conversion, if it has arrived. Returns the picture as it is by now, so it can be repeated. Fails with NOT_FOUND.
 */
export async function completeUpload(
  db: Db,
  viewer: SignedIn,
  library: MediaLibrary,
  id: MediaId | undefined,
): Promise<Result<Media>> {
  if (id === undefined) return err(notFoundError(["id"], noSuchMedia));
  const mine = and(eq(media.id, id), editableMedia(viewer));
  const [waiting] = await db
    .select({ fileId: mediaFiles.id })
    .from(media)
    .innerJoin(mediaFiles, and(eq(mediaFiles.mediaId, media.id), eq(mediaFiles.kind, "UPLOAD")))
    .where(and(mine, eq(media.status, "UPLOADING")));
  if (waiting !== undefined && (await library.storage.size(uploadKey(waiting.fileId))) !== undefined) {
    await beginProcessing(db, id, waiting.fileId);
    crashPoint("media:completed");
  }
  const [row] = await db.select().from(media).where(mine);
  return row === undefined ? err(notFoundError(["id"], noSuchMedia)) : ok(row);
}

/** Keeps the file and makes the picture due, unless the sweeper has taken the file or another request was faster. */
async function beginProcessing(db: Db, id: MediaId, fileId: MediaFileId): Promise<void> {
  await transaction(db, async (tx) => {
    // The sweeper locks the file first too.
    const file = await tx.select({ id: mediaFiles.id }).from(mediaFiles).where(eq(mediaFiles.id, fileId)).for("update");
    if (file.length === 0) return;
    const begun = await tx
      .update(media)
      .set({ status: "PROCESSING", dueAt: sql`now()` })
      .where(and(eq(media.id, id), eq(media.status, "UPLOADING"), isNull(media.deletedAt)))
      .returning({ id: media.id });
    if (begun.length === 1) await tx.update(mediaFiles).set({ deleteAfter: null }).where(eq(mediaFiles.id, fileId));
  });
}

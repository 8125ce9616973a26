import { createHash, randomUUID } from "node:crypto";
import { and, asc, eq, isNull, lte, type SQL, sql } from "drizzle-orm";
import { type MediaFileId, media, mediaFiles } from "#drizzle/products/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { Log } from "#platform/observability/log.ts";
import { mediaBytesMax } from "../shared/limits.ts";
import type { Converter } from "./converter/converter.ts";
import { rejections } from "./converter/inspect-file.ts";
import type { RenderedPicture } from "./converter/render-picture.ts";
import type { Media, MediaLibrary } from "./media.ts";
import { renditionFolder, renditionFormats, renditionName } from "./renditions.ts";
import { uploadKey } from "./upload.ts";

/** What conversion works with. */
export type MediaWork = {
  readonly db: Db;
  readonly library: MediaLibrary;
  readonly converter: Converter;
  readonly log: Log;
  /** Called with how each attempt ended, and how long it took. */
  readonly observe?: (outcome: MediaOutcome, seconds: number) => void;
  readonly limits?: MediaWorkLimits;
};

/** How an attempt ended. `overtaken`: another worker took the picture over, or it was deleted meanwhile. */
export type MediaOutcome = "ready" | "rejected" | "died" | "failed" | "overtaken";

/** How long a claim holds unless it is renewed, and the pause after a failure. */
export type MediaWorkLimits = { readonly leaseMs: number; readonly retryMs: number };

const defaultLimits: MediaWorkLimits = { leaseMs: 15_000, retryMs: 10_000 };
/** A file that ended so many converters is rejected: the next one would end too. */
const converterDeathsMax = 2;
/** A file at which so many whole processes ended without a word is rejected as well. */
const abandonedAttemptsMax = 10;
/** Renditions that no attempt finished are deleted after this. */
const unfinishedKeptSeconds = 3_600;

/** A claimed picture, and the set of renditions that this attempt writes. */
type Claim = { readonly picture: Media; readonly renditionsId: MediaFileId; readonly fileId: MediaFileId | undefined };

/**
 * Converts the picture that has waited longest. Any number of processes may run it. The claim is renewed while it works; what a dead process
 * claimed is due again when its claim has run out, and a process that was overtaken can write nothing.
 *
 * @returns whether there was one.
 */
export async function processNextMedia(work: MediaWork): Promise<boolean> {
  const { leaseMs } = work.limits ?? defaultLimits;
  const claim = await claimNext(work.db, leaseMs);
  if (claim === undefined) return false;
  crashPoint("media:claimed");
  const startedAt = performance.now();
  const renewing = setInterval(() => void renew(work, claim, leaseMs), leaseMs / 3);
  let outcome: MediaOutcome = "failed";
  try {
    outcome = await attempt(work, claim);
    crashPoint("media:finished");
  } catch (error) {
    work.log.warn(
      { err: error, mediaId: claim.picture.id },
      "A picture could not be converted now and is tried again.",
    );
    await release(work, claim);
  } finally {
    clearInterval(renewing);
  }
  work.observe?.(outcome, (performance.now() - startedAt) / 1_000);
  return true;
}

async function claimNext(db: Db, leaseMs: number): Promise<Claim | undefined> {
  return transaction(db, async (tx) => {
    const due = tx
      .select({ id: media.id })
      .from(media)
      .where(and(eq(media.status, "PROCESSING"), lte(media.dueAt, sql`now()`), isNull(media.deletedAt)))
      .orderBy(asc(media.dueAt))
      .limit(1)
      .for("update", { skipLocked: true });
    const [picture] = await tx
      .update(media)
      .set({
        attempt: sql`${media.attempt} + 1`,
        abandonedAttempts: sql`${media.abandonedAttempts} + (${media.claimedAt} is not null)::int`,
        claimedAt: sql`now()`,
        dueAt: sql`now() + make_interval(secs => ${leaseMs / 1_000})`,
      })
      .where(sql`${media.id} = any(array(${due}))`)
      .returning();
    if (picture === undefined) return undefined;
    const renditionsId = randomUUID() as MediaFileId;
    await tx.insert(mediaFiles).values({
      id: renditionsId,
      mediaId: picture.id,
      kind: "RENDITIONS",
      deleteAfter: sql`now() + make_interval(secs => ${unfinishedKeptSeconds})`,
    });
    const [file] = await tx
      .select({ id: mediaFiles.id })
      .from(mediaFiles)
      .where(and(eq(mediaFiles.mediaId, picture.id), eq(mediaFiles.kind, "UPLOAD")));
    return { picture, renditionsId, fileId: file?.id };
  });
}

async function attempt(work: MediaWork, claim: Claim): Promise<MediaOutcome> {
  const { picture, fileId } = claim;
  if (picture.abandonedAttempts >= abandonedAttemptsMax) return reject(work, claim, rejections.notConverted);
  const file = fileId && (await work.library.storage.read(uploadKey(fileId), mediaBytesMax));
  crashPoint("media:read");
  if (!file || !isAsAnnounced(file, picture)) return reject(work, claim, rejections.unannounced);
  const converted = await work.converter.convert(file);
  crashPoint("media:converted");
  switch (converted.outcome) {
    case "rejected":
      return reject(work, claim, converted.reason);
    case "died":
      return countDeath(work, claim);
    case "picture":
      await writeRenditions(work.library, claim, converted.picture);
      crashPoint("media:written");
      return finish(work, claim, converted.picture);
  }
}

function isAsAnnounced(file: Buffer, { byteSize, sha256 }: Media): boolean {
  return file.length === byteSize && createHash("sha256").update(file).digest("hex") === sha256;
}

async function writeRenditions(
  { storage }: MediaLibrary,
  { renditionsId }: Claim,
  { renditions }: RenderedPicture,
): Promise<void> {
  for (const { width, format, bytes } of renditions) {
    const name = renditionName(renditionsId, width, format);
    await storage.write(`${renditionFolder}/${name}`, bytes, renditionFormats[format].type);
    crashPoint("media:partly-written");
  }
}

/** The claimed picture, as long as this attempt is its newest. */
function stillClaimed({ picture }: Claim): SQL | undefined {
  return and(
    eq(media.id, picture.id),
    eq(media.attempt, picture.attempt),
    eq(media.status, "PROCESSING"),
    isNull(media.deletedAt),
  );
}

async function renew({ db, log }: MediaWork, claim: Claim, leaseMs: number): Promise<void> {
  try {
    await db
      .update(media)
      .set({ dueAt: sql`now() + make_interval(secs => ${leaseMs / 1_000})` })
      .where(stillClaimed(claim));
  } catch (error) {
    log.warn({ err: error }, "The claim of a picture could not be renewed.");
  }
}

/** Shows the renditions, and lets the uploaded file go. */
async function finish({ db }: MediaWork, claim: Claim, picture: RenderedPicture): Promise<MediaOutcome> {
  const { renditionsId } = claim;
  const { width, height, thumbhash } = picture;
  return transaction(db, async (tx) => {
    // Files first, as the sweeper locks them.
    const written = await tx
      .select({ id: mediaFiles.id })
      .from(mediaFiles)
      .where(eq(mediaFiles.id, renditionsId))
      .for("update");
    if (written.length === 0) return "overtaken";
    const ready = await tx
      .update(media)
      .set({ status: "READY", width, height, thumbhash, renditionsId, claimedAt: null, dueAt: null })
      .where(stillClaimed(claim))
      .returning({ id: media.id });
    if (ready.length === 0) return "overtaken";
    await tx
      .update(mediaFiles)
      .set({ deleteAfter: sql`case when ${mediaFiles.id} = ${renditionsId} then null else now() end` })
      .where(eq(mediaFiles.mediaId, claim.picture.id));
    return "ready";
  });
}

async function reject({ db }: MediaWork, claim: Claim, reason: string): Promise<MediaOutcome> {
  return transaction(db, async (tx) => {
    const rejected = await tx
      .update(media)
      .set({ status: "REJECTED", rejectionReason: reason, claimedAt: null, dueAt: null })
      .where(stillClaimed(claim))
      .returning({ id: media.id });
    if (rejected.length === 0) return "overtaken";
    await tx.update(mediaFiles).set({ deleteAfter: sql`now()` }).where(eq(mediaFiles.mediaId, claim.picture.id));
    return "rejected";
  });
}

/** The converter ended on the file: it is tried once more. */
async function countDeath(work: MediaWork, claim: Claim): Promise<MediaOutcome> {
  if (claim.picture.converterDeaths + 1 >= converterDeathsMax) return reject(work, claim, rejections.notConverted);
  await giveBack(work, claim, { converterDeaths: sql`${media.converterDeaths} + 1`, dueAt: sql`now()` });
  return "died";
}

async function release(work: MediaWork, claim: Claim): Promise<void> {
  const { retryMs } = work.limits ?? defaultLimits;
  await giveBack(work, claim, { dueAt: sql`now() + make_interval(secs => ${retryMs / 1_000})` });
}

async function giveBack({ db }: MediaWork, claim: Claim, change: { dueAt: SQL; converterDeaths?: SQL }): Promise<void> {
  await db
    .update(media)
    .set({ claimedAt: null, ...change })
    .where(stillClaimed(claim));
  await db.update(mediaFiles).set({ deleteAfter: sql`now()` }).where(eq(mediaFiles.id, claim.renditionsId));
}

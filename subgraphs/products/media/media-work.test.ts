import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { media, mediaFiles, productMedia, products } from "#drizzle/products/tables.ts";
import { type Database, openDatabase, transaction } from "#platform/database/database.ts";
import { openLog } from "#platform/observability/log.ts";
import { type MediaId, newId, type ProductId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { type DiskStorage, openDiskStorage } from "#platform/storage/disk-storage.ts";
import { createDatabase, type TestDatabase } from "#test/harness/databases.ts";
import { announce, drawPicture } from "../testing/pictures.ts";
import { type Converter, openConverter } from "./converter/converter.ts";
import { deleteMedia, releaseMediaOf } from "./media-change.ts";
import { type MediaOutcome, processNextMedia } from "./process-media.ts";
import { sweepLeftovers, sweepMedia } from "./sweep-media.ts";
import { completeUpload, createUpload } from "./upload.ts";

const log = openLog("test", "silent");
const viewer: SignedIn = {
  kind: "user",
  id: newId<UserId>(),
  sessionId: newId<SessionId>(),
  role: "SELLER",
  scopes: new Set(["products:write"]),
};

let home: TestDatabase;
let database: Database;
let directory: string;
let storage: DiskStorage;
let converter: Converter;
beforeAll(async () => {
  home = await createDatabase("products");
  database = openDatabase({ url: home.url, applicationName: "test", connectionsMax: 8 });
  converter = openConverter(log);
});
afterAll(async () => {
  await converter.close();
  await database.close();
  await home.drop();
});
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "agora-media-"));
  storage = openDiskStorage({ directory, uploadUrl: "http://shop.test/media/uploads", secret: Buffer.alloc(32, 1) });
  await database.db.execute(sql`truncate media, media_files, product_media, variant_media`);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const library = () => ({ storage, baseUrl: "http://shop.test/media" });
const rowOf = async (id: MediaId) => (await database.db.select().from(media).where(eq(media.id, id)))[0];
const stored = async () => [
  ...(await Array.fromAsync(storage.list("media"))),
  ...(await Array.fromAsync(storage.list("uploads"))),
];
/** Lets everything that is due after a while be due: a second ago, for the column rounds to milliseconds, also up. */
const passTime = () =>
  database.db.execute(
    sql`update media_files set delete_after = now() - interval '1 second' where delete_after is not null`,
  );

async function announced(file: Buffer): Promise<{ id: MediaId; key: string }> {
  const created = await createUpload(database.db, viewer, library(), { ...announce(file), altText: null });
  if (!created.ok) throw new Error("The upload was not announced.");
  const { id } = created.value.media;
  const [row] = await database.db.select().from(mediaFiles).where(eq(mediaFiles.mediaId, id));
  return { id, key: `uploads/${row?.id}` };
}

async function uploaded(file: Buffer): Promise<MediaId> {
  const { id, key } = await announced(file);
  await storage.write(key, file, "application/octet-stream");
  const completed = await completeUpload(database.db, viewer, library(), id);
  expect(completed).toMatchObject({ ok: true, value: { status: "PROCESSING" } });
  return id;
}

function work(outcomes: MediaOutcome[] = []) {
  const observe = (outcome: MediaOutcome) => void outcomes.push(outcome);
  return { db: database.db, library: library(), converter, log, observe };
}

test("several workers convert each picture once", async () => {
  const ids: MediaId[] = [];
  for (let seed = 1; seed <= 6; seed += 1)
    ids.push(await uploaded(await drawPicture({ seed, width: 100, height: 80 })));
  const outcomes: MediaOutcome[] = [];
  await Promise.all(
    [1, 2, 3].map(async () => {
      while (await processNextMedia(work(outcomes)));
    }),
  );
  expect(outcomes).toEqual(Array(6).fill("ready"));
  for (const id of ids) expect(await rowOf(id)).toMatchObject({ status: "READY", width: 100, attempt: 1, dueAt: null });
  await sweepMedia(database.db, storage);
  // Of each picture one width in three formats, and no uploaded file.
  expect(await stored()).toHaveLength(18);
});

test("what a dead process claimed is taken over, and one that was overtaken writes nothing", async () => {
  const id = await uploaded(await drawPicture({ width: 900, height: 700 }));
  const outcomes: MediaOutcome[] = [];
  const first = processNextMedia(work(outcomes));
  await expect.poll(async () => (await rowOf(id))?.attempt, { timeout: 10_000, interval: 5 }).toBe(1);
  expect(await processNextMedia(work())).toBe(false);
  await database.db.execute(sql`update media set due_at = now() - interval '1 second'`);
  await Promise.all([first, processNextMedia(work(outcomes))]);
  expect(outcomes.toSorted()).toEqual(["overtaken", "ready"]);
  expect(await rowOf(id)).toMatchObject({ status: "READY", attempt: 2, abandonedAttempts: 1 });
  await passTime();
  await sweepMedia(database.db, storage);
  const shown = (await rowOf(id))?.renditionsId;
  const keys = await stored();
  expect(keys).toHaveLength(12);
  expect(keys.every((key) => key.includes(String(shown)))).toBe(true);
});

test("a file that ends the converter is tried once more, and rejected when it ends a second one", async () => {
  const id = await uploaded(await drawPicture({ width: 3_000, height: 2_000 }));
  const outcomes: MediaOutcome[] = [];
  for (let round = 1; round <= 2; round += 1) {
    const attempt = processNextMedia(work(outcomes));
    await expect.poll(async () => (await rowOf(id))?.attempt, { timeout: 10_000, interval: 5 }).toBe(round);
    await expect.poll(() => converter.pid(), { timeout: 10_000, interval: 5 }).toBeDefined();
    process.kill(converter.pid() ?? 0, "SIGKILL");
    await attempt;
  }
  expect(outcomes).toEqual(["died", "rejected"]);
  expect(await rowOf(id)).toMatchObject({ status: "REJECTED", rejectionReason: "The picture could not be converted." });
  await sweepMedia(database.db, storage);
  expect(await stored()).toEqual([]);
});

test("a file at which ten processes died is rejected, and one that is not what was announced too", async () => {
  const poison = await uploaded(await drawPicture());
  await database.db.update(media).set({ abandonedAttempts: 10 }).where(eq(media.id, poison));
  expect(await processNextMedia(work())).toBe(true);
  expect(await rowOf(poison)).toMatchObject({ status: "REJECTED" });
  // A bucket that does not check what it is sent.
  const { id, key } = await announced(await drawPicture({ seed: 1 }));
  await storage.write(key, await drawPicture({ seed: 2 }), "image/jpeg");
  await completeUpload(database.db, viewer, library(), id);
  await processNextMedia(work());
  expect(await rowOf(id)).toMatchObject({
    status: "REJECTED",
    rejectionReason: "The file is not the one that was announced.",
  });
});

test("uploads that were never completed go, with what arrived of them, and so do rejected and deleted pictures in time", async () => {
  const picture = await drawPicture({ width: 50, height: 50 });
  const { id: abandoned, key } = await announced(picture);
  await storage.write(key, picture, "image/jpeg");
  const rejected = await uploaded(Buffer.from("no picture"));
  const [kept, deleted] = [await uploaded(picture), await uploaded(picture)];
  while (await processNextMedia(work()));
  expect(await deleteMedia(database.db, viewer, deleted, 3_600)).toMatchObject({ ok: true });
  await sweepMedia(database.db, storage);
  // The deleted one is still shown in orders.
  expect(await stored()).toHaveLength(7);
  expect(await rowOf(abandoned)).toMatchObject({ status: "UPLOADING" });
  await passTime();
  await sweepMedia(database.db, storage);
  expect([await rowOf(abandoned), await rowOf(deleted)]).toEqual([undefined, undefined]);
  expect(await rowOf(rejected)).toMatchObject({ status: "REJECTED" });
  expect(await rowOf(kept)).toMatchObject({ status: "READY" });
  expect(await stored()).toHaveLength(3);
  await database.db.execute(sql`update media set created_at = now() - interval '8 days'`);
  await sweepMedia(database.db, storage);
  expect(await rowOf(rejected)).toBeUndefined();
  expect(await rowOf(kept)).toMatchObject({ status: "READY" });
});

test("a deleted account leaves the pictures that products show, and loses the others in time", async () => {
  const picture = await drawPicture({ width: 20, height: 20 });
  const [shown, unused] = [await uploaded(picture), await uploaded(picture)];
  while (await processNextMedia(work()));
  const { db } = database;
  const productId = newId<ProductId>();
  await db.insert(products).values({
    ...{ id: productId, ownerId: viewer.id, slug: productId, name: "A product", status: "ACTIVE" },
    ...{ currency: "USD" as CurrencyCode, priceMin: 1n, priceMax: 1n, createdAt: new Date(), updatedAt: new Date() },
  });
  await db.insert(productMedia).values({ productId, mediaId: shown, position: 0 });
  await transaction(db, (tx) => releaseMediaOf(tx, viewer.id));
  expect(await rowOf(shown)).toMatchObject({ ownerId: null, deletedAt: null });
  expect(await rowOf(unused)).toMatchObject({ ownerId: null, deletedAt: expect.any(Date) });
  await sweepMedia(db, storage);
  expect(await stored()).toHaveLength(6);
  await passTime();
  await sweepMedia(db, storage);
  expect(await rowOf(unused)).toBeUndefined();
  expect(await stored()).toHaveLength(3);
});

test("completing and sweeping an upload at the same time keeps both row and file, or neither", async () => {
  for (let round = 0; round < 10; round += 1) {
    const file = await drawPicture({ seed: round, width: 20, height: 20 });
    const { id, key } = await announced(file);
    await storage.write(key, file, "image/jpeg");
    await passTime();
    await Promise.all([completeUpload(database.db, viewer, library(), id), sweepMedia(database.db, storage)]);
    const row = await rowOf(id);
    expect(row?.status ?? "gone").toMatch(/PROCESSING|gone/);
    expect(await storage.size(key)).toBe(row === undefined ? undefined : file.length);
  }
});

test("files without a row are deleted, and nothing else that lies there", async () => {
  const id = await uploaded(await drawPicture({ width: 30, height: 30 }));
  await processNextMedia(work());
  await sweepMedia(database.db, storage);
  const before = await stored();
  for (const folder of ["media", "uploads"]) {
    await storage.write(`${folder}/${crypto.randomUUID()}-160.webp`, Buffer.from("left over"), "image/webp");
  }
  await storage.write("media/readme.txt", Buffer.from("Not ours."), "text/plain");
  expect(await sweepLeftovers(database.db, storage, new Date())).toBe(2);
  expect((await stored()).toSorted()).toEqual([...before, "media/readme.txt"].toSorted());
  expect(await rowOf(id)).toMatchObject({ status: "READY" });
});

import { readFile } from "node:fs/promises";
import path from "node:path";
import { and, eq, notExists, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, transaction } from "#platform/database/database.ts";
import type { MediaId, ProductId } from "#platform/shop/ids.ts";
import type { ObjectStorage } from "#platform/storage/storage.ts";
import { type MediaFileId, media, mediaFiles, productMedia, products } from "../products/tables.ts";
import { demoProductId, demoUserIds } from "./ids.ts";

/** Where the renditions of the demo pictures lie. `node bin/draw-demo-pictures.ts` makes them. */
export const pictureDirectory = path.join(import.meta.dirname, "pictures");

/** The file of one rendition. */
export function pictureFile(slug: string, width: number, extension: string): string {
  return path.join(pictureDirectory, `${slug}-${width}.${extension}`);
}

type DemoPicture = {
  /** The product's. */
  readonly slug: string;
  readonly altText: string;
  readonly altTexts: Readonly<Record<string, string>>;
};

const facts = z.record(z.string(), z.object({ width: z.int(), height: z.int(), thumbhash: z.string() }));
const contentTypes = { avif: "image/avif", webp: "image/webp", jpg: "image/jpeg" } as const;
const widths = [160, 320, 640, 960];
/** The rendition that `imageUrl` shows. */
const shownWidth = 960;

/**
 * Puts a picture of each demo product into storage and database. Safe to run again: a picture that is there stays as it is, shown or not, and a file
 * that is missing in storage is written.
 *
 * @param numbers the number of each demo product by its slug.
 */
export async function putDemoPictures(
  db: Db,
  storage: Pick<ObjectStorage, "size" | "write">,
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const known = facts.parse(JSON.parse(await readFile(path.join(pictureDirectory, "pictures.json"), "utf8")));
  await Promise.all(
    pictures.map(async (picture) => {
      const number = numbers.get(picture.slug);
      const size = known[picture.slug];
      if (number === undefined || size === undefined) throw new Error(`There is no demo product ${picture.slug}.`);
      const isNew = await putRow(db, picture, number, size);
      await putFiles(storage, picture.slug, number);
      // Shown once its files are there. If it was taken off the product later, it stays off.
      if (isNew) await showPicture(db, demoProductId(number), number);
    }),
  );
}

async function putRow(
  db: Db,
  { altText, altTexts, slug }: DemoPicture,
  number: number,
  size: { width: number; height: number; thumbhash: string },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const id = demoMediaId(number);
    const created = await tx
      .insert(media)
      .values({
        id,
        ownerId: demoUserIds.seller,
        status: "READY",
        fileName: `${slug}.svg`,
        byteSize: 1,
        sha256: "0".repeat(64),
        altText,
        altTexts,
        ...size,
        renditionsId: demoRenditionsId(number),
        uploadExpiresAt: sql`now()`,
      })
      .onConflictDoNothing()
      .returning({ id: media.id });
    if (created.length === 0) return false;
    await tx.insert(mediaFiles).values({ id: demoRenditionsId(number), mediaId: id, kind: "RENDITIONS" });
    return true;
  });
}

async function putFiles(storage: Pick<ObjectStorage, "size" | "write">, slug: string, number: number): Promise<void> {
  for (const width of widths) {
    for (const [extension, type] of Object.entries(contentTypes)) {
      const key = `media/${demoRenditionsId(number)}-${width}.${extension}`;
      if ((await storage.size(key)) !== undefined) continue;
      await storage.write(key, await readFile(pictureFile(slug, width, extension)), type);
    }
  }
}

/** Unless the product has got pictures of its own. */
async function showPicture(db: Db, productId: ProductId, number: number): Promise<void> {
  const others = db
    .select({ id: productMedia.mediaId })
    .from(productMedia)
    .where(eq(productMedia.productId, productId));
  await transaction(db, async (tx) => {
    const shown = await tx
      .update(products)
      .set({ imageName: `${demoRenditionsId(number)}-${shownWidth}.webp` })
      .where(and(eq(products.id, productId), notExists(others)))
      .returning({ id: products.id });
    if (shown.length === 1)
      await tx.insert(productMedia).values({ productId, mediaId: demoMediaId(number), position: 0 });
  });
}

function demoMediaId(number: number): MediaId {
  return `01900000-0000-7000-8005-${String(number).padStart(12, "0")}` as MediaId;
}

/** A new drawing needs another number here: an address never shows another picture. */
function demoRenditionsId(number: number): MediaFileId {
  return `01900000-0000-7000-8006-${String(number).padStart(12, "0")}` as MediaFileId;
}

const pictures: readonly DemoPicture[] = [
  {
    slug: "laptop-pro-15",
    altText: "An open laptop that shows a sunset over mountains",
    altTexts: { de: "Ein aufgeklappter Laptop mit einem Sonnenuntergang über Bergen" },
  },
  {
    slug: "wireless-mouse",
    altText: "A dark grey mouse with an orange wheel, seen from above",
    altTexts: { de: "Eine dunkelgraue Maus mit orangem Rad, von oben gesehen" },
  },
  {
    slug: "mechanical-keyboard",
    altText: "A compact keyboard with cream keys, some of them light blue",
    altTexts: { de: "Eine kompakte Tastatur mit cremefarbenen und einigen hellblauen Tasten" },
  },
  {
    slug: "usb-c-hub",
    altText: "A silver hub with four ports and a short cable",
    altTexts: { de: "Ein silberner Hub mit vier Anschlüssen und kurzem Kabel" },
  },
  {
    slug: "monitor-27",
    altText: "A wide monitor on a metal stand",
    altTexts: { de: "Ein breiter Monitor auf einem Metallfuß" },
  },
  {
    slug: "blue-jeans",
    altText: "Straight blue jeans with yellow stitching",
    altTexts: { de: "Gerade blaue Jeans mit gelben Nähten" },
  },
  {
    slug: "denim-jacket",
    altText: "A denim jacket with two chest pockets and brass buttons",
    altTexts: { de: "Eine Jeansjacke mit zwei Brusttaschen und Messingknöpfen" },
  },
  {
    slug: "summer-dress",
    altText: "A white dress with yellow flowers and an orange belt",
    altTexts: { de: "Ein weißes Kleid mit gelben Blumen und orangem Gürtel" },
  },
  {
    slug: "running-shoes",
    altText: "A red running shoe with a white sole",
    altTexts: { de: "Ein roter Laufschuh mit weißer Sohle" },
  },
];

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { pictureDirectory, pictureFile } from "#drizzle/seeds/pictures.ts";
import { renditionFormats } from "#subgraphs/products/media/renditions.ts";
import { drawings } from "./demo-pictures/drawings.ts";

/**
 * `node bin/draw-demo-pictures.ts` draws the pictures of the demo products anew: their renditions, as an upload would get them, and their sizes and
 * thumbhashes. The results are committed, so that a new shop shows them at once.
 */
async function main(): Promise<void> {
  await mkdir(pictureDirectory, { recursive: true });
  // The shop's converter reads no SVG: the drawings become pixels first.
  const pixels = new Map<string, Buffer>();
  for (const [slug, svg] of Object.entries(drawings)) pixels.set(slug, await sharp(Buffer.from(svg)).png().toBuffer());
  const { renderPicture } = await import("#subgraphs/products/media/converter/render-picture.ts");
  const facts: Record<string, { width: number; height: number; thumbhash: string }> = {};
  for (const [slug, png] of pixels) {
    const { width, height, thumbhash, renditions } = await renderPicture(png);
    facts[slug] = { width, height, thumbhash };
    for (const { width: renditionWidth, format, bytes } of renditions) {
      await writeFile(pictureFile(slug, renditionWidth, renditionFormats[format].extension), bytes);
    }
  }
  await writeFile(path.join(pictureDirectory, "pictures.json"), `${JSON.stringify(facts, null, 2)}\n`);
}

await main();

import sharp, { type Sharp } from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import { type ImageFormat, renditionWidths } from "../renditions.ts";
import { RejectedFile, rejections } from "./inspect-file.ts";

/** One rendition. */
export type Rendition = { readonly width: number; readonly format: ImageFormat; readonly bytes: Uint8Array };

/** A picture as it is shown: turned upright, without metadata, in every width and format. */
export type RenderedPicture = {
  /** Of the picture in pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** In base64. */
  readonly thumbhash: string;
  readonly renditions: readonly Rendition[];
};

const pixelsMax = 50_000_000;
const sidePixelsMax = 16_000;
const thumbhashPixelsMax = 100;

// Only what reads the accepted formats from memory: no decoder of another format can be reached.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpegBuffer",
    "VipsForeignLoadPngBuffer",
    "VipsForeignLoadWebpBuffer",
    "VipsForeignLoadHeifBuffer",
  ],
});
// The shop goes on beside it: one thread, and nothing kept.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a picture and encodes its renditions. @throws {RejectedFile} when it is too large, or cannot be decoded whole.
 */
export async function renderPicture(file: Buffer): Promise<RenderedPicture> {
  const { width, height } = await measure(file);
  const widths = renditionWidths(width);
  const widest = widths[widths.length - 1] ?? width;
  const upright = await decode(
    sharp(file, { limitInputPixels: pixelsMax, failOn: "error" })
      .autoOrient()
      .resize({ width: widest, withoutEnlargement: true })
      .toColourspace("srgb"),
  );
  const renditions: Rendition[] = [];
  for (const wanted of widths) {
    for (const format of formats) {
      const bytes = await encode(fromPixels(upright).resize({ width: wanted }), format);
      renditions.push({ width: wanted, format, bytes });
    }
  }
  return { width, height, thumbhash: await thumbhashOf(upright), renditions };
}

const formats: readonly ImageFormat[] = ["AVIF", "WEBP", "JPEG"];

/** The size of the picture upright, from its header. */
async function measure(file: Buffer): Promise<{ width: number; height: number }> {
  const metadata = await sharp(file, { limitInputPixels: false }).metadata().catch(reject);
  if ((metadata.pages ?? 1) > 1) throw new RejectedFile(rejections.animated);
  const { width, height } = metadata.autoOrient;
  if (width * height > pixelsMax) throw new RejectedFile(rejections.tooManyPixels);
  if (Math.max(width, height) > sidePixelsMax) throw new RejectedFile(rejections.tooLong);
  return { width, height };
}

type Pixels = { readonly data: Buffer; readonly info: { width: number; height: number; channels: 1 | 2 | 3 | 4 } };

async function decode(picture: Sharp): Promise<Pixels> {
  return picture.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true }).catch(reject);
}

/** What libvips says is for programmers, and may quote the file. */
function reject(error: unknown): never {
  throw new RejectedFile(rejections.damaged, { cause: error });
}

function fromPixels({ data, info: { width, height, channels } }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

function encode(picture: Sharp, format: ImageFormat): Promise<Buffer> {
  switch (format) {
    case "AVIF":
      return picture.avif({ quality: 55, effort: 2 }).toBuffer();
    case "WEBP":
      return picture.webp({ quality: 80, effort: 4 }).toBuffer();
    case "JPEG":
      return picture.flatten({ background: "#ffffff" }).jpeg({ quality: 80, progressive: true }).toBuffer();
  }
}

async function thumbhashOf(pixels: Pixels): Promise<string> {
  const { data, info } = await fromPixels(pixels)
    .resize({ width: thumbhashPixelsMax, height: thumbhashPixelsMax, fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString("base64");
}

import type { MediaFileId } from "#drizzle/products/tables.ts";

/** The SDL's ImageFormat. */
export type ImageFormat = "AVIF" | "WEBP" | "JPEG";

/** The widths of renditions in pixels, narrowest first. */
const renditionLadder = [160, 320, 640, 960, 1_280, 1_920] as const;

/** The formats of every rendition, with the ends of their names and their content types. */
export const renditionFormats: Readonly<Record<ImageFormat, { readonly extension: string; readonly type: string }>> = {
  AVIF: { extension: "avif", type: "image/avif" },
  WEBP: { extension: "webp", type: "image/webp" },
  JPEG: { extension: "jpg", type: "image/jpeg" },
};

export const defaultWidth = 960;
export const defaultFormat: ImageFormat = "WEBP";

/**
 * The widths of the renditions of a picture, narrowest first: the rungs that are narrower than the picture, and its own width or the last rung, so that
 * nothing is enlarged and nothing below the last rung is lost.
 */
export function renditionWidths(pictureWidth: number): number[] {
  const last = renditionLadder[renditionLadder.length - 1] ?? pictureWidth;
  return [...renditionLadder.filter((width) => width < pictureWidth && width < last), Math.min(pictureWidth, last)];
}

/** The narrowest rendition that is at least `wanted` pixels wide, else the widest. */
export function chooseRendition(pictureWidth: number, wanted: number): number {
  const widths = renditionWidths(pictureWidth);
  return widths.find((width) => width >= wanted) ?? widths[widths.length - 1] ?? pictureWidth;
}

/** The name of a rendition, which is the end of its address and of its key. */
export function renditionName(id: MediaFileId, width: number, format: ImageFormat): string {
  return `${id}-${width}.${renditionFormats[format].extension}`;
}

/** The folder of renditions in storage. */
export const renditionFolder = "media";
/** The folder of uploaded files in storage. */
export const uploadFolder = "uploads";

const namePattern = /^[0-9a-f-]{36}-\d{1,5}\.(avif|webp|jpg)$/;

/** The content type of a rendition; undefined for text that is not the name of one. */
export function renditionType(name: string): string | undefined {
  const [, extension] = namePattern.exec(name) ?? [];
  return Object.values(renditionFormats).find((format) => format.extension === extension)?.type;
}

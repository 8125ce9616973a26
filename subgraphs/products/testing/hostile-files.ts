import { crc32 } from "node:zlib";
import sharp from "sharp";
import { drawPicture } from "./pictures.ts";

/** A file that must be rejected, and words of the reason. */
export type HostileFile = { readonly name: string; readonly file: Buffer; readonly reason: RegExp };

const wrongType = /not a JPEG, PNG, WebP or AVIF/;
const animated = /Animated/;
const damaged = /damaged or incomplete/;
const mixed = /something else besides/;

/** Files that are not what they seem to be, are more than they seem to be, or are made to harm who opens them. */
export async function hostileFiles(): Promise<HostileFile[]> {
  const [jpeg, png, webp, avif] = await Promise.all(
    (["jpeg", "png", "webp", "avif"] as const).map((format) => drawPicture({ format })),
  );
  if (jpeg === undefined || png === undefined || webp === undefined || avif === undefined)
    throw new Error("Not drawn.");
  const frames = await Promise.all([1, 2].map((seed) => drawPicture({ width: 60, height: 60, seed, format: "png" })));
  const moving = sharp(frames, { join: { animated: true } });
  const gif = await moving.clone().gif().toBuffer();
  const zip = Buffer.from("504b0506000000000000000000000000000000000000", "hex");
  const page = Buffer.from("<html><script>alert(document.domain)</script></html>");
  const without = (file: Buffer, share: number) => file.subarray(0, Math.floor(file.length * share));
  return [
    {
      name: "an SVG",
      file: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
      reason: wrongType,
    },
    {
      name: "an SVG with an XML header",
      file: Buffer.from(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`),
      reason: wrongType,
    },
    { name: "a page", file: page, reason: wrongType },
    { name: "a GIF", file: gif, reason: wrongType },
    { name: "a TIFF", file: await sharp(jpeg).tiff().toBuffer(), reason: wrongType },
    { name: "a PDF", file: Buffer.from("%PDF-1.7\n%%EOF"), reason: wrongType },
    { name: "one byte", file: Buffer.from([0xff]), reason: wrongType },
    { name: "only the beginning of a JPEG", file: jpeg.subarray(0, 4), reason: damaged },
    { name: "an animated WebP", file: await moving.clone().webp().toBuffer(), reason: animated },
    { name: "an animated PNG", file: withChunk(png, "acTL", Buffer.from("0000000200000000", "hex")), reason: animated },
    { name: "a sequence of AVIF", file: withBrand(avif, "avis"), reason: animated },
    ...[jpeg, png, webp, avif].flatMap((file, index) => [
      { name: `half a file (${index})`, file: without(file, 0.5), reason: damaged },
      { name: `a file without its last bytes (${index})`, file: file.subarray(0, -3), reason: damaged },
    ]),
    { name: "a PNG whose pixels are garbage", file: withGarbage(png), reason: damaged },
    { name: "a JPEG that is an archive too", file: Buffer.concat([jpeg, zip]), reason: mixed },
    { name: "a PNG that is an archive too", file: Buffer.concat([png, zip]), reason: mixed },
    { name: "a PNG with something behind it", file: Buffer.concat([png, Buffer.from("more")]), reason: mixed },
    { name: "a WebP with something behind it", file: Buffer.concat([webp, Buffer.from("more")]), reason: mixed },
    {
      name: "an AVIF with something behind it",
      file: Buffer.concat([avif, Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9])]),
      reason: /damaged|something else/,
    },
    { name: "a JPEG that is a page too", file: Buffer.concat([jpeg, page]), reason: mixed },
    { name: "a JPEG with a page in its comment", file: withComment(jpeg, page), reason: mixed },
    {
      name: "a PNG with a program in its text",
      file: withChunk(png, "tEXt", Buffer.from("Comment\0<?php system($_GET[0]);")),
      reason: mixed,
    },
    { name: "a bomb of 900 megapixels", file: withSize(png, 30_000, 30_000), reason: /50 megapixels/ },
    { name: "a picture of 51 megapixels", file: withSize(png, 8_500, 6_000), reason: /50 megapixels/ },
    { name: "a picture of 17,000 pixels in a line", file: withSize(png, 17_000, 10), reason: /16,000 pixels/ },
  ];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

const afterHeader = 33;

/** A PNG with a chunk behind its header. */
function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, afterHeader), chunk(type, data), png.subarray(afterHeader)]);
}

/** A PNG that says that it has another size. */
function withSize(png: Buffer, width: number, height: number): Buffer {
  const header = Buffer.from(png.subarray(16, 29));
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([png.subarray(0, 8), chunk("IHDR", header), png.subarray(afterHeader)]);
}

/** A PNG whose compressed pixels cannot be read, with checksums that are right. */
function withGarbage(png: Buffer): Buffer {
  return Buffer.concat([
    png.subarray(0, afterHeader),
    chunk("IDAT", Buffer.alloc(2_000, 7)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function withComment(jpeg: Buffer, comment: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xfe, 0, 0]);
  head.writeUInt16BE(comment.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)]);
}

function withBrand(avif: Buffer, brand: string): Buffer {
  const changed = Buffer.from(avif);
  changed.write(brand, 8, "latin1");
  return changed;
}

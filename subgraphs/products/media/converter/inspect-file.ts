import { fileTypeFromBuffer } from "file-type";

/** Why a file is not accepted, as its owner reads it. */
export const rejections = {
  wrongType: "The file is not a JPEG, PNG, WebP or AVIF picture.",
  animated: "Animated pictures are not accepted.",
  damaged: "The file is damaged or incomplete.",
  mixed: "The file contains something else besides the picture.",
  tooManyPixels: "The picture has more than 50 megapixels.",
  tooLong: "A side of the picture is longer than 16,000 pixels.",
  unannounced: "The file is not the one that was announced.",
  notConverted: "The picture could not be converted.",
} as const;

/** A file that is not accepted; the message is one of {@link rejections}. */
export class RejectedFile extends Error {}

const acceptedTypes: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp", "image/avif"]);

/**
 * Checks by its bytes that a file is one picture of an accepted format and nothing else, before any decoder sees it. What it is called, and what its
 * sender said that it is, does not count.
 *
 * @throws {RejectedFile} saying what is wrong.
 */
export async function inspectFile(file: Buffer): Promise<void> {
  const type = await fileTypeFromBuffer(file).catch(() => undefined);
  const mime = type?.mime ?? "";
  if (mime === "image/apng" || mime === "image/avif-sequence") throw new RejectedFile(rejections.animated);
  if (!acceptedTypes.has(mime)) throw new RejectedFile(rejections.wrongType);
  const { end, animated } = boundsOf(file, mime);
  if (animated) throw new RejectedFile(rejections.animated);
  if (end === undefined || end > file.length) throw new RejectedFile(rejections.damaged);
  // Phones put a second picture, a film or zeros behind a JPEG. The other formats hold all that belongs to them.
  if (mime !== "image/jpeg" && end < file.length) throw new RejectedFile(rejections.mixed);
  if (holdsForeignContent(file)) throw new RejectedFile(rejections.mixed);
}

type Bounds = {
  /** The offset behind the picture; undefined when the file ends before it. */
  readonly end: number | undefined;
  readonly animated: boolean;
};

function boundsOf(file: Buffer, mime: string): Bounds {
  try {
    switch (mime) {
      case "image/png":
        return boundsOfPng(file);
      case "image/webp":
        return boundsOfWebp(file);
      case "image/avif":
        return boundsOfAvif(file);
      default:
        return boundsOfJpeg(file);
    }
  } catch (error) {
    if (error instanceof RangeError) return { end: undefined, animated: false };
    throw error;
  }
}

/** Chunks of length, type, data and checksum, up to IEND (PNG, 5.3). acTL makes it an animation. */
function boundsOfPng(file: Buffer): Bounds {
  let animated = false;
  let at = 8;
  for (;;) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "acTL") animated = true;
    at += 12 + length;
    if (type === "IEND") return { end: at, animated };
  }
}

/** One RIFF chunk that holds the others. ANIM makes it an animation. */
function boundsOfWebp(file: Buffer): Bounds {
  const end = 8 + file.readUInt32LE(4);
  let animated = false;
  for (let at = 12; at + 8 <= Math.min(end, file.length); ) {
    if (/^ANI[MF]$/.test(file.toString("latin1", at, at + 4))) animated = true;
    const length = file.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return { end: end + (end % 2), animated };
}

/** Boxes one after the other (ISO/IEC 14496-12, 4.2). The brand avis, or a moov box, makes it a sequence. */
function boundsOfAvif(file: Buffer): Bounds {
  let animated = file.toString("latin1", 8, 12) === "avis";
  let at = 0;
  while (at < file.length) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "moov") animated = true;
    // 0: up to the end of the file. 1: a 64-bit length follows.
    if (length === 0) return { end: file.length, animated };
    const size = length === 1 ? Number(file.readBigUInt64BE(at + 8)) : length;
    if (size < 8 || !/^[\x20-\x7e]{4}$/.test(type)) return { end: at, animated };
    at += size;
  }
  return { end: at, animated };
}

/** Segments up to a scan, whose data ends at the next marker that is neither a restart nor a stuffed byte (ITU-T T.81, B.1.1). */
function boundsOfJpeg(file: Buffer): Bounds {
  let at = 2;
  for (;;) {
    if (file.readUInt8(at) !== 0xff) return { end: undefined, animated: false };
    const marker = file.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) return { end: at + 2, animated: false };
    at += 2 + file.readUInt16BE(at + 2);
    if (marker === 0xda) at = endOfScan(file, at);
  }
}

function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 1)) {
    const next = file.readUInt8(at + 1);
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new RangeError("The scan has no end.");
}

/** Markup and archives by which a picture would also be a page, a program or an archive to a client that ignores the content type. */
const markup = /<(?:script|html|!doctype|\?php|iframe|svg[\s>]|object[\s>])/i;
const endOfArchive = Buffer.from("PK\x05\x06", "latin1");
const executables = ["%PDF-", "Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "\x7fELF"].map((text) =>
  Buffer.from(text, "latin1"),
);

function holdsForeignContent(file: Buffer): boolean {
  if (markup.test(file.toString("latin1"))) return true;
  // A ZIP archive ends with its directory, and a comment of at most 65,535 bytes.
  if (file.subarray(-65_557).includes(endOfArchive)) return true;
  return executables.some(
    (signature) => file.subarray(0, 4_096).includes(signature) || file.includes(signature, file.length - 4_096),
  );
}

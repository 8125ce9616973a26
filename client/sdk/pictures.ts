import { shopError, type UserError } from "./errors.ts";
import {
  MediaUploadCompleteDocument,
  type MediaUploadCompleteMutation,
  MediaUploadCreateDocument,
  type PictureFieldsFragment,
} from "./generated/documents.ts";
import type { Shop } from "./shop.ts";

/** The attributes of a picture's `<source>` and `<img>` elements. */
export interface PictureSources {
  /** `srcset` of `<source type="image/avif">`. */
  readonly avif: string;
  /** `srcset` of `<source type="image/webp">`. */
  readonly webp: string;
  /** `src` of `<img>`, for browsers that read neither. */
  readonly fallback: string;
  /** In pixels: browsers reserve the picture's place by them before it has loaded. */
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}

const rungs = [320, 640, 960, 1_920] as const;

/** Returns what a `<picture>` element shows a picture by; null until it is READY. */
export function pictureSources(picture: PictureFieldsFragment): PictureSources | null {
  const { width, height, jpeg640, altText } = picture;
  if (width === null || height === null || jpeg640 === null) return null;
  const srcset = (format: "avif" | "webp") => {
    // A picture is never enlarged: beyond its own width all of its addresses are the same.
    const byUrl = new Map(rungs.map((rung) => [picture[`${format}${rung}`] ?? "", Math.min(rung, width)]));
    return Array.from(byUrl, ([url, shownWidth]) => `${url} ${shownWidth}w`).join(", ");
  };
  return { avif: srcset("avif"), webp: srcset("webp"), fallback: jpeg640, width, height, alt: altText ?? "" };
}

/** A file to upload. */
export interface PictureFile {
  readonly file: Blob;
  readonly fileName: string;
  /** What the picture shows. */
  readonly altText?: string;
}

type UploadedMedia = NonNullable<NonNullable<MediaUploadCompleteMutation["mediaUploadComplete"]>["media"]>;

const sendsMax = 3;
const pollMs = 500;
const convertedMsMax = 120_000;

/**
 * Uploads a picture and waits until it is READY or REJECTED; `media.rejectionReason` says why. In a browser this needs https or localhost, where
 * `crypto.subtle` exists.
 *
 * @throws {ShopError} for an error of the shop; NETWORK_FAILED when the file could not be sent, and TIMEOUT when it is not converted after two minutes.
 */
export async function uploadPicture(
  shop: Pick<Shop, "mutate">,
  { file, fileName, altText }: PictureFile,
): Promise<{ readonly media: UploadedMedia | null; readonly userErrors: readonly UserError[] }> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const input = { fileName, byteSize: file.size, sha256, ...(altText === undefined ? {} : { altText }) };
  const { media, uploadUrl, headers, userErrors } = await shop.mutate(MediaUploadCreateDocument, { input });
  if (media === null || uploadUrl === null) return { media: null, userErrors };
  await send(uploadUrl, headers ?? [], file);
  const endAtMs = Date.now() + convertedMsMax;
  for (;;) {
    const completed = await shop.mutate(MediaUploadCompleteDocument, { id: media.id });
    const status = completed.media?.status;
    if (status !== "UPLOADING" && status !== "PROCESSING") return completed;
    if (Date.now() > endAtMs) throw shopError("TIMEOUT", "The picture was not converted in time.");
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function send(url: string, headers: readonly { name: string; value: string }[], file: Blob): Promise<void> {
  let failure: unknown;
  for (let attempt = 1; attempt <= sendsMax; attempt += 1) {
    try {
      const response = await fetch(url, {
        method: "PUT",
        body: file,
        headers: headers.map(({ name, value }): [string, string] => [name, value]),
      });
      // 409 and 412: an earlier attempt had arrived.
      if (response.ok || response.status === 409 || response.status === 412) return;
      failure = new Error(`The upload failed with status ${response.status}.`);
      if (response.status < 500) break;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, attempt * pollMs));
  }
  throw shopError("NETWORK_FAILED", "The picture could not be sent.", { cause: failure });
}

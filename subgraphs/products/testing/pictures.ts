import { createHash } from "node:crypto";
import sharp from "sharp";

/** A picture of smooth colours: small as a file, and different for each seed. */
export async function drawPicture(
  options: { width?: number; height?: number; seed?: number; format?: "jpeg" | "png" | "webp" | "avif" } = {},
): Promise<Buffer> {
  const { width = 400, height = 300, seed = 1, format = "jpeg" } = options;
  const hue = (seed * 47) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g"><stop stop-color="hsl(${hue},70%,60%)"/><stop offset="1" stop-color="hsl(${(hue + 90) % 360},70%,40%)"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/><circle cx="${(seed * 13) % width}" cy="50%" r="${height / 4}" fill="#fff"/></svg>`;
  return sharp(Buffer.from(svg), { limitInputPixels: false }).toFormat(format).toBuffer();
}

/** What `mediaUploadCreate` wants to know of a file. */
export function announce(file: Buffer, fileName = "picture.jpg") {
  return { fileName, byteSize: file.length, sha256: createHash("sha256").update(file).digest("hex") };
}

/** Sends a file as `mediaUploadCreate` says. */
export async function sendFile(
  { uploadUrl, headers }: { uploadUrl: string; headers: readonly { name: string; value: string }[] },
  file: Buffer,
): Promise<Response> {
  return fetch(uploadUrl, {
    method: "PUT",
    body: file,
    headers: headers.map(({ name, value }): [string, string] => [name, value]),
  });
}

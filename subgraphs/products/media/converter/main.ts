import { inspectFile, RejectedFile } from "./inspect-file.ts";
import { type RenderedPicture, renderPicture } from "./render-picture.ts";

/**
 * The converter: a process of its own without the shop's secrets and connections, because the files that it decodes are strangers' and decoders have
 * bugs. It reads one file after the other from its parent, responds to each, and ends with its parent.
 */

/** What the converter is sent. */
export type ConverterRequest = { readonly file: Uint8Array };
/** What it sends back. */
export type ConverterResponse =
  | { readonly picture: RenderedPicture }
  | { readonly rejected: string }
  | { readonly failed: string };

async function convert(file: Buffer): Promise<ConverterResponse> {
  try {
    await inspectFile(file);
    return { picture: await renderPicture(file) };
  } catch (error) {
    if (error instanceof RejectedFile) return { rejected: error.message };
    return { failed: String(error) };
  }
}

process.on("message", async ({ file }: ConverterRequest) => {
  const { buffer, byteOffset, byteLength } = file;
  process.send?.(await convert(Buffer.from(buffer, byteOffset, byteLength)));
});
process.on("disconnect", () => process.exit(0));

import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "#platform/shop/ids.ts";
import { internalTokenOf, type TestCaller } from "#test/harness/subgraph-client.ts";
import { announce } from "./pictures.ts";
import type { TestProducts } from "./test-products.ts";

/** A picture as `mediaUploadComplete` shows it. */
export type ShownMedia = {
  readonly id: string;
  readonly status: "UPLOADING" | "PROCESSING" | "READY" | "REJECTED";
  readonly rejectionReason: string | null;
  readonly url: string | null;
};

/** What mediaUploadCreate returns. */
export type Announced = {
  readonly media: ShownMedia;
  readonly uploadUrl: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
};

const shown = "id status rejectionReason url";

/** Announces a file. */
export async function announceFile(
  { ask }: Pick<TestProducts, "ask">,
  file: Buffer,
  who: TestCaller,
): Promise<Announced> {
  const { data, errors } = await ask(
    `mutation ($input: MediaUploadCreateInput!) { mediaUploadCreate(input: $input) {
      media { ${shown} } uploadUrl headers { name value } userErrors { code message } } }`,
    { input: announce(file) },
    who,
  );
  if (!data?.mediaUploadCreate?.media) throw new Error(`Not announced: ${JSON.stringify([data, errors])}`);
  return data.mediaUploadCreate;
}

/** Sends a file straight to a products process, as the gateway would. */
export async function putFile(
  { url, keys }: Pick<TestProducts, "url" | "keys">,
  uploadUrl: string,
  file: Buffer,
): Promise<number> {
  const { pathname, search } = new URL(uploadUrl);
  const token = await internalTokenOf(keys, "products", "guest");
  const response = await fetch(url + pathname + search, {
    method: "PUT",
    body: file,
    headers: { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
  return response.status;
}

/** Completes an upload and returns the picture as it is by then. */
export async function completeFile(
  { ask }: Pick<TestProducts, "ask">,
  id: string,
  who: TestCaller,
): Promise<ShownMedia> {
  const { data } = await ask(
    `mutation ($id: ID!) { mediaUploadComplete(id: $id) { media { ${shown} } userErrors { code } } }`,
    { id },
    who,
  );
  return data.mediaUploadComplete.media;
}

const convertedMsMax = 30_000;

/** Uploads a file and waits until it is READY or REJECTED. */
export async function uploadFile(products: TestProducts, file: Buffer, who: TestCaller): Promise<ShownMedia> {
  const { media, uploadUrl } = await announceFile(products, file, who);
  const status = await putFile(products, uploadUrl, file);
  if (status !== 204) throw new Error(`The upload failed with status ${status}.`);
  const endAtMs = Date.now() + convertedMsMax;
  for (;;) {
    const current = await completeFile(products, media.id, who);
    if (current.status === "READY" || current.status === "REJECTED") return current;
    if (Date.now() > endAtMs) throw new Error(`The picture is still ${current.status}.`);
    await sleep(30);
  }
}

/** An id that nothing has. */
export const unknownId: string = newId();

import { AwsClient } from "aws4fetch";
import { checkKey, type ObjectStorage } from "./storage.ts";

/** A bucket of S3, or of a service that speaks its protocol. */
export type S3Options = {
  /** Without a slash at the end; AWS's own for the region unless given. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

const retriesMax = 3;
const requestTimeoutMs = 30_000;
/** A year: an object's key is never used for another content. */
const cacheControl = "public, max-age=31536000, immutable";

/**
 * Opens a bucket as storage. Clients send objects to the bucket itself, by addresses that are signed for one length and one checksum, and only as long as
 * there is no object of that key.
 */
export function openS3Storage(options: S3Options): ObjectStorage {
  const { region, accessKeyId, secretAccessKey } = options;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: retriesMax });
  const bucketUrl = `${options.endpoint ?? `https://s3.${region}.amazonaws.com`}/${options.bucket}`;
  const urlOf = (key: string) => `${bucketUrl}/${checkKey(key)}`;

  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const response = await client.fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) });
    if (response.ok || (response.status === 404 && init.method !== "PUT" && !url.includes("list-type")))
      return response;
    await response.body?.cancel();
    throw new Error(`The storage responded with status ${response.status} to ${init.method ?? "GET"}.`);
  };
  const listPage = async (prefix: string, from: string | undefined) => {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    if (from !== undefined) query.set("continuation-token", from);
    const response = await send(`${bucketUrl}?${query}`, {});
    const xml = await response.text();
    // Keys have no character that XML would escape; a token may have.
    const [, token] = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(xml) ?? [];
    return {
      keys: Array.from(xml.matchAll(/<Key>([^<]+)<\/Key>/g), ([, key = ""]) => key),
      next: token?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
    };
  };
  async function* list(prefix: string): AsyncGenerator<string> {
    let from: string | undefined;
    do {
      const page = await listPage(prefix, from);
      yield* page.keys;
      from = page.next;
    } while (from !== undefined);
  }

  return {
    uploadTarget: async ({ key, byteSize, sha256, expiresAt }) => {
      const seconds = Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1_000));
      const headers = [
        { name: "content-type", value: "application/octet-stream" },
        { name: "x-amz-checksum-sha256", value: Buffer.from(sha256, "hex").toString("base64") },
        { name: "if-none-match", value: "*" },
      ];
      const signed = await client.sign(`${urlOf(key)}?X-Amz-Expires=${seconds}`, {
        method: "PUT",
        headers: [
          ...headers.map(({ name, value }): [string, string] => [name, value]),
          // Every client sends it by itself; signed, it can be no other.
          ["content-length", String(byteSize)],
        ],
        aws: { signQuery: true, allHeaders: true },
      });
      return { url: signed.url, headers };
    },
    size: async (key) => {
      const response = await send(urlOf(key), { method: "HEAD" });
      return response.ok ? Number(response.headers.get("content-length")) : undefined;
    },
    read: async (key, bytesMax) => {
      const response = await send(urlOf(key), {});
      if (!response.ok || Number(response.headers.get("content-length")) > bytesMax) {
        await response.body?.cancel();
        if (response.ok) throw new Error(`A stored object is larger than ${bytesMax} bytes.`);
        return undefined;
      }
      return Buffer.from(await response.arrayBuffer());
    },
    write: async (key, bytes, contentType) => {
      await send(urlOf(key), {
        method: "PUT",
        body: Buffer.from(bytes),
        headers: { "content-type": contentType, "cache-control": cacheControl },
      });
    },
    deleteAll: async (prefix) => {
      for await (const key of list(checkKey(prefix))) await send(urlOf(key), { method: "DELETE" });
    },
    list: (folder) => list(`${folder}/`),
    // An object is there whole or not at all.
    deletePartial: async () => {},
  };
}

import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { z } from "zod";
import { checkKey, type ObjectStorage, type Upload } from "./storage.ts";

/** Storage in a directory, with a way to receive what clients send to the addresses of `uploadTarget`. */
export type DiskStorage = ObjectStorage & {
  /**
   * Stores the body of a PUT, if `url` is an address of `uploadTarget` and the body is what was announced.
   *
   * @param contentLength of the request; undefined when it has none.
   */
  receive(url: URL, contentLength: number | undefined, body: Readable): Promise<Received>;
};

/** What came of an upload. `expired` stands for an address that was not signed here too. */
export type Received = "stored" | "expired" | "already there" | "wrong length" | "wrong content";

const incoming = "incoming";
const contentTypeHeader = { name: "content-type", value: "application/octet-stream" };

/**
 * Opens a directory as storage. An object becomes visible whole, by a rename after its bytes are on the disk. Objects are spread over folders by the
 * first two characters of their names.
 *
 * @param options.uploadUrl the address that clients send to; the key's name is put behind it.
 * @param options.secret signs upload addresses.
 */
export function openDiskStorage(options: { directory: string; uploadUrl: string; secret: Uint8Array }): DiskStorage {
  const { directory } = options;
  const fileOf = (key: string) => {
    const [folder = "", name = ""] = checkKey(key).split("/");
    return path.join(directory, folder, name.slice(0, 2), name);
  };
  const signatureOf = (key: string, expires: string, length: string, sha256: string) =>
    createHmac("sha256", options.secret).update([key, expires, length, sha256].join("\n")).digest("base64url");

  const writeNew = async (
    fill: (file: FileHandle) => Promise<boolean>,
    publish: (partial: string) => Promise<void>,
  ) => {
    await mkdir(path.join(directory, incoming), { recursive: true });
    const partial = path.join(directory, incoming, randomUUID());
    const file = await open(partial, "wx", 0o640);
    try {
      try {
        if (!(await fill(file))) return false;
        await file.sync();
      } finally {
        await file.close();
      }
      await publish(partial);
      return true;
    } finally {
      await rm(partial, { force: true });
    }
  };

  return {
    uploadTarget: async (upload) => ({
      url: uploadAddress(options.uploadUrl, upload, signatureOf),
      headers: [contentTypeHeader],
    }),
    size: async (key) => {
      const found = await orUndefined(stat(fileOf(key)));
      return found?.size;
    },
    read: async (key, bytesMax) => {
      const file = await orUndefined(open(fileOf(key)));
      if (file === undefined) return undefined;
      try {
        if ((await file.stat()).size > bytesMax) throw new Error(`A stored object is larger than ${bytesMax} bytes.`);
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
    write: async (key, bytes) => {
      const target = fileOf(key);
      await mkdir(path.dirname(target), { recursive: true });
      await writeNew(
        async (file) => {
          await file.writeFile(bytes);
          return true;
        },
        (partial) => rename(partial, target),
      );
    },
    deleteAll: async (prefix) => {
      const file = fileOf(prefix);
      const names = (await orUndefined(readdir(path.dirname(file)))) ?? [];
      const start = path.basename(file);
      for (const name of names) {
        if (name.startsWith(start)) await rm(path.join(path.dirname(file), name), { force: true });
      }
    },
    list: async function* (folder) {
      for (const shard of (await orUndefined(readdir(path.join(directory, folder)))) ?? []) {
        const names = (await orUndefined(readdir(path.join(directory, folder, shard)))) ?? [];
        for (const name of names) yield `${folder}/${name}`;
      }
    },
    deletePartial: async (before) => {
      for (const name of (await orUndefined(readdir(path.join(directory, incoming)))) ?? []) {
        const partial = path.join(directory, incoming, name);
        const found = await orUndefined(stat(partial));
        if (found !== undefined && found.mtime < before) await rm(partial, { force: true });
      }
    },
    receive: async (url, contentLength, body) => {
      const query = signedQuery.safeParse(Object.fromEntries(url.searchParams)).data;
      if (query === undefined) return "expired";
      const key = `uploads/${path.posix.basename(url.pathname)}`;
      const signature = signatureOf(key, query.expires, query.length, query.sha256);
      if (!isEqual(signature, query.signature) || Number(query.expires) * 1_000 < Date.now()) return "expired";
      const target = fileOf(key);
      if ((await orUndefined(stat(target))) !== undefined) return "already there";
      const length = Number(query.length);
      if (contentLength !== undefined && contentLength !== length) return "wrong length";
      await mkdir(path.dirname(target), { recursive: true });
      let result: Received = "stored";
      await writeNew(
        async (file) => {
          result = await receiveInto(file, body, length, query.sha256);
          return result === "stored";
        },
        // Unlike a rename, a link fails when another request has been faster.
        (partial) =>
          link(partial, target).catch((error: NodeJS.ErrnoException) => {
            if (error.code !== "EEXIST") throw error;
            result = "already there";
          }),
      );
      return result;
    },
  };
}

const signedQuery = z.object({
  expires: z.string().regex(/^\d{1,12}$/),
  length: z.string().regex(/^\d{1,12}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.string().max(64),
});

function uploadAddress(
  uploadUrl: string,
  { key, byteSize, sha256, expiresAt }: Upload,
  sign: (key: string, expires: string, length: string, sha256: string) => string,
): string {
  const expires = String(Math.floor(expiresAt.getTime() / 1_000));
  const signature = sign(checkKey(key), expires, String(byteSize), sha256);
  const query = new URLSearchParams({ expires, length: String(byteSize), sha256, signature });
  return `${uploadUrl}/${path.posix.basename(key)}?${query}`;
}

async function receiveInto(file: FileHandle, body: Readable, length: number, sha256: string): Promise<Received> {
  const hash = createHash("sha256");
  let received = 0;
  // Leaving the loop must not cut the connection, on which the response goes out.
  for await (const part of body.iterator({ destroyOnReturn: false })) {
    received += part.length;
    if (received > length) return "wrong length";
    hash.update(part);
    await file.write(part);
  }
  if (received !== length) return "wrong length";
  return hash.digest("hex") === sha256 ? "stored" : "wrong content";
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function orUndefined<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

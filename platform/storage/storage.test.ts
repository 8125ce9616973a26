import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openS3Server, type S3Server } from "#test/harness/s3-server.ts";
import { serveHttp } from "../http/http-server.ts";
import { type DiskStorage, openDiskStorage } from "./disk-storage.ts";
import { openStorage } from "./open-storage.ts";
import { openS3Storage } from "./s3-storage.ts";
import type { ObjectStorage } from "./storage.ts";

const id = "7f3a1c2e-0000-4000-8000-000000000001";
const other = "7f3a1c2e-0000-4000-8000-000000000002";

let directory: string;
let s3: S3Server;
let disk: DiskStorage;
const storages: Record<string, ObjectStorage> = {};
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "agora-storage-"));
  s3 = await openS3Server();
  disk = openDiskStorage({ directory, uploadUrl: "http://shop.test/media/uploads", secret: Buffer.alloc(32, 1) });
  storages.disk = disk;
  storages.s3 = openS3Storage({ ...s3, region: "us-east-1" });
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const upload = (content: Buffer, key = `uploads/${crypto.randomUUID()}`) => ({
  key,
  byteSize: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
  expiresAt: new Date(Date.now() + 60_000),
});

describe.each(["disk", "s3"])("%s", (kind) => {
  const storage = () => storages[kind] ?? disk;
  const keysOf = async (folder: string) => (await Array.fromAsync(storage().list(folder))).toSorted();

  test("an object is read as it was written, has its size, and is replaced whole", async () => {
    const key = `media/${id}-160.webp`;
    expect(await storage().size(key)).toBeUndefined();
    expect(await storage().read(key, 100)).toBeUndefined();
    await storage().write(key, Buffer.from("first"), "image/webp");
    await storage().write(key, Buffer.from("the second"), "image/webp");
    expect(await storage().size(key)).toBe(10);
    expect(String(await storage().read(key, 10))).toBe("the second");
    await expect(storage().read(key, 9)).rejects.toThrow("larger than 9 bytes");
  });

  test("all objects of a prefix are deleted, and no other; deleting nothing is harmless", async () => {
    for (const name of [`${id}-160.webp`, `${id}-320.webp`, `${other}-160.webp`]) {
      await storage().write(`media/${name}`, Buffer.from("x"), "image/webp");
    }
    await storage().deleteAll(`media/${id}-`);
    await storage().deleteAll(`media/${id}-`);
    expect(await keysOf("media")).toEqual([`media/${other}-160.webp`]);
  });

  test("a folder is listed whole, whatever its size", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `aa${String(index).padStart(4, "0")}`);
    await Promise.all(names.map((name) => storage().write(`many/${name}`, Buffer.from("x"), "text/plain")));
    expect(await keysOf("many")).toEqual(names.map((name) => `many/${name}`));
  });

  test.each(["../secret", "media/../secret", "media/.hidden", "media/a/b", "/etc/passwd", "media/", "media/a\0b"])(
    "the key %j is refused",
    async (key) => {
      await expect(Promise.resolve().then(() => storage().size(key))).rejects.toThrow("malformed");
      await expect(Promise.resolve().then(() => storage().write(key, Buffer.from("x"), "x"))).rejects.toThrow();
      await expect(Promise.resolve().then(() => storage().deleteAll(key))).rejects.toThrow("malformed");
    },
  );
});

describe("a directory receives", () => {
  const receive = (url: string, body: Buffer, length: number | undefined = body.length) =>
    disk.receive(new URL(url), length, Readable.from([body.subarray(0, 3), body.subarray(3)]));

  test("what was announced, once", async () => {
    const content = Buffer.from("a picture");
    const announced = upload(content);
    const { url, headers } = await disk.uploadTarget(announced);
    expect(headers).toEqual([{ name: "content-type", value: "application/octet-stream" }]);
    expect(await receive(url, content)).toBe("stored");
    expect(String(await disk.read(announced.key, 100))).toBe("a picture");
    expect(await receive(url, content)).toBe("already there");
  });

  test("only one of several at the same time", async () => {
    const content = Buffer.from("a picture");
    const { url } = await disk.uploadTarget(upload(content));
    const results = await Promise.all(Array.from({ length: 8 }, () => receive(url, content)));
    expect(results.filter((result) => result === "stored")).toHaveLength(1);
    expect(results.filter((result) => result === "already there")).toHaveLength(7);
  });

  test("nothing that is shorter, longer, or something else, and keeps nothing of it", async () => {
    const content = Buffer.from("a picture");
    const announced = upload(content);
    const { url } = await disk.uploadTarget(announced);
    expect(await receive(url, content.subarray(1))).toBe("wrong length");
    expect(await receive(url, Buffer.concat([content, content]))).toBe("wrong length");
    // Sent in chunks, without a length.
    expect(await disk.receive(new URL(url), undefined, Readable.from([content, content]))).toBe("wrong length");
    expect(await disk.receive(new URL(url), undefined, Readable.from([content.subarray(2)]))).toBe("wrong length");
    expect(await receive(url, Buffer.from("a pictur3"))).toBe("wrong content");
    await expect(
      disk.receive(
        new URL(url),
        content.length,
        Readable.from(
          (async function* () {
            yield content.subarray(0, 4);
            throw new Error("The connection was cut.");
          })(),
        ),
      ),
    ).rejects.toThrow("cut");
    expect(await disk.size(announced.key)).toBeUndefined();
    expect(await readdir(path.join(directory, "incoming"))).toEqual([]);
    expect(await receive(url, content)).toBe("stored");
  });

  test("nothing at an address that it did not sign, or that has expired", async () => {
    const content = Buffer.from("a picture");
    const announced = upload(content);
    const { url } = await disk.uploadTarget(announced);
    const changed = (name: string, value: string) => {
      const copy = new URL(url);
      copy.searchParams.set(name, value);
      return copy.href;
    };
    const later = String(Math.floor(Date.now() / 1_000) + 9_999);
    for (const bad of [
      changed("expires", later),
      changed("length", "3"),
      changed("sha256", "0".repeat(64)),
      changed("signature", "x".repeat(43)),
      changed("signature", ""),
      url.replace(announced.key.split("/")[1] ?? "", crypto.randomUUID()),
      url.slice(0, url.indexOf("?")),
    ]) {
      expect(await receive(bad, content)).toBe("expired");
    }
    const old = await disk.uploadTarget({ ...announced, expiresAt: new Date(Date.now() - 1_000) });
    expect(await receive(old.url, content)).toBe("expired");
    const stranger = openDiskStorage({ directory, uploadUrl: "http://shop.test", secret: Buffer.alloc(32, 2) });
    expect(await receive((await stranger.uploadTarget(announced)).url, content)).toBe("expired");
  });

  test("and deletes what was cut off long ago", async () => {
    const [old, fresh] = [path.join(directory, "incoming/old"), path.join(directory, "incoming/fresh")];
    for (const file of [old, fresh]) await writeFile(file, "x");
    await utimes(old, new Date(0), new Date(0));
    await disk.deletePartial(new Date(Date.now() - 60_000));
    expect(await readdir(path.join(directory, "incoming"))).toEqual(["fresh"]);
    await rm(fresh);
  });
});

async function serveOnce(respond: (url: URL) => string) {
  const server = await serveHttp({
    host: "127.0.0.1",
    port: 0,
    portName: "TEST_PORT",
    onError: () => {},
    handler: (_request, response, url) => void response.end(respond(url)),
  });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close(0) };
}

describe("a bucket", () => {
  test("takes an upload at a signed address, with the signed length and headers only", async () => {
    const content = Buffer.from("a picture");
    const announced = upload(content);
    const target = await storages.s3?.uploadTarget(announced);
    const { url = "", headers = [] } = target ?? {};
    expect(headers.map(({ name }) => name)).toEqual(["content-type", "x-amz-checksum-sha256", "if-none-match"]);
    const given = headers.map(({ name, value }): [string, string] => [name, value]);
    const put = (body: Buffer, sent = given, to = url) => fetch(to, { method: "PUT", body, headers: sent });
    expect((await put(Buffer.from("a longer picture"))).status).toBe(403);
    expect((await put(content, [["x-amz-checksum-sha256", "AAAA"], ...given.slice(2)])).status).toBe(403);
    expect((await put(content, given, url.replace("X-Amz-Expires=", "X-Amz-Expires=9"))).status).toBe(403);
    expect((await put(content)).status).toBe(200);
    expect(await storages.s3?.size(announced.key)).toBe(content.length);
  });

  test("is listed page by page", async () => {
    // The server of these tests cannot cut a list into pages.
    const xml = (keys: string[], next: string) =>
      `<ListBucketResult>${keys.map((key) => `<Contents><Key>media/${key}</Key></Contents>`).join("")}${next}</ListBucketResult>`;
    const asked: (string | null)[] = [];
    await using server = await serveOnce((url) => {
      const from = url.searchParams.get("continuation-token");
      asked.push(from);
      if (from === null) return xml(["aa1", "aa2"], "<NextContinuationToken>a+/=&amp;b</NextContinuationToken>");
      return xml(["aa3"], "");
    });
    const paged = openS3Storage({ ...s3, endpoint: server.url, region: "us-east-1" });
    expect(await Array.fromAsync(paged.list("media"))).toEqual(["media/aa1", "media/aa2", "media/aa3"]);
    expect(asked).toEqual([null, "a+/=&b"]);
  });

  test("that is not there is an error, not an empty one", async () => {
    const gone = openS3Storage({ ...s3, bucket: "gone", region: "us-east-1" });
    await expect(Array.fromAsync(gone.list("media"))).rejects.toThrow("status 404");
    await expect(gone.write("media/aa", Buffer.from("x"), "x")).rejects.toThrow("status 404");
  });

  test("needs its name and key, which are named when they are missing", () => {
    const env = { MEDIA_STORAGE: "s3", DATA_DIRECTORY: ".data", MEDIA_S3_REGION: "eu-west-1" } as const;
    expect(() => openStorage(env, { uploadUrl: "" })).toThrow("MEDIA_S3_BUCKET is not set");
  });
});

import { createHmac } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { type DiskStorage, openDiskStorage } from "./disk-storage.ts";
import type { StorageEnv } from "./env.ts";
import { openS3Storage } from "./s3-storage.ts";
import type { ObjectStorage } from "./storage.ts";

const privateKey = z.object({ d: z.string().min(32) });

/** The storage that the environment names: a bucket, or a directory that also receives uploads. */
export type OpenStorage =
  | { readonly kind: "disk"; readonly storage: DiskStorage }
  | { readonly kind: "s3"; readonly storage: ObjectStorage };

/**
 * Opens the storage that the environment names.
 *
 * @param options.uploadUrl where clients send what goes to a directory.
 * @param options.internalKey the process's `INTERNAL_KEY`, the same in all its instances; the key that signs upload addresses is derived from it.
 * Without it the storage signs none.
 * @throws {Error} naming the variable that is missing.
 */
export function openStorage(env: StorageEnv, options: { uploadUrl: string; internalKey?: unknown }): OpenStorage {
  if (env.MEDIA_STORAGE === "disk") {
    const directory = env.MEDIA_DIRECTORY ?? path.join(env.DATA_DIRECTORY, "media");
    const secret =
      options.internalKey === undefined
        ? crypto.getRandomValues(new Uint8Array(32))
        : createHmac("sha256", privateKey.parse(options.internalKey).d).update("agora uploads").digest();
    return { kind: "disk", storage: openDiskStorage({ directory, uploadUrl: options.uploadUrl, secret }) };
  }
  return {
    kind: "s3",
    storage: openS3Storage({
      endpoint: env.MEDIA_S3_ENDPOINT?.replace(/\/+$/, ""),
      region: env.MEDIA_S3_REGION,
      bucket: required(env, "MEDIA_S3_BUCKET"),
      accessKeyId: required(env, "MEDIA_S3_ACCESS_KEY_ID"),
      secretAccessKey: required(env, "MEDIA_S3_SECRET_ACCESS_KEY"),
    }),
  };
}

function required(env: StorageEnv, name: "MEDIA_S3_BUCKET" | "MEDIA_S3_ACCESS_KEY_ID" | "MEDIA_S3_SECRET_ACCESS_KEY") {
  const value = env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is not set: MEDIA_STORAGE=s3 needs it.`);
  return value;
}

/**
 * Where files are kept. A key is `folder/name`; both are lower-case letters, digits, dots and hyphens, and a name begins with a letter or digit, so
 * that no key leads out of the storage.
 */
export type ObjectStorage = {
  /** How a client sends an object by itself. The storage accepts no other length and no other content. */
  uploadTarget(upload: Upload): Promise<UploadTarget>;
  /** The size in bytes; undefined when there is no such object. */
  size(key: string): Promise<number | undefined>;
  /** The whole object; undefined when there is none. @throws {Error} when it is larger than `bytesMax`. */
  read(key: string, bytesMax: number): Promise<Buffer | undefined>;
  /** Writes an object; a concurrent reader sees all of it or nothing. */
  write(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Deletes every object whose key begins with `prefix`, which holds the folder and at least two characters of the name. */
  deleteAll(prefix: string): Promise<void>;
  /** All keys of a folder, in any order. */
  list(folder: string): AsyncIterable<string>;
  /** Deletes what was left by writes that were cut off before `before`. */
  deletePartial(before: Date): Promise<void>;
};

/** An object that a client is about to send. */
export type Upload = {
  readonly key: string;
  readonly byteSize: number;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly expiresAt: Date;
};

/** Where a client sends an object with PUT, and with which headers besides Content-Length. */
export type UploadTarget = {
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
};

const keyPattern = /^[a-z0-9-]{1,40}\/[a-z0-9][a-z0-9.-]{1,120}$/;

/** The key if it has the form of one. @throws {Error} otherwise. */
export function checkKey(key: string): string {
  if (!keyPattern.test(key)) throw new Error("The key of a stored object is malformed.");
  return key;
}

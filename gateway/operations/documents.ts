import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { ApiError } from "#platform/shop/api-error.ts";

/** A request's document: its text, its SHA-256 in hexadecimal, or both. */
export type DocumentReference = { readonly query: string | undefined; readonly hash: string | undefined };

/** Finds the document of a request. */
export type Documents = {
  /**
   * @returns the document's text, and a function that keeps it for clients that send only its hash; to be called once it has proved valid.
   * @throws {ApiError} PERSISTED_QUERY_NOT_FOUND, DOCUMENT_NOT_TRUSTED, or BAD_REQUEST when hash and document differ.
   */
  resolve(reference: DocumentReference): {
    readonly text: string;
    readonly keep: (() => void) | undefined;
  };
};

const keptMax = 5_000;
const keptBytesMax = 32_000_000;
const bytesPerCharacter = 2;

const manifestFormat = z.union([
  z
    .object({ operations: z.array(z.object({ id: z.string(), body: z.string() }).loose()) })
    .transform(({ operations }) => new Map(operations.map(({ id, body }) => [id, body]))),
  z.record(z.string(), z.string()).transform((documents) => new Map(Object.entries(documents))),
]);

/** Trusted documents by their id: Apollo's persisted-query manifest, or an object of texts by hash. @throws {Error} for a file that is neither. */
export function readManifest(path: string): ReadonlyMap<string, string> {
  const parsed = manifestFormat.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path} is not a manifest of trusted documents.`);
  return parsed.data;
}

/**
 * Opens persisted documents: those of the manifest, and, unless only those are allowed, those that clients registered with their hash. The latter
 * are bounded in number and size; the least recently used go first, and a client then sends its document again.
 */
export function openDocuments(trusted: ReadonlyMap<string, string>, options: { trustedOnly: boolean }): Documents {
  const trustedTexts = new Set(trusted.values());
  const kept = new LRUCache<string, string>({
    max: keptMax,
    maxSize: keptBytesMax,
    sizeCalculation: (text) => Math.max(1, text.length * bytesPerCharacter),
  });
  return {
    resolve: ({ query, hash }) => {
      if (query === undefined) {
        const text = trusted.get(hash ?? "") ?? kept.get(hash ?? "");
        if (text !== undefined) return { text, keep: undefined };
        // Clients look for exactly this message, and then send the document with its hash.
        if (!options.trustedOnly) throw new ApiError("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
      } else if (!options.trustedOnly || trustedTexts.has(query)) {
        if (hash === undefined) return { text: query, keep: undefined };
        if (createHash("sha256").update(query).digest("hex") !== hash && trusted.get(hash) !== query) {
          throw new ApiError("BAD_REQUEST", "The document has another hash.");
        }
        return { text: query, keep: () => kept.set(hash, query) };
      }
      throw new ApiError("DOCUMENT_NOT_TRUSTED", "Only trusted documents are executed.");
    },
  };
}

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ApiError } from "#platform/shop/api-error.ts";
import type { GraphqlRequest } from "../http/graphql-request.ts";

/** Finds the document that a request means. */
export type Documents = {
  /**
   * @returns the document's text, and how to keep it for those who will send its hash alone; to be called once it proved good.
   * @throws {ApiError} PERSISTED_QUERY_NOT_FOUND, DOCUMENT_NOT_TRUSTED, or BAD_REQUEST when hash and document differ.
   */
  resolve(request: Pick<GraphqlRequest, "query" | "hash">): {
    readonly text: string;
    readonly keep: (() => void) | undefined;
  };
};

const keptMax = 5_000;
const keptCharactersMax = 16_000_000;

const manifestFormat = z.union([
  z
    .object({ operations: z.array(z.object({ id: z.string(), body: z.string() }).loose()) })
    .transform(({ operations }) => new Map(operations.map(({ id, body }) => [id, body]))),
  z.record(z.string(), z.string()).transform((documents) => new Map(Object.entries(documents))),
]);

/** Trusted documents by their id: Apollo's persisted-query manifest, or an object of texts by hash. @throws {Error} for a file that is neither. */
export function readManifest(path: string): ReadonlyMap<string, string> {
  const parsed = manifestFormat.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path} is no manifest of trusted documents.`);
  return parsed.data;
}

/**
 * Persisted documents: those of the manifest, and, unless only those are allowed, those that clients registered with their hash. The latter are
 * bounded in number and size; the oldest go first, and a client then sends its document again.
 */
export function openDocuments(trusted: ReadonlyMap<string, string>, options: { trustedOnly: boolean }): Documents {
  const trustedTexts = new Set(trusted.values());
  const kept = new Map<string, string>();
  let keptCharacters = 0;
  const keep = (hash: string, text: string) => {
    if (kept.has(hash)) return;
    kept.set(hash, text);
    keptCharacters += text.length;
    for (const [oldest, old] of kept) {
      if (kept.size <= keptMax && keptCharacters <= keptCharactersMax) break;
      kept.delete(oldest);
      keptCharacters -= old.length;
    }
  };
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
        return { text: query, keep: () => keep(hash, query) };
      }
      throw new ApiError("DOCUMENT_NOT_TRUSTED", "Only documents that are known beforehand are answered here.");
    },
  };
}

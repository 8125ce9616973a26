import { z } from "zod";
import { metadataBytesMax } from "./limits.ts";
import { isStorable } from "./text.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The JSON object that a client attaches to what it creates, kept as it was sent. A key named `__proto__` is rejected at any depth: libraries drop
 * it or take it for the object's prototype.
 */
export const metadataInput: z.ZodType<Record<string, unknown>> = z
  .custom<Record<string, unknown>>(isObject, "Enter a JSON object.")
  .superRefine((value, context) => {
    if (Buffer.byteLength(JSON.stringify(value)) > metadataBytesMax) {
      context.addIssue({ code: "custom", message: `Enter at most ${metadataBytesMax} bytes of JSON.` });
      return;
    }
    const place = findUnstorable(value, []);
    if (place !== undefined) context.addIssue({ code: "custom", ...place });
  });

type Place = { readonly path: string[]; readonly message: string };

/** The first key or string, depth first, that cannot be kept as it is; the path leads to the value, or to the key's object. */
function findUnstorable(value: unknown, path: string[]): Place | undefined {
  if (typeof value === "string") {
    return isStorable(value) ? undefined : { path, message: "The text contains U+0000 or an incomplete character." };
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") return { path: [...path, key], message: "The key __proto__ is not allowed." };
    if (!isStorable(key)) return { path, message: "A key contains U+0000 or an incomplete character." };
    const place = findUnstorable(inner, [...path, key]);
    if (place !== undefined) return place;
  }
  return undefined;
}

import { z } from "zod";
import { type MediaId, type ProductId, parseId, type VariantId } from "#platform/shop/ids.ts";
import { idOrUndefined, type Parsed, parseInput } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import {
  altTextCharactersMax,
  mediaBytesMax,
  mediaFileNameCharactersMax,
  mediaPerProductMax,
  variantsPerProductMax,
} from "../shared/limits.ts";

const altTextInput = text(altTextCharactersMax)
  .nullish()
  .transform((value) => (value === "" ? null : value));

const uploadInput = z.object({
  fileName: text(mediaFileNameCharactersMax, 1),
  byteSize: z
    .int("Enter a whole number.")
    .min(1, "The file is empty.")
    .max(mediaBytesMax, "A file can have at most 20 MiB."),
  sha256: z
    .string()
    .transform((value) => value.toLowerCase())
    .pipe(z.string().regex(/^[0-9a-f]{64}$/, "Enter the SHA-256 of the file as 64 hexadecimal digits.")),
  altText: altTextInput,
});

/** An upload that is announced. */
export type UploadCommand = z.infer<typeof uploadInput>;

/** Parses `MediaUploadCreateInput`. */
export function parseUpload(input: unknown): Parsed<UploadCommand> {
  return parseInput(uploadInput, input);
}

const languageInput = z.string().transform((value, context) => {
  try {
    const [tag] = value.length <= 35 ? Intl.getCanonicalLocales(value) : [];
    if (tag !== undefined) return tag;
  } catch {
    // Reported below.
  }
  context.addIssue({ code: "custom", message: 'Enter a BCP 47 language tag, such as "de" or "pt-BR".' });
  return z.NEVER;
});

/** The canonical form of a language tag; null for none, undefined for text that is not one. */
export function parseLanguage(value: string | null | undefined): string | null | undefined {
  return value === null || value === undefined ? null : languageInput.safeParse(value).data;
}

const updateInput = z.object({
  id: z.string().transform((value) => parseId<MediaId>(value)),
  altText: altTextInput,
  language: languageInput.nullish(),
});

/** A changed alt text; null removes it, undefined leaves it. */
export type MediaUpdateCommand = z.infer<typeof updateInput>;

/** Parses `MediaUpdateInput`. */
export function parseMediaUpdate(input: unknown): Parsed<MediaUpdateCommand> {
  return parseInput(updateInput, input);
}

const idsInput = z
  .array(z.string())
  .max(mediaPerProductMax, `A product can have at most ${mediaPerProductMax} pictures.`)
  .superRefine((ids, context) => {
    const seen = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (seen.has(id.toLowerCase())) {
        context.addIssue({ code: "custom", path: [index], message: "This entry is listed twice." });
      }
      seen.add(id.toLowerCase());
    }
  })
  .transform((ids) => ids.map((id) => idOrUndefined<MediaId>(id)));

const productMediaInput = z.object({
  productId: z.string().transform((value) => parseId<ProductId>(value)),
  mediaIds: idsInput,
  variants: z
    .array(z.object({ variantId: z.string().transform((value) => parseId<VariantId>(value)), mediaIds: idsInput }))
    .max(variantsPerProductMax, `Enter at most ${variantsPerProductMax} variants.`)
    .superRefine((variants, context) => {
      const seen = new Set<VariantId | undefined>();
      for (const [index, { variantId }] of variants.entries()) {
        if (seen.has(variantId) && variantId !== undefined) {
          context.addIssue({ code: "custom", path: [index, "variantId"], message: "This entry is listed twice." });
        }
        seen.add(variantId);
      }
    })
    .nullish(),
  expectedVersion: z.int().min(1, "Versions start at 1.").nullish(),
});

/** All pictures of a product. Malformed ids are undefined, which is the id of nothing. */
export type ProductMediaCommand = z.infer<typeof productMediaInput>;

/** Parses `ProductMediaSetInput`. */
export function parseProductMedia(input: unknown): Parsed<ProductMediaCommand> {
  return parseInput(productMediaInput, input);
}

import type { ProductId, VariantId } from "#platform/shop/ids.ts";
import { notFoundError } from "#platform/shop/input.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import type { CatalogueVariant, LineIds, ProductsClient } from "./products-client.ts";

/** A line that somebody asked for: its ids as far as they could be read, and where in the input they stand. */
export type AskedLine = {
  readonly productId: ProductId | undefined;
  readonly variantId: VariantId | "malformed" | undefined;
  readonly at: readonly (string | number)[];
};

/**
 * Today's variants of lines that somebody named by ids, in the order asked; with user errors for those that cannot be had, and then the variants
 * are not to be used. What nobody may see is NOT_FOUND like what there never was; what is off sale is PRODUCT_UNAVAILABLE.
 */
export async function findOrderable(
  catalogue: ProductsClient,
  asked: readonly AskedLine[],
): Promise<{ variants: CatalogueVariant[]; userErrors: UserError[] }> {
  const malformed = asked.flatMap(({ productId, variantId, at }) =>
    productId === undefined
      ? [notFoundError([...at, "productId"])]
      : variantId === "malformed"
        ? [notFoundError([...at, "variantId"])]
        : [],
  );
  if (malformed.length > 0) return { variants: [], userErrors: malformed };
  const lines = asked.flatMap(({ productId, variantId }): LineIds[] =>
    productId === undefined || variantId === "malformed" ? [] : [{ productId, variantId }],
  );
  const answers = await catalogue.orderable(lines);
  const missing = lines.filter((_line, index) => answers[index]?.outcome === "UNAVAILABLE");
  const shown = missing.length === 0 ? nothing : await catalogue.shown(missing.map(({ productId }) => productId));
  const variants: CatalogueVariant[] = [];
  const userErrors: UserError[] = [];
  for (const [index, answer] of answers.entries()) {
    const { at = [] } = asked[index] ?? {};
    const line = lines[index];
    if (answer.outcome === "ORDERABLE") variants.push(answer.variant);
    else if (answer.outcome === "VARIANT_REQUIRED") {
      userErrors.push(checkoutError("VARIANT_REQUIRED", "Say which variant.", [...at, "variantId"]));
    } else if (line !== undefined) userErrors.push(unavailable(shown, line, at));
  }
  return { variants, userErrors };
}

const nothing: ReadonlyMap<ProductId, readonly VariantId[]> = new Map();

function unavailable(
  shown: ReadonlyMap<ProductId, readonly VariantId[]>,
  { productId, variantId }: LineIds,
  at: readonly (string | number)[],
): UserError {
  const variants = shown.get(productId);
  if (variants === undefined) return notFoundError([...at, "productId"]);
  if (variantId === undefined) return checkoutError("PRODUCT_UNAVAILABLE", "It is not on sale.", [...at, "productId"]);
  const field = [...at, "variantId"];
  return variants.includes(variantId)
    ? checkoutError("PRODUCT_UNAVAILABLE", "It is not on sale.", field)
    : notFoundError(field);
}

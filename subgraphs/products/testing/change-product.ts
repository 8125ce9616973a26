import { expect } from "vitest";
import type { TestCaller } from "#test/harness/subgraph-client.ts";
import type { TestProducts } from "./test-products.ts";

const shown = `id slug name description status imageUrl tags version viewerCanEdit categories { slug }
  price { amount currencyCode } priceRange { min { amount } max { amount } } quantityAvailable inStock
  defaultVariant { id } variants { id sku name options { name value } price { amount } version quantityAvailable }`;
const errors = "userErrors { __typename code message field ... on EditConflictError { currentVersion } }";

const documents = {
  productCreate: `mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { ${shown} } ${errors} } }`,
  productUpdate: `mutation ($id: ID!, $input: ProductUpdateInput!) { productUpdate(id: $id, input: $input) { product { ${shown} } ${errors} } }`,
  productDelete: `mutation ($id: ID!) { productDelete(id: $id) { deletedProductId ${errors} } }`,
  productVariantCreate: `mutation ($productId: ID!, $input: ProductVariantInput!) {
    productVariantCreate(productId: $productId, input: $input) { product { ${shown} } ${errors} } }`,
  productVariantUpdate: `mutation ($id: ID!, $input: ProductVariantUpdateInput!) {
    productVariantUpdate(id: $id, input: $input) { product { ${shown} } ${errors} } }`,
  productVariantDelete: `mutation ($id: ID!) { productVariantDelete(id: $id) { product { ${shown} } ${errors} } }`,
} as const;

/** A change of a product or a variant. */
export type ChangeName = keyof typeof documents;

/** Makes a change through the API and returns the payload. Fails the test on top-level errors. */
export async function changeProduct(
  { ask }: Pick<TestProducts, "ask">,
  name: ChangeName,
  variables: Record<string, unknown>,
  caller: TestCaller,
) {
  const response = await ask(documents[name], variables, caller);
  expect(response.errors).toEqual([]);
  return response.data[name];
}

/** The errors of a payload in short, such as "NOT_FOUND id". */
export function codes(payload: { userErrors: { code: string; field: string[] }[] }): string[] {
  return payload.userErrors.map(({ code, field }) => `${code} ${field.join(".")}`);
}

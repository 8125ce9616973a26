import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoProductId } from "#drizzle/seeds/ids.ts";
import { announce, drawPicture, sendFile } from "#subgraphs/products/testing/pictures.ts";
import { openShop, type TestShop, type TestUser } from "#test/harness/shop.ts";

let shop: TestShop;
let seller: TestUser;
beforeAll(async () => {
  shop = await openShop();
  seller = await shop.seller();
});
afterAll(() => shop[Symbol.asyncDispose]());

const ask = async (document: string, variables: Record<string, unknown>) => {
  const { data, errors } = await shop.graphql(document, variables, { token: seller.accessToken });
  expect(errors).toEqual([]);
  return data;
};

const create = `mutation ($input: MediaUploadCreateInput!) { mediaUploadCreate(input: $input) {
  media { id status } uploadUrl headers { name value } expiresAt userErrors { code message field } } }`;
const complete = `mutation ($id: ID!) { mediaUploadComplete(id: $id) { media { id status rejectionReason width height thumbhash url } userErrors { code } } }`;

async function upload(file: Buffer, altText?: string) {
  const { mediaUploadCreate } = await ask(create, { input: { ...announce(file), altText } });
  expect(mediaUploadCreate.userErrors).toEqual([]);
  expect((await sendFile(mediaUploadCreate, file)).status).toBe(204);
  const { id } = mediaUploadCreate.media;
  for (;;) {
    const { mediaUploadComplete } = await ask(complete, { id });
    if (!["UPLOADING", "PROCESSING"].includes(mediaUploadComplete.media.status)) return mediaUploadComplete.media;
    await sleep(50);
  }
}

test("every demo product has a picture, described in two languages", async () => {
  const { data } = await shop.graphql(
    `{ products(first: 20) { nodes { slug imageUrl media { status width height thumbhash altText de: altText(language: "de-AT")
      ja: altText(language: "ja") url } } } }`,
  );
  expect(data.products.nodes).toHaveLength(9);
  for (const { imageUrl, media } of data.products.nodes) {
    expect(media).toHaveLength(1);
    const [picture] = media;
    expect(picture).toMatchObject({ status: "READY", width: 960, height: 960, url: imageUrl });
    expect(picture.altText.length).toBeGreaterThan(10);
    expect(picture.ja).toBe(picture.altText);
    expect(picture.de).not.toBe(picture.altText);
    expect((await fetch(imageUrl)).headers.get("content-type")).toBe("image/webp");
  }
});

test("an uploaded picture is shown with its product, through the gateway, in every format", async () => {
  const picture = await upload(await drawPicture({ width: 1_000, height: 800 }), "A drawn gradient");
  expect(picture).toMatchObject({ status: "READY", width: 1_000, height: 800, rejectionReason: null });
  expect(picture.url).toMatch(new RegExp(`^${shop.url}/media/[0-9a-f-]{36}-960\\.webp$`));

  const { productMediaSet } = await ask(
    `mutation ($input: ProductMediaSetInput!) { productMediaSet(input: $input) {
      product { imageUrl media { id altText small: url(width: 300, format: JPEG) large: url(width: 4000, format: AVIF) } }
      userErrors { code field } } }`,
    { input: { productId: demoProductId(1), mediaIds: [picture.id] } },
  );
  const { product } = productMediaSet;
  expect(product.imageUrl).toBe(picture.url);
  expect(product.media).toMatchObject([{ id: picture.id, altText: "A drawn gradient" }]);

  for (const [url, format, width] of [
    [product.imageUrl, "webp", 960],
    [product.media[0].small, "jpeg", 320],
    [product.media[0].large, "heif", 1_000],
  ]) {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await sharp(Buffer.from(await response.arrayBuffer())).metadata()).toMatchObject({ format, width });
    const again = await fetch(url, { headers: { "if-none-match": response.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
  }
});

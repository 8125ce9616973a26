import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, type UserId } from "#platform/shop/ids.ts";
import { announceFile, completeFile, putFile, unknownId, uploadFile } from "../testing/media-client.ts";
import { announce, drawPicture } from "../testing/pictures.ts";
import {
  admin,
  createTestProduct,
  openProducts,
  ordersService,
  seller,
  type TestProducts,
} from "../testing/test-products.ts";

let products: TestProducts;
beforeAll(async () => {
  products = await openProducts();
});
afterAll(() => products[Symbol.asyncDispose]());

const me = seller();
const stranger = seller();
let seed = 0;
const ready = async (who = me) => {
  seed += 1;
  const picture = await uploadFile(products, await drawPicture({ seed, width: 200, height: 100 }), who);
  expect(picture).toMatchObject({ status: "READY", rejectionReason: null });
  return picture.id;
};
const payload = async (
  document: string,
  variables: Record<string, unknown>,
  who: Parameters<typeof products.ask>[2] = me,
) => {
  const { data, errors } = await products.ask(document, variables, who);
  expect(errors).toEqual([]);
  return Object.values(data)[0] as never;
};
const create = `mutation ($input: MediaUploadCreateInput!) { mediaUploadCreate(input: $input) { media { id } userErrors { code field message } } }`;
const setMedia = `mutation ($input: ProductMediaSetInput!) { productMediaSet(input: $input) {
  product { version imageUrl media { id } variants { id media { id } } } userErrors { code field } } }`;
const update = `mutation ($input: MediaUpdateInput!) { mediaUpdate(input: $input) {
  media { altText de: altText(language: "de") at: altText(language: "de-AT") } userErrors { code field } } }`;
const remove = `mutation ($id: ID!) { mediaDelete(id: $id) { media { id url } userErrors { code field } } }`;

describe("an upload", () => {
  test("is described fully or not at all, with every mistake at once", async () => {
    const input = { fileName: " ", byteSize: 20 * 1024 * 1024 + 1, sha256: "abc", altText: "x".repeat(501) };
    const { media, userErrors } = await payload(create, { input });
    expect(media).toBeNull();
    expect(userErrors).toMatchObject(
      ["fileName", "byteSize", "sha256", "altText"].map((field) => ({ code: "VALIDATION_FAILED", field: [field] })),
    );
    const empty = await payload(create, { input: { ...announce(Buffer.alloc(0)) } });
    expect(empty).toMatchObject({ userErrors: [{ field: ["byteSize"], message: "The file is empty." }] });
  });

  test("is UPLOADING until its file has arrived, and completing it can be repeated at any time", async () => {
    const file = await drawPicture({ seed: 99 });
    const { media, uploadUrl } = await announceFile(products, file, me);
    expect(media.status).toBe("UPLOADING");
    expect(await completeFile(products, media.id, me)).toMatchObject({ status: "UPLOADING", url: null });
    expect(await putFile(products, uploadUrl, file)).toBe(204);
    expect(await putFile(products, uploadUrl, file)).toBe(409);
    const completed = await Promise.all(Array.from({ length: 5 }, () => completeFile(products, media.id, me)));
    for (const { status } of completed) expect(["PROCESSING", "READY"]).toContain(status);
    await expect
      .poll(() => completeFile(products, media.id, me), { timeout: 15_000 })
      .toMatchObject({ status: "READY" });
    // The file is gone, and nothing else is taken in its place.
    expect(await putFile(products, uploadUrl, file)).toBe(403);
  });

  test("of something else than was announced is refused, and the right file still taken", async () => {
    const [file, other] = await Promise.all([drawPicture({ seed: 7 }), drawPicture({ seed: 8 })]);
    const { media, uploadUrl } = await announceFile(products, file, me);
    expect(await putFile(products, uploadUrl, other)).toBe(400);
    expect(await putFile(products, uploadUrl, file.subarray(1))).toBe(400);
    expect(await putFile(products, uploadUrl.replace("length=", "length=1"), file)).toBe(403);
    expect(await completeFile(products, media.id, me)).toMatchObject({ status: "UPLOADING" });
    expect(await putFile(products, uploadUrl, file)).toBe(204);
  });

  test("of something that is no picture is REJECTED with the reason, and its file is not kept", async () => {
    const rejected = await uploadFile(products, Buffer.from("<svg onload='alert(1)'/>"), me);
    expect(rejected).toMatchObject({
      status: "REJECTED",
      rejectionReason: "The file is not a JPEG, PNG, WebP or AVIF picture.",
      url: null,
    });
  });

  test("is refused while a hundred others of the same user are under way, also when they come at once", async () => {
    const busy = seller();
    const results = await Promise.all(
      Array.from({ length: 110 }, (_, index) =>
        payload(create, { input: announce(Buffer.from(`file ${index}`)) }, busy),
      ),
    );
    const refused = results.filter(({ userErrors }: { userErrors: unknown[] }) => userErrors.length > 0);
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ media: null, userErrors: [{ code: "VALIDATION_FAILED" }] });
    await announceFile(products, Buffer.from("another user's"), stranger);
  }, 60_000);
});

describe("a picture", () => {
  test("is its owner's: another seller's looks like one that is not there, and an ADMIN may use all", async () => {
    const id = await ready();
    const { id: productId } = await createTestProduct(products, { name: "Theirs" }, stranger);
    const read = `query ($id: ID!) { media(id: $id) { id } }`;
    expect(await payload(read, { id }, me)).toEqual({ id });
    expect(await payload(read, { id }, admin())).toEqual({ id });
    for (const [who, given] of [
      [stranger, id],
      [me, unknownId],
      [me, "nothing"],
    ] as const) {
      expect(await payload(read, { id: given }, who)).toBeNull();
      const missing = { code: "NOT_FOUND", field: ["id"] };
      expect(await payload(update, { input: { id: given, altText: "Mine" } }, who)).toMatchObject({
        userErrors: [missing],
      });
      expect(await payload(remove, { id: given }, who)).toMatchObject({ media: null, userErrors: [missing] });
      expect(
        await payload(
          `mutation ($id: ID!) { mediaUploadComplete(id: $id) { media { id } userErrors { code field } } }`,
          { id: given },
          who,
        ),
      ).toEqual({ media: null, userErrors: [missing] });
    }
    expect(await payload(setMedia, { input: { productId, mediaIds: [id] } }, stranger)).toMatchObject({
      product: null,
      userErrors: [{ code: "NOT_FOUND", field: ["mediaIds", "0"] }],
    });
  });

  test("is seen as an entity by all once a product shows it, and by its owner before", async () => {
    const id = await ready();
    const entity = async (who: Parameters<typeof products.ask>[2]) => {
      const { data } = await products.ask(
        `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Media { id } } }`,
        { of: [{ __typename: "Media", id }] },
        who,
      );
      return data._entities[0];
    };
    expect(await entity("guest")).toBeNull();
    expect(await entity(stranger)).toBeNull();
    expect(await entity(me)).toEqual({ id });
    const { id: productId } = await createTestProduct(products, { name: "Draft", status: "DRAFT" }, me);
    await payload(setMedia, { input: { productId, mediaIds: [id] } });
    expect(await entity("guest")).toBeNull();
    await payload(`mutation ($id: ID!) { productUpdate(id: $id, input: { status: ACTIVE }) { userErrors { code } } }`, {
      id: productId,
    });
    expect(await entity("guest")).toEqual({ id });
  });

  test("has an alt text for each language, which falls back to the one without a language", async () => {
    const id = await ready();
    const set = (input: Record<string, unknown>) => payload(update, { input: { id, ...input } });
    expect(await set({ altText: "A mouse" })).toMatchObject({
      media: { altText: "A mouse", de: "A mouse", at: "A mouse" },
    });
    expect(await set({ altText: "Eine Maus", language: "de" })).toMatchObject({
      media: { altText: "A mouse", de: "Eine Maus", at: "Eine Maus" },
    });
    expect(await set({ altText: "A Maus", language: "de-at" })).toMatchObject({
      media: { de: "Eine Maus", at: "A Maus" },
    });
    expect(await set({ language: "de" })).toMatchObject({ media: { de: "Eine Maus" } });
    expect(await set({ altText: "", language: "de" })).toMatchObject({
      media: { altText: "A mouse", de: "A mouse", at: "A Maus" },
    });
    expect(await set({ altText: null })).toMatchObject({ media: { altText: null } });
    expect(await set({ altText: "x", language: "not a language" })).toMatchObject({
      media: null,
      userErrors: [{ field: ["language"] }],
    });
    const { errors } = await products.ask(`query ($id: ID!) { media(id: $id) { altText(language: "!") } }`, { id }, me);
    expect(errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
  });

  test("that is deleted leaves its products at once, and the next one takes its place", async () => {
    const [first, second] = [await ready(), await ready()];
    const { id: productId, variants } = await createTestProduct(products, { name: "Two" }, me);
    const { product } = await payload(setMedia, {
      input: { productId, mediaIds: [first, second], variants: [{ variantId: variants[0]?.id, mediaIds: [first] }] },
    });
    const { media: deleted } = await payload(remove, { id: first });
    expect(deleted).toEqual({ id: first, url: (product as { imageUrl: string }).imageUrl });
    const { data } = await products.ask(
      `query ($id: ID!) { product(id: $id) { imageUrl media { id url } variants { media { id } } } }`,
      { id: productId },
    );
    expect(data.product).toEqual({
      imageUrl: data.product.media[0].url,
      media: [{ id: second, url: expect.any(String) }],
      variants: [{ media: [] }],
    });
    expect(await payload(`query ($id: ID!) { media(id: $id) { id } }`, { id: first })).toBeNull();
    expect(await payload(remove, { id: first })).toMatchObject({ userErrors: [{ code: "NOT_FOUND" }] });
    // Orders still show it.
    const names = await readdir(products.mediaDirectory, { recursive: true });
    expect(names.some((name) => name.includes(path.basename((deleted as { url: string }).url)))).toBe(true);
  });
});

describe("the pictures of a product", () => {
  test("come in order, are at most twenty, READY, each once, and the product's owner's", async () => {
    const { id: productId, version } = await createTestProduct(
      products,
      { name: "Ordered", imageUrl: "https://cdn.example/old.png" },
      me,
    );
    const [a, b] = [await ready(), await ready()];
    const unfinished = (await announceFile(products, Buffer.from("waits"), me)).media.id;
    const set = (input: Record<string, unknown>, who = me) =>
      payload(setMedia, { input: { productId, ...input } }, who);

    expect(await set({ mediaIds: [b, a] })).toMatchObject({
      product: { version: version + 1, media: [{ id: b }, { id: a }] },
    });
    expect(await set({ mediaIds: [a, b], expectedVersion: version })).toMatchObject({
      userErrors: [{ code: "EDIT_CONFLICT" }],
    });
    expect(await set({ mediaIds: [a, a] })).toMatchObject({
      userErrors: [{ code: "VALIDATION_FAILED", field: ["mediaIds", "1"] }],
    });
    expect(await set({ mediaIds: [a, unfinished, unknownId] })).toMatchObject({
      product: null,
      userErrors: [
        { code: "MEDIA_NOT_READY", field: ["mediaIds", "1"] },
        { code: "NOT_FOUND", field: ["mediaIds", "2"] },
      ],
    });
    expect(await set({ mediaIds: Array.from({ length: 21 }, () => newId()) })).toMatchObject({
      userErrors: [{ field: ["mediaIds"] }],
    });
    expect(await set({ mediaIds: [a] }, stranger)).toMatchObject({
      userErrors: [{ code: "NOT_FOUND", field: ["productId"] }],
    });
    // An ADMIN orders what is there.
    expect(await set({ mediaIds: [a, b] }, admin())).toMatchObject({ product: { media: [{ id: a }, { id: b }] } });
    // Without pictures the address that was given shows again.
    expect(await set({ mediaIds: [] })).toMatchObject({
      product: { imageUrl: "https://cdn.example/old.png", media: [] },
    });
  });

  test("are shared out to variants, carts and orders get the variant's first", async () => {
    const variantsInput = ["S", "M"].map((value) => ({
      options: [{ name: "Size", value }],
      price: { amount: "9.99" },
      stock: 5,
    }));
    const { id: productId, variants } = await createTestProduct(
      products,
      { name: "Sizes", price: undefined, stock: undefined, variants: variantsInput },
      me,
    );
    const [small, medium] = variants.map(({ id }) => id);
    const [a, b, c] = [await ready(), await ready(), await ready()];
    const set = (input: Record<string, unknown>) => payload(setMedia, { input: { productId, ...input } });
    const { product } = await set({ mediaIds: [a, b, c], variants: [{ variantId: medium, mediaIds: [c, b] }] });
    expect(product).toMatchObject({
      variants: [
        { id: small, media: [] },
        { id: medium, media: [{ id: c }, { id: b }] },
      ],
    });
    const orderable = async () => {
      const lines = [small, medium].map((variantId) => ({ productId, variantId }));
      const { data } = await products.ask(
        `query ($lines: [OrderableLineInput!]!) { orderableVariants(lines: $lines) { variant { imageUrl } } }`,
        { lines },
        ordersService,
      );
      return data.orderableVariants.map(({ variant }: { variant: { imageUrl: string } }) => variant.imageUrl);
    };
    const urlOf = async (id: string) =>
      ((await payload(`query ($id: ID!) { media(id: $id) { url } }`, { id })) as { url: string }).url;
    expect(await orderable()).toEqual([await urlOf(a), await urlOf(c)]);
    // What the product loses, its variants lose.
    expect(await set({ mediaIds: [a, b] })).toMatchObject({
      product: { variants: [{ media: [] }, { media: [{ id: b }] }] },
    });
    expect(await orderable()).toEqual([await urlOf(a), await urlOf(b)]);
    expect(
      await set({
        mediaIds: [a],
        variants: [
          { variantId: small, mediaIds: [b] },
          { variantId: newId(), mediaIds: [] },
          { variantId: small, mediaIds: [] },
        ],
      }),
    ).toMatchObject({
      userErrors: [{ field: ["variants", "2", "variantId"] }],
    });
    expect(
      await set({
        mediaIds: [a],
        variants: [
          { variantId: small, mediaIds: [b] },
          { variantId: newId(), mediaIds: [] },
        ],
      }),
    ).toMatchObject({
      userErrors: [
        { code: "VALIDATION_FAILED", field: ["variants", "0", "mediaIds", "0"] },
        { code: "NOT_FOUND", field: ["variants", "1", "variantId"] },
      ],
    });
  });

  test("are read with one statement for all products of a page, and imageUrl with none", async () => {
    const owner = seller(newId<UserId>());
    const pictures = [await ready(owner), await ready(owner)];
    for (let number = 0; number < 6; number += 1) {
      const { id: productId } = await createTestProduct(products, { name: `Many ${number}` }, owner);
      await payload(setMedia, { input: { productId, mediaIds: pictures } }, owner);
    }
    const count = async (fields: string) => {
      const list = `query ($filter: ProductFilter) { products(first: 6, filter: $filter) { nodes { id ${fields} } } }`;
      return (await products.statements(() => products.ask(list, { filter: { ownerId: owner.id } }))).length;
    };
    const plain = await count("");
    expect(await count("imageUrl")).toBe(plain);
    expect(await count("imageUrl media { url altText }")).toBe(plain + 1);
  });

  test("set and deleted at the same time end in a state that both could have left", async () => {
    const { id: productId } = await createTestProduct(products, { name: "Raced" }, me);
    const b = await ready();
    for (let round = 0; round < 8; round += 1) {
      const a = await ready();
      await Promise.all([
        payload(setMedia, { input: { productId, mediaIds: [a, b] } }),
        payload(remove, { id: a }),
        payload(setMedia, { input: { productId, mediaIds: [b] } }),
      ]);
      const { data } = await products.ask(`query ($id: ID!) { product(id: $id) { imageUrl media { id url } } }`, {
        id: productId,
      });
      const { imageUrl, media } = data.product;
      expect(media.map(({ id }: { id: string }) => id)).not.toContain(a);
      expect(imageUrl).toBe(media[0]?.url ?? null);
    }
  }, 60_000);
});

describe("the address of a picture", () => {
  test.each([
    "/media/..%2f..%2fetc%2fpasswd",
    "/media/secret.txt",
    `/media/${unknownId}-960.webp`,
    "/media/",
    "/media/uploads/x",
    `/media/${unknownId}-960.svg`,
  ])("%s shows nothing", async (pathname) => {
    const { status } = await fetch(products.url + pathname, { headers: { authorization: "Bearer none" } });
    expect(status).toBe(401);
    expect(
      await putFile(
        products,
        `http://x${pathname}?expires=99999999999&length=1&sha256=${"0".repeat(64)}&signature=x`,
        Buffer.from("x"),
      ),
    ).toBeGreaterThanOrEqual(400);
  });
});

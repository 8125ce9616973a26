import { setTimeout as sleep } from "node:timers/promises";
import { thumbHashToDataURL } from "thumbhash";
import { afterAll, beforeAll, expect } from "vitest";
import { ProductDocument, ProductsDocument, pictureSources } from "#client/sdk/index.ts";
import { browserTest, openBrowser, type TestBrowser } from "#test/harness/browser.ts";
import { openShop, type TestShop } from "#test/harness/shop.ts";

let shop: TestShop;
let browser: TestBrowser;
beforeAll(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

const pictureDelayMs = 200;

/** A page of all products, as docs/for-frontends.md makes it: one column on phones, four on wide screens. */
async function productPage(options: { formats?: readonly string[] } = {}): Promise<string> {
  const visitor = shop.visitor();
  const { products } = await visitor.query(ProductsDocument, { first: 20 });
  const { formats = ["avif", "webp"] } = options;
  const cards = await Promise.all(
    (products?.nodes ?? []).map(async ({ id, name }) => {
      const { product } = await visitor.query(ProductDocument, { id });
      const [picture] = product?.media ?? [];
      const sources = picture === undefined ? null : pictureSources(picture);
      if (!picture?.thumbhash || sources === null) throw new Error(`${name} has no picture.`);
      const sizes = "(min-width: 800px) 25vw, 100vw";
      const offered = { avif: sources.avif, webp: sources.webp };
      const placeholder = thumbHashToDataURL(Buffer.from(picture.thumbhash, "base64"));
      return `<article><picture>
        ${Object.entries(offered)
          .filter(([format]) => formats.includes(format))
          .map(([format, srcset]) => `<source type="image/${format}" srcset="${srcset}" sizes="${sizes}">`)
          .join("")}
        <img src="${sources.fallback}" width="${sources.width}" height="${sources.height}" alt="${sources.alt}" style="background-image: url(${placeholder})">
      </picture><h2>${name}</h2></article>`;
    }),
  );
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Shop</title><style>
    body { margin: 0; font: 16px/1.4 sans-serif; display: grid; grid-template-columns: 1fr; gap: 0 }
    @media (min-width: 800px) { body { grid-template-columns: repeat(4, 1fr) } }
    img { display: block; width: 100%; height: auto; background-size: cover } h2 { font-size: 1rem; margin: .5rem }
    </style>${cards.join("")}</html>`;
}

const look = `(async () => {
  const images = [...document.images];
  await Promise.all(images.map((image) => image.decode()));
  const shifts = await new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 300);
  });
  return {
    shifts,
    wide: document.documentElement.scrollWidth,
    images: images.map(({ currentSrc, naturalWidth, clientWidth, clientHeight, alt }) => ({ currentSrc, naturalWidth, clientWidth, clientHeight, alt })),
  };
})()`;

type Look = {
  shifts: number;
  wide: number;
  images: { currentSrc: string; naturalWidth: number; clientWidth: number; clientHeight: number; alt: string }[];
};

async function openProductPage(html: string, size: { width: number; pixelRatio?: number }) {
  const opened = await browser.open(size);
  // Pictures come late: the page must have their place by then.
  await opened.page.route("**/media/**", async (route) => {
    await sleep(pictureDelayMs);
    await route.continue();
  });
  await opened.page.setContent(html, { waitUntil: "domcontentloaded" });
  const before = await opened.page.screenshot();
  const seen: Look = await opened.page.evaluate(look);
  const { PICTURES_SCREENSHOT: folder } = process.env;
  if (folder !== undefined) await opened.page.screenshot({ path: `${folder}/pictures-${size.width}.png` });
  return { ...opened, seen, before };
}

browserTest.each([
  { width: 360, pixelRatio: 1, column: 360, shown: 640 },
  { width: 360, pixelRatio: 3, column: 360, shown: 960 },
  { width: 1_280, pixelRatio: 1, column: 320, shown: 320 },
])(
  "a page of $width pixels shows every picture in AVIF, no larger than it needs ($pixelRatio x), and does not move",
  async ({ width, pixelRatio, column, shown }) => {
    const { seen, responses, errors } = await openProductPage(await productPage(), { width, pixelRatio });
    expect(seen.images).toHaveLength(9);
    for (const image of seen.images) {
      expect(image.currentSrc).toMatch(new RegExp(`-${shown}\\.avif$`));
      expect([image.clientWidth, image.clientHeight]).toEqual([column, column]);
      expect(image.alt.length).toBeGreaterThan(10);
    }
    expect(seen.shifts).toBe(0);
    expect(seen.wide).toBe(width);
    const pictures = responses.filter(({ url }) => url.includes("/media/"));
    expect(pictures).toHaveLength(9);
    for (const { status, contentType } of pictures) expect([status, contentType]).toEqual([200, "image/avif"]);
    expect(errors).toEqual([]);
  },
  60_000,
);

browserTest(
  "a browser that is offered no format it prefers shows WebP, and JPEG without any",
  async () => {
    for (const [formats, extension] of [
      [["webp"], "webp"],
      [[], "jpg"],
    ] as const) {
      const { seen } = await openProductPage(await productPage({ formats }), { width: 360 });
      for (const { currentSrc, naturalWidth } of seen.images) {
        expect(currentSrc).toMatch(new RegExp(`\\.${extension}$`));
        expect(naturalWidth).toBeGreaterThan(0);
      }
    }
  },
  60_000,
);

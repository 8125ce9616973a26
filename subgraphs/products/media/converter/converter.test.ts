import sharp from "sharp";
import { thumbHashToApproximateAspectRatio } from "thumbhash";
import { afterAll, expect, test } from "vitest";
import { openLog } from "#platform/observability/log.ts";
import { hostileFiles } from "../../testing/hostile-files.ts";
import { drawPicture } from "../../testing/pictures.ts";
import { openConverter } from "./converter.ts";

const log = openLog("test", "silent");
const converter = openConverter(log);
afterAll(() => converter.close());

const convert = async (file: Buffer) => {
  const converted = await converter.convert(file);
  if (converted.outcome !== "picture") throw new Error(JSON.stringify(converted));
  return converted.picture;
};

const hostile = await hostileFiles();
test.each(hostile)("$name is rejected, and the converter goes on", async ({ file, reason }) => {
  expect(await converter.convert(file)).toEqual({ outcome: "rejected", reason: expect.stringMatching(reason) });
});

test.each(["jpeg", "png", "webp", "avif"] as const)(
  "a %s gets every rung up to its own width, in every format",
  async (format) => {
    const { width, height, thumbhash, renditions } = await convert(
      await drawPicture({ width: 700, height: 350, format }),
    );
    expect([width, height]).toEqual([700, 350]);
    expect(renditions.map((rendition) => `${rendition.width} ${rendition.format}`)).toEqual(
      [160, 320, 640, 700].flatMap((rung) => [`${rung} AVIF`, `${rung} WEBP`, `${rung} JPEG`]),
    );
    for (const rendition of renditions) {
      const metadata = await sharp(rendition.bytes).metadata();
      expect(metadata.format).toBe({ AVIF: "heif", WEBP: "webp", JPEG: "jpeg" }[rendition.format]);
      expect([metadata.width, metadata.height]).toEqual([rendition.width, rendition.width / 2]);
    }
    expect(Buffer.from(thumbhash, "base64").length).toBeLessThan(30);
    expect(thumbHashToApproximateAspectRatio(Buffer.from(thumbhash, "base64"))).toBeCloseTo(2, 0);
  },
);

test("a picture is never enlarged, and never wider than 1,920 pixels", async () => {
  const widthsOf = async (width: number) =>
    (await convert(await drawPicture({ width, height: 40, format: "png" }))).renditions
      .filter(({ format }) => format === "WEBP")
      .map((rendition) => rendition.width);
  expect(await widthsOf(1)).toEqual([1]);
  expect(await widthsOf(160)).toEqual([160]);
  expect(await widthsOf(161)).toEqual([160, 161]);
  expect(await widthsOf(2_500)).toEqual([160, 320, 640, 960, 1_280, 1_920]);
});

test("a picture is turned upright, and says nothing of who made it, where and with what", async () => {
  const file = await sharp(await drawPicture({ width: 400, height: 200 }))
    .withMetadata({ orientation: 6, exif: { IFD0: { Artist: "Ada", Copyright: "Ada" } } })
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>`,
    )
    .jpeg()
    .toBuffer();
  expect(await sharp(file).metadata()).toMatchObject({
    orientation: 6,
    exif: expect.anything(),
    xmp: expect.anything(),
  });
  const { width, height, renditions } = await convert(file);
  expect([width, height]).toEqual([200, 400]);
  for (const { bytes } of renditions) {
    const { exif, xmp, iptc, icc, orientation, width: shown = 0, height: tall = 0 } = await sharp(bytes).metadata();
    expect([exif, xmp, iptc, icc]).toEqual([undefined, undefined, undefined, undefined]);
    expect(orientation ?? 1).toBe(1);
    expect(tall).toBe(shown * 2);
  }
});

test("transparency stays where the format has it, and is white in JPEG", async () => {
  const clear = await sharp({
    create: { width: 20, height: 20, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer();
  const { renditions } = await convert(clear);
  for (const { format, bytes } of renditions) {
    const [r = 0, g = 0, b = 0, a = 0] = await sharp(bytes).ensureAlpha().raw().toBuffer();
    if (format === "JPEG") expect(Math.min(r, g, b, a)).toBeGreaterThan(250);
    else expect(a).toBeLessThan(5);
  }
});

test("grey, 16-bit and CMYK pictures become sRGB", async () => {
  const drawn = sharp(await drawPicture({ format: "png" }));
  for (const file of [
    await drawn.clone().greyscale().png().toBuffer(),
    await drawn.clone().toColourspace("rgb16").png().toBuffer(),
    await drawn.clone().toColourspace("cmyk").jpeg().toBuffer(),
  ]) {
    const { renditions } = await convert(file);
    const metadata = await sharp(renditions[1]?.bytes).metadata();
    expect([metadata.space, metadata.depth]).toEqual(["srgb", "uchar"]);
  }
});

test("a picture of a phone with a film behind it is accepted", async () => {
  const film = Buffer.concat([Buffer.from("0000001c6674797069736f6d", "hex"), Buffer.alloc(500, 1)]);
  expect((await convert(Buffer.concat([await drawPicture(), film]))).width).toBe(400);
});

test("a converter that is killed is reported, and the next file is converted by another", async () => {
  const large = await drawPicture({ width: 4_000, height: 3_000 });
  const converting = converter.convert(large);
  while (converter.pid() === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  const first = converter.pid() ?? 0;
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.kill(first, "SIGKILL");
  expect(await converting).toEqual({ outcome: "died" });
  expect((await convert(await drawPicture())).width).toBe(400);
  expect(converter.pid()).not.toBe(first);
});

test("a converter that takes too long is ended", async () => {
  const hurried = openConverter(log, { convertMsMax: 20 });
  expect(await hurried.convert(await drawPicture({ width: 4_000, height: 3_000 }))).toEqual({ outcome: "died" });
  expect(hurried.pid()).toBeUndefined();
  await hurried.close();
});

test("closing says nothing about the file that is being converted", async () => {
  const closing = openConverter(log);
  const converting = closing.convert(await drawPicture({ width: 4_000, height: 3_000 }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await Promise.all([expect(converting).rejects.toThrow("closed"), closing.close()]);
});

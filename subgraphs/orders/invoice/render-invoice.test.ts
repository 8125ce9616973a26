import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { DocumentAddress, DocumentLine, InvoiceDocument } from "./invoice-document.ts";
import { renderInvoice } from "./render-invoice.ts";

const address: DocumentAddress = {
  name: "Jürgen Groß",
  line1: "Lindenallee 7",
  line2: null,
  postalCode: "10115",
  city: "Berlin",
  region: null,
  country: "DE",
  phone: null,
};
const standard = { name: "USt 19 %", rate: 190_000, treatment: "STANDARD" } as const;
const mouse: DocumentLine = {
  name: "Kabellose Maus",
  variant: "Schwarz",
  sku: "MOUSE-BLK",
  quantity: 2,
  unitPrice: "2999",
  discount: "600",
  amount: "5398",
  tax: standard,
};
const invoice: InvoiceDocument = {
  kind: "INVOICE",
  number: "2026-000123",
  issuedAt: "2026-11-30T10:00:00Z",
  suppliedAt: null,
  language: "de-AT",
  currency: "EUR" as CurrencyCode,
  corrects: null,
  order: { number: "A7K2-93QX", placedAt: "2026-11-29T10:00:00Z" },
  seller: { name: null, address: [], vatNumber: null },
  buyer: { address, vatNumber: null },
  shippingAddress: address,
  pricesIncludeTax: true,
  lines: [mouse],
  shipping: { method: "DHL Paket", amount: "490" },
  goodwill: null,
  taxes: [{ ...standard, taxable: "4948", amount: "940" }],
  tax: "940",
  total: "5888",
};

/** Every page has one object of its own. */
const pagesOf = (pdf: Buffer) => pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length;

test("a document is a PDF of one page that is titled with its number and tagged with its language", async () => {
  const pdf = await renderInvoice(invoice);
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(pagesOf(pdf)).toBe(1);
  expect(pdf.toString("latin1")).toContain("(Rechnung 2026-000123)");
  expect(pdf.toString("latin1")).toContain("/Lang (de-AT)");
});

test("a document that is rendered again has the same bytes", async () => {
  expect((await renderInvoice(invoice)).equals(await renderInvoice(structuredClone(invoice)))).toBe(true);
});

test("a hundred lines, an unknown language and the largest amount fill as many pages as they need", async () => {
  const line = { ...mouse, name: "x".repeat(400), unitPrice: "999999999999999999", amount: "999999999999999999" };
  const pdf = await renderInvoice({ ...invoice, language: "tlh", lines: Array.from({ length: 100 }, () => line) });
  expect(pagesOf(pdf)).toBeGreaterThan(5);
  expect(pdf.toString("latin1")).toContain("(Invoice 2026-000123)");
});

/** What is written on the pages: each text with its size and its left and right edge, in points, by the widths that the PDF states for its fonts. */
function textRunsOf(pdf: Buffer): { text: string; size: number; left: number; right: number }[] {
  const source = pdf.toString("latin1");
  const objects = new Map(
    [...source.matchAll(/\n(\d+) 0 obj\n([\s\S]*?)endobj/g)].map(([, id, body = ""]) => [id, body]),
  );
  const at = (text: string | undefined, name: string) =>
    objects.get(new RegExp(`/${name} \\[?(\\d+) 0 R`).exec(text ?? "")?.[1] ?? "");
  const content = (body: string | undefined) => {
    const stream = /stream\n([\s\S]*?)\nendstream/.exec(body ?? "")?.[1] ?? "";
    return inflateSync(Buffer.from(stream, "latin1")).toString("latin1");
  };
  const fontOf = (name: string) => {
    const font = at(source, name);
    const widths =
      /\/W \[0 \[([\d. ]+)\]\]/
        .exec(at(font, "DescendantFonts") ?? "")?.[1]
        ?.split(" ")
        .map(Number) ?? [];
    const unicode = [...content(at(font, "ToUnicode")).matchAll(/^\s*<\w+> <\w+> \[(.*)\]/gm)].flatMap(
      ([, list = ""]) =>
        [...list.matchAll(/<([\w ]*)>/g)].map(([, code = ""]) =>
          Buffer.from(code.replaceAll(" ", ""), "hex").swap16().toString("utf16le"),
        ),
    );
    return { widths, unicode };
  };
  const pages = [...source.matchAll(/\/Contents (\d+) 0 R/g)].map(([, id = ""]) => content(objects.get(id)));
  return pages.flatMap((page) =>
    [...page.matchAll(/1 0 0 1 ([\d.]+) [\d.]+ Tm\n\/(F\d+) ([\d.]+) Tf\n(?:[\d.]+ T[cw]\n)*\[(.*)\] TJ/g)].map(
      ([, left = "", font = "", size = "", shown = ""]) => {
        const { widths, unicode } = fontOf(font);
        let [text, width] = ["", 0];
        for (const [, codes = "", back] of shown.matchAll(/<(\w+)> (-?[\d.]+)?/g)) {
          for (const code of codes.match(/.{4}/g) ?? []) {
            text += unicode[Number.parseInt(code, 16)] ?? "";
            width += widths[Number.parseInt(code, 16)] ?? Number.NaN;
          }
          width -= Number(back ?? 0);
        }
        return { text, size: Number(size), left: Number(left), right: Number(left) + (width * Number(size)) / 1_000 };
      },
    ),
  );
}

test("a box stands for each character that the font lacks, and no text runs into another", async () => {
  const name = "山田太郎 Yamada";
  const unusual = { ...address, name, line1: "東京都千代田区 1-2-3", line2: "Пётр 👨‍👩‍👧 🇩🇪 हिन्दी end" };
  const lines = [
    { ...mouse, name: "漢字".repeat(100), variant: null },
    { ...mouse, name: "ワイヤレス ".repeat(20), variant: "黒", sku: "黒-1" },
  ];
  const pdf = await renderInvoice({
    ...invoice,
    seller: { name: "株式会社 Shop", address: ["東京都千代田区"], vatNumber: null },
    buyer: { address: unusual, vatNumber: null },
    lines,
  });
  const texts = textRunsOf(pdf);
  const written = texts.map(({ text }) => text);
  expect(written).toContain("□□□□ Yamada");
  expect(written).toContain("Пётр □ □ □□ end");
  expect(written).toContain("□□□□ Shop");
  expect(texts.length).toBeGreaterThan(40);
  for (const { text, size, left, right } of texts) {
    // Descriptions end before the column of the quantity begins; everything else, at the margin.
    const isDescription = left === 57 && size === 9;
    expect(right, text).toBeLessThanOrEqual(isDescription ? 300 : 538.5);
  }
});

test("numbers and dates are English where the language's own cannot be written", async () => {
  const text = async (language: string) =>
    textRunsOf(await renderInvoice({ ...invoice, language, currency: "JPY" as CurrencyCode })).map((run) => run.text);
  for (const language of ["ja", "zh", "ko", "th", "hi"]) {
    expect(await text(language)).toEqual(expect.arrayContaining(["November 30, 2026", "¥5,888", "Germany"]));
  }
  expect(await text("ru")).toEqual(expect.arrayContaining(["30 ноября 2026 г.", "Германия"]));
});

/** Where each text of the pages begins, in points from the bottom, and how large it is. */
function textsOf(pdf: Buffer): { top: number; size: number }[] {
  const streams = [...pdf.toString("latin1").matchAll(/FlateDecode[\s\S]*?stream\n([\s\S]*?)\nendstream/g)];
  return streams.flatMap(([, bytes = ""]) => {
    const content = inflateSync(Buffer.from(bytes, "latin1")).toString("latin1");
    const texts = content.matchAll(/1 0 0 1 [\d.]+ ([\d.]+) Tm\n\/F\d+ ([\d.]+) Tf/g);
    return [...texts].map(([, top, size]) => ({ top: Number(top), size: Number(size) }));
  });
}

test("the title stands below the addresses, however long they are", async () => {
  const long = { ...address, name: "x".repeat(100), company: "y".repeat(100), line2: "z".repeat(200), region: "BE" };
  for (const [buyer, shippingAddress] of [
    [address, address],
    [long, long],
    [address, long],
  ] as const) {
    const texts = textsOf(
      await renderInvoice({ ...invoice, buyer: { ...invoice.buyer, address: buyer }, shippingAddress }),
    );
    const title = texts.findIndex(({ size }) => size === 16);
    const above = texts.slice(0, title);
    expect(above.length).toBeGreaterThan(8);
    expect(Math.min(...above.map(({ top }) => top))).toBeGreaterThan((texts[title]?.top ?? Number.NaN) + 16);
  }
});

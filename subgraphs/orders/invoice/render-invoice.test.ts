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

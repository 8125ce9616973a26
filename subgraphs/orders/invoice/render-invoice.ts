import { buffer } from "node:stream/consumers";
import type PDFDocument from "pdfkit";
import { decimalsOf } from "#platform/shop/money.ts";
import { type Coverage, fontFiles, openCoverage } from "./document-fonts.ts";
import type { DocumentAddress, InvoiceDocument, MinorUnits, Seller } from "./invoice-document.ts";
import { type InvoiceWords, invoiceWords } from "./invoice-words.ts";

type Pdf = InstanceType<typeof PDFDocument>;

/** How a document's numbers and dates are written. */
type Format = {
  readonly words: InvoiceWords;
  readonly money: (amount: MinorUnits) => string;
  readonly percent: (millionths: number) => string;
  readonly date: (moment: string) => string;
  readonly country: (code: string) => string;
};

// A4 in points. The address stands where the window of an envelope is (DIN 5008, form B).
const left = 57;
const right = 538;
const addressTop = 140;
const detailsLeft = 340;
const titleTopMin = 260;
const pageBottom = 760;
const footerTop = 785;
const rule = "#c8ccd2";
const quiet = "#5b6470";
const ink = "#14181f";
/** Left edges of the columns, and the right edge of the last. */
const columns = { description: left, quantity: 300, unitPrice: 340, rate: 415, amount: 455 };

/**
 * Renders an invoice or credit note as a PDF (A4), from its snapshot alone: the same document always gives the same pages. Words are English, German or
 * French; numbers and dates follow the document's language. The embedded font covers Latin, Greek, Cyrillic, Arabic and Hebrew letters, not Chinese,
 * Japanese or Korean ones: a box stands for each of these, and numbers and dates that need them are English.
 */
export async function renderInvoice(document: InvoiceDocument): Promise<Buffer> {
  const coverage = await openCoverage();
  const invoice = writableDocument(document, coverage);
  const format = formatOf(invoice, coverage);
  const title = `${titleOf(invoice, format.words)} ${invoice.number}`;
  // Loaded with the first document: a process that starts has better things to do.
  const { default: Document } = await import("pdfkit");
  const pdf = new Document({
    size: "A4",
    margins: { top: 57, bottom: 30, left, right: 57 },
    bufferPages: true,
    lang: invoice.language,
    info: {
      Title: title,
      Author: document.seller.name ?? "",
      CreationDate: new Date(invoice.issuedAt),
      ModDate: new Date(invoice.issuedAt),
    },
  });
  pdf.registerFont("regular", fontFiles.regular);
  pdf.registerFont("bold", fontFiles.bold);
  const bytes = buffer(pdf);
  let top = drawHead(pdf, invoice, format);
  top = drawLines(pdf, invoice, format, top);
  top = drawTotals(pdf, invoice, format, top);
  drawNotes(pdf, invoice, format, top);
  drawFooters(pdf, invoice, format);
  pdf.end();
  return bytes;
}

/** The document with a box for each character that cannot be written. */
function writableDocument(document: InvoiceDocument, { writable }: Coverage): InvoiceDocument {
  return JSON.parse(JSON.stringify(document), (_key, value) => (typeof value === "string" ? writable(value) : value));
}

/** Draws the seller, the addresses, the details and the title, and returns where the lines begin: lower down when an address is long. */
function drawHead(pdf: Pdf, invoice: InvoiceDocument, format: Format): number {
  const { words } = format;
  const { seller, buyer } = invoice;
  pdf.font("bold", 15).fillColor(ink);
  pdf.text(seller.name ?? "", left, 57, { width: right - left });
  pdf.font("regular", 7.5).fillColor(quiet);
  const sender = sellerLines(seller, words).join(" · ");
  pdf.text(sender, left, addressTop - 16, {
    width: 260,
    ellipsis: true,
    height: 12,
  });
  pdf.font("regular", 10).fillColor(ink);
  pdf.text(addressLines(buyer.address, format).join("\n"), left, addressTop, { width: 260, lineGap: 2 });
  const addressBottom = pdf.y;

  const details: [string, string][] = [
    [words.number, invoice.number],
    [words.issued, format.date(invoice.issuedAt)],
    ...(invoice.suppliedAt === null ? [] : [[words.supplied, format.date(invoice.suppliedAt)] as [string, string]]),
    [words.order, invoice.order.number],
    ...(invoice.corrects === null
      ? []
      : [
          [words.corrects, `${invoice.corrects.number}, ${format.date(invoice.corrects.issuedAt)}`] as [string, string],
        ]),
    ...(buyer.vatNumber === null ? [] : [[words.yourVatNumber, buyer.vatNumber] as [string, string]]),
  ];
  let top = addressTop - 16;
  for (const [name, value] of details) {
    pdf.font("regular", 8).fillColor(quiet).text(name, detailsLeft, top, { width: 85 });
    pdf
      .font("regular", 9)
      .fillColor(ink)
      .text(value, detailsLeft + 88, top - 1, { width: right - detailsLeft - 88 });
    top = Math.max(pdf.y, top + 12) + 3;
  }
  const delivery = addressLines(invoice.shippingAddress, format).join(", ");
  if (delivery !== addressLines(buyer.address, format).join(", ")) {
    pdf.font("regular", 8).fillColor(quiet).text(words.shippingAddress, detailsLeft, top, { width: 85 });
    pdf
      .font("regular", 9)
      .fillColor(ink)
      .text(delivery, detailsLeft + 88, top - 1, { width: right - detailsLeft - 88 });
    top = pdf.y;
  }
  const titleTop = Math.max(titleTopMin, addressBottom + 14, top + 14);
  pdf.font("bold", 16).fillColor(ink);
  pdf.text(`${titleOf(invoice, words)} ${invoice.number}`, left, titleTop, { width: right - left });
  return titleTop + 40;
}

/** Draws the table of lines over as many pages as it takes, and returns where it ends. */
function drawLines(pdf: Pdf, invoice: InvoiceDocument, format: Format, from: number): number {
  const { words } = format;
  let top = drawTableHead(pdf, words, from);
  const row = (cells: Row) => {
    pdf.font("regular", 9);
    const width = columns.quantity - columns.description - 10;
    const height =
      pdf.heightOfString(cells.description, { width }) +
      (cells.detail === "" ? 0 : detailHeight(pdf, cells.detail, width));
    if (top + height > pageBottom) {
      pdf.addPage();
      top = drawTableHead(pdf, words, 57);
    }
    drawRow(pdf, cells, top, width);
    top += Math.max(height, 12) + 5;
    pdf.moveTo(left, top).lineTo(right, top).lineWidth(0.4).strokeColor(rule).stroke();
    top += 5;
  };
  for (const line of invoice.lines) {
    const discount = line.discount === "0" ? "" : `${words.discount}: −${format.money(line.discount)}`;
    row({
      description: line.variant === null ? line.name : `${line.name}, ${line.variant}`,
      detail: [line.sku, discount].filter((part) => part !== "").join(" · "),
      quantity: String(line.quantity),
      unitPrice: format.money(line.unitPrice),
      rate: format.percent(line.tax.rate),
      amount: format.money(line.amount),
    });
  }
  const { shipping } = invoice;
  if (shipping !== null) {
    const description = shipping.method === null ? words.shipping : `${words.shipping}: ${shipping.method}`;
    row({ description, detail: "", quantity: "", unitPrice: "", rate: "", amount: format.money(shipping.amount) });
  }
  if (invoice.goodwill !== null) {
    row({
      description: words.goodwill,
      detail: "",
      quantity: "",
      unitPrice: "",
      rate: "",
      amount: format.money(invoice.goodwill),
    });
  }
  return top;
}

type Row = {
  readonly description: string;
  readonly detail: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly rate: string;
  readonly amount: string;
};

function detailHeight(pdf: Pdf, detail: string, width: number): number {
  pdf.font("regular", 7.5);
  const height = pdf.heightOfString(detail, { width }) + 1;
  pdf.font("regular", 9);
  return height;
}

function drawTableHead(pdf: Pdf, words: InvoiceWords, top: number): number {
  pdf.font("bold", 8).fillColor(quiet);
  pdf.text(words.description, columns.description, top);
  cell(pdf, words.quantity, columns.quantity, columns.unitPrice - 8, top);
  cell(pdf, words.unitPrice, columns.unitPrice, columns.rate - 8, top);
  cell(pdf, words.rate, columns.rate, columns.amount - 8, top);
  cell(pdf, words.amount, columns.amount, right, top);
  pdf
    .moveTo(left, top + 14)
    .lineTo(right, top + 14)
    .lineWidth(0.8)
    .strokeColor(ink)
    .stroke();
  return top + 20;
}

function drawRow(pdf: Pdf, cells: Row, top: number, width: number): void {
  pdf.font("regular", 9).fillColor(ink).text(cells.description, columns.description, top, { width });
  if (cells.detail !== "")
    pdf
      .font("regular", 7.5)
      .fillColor(quiet)
      .text(cells.detail, columns.description, pdf.y + 1, { width });
  pdf.font("regular", 9).fillColor(ink);
  cell(pdf, cells.quantity, columns.quantity, columns.unitPrice - 8, top);
  cell(pdf, cells.unitPrice, columns.unitPrice, columns.rate - 8, top);
  cell(pdf, cells.rate, columns.rate, columns.amount - 8, top);
  cell(pdf, cells.amount, columns.amount, right, top);
}

function cell(pdf: Pdf, text: string, from: number, to: number, top: number): void {
  pdf.text(text, from, top, { width: to - from, align: "right", lineBreak: false });
}

/** Draws the tax of each rate and the total, on one page, and returns where they end. */
function drawTotals(pdf: Pdf, invoice: InvoiceDocument, format: Format, from: number): number {
  const { words } = format;
  const height = 70 + 14 * invoice.taxes.length;
  let top = from + 6;
  if (top + height > pageBottom) {
    pdf.addPage();
    top = 57;
  }
  const name = 230;
  const net = 330;
  const tax = 400;
  pdf.font("regular", 8).fillColor(quiet);
  if (invoice.taxes.length > 0) {
    cell(pdf, words.net, net, tax - 8, top);
    cell(pdf, words.tax, tax, columns.amount - 2, top);
    cell(pdf, words.gross, columns.amount, right, top);
    top += 14;
  }
  for (const each of invoice.taxes) {
    pdf.font("regular", 9).fillColor(ink);
    pdf.text(each.name, name - 60, top, { width: net - name + 60 - 8, lineBreak: false, ellipsis: true });
    cell(pdf, format.money(each.taxable), net - 10, tax - 8, top);
    cell(pdf, format.money(each.amount), tax, columns.amount - 2, top);
    cell(pdf, format.money(String(BigInt(each.taxable) + BigInt(each.amount))), columns.amount, right, top);
    top += 14;
  }
  top += 4;
  pdf
    .moveTo(name - 60, top)
    .lineTo(right, top)
    .lineWidth(0.8)
    .strokeColor(ink)
    .stroke();
  top += 7;
  pdf.font("bold", 11).fillColor(ink);
  pdf.text(invoice.kind === "INVOICE" ? words.total : words.totalCredited, name - 60, top, {
    width: 160,
    lineBreak: false,
  });
  cell(pdf, format.money(invoice.total), net, right, top);
  return top + 30;
}

/** Draws the legal notes that the treatments require, and how prices are stated. */
function drawNotes(pdf: Pdf, invoice: InvoiceDocument, format: Format, from: number): void {
  const { words } = format;
  const treatments = new Set(invoice.taxes.map(({ treatment }) => treatment));
  const notes = [...treatments].flatMap((treatment) => (treatment === "STANDARD" ? [] : [words.notes[treatment]]));
  const { seller, buyer } = invoice;
  if (treatments.has("REVERSE_CHARGE") && buyer.vatNumber !== null) {
    notes.push(words.vatNumbers(seller.vatNumber ?? "–", buyer.vatNumber));
  }
  if (invoice.tax !== "0") notes.push(invoice.pricesIncludeTax ? words.includesTax : words.excludesTax);
  const text = notes.join("\n");
  pdf.font("regular", 8.5).fillColor(ink);
  const width = right - left;
  const fits = from + pdf.heightOfString(text, { width, lineGap: 3 }) <= pageBottom;
  if (!fits) pdf.addPage();
  pdf.text(text, left, fits ? from : 57, { width, lineGap: 3 });
}

function drawFooters(pdf: Pdf, invoice: InvoiceDocument, { words }: Format): void {
  const { seller } = invoice;
  const vat = seller.vatNumber === null ? [] : [`${words.ourVatNumber} ${seller.vatNumber}`];
  const text = [...sellerLines(seller, words), ...vat].join(" · ");
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    pdf.switchToPage(page);
    pdf
      .moveTo(left, footerTop - 6)
      .lineTo(right, footerTop - 6)
      .lineWidth(0.4)
      .strokeColor(rule)
      .stroke();
    pdf.font("regular", 7.5).fillColor(quiet);
    pdf.text(text, left, footerTop, { width: right - left - 90, height: 20, ellipsis: true });
    cell(pdf, words.page(page + 1, count), right - 90, right, footerTop);
  }
}

/** The seller's name and address, or the words that they are missing: an invoice without them is not complete. */
function sellerLines({ name, address }: Seller, words: InvoiceWords): string[] {
  const isComplete = name !== null && address.length > 0;
  return [...(name === null ? [] : [name]), ...address, ...(isComplete ? [] : [words.sellerMissing])];
}

function titleOf({ kind }: InvoiceDocument, words: InvoiceWords): string {
  return kind === "INVOICE" ? words.invoice : words.creditNote;
}

function addressLines(address: DocumentAddress, { country }: Format): string[] {
  const place = [address.postalCode, address.city].filter((part) => part != null && part !== "").join(" ");
  const lines = [
    address.company,
    address.name,
    address.line1,
    address.line2,
    place,
    address.region,
    country(address.country),
  ];
  return lines.filter((line): line is string => line != null && line !== "");
}

/** How the document's language writes numbers, dates and countries, or English if that takes characters that the fonts lack. */
function formatOf(invoice: InvoiceDocument, { covers }: Coverage): Format {
  const locale = Intl.NumberFormat.supportedLocalesOf(invoice.language)[0] ?? "en";
  const format = formatIn(locale, invoice);
  const moments = [invoice.issuedAt, invoice.suppliedAt, invoice.corrects?.issuedAt].filter((moment) => moment != null);
  const samples = [
    ...moments.map(format.date),
    ...[invoice.buyer.address, invoice.shippingAddress].map(({ country }) => format.country(country)),
    format.money("-1234567890"),
    format.percent(1_234_500),
  ];
  return samples.every(covers) ? format : formatIn("en", invoice);
}

function formatIn(locale: string, { language, currency }: InvoiceDocument): Format {
  const decimals = decimalsOf(currency);
  const money = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 4 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const regions = new Intl.DisplayNames(locale, { type: "region" });
  return {
    words: invoiceWords(language),
    // As a decimal string: a number would lose digits of large amounts.
    money: (amount) => money.format(decimalString(amount, decimals)),
    percent: (millionths) => percent.format(millionths / 1_000_000),
    date: (moment) => date.format(new Date(moment)),
    country: (code) => regions.of(code) ?? code,
  };
}

function decimalString(amount: MinorUnits, decimals: number): `${number}` {
  return `${BigInt(amount)}E-${decimals}` as `${number}`;
}

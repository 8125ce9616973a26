import { createHmac, timingSafeEqual } from "node:crypto";
import path from "node:path";
import type { InvoiceId } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import { pathNotFound } from "#platform/shop/api-error.ts";
import { parseId } from "#platform/shop/ids.ts";
import { pdfUrlSeconds } from "../shared/limits.ts";
import { findInvoice } from "./invoice.ts";
import { renderInvoice } from "./render-invoice.ts";

/**
 * The address of a document's PDF, for viewers who may read its order. It needs no header: it carries an HMAC over the document and the moment at
 * which it expires, 15 minutes from now.
 *
 * @param publicUrl the gateway's own address.
 */
export function pdfUrl(publicUrl: string, tokenKey: string, id: InvoiceId, now: Date = new Date()): string {
  const expires = Math.floor(now.getTime() / 1_000) + pdfUrlSeconds;
  const url = new URL(`${publicUrl}/invoices/${id}.pdf`);
  url.searchParams.set("expires", String(expires));
  url.searchParams.set("signature", sign(tokenKey, id, expires));
  return url.href;
}

/** The route that serves the PDFs. An address that was changed or has expired is not found. */
export function invoiceRoutes({ db, tokenKey }: { db: Db; tokenKey: string }): Record<string, InternalRoute> {
  return {
    "GET /invoices/*": async (_request, response, url) => {
      const id = signedId(tokenKey, url);
      const invoice = id === undefined ? undefined : await findInvoice(db, id);
      if (invoice === undefined) throw pathNotFound();
      const { document } = invoice.snapshot;
      const pdf = await renderInvoice(document);
      response.writeHead(200, {
        "content-type": "application/pdf",
        "content-length": pdf.length,
        "content-disposition": `inline; filename="${document.number}.pdf"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      });
      response.end(pdf);
    },
  };
}

function signedId(tokenKey: string, url: URL): InvoiceId | undefined {
  const name = path.posix.basename(url.pathname);
  const id = name.endsWith(".pdf") ? parseId<InvoiceId>(name.slice(0, -".pdf".length)) : undefined;
  const expires = url.searchParams.get("expires") ?? "";
  if (id === undefined || !/^\d{1,12}$/.test(expires) || Number(expires) * 1_000 < Date.now()) return undefined;
  const given = Buffer.from(url.searchParams.get("signature") ?? "");
  const expected = Buffer.from(sign(tokenKey, id, Number(expires)));
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
}

function sign(tokenKey: string, id: InvoiceId, expires: number): string {
  return createHmac("sha256", tokenKey).update(`invoice-pdf\0${id}\0${expires}`).digest("base64url");
}

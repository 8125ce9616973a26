import { type CurrencyCode, moneyOutput } from "#platform/shop/money.ts";
import { formatPercent } from "#platform/shop/percent.ts";
import type { InvoiceResolvers, QueryResolvers } from "#schema/generated/orders.ts";
import { formatInvoiceNumber, listInvoices } from "../invoice/invoice.ts";
import type { SnapshotTotals } from "../invoice/invoice-snapshot.ts";
import { pdfUrl } from "../invoice/pdf-route.ts";
import type { OrderTotals } from "../order/order-totals.ts";

/** Queries of documents. */
export const invoiceQueries = {
  invoices: async (_parent, args, { db }) => listInvoices(db, args),
} satisfies QueryResolvers;

/** Fields of Invoice, for viewers who were shown its order. */
export const invoiceFields: InvoiceResolvers = {
  number: (invoice) => formatInvoiceNumber(invoice),
  order: async ({ orderId }, _args, { loaders }) => {
    const order = await loaders.knownOrder.load(orderId);
    if (order === null) throw new Error("The order of a document disappeared.");
    return order;
  },
  totals: ({ snapshot, currency }) => snapshotTotals(snapshot.totals, currency),
  corrects: async ({ orderId, correctsId }, _args, { loaders }) =>
    (await loaders.invoices.load(orderId)).find(({ id }) => id === correctsId),
  pdfUrl: ({ id }, _args, { services }) => pdfUrl(services.invoices.publicUrl, services.tokenKey, id),
};

/** The graph's OrderTotals of a document. */
function snapshotTotals(totals: SnapshotTotals, currency: CurrencyCode): OrderTotals {
  const money = (amount: string) => moneyOutput({ minorUnits: BigInt(amount), currency });
  return {
    subtotal: money(totals.subtotal),
    discount: money(totals.discount),
    shipping: money(totals.shipping),
    tax: money(totals.tax),
    total: money(totals.total),
    pricesIncludeTax: totals.pricesIncludeTax,
    discounts: async () => totals.discounts.map(({ name, code, amount }) => ({ name, code, amount: money(amount) })),
    taxes: async () =>
      totals.taxes.map(({ name, rate, treatment, taxable, amount }) => ({
        name,
        rate: formatPercent(rate),
        treatment,
        taxable: money(taxable),
        tax: money(amount),
      })),
  };
}

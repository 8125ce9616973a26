import type { discountAllocations, orderTaxes } from "#drizzle/orders/tables.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Order, OrderItem } from "../order/order.ts";
import { formatOrderNumber } from "../order/order-number.ts";
import type { PaymentTransaction } from "../payment/refund.ts";
import type { RefundLine } from "../payment/refund-lines.ts";
import type { DocumentLine, DocumentTaxTotal, InvoiceDocument, MinorUnits, Seller } from "./invoice-document.ts";

/** The sums of a document as the graph shows them; amounts are decimal digits of minor units. */
export type SnapshotTotals = {
  readonly subtotal: MinorUnits;
  readonly discount: MinorUnits;
  readonly shipping: MinorUnits;
  readonly tax: MinorUnits;
  readonly total: MinorUnits;
  readonly pricesIncludeTax: boolean;
  readonly discounts: readonly { readonly name: string; readonly code: string | null; readonly amount: MinorUnits }[];
  readonly taxes: readonly DocumentTaxTotal[];
};

/** All that a document says: what is printed, and its sums. */
export type InvoiceSnapshot = { readonly document: InvoiceDocument; readonly totals: SnapshotTotals };

/** What a document takes its content from, read in the transaction that issues it. */
export type SnapshotSources = {
  readonly order: Order;
  readonly items: readonly OrderItem[];
  readonly taxes: readonly (typeof orderTaxes.$inferSelect)[];
  readonly discounts: readonly (typeof discountAllocations.$inferSelect)[];
  readonly seller: Seller;
  /** When the goods left, or else when the payment arrived; null while neither has happened. */
  readonly suppliedAt: Date | null;
};

/** Which document it is. */
export type DocumentName = { readonly number: string; readonly issuedAt: Date };

/** What products calls the variant of a product without options. */
const soleVariantName = "Default";

/** The snapshot of an order's invoice. */
export function invoiceSnapshot(sources: SnapshotSources, name: DocumentName): InvoiceSnapshot {
  const { order, items, taxes } = sources;
  const shipping = order.shippingMinor - order.shippingDiscountMinor;
  const document: InvoiceDocument = {
    ...head(sources, name),
    kind: "INVOICE",
    corrects: null,
    lines: items.map((item) => documentLine(item, item.quantity, item.subtotalMinor - item.discountMinor)),
    shipping: order.shippingMinor === 0n ? null : { method: order.shippingMethod, amount: text(shipping) },
    goodwill: null,
    taxes: taxes.map(({ name: taxName, rate, treatment, taxableMinor, taxMinor }) => ({
      name: taxName,
      rate,
      treatment,
      taxable: text(taxableMinor),
      amount: text(taxMinor),
    })),
    tax: text(order.taxMinor),
    total: text(order.totalMinor),
  };
  const discounts = [...Map.groupBy(sources.discounts, ({ discountId }) => discountId).values()].flatMap((parts) => {
    const [first] = parts;
    if (first === undefined) return [];
    return [{ name: first.name, code: first.code, amount: text(sum(parts.map(({ amountMinor }) => amountMinor))) }];
  });
  const totals: SnapshotTotals = {
    subtotal: text(order.subtotalMinor),
    discount: text(order.discountMinor),
    shipping: text(order.shippingMinor),
    tax: document.tax,
    total: document.total,
    pricesIncludeTax: order.pricesIncludeTax,
    discounts,
    taxes: document.taxes,
  };
  return { document, totals };
}

/** The snapshot of the credit note of a refund that succeeded; its amounts are positive. */
export function creditNoteSnapshot(
  sources: SnapshotSources,
  name: DocumentName,
  refund: PaymentTransaction,
  lines: readonly RefundLine[],
  corrects: InvoiceDocument,
): InvoiceSnapshot {
  const { order, items } = sources;
  const inMode = (amount: bigint, tax: bigint) => (order.pricesIncludeTax ? amount : amount - tax);
  const byId = new Map(items.map((item) => [item.id, item]));
  const credited = lines.flatMap((line) => {
    const item = byId.get(line.itemId);
    return item === undefined ? [] : [documentLine(item, line.quantity, inMode(line.amountMinor, line.taxMinor))];
  });
  const shipping = inMode(refund.shippingMinor, refund.shippingTaxMinor);
  const goodwill =
    inMode(refund.amountMinor, refund.taxMinor) - sum(credited.map(({ amount }) => BigInt(amount))) - shipping;
  const taxes = refund.taxes.map(({ name: taxName, rate, treatment, amountMinor, taxMinor }) => ({
    name: taxName,
    rate,
    treatment: treatment as DocumentTaxTotal["treatment"],
    taxable: text(BigInt(amountMinor) - BigInt(taxMinor)),
    amount: taxMinor,
  }));
  const document: InvoiceDocument = {
    ...head(sources, name),
    kind: "CREDIT_NOTE",
    corrects: { number: corrects.number, issuedAt: corrects.issuedAt },
    lines: credited,
    shipping: shipping === 0n ? null : { method: order.shippingMethod, amount: text(shipping) },
    goodwill: goodwill === 0n ? null : text(goodwill),
    // An order without tax rates has none on its invoice either.
    taxes: corrects.taxes.length === 0 ? [] : taxes,
    tax: text(refund.taxMinor),
    total: text(refund.amountMinor),
  };
  const totals: SnapshotTotals = {
    subtotal: text(sum(credited.map(({ amount }) => BigInt(amount))) + goodwill),
    discount: "0",
    shipping: text(shipping),
    tax: document.tax,
    total: document.total,
    pricesIncludeTax: order.pricesIncludeTax,
    discounts: [],
    taxes: document.taxes,
  };
  return { document, totals };
}

type Head = Omit<InvoiceDocument, "kind" | "corrects" | "lines" | "shipping" | "goodwill" | "taxes" | "tax" | "total">;

function head({ order, seller, suppliedAt }: SnapshotSources, { number, issuedAt }: DocumentName): Head {
  return {
    number,
    issuedAt: issuedAt.toISOString(),
    suppliedAt: suppliedAt?.toISOString() ?? null,
    language: order.language,
    currency: order.currency as CurrencyCode,
    order: { number: formatOrderNumber(order.number), placedAt: order.createdAt.toISOString() },
    seller,
    buyer: { address: order.billingAddress ?? order.shippingAddress, vatNumber: order.vatNumber },
    shippingAddress: order.shippingAddress,
    pricesIncludeTax: order.pricesIncludeTax,
  };
}

/** @param amount in the order's price mode, after discounts. */
function documentLine(item: OrderItem, quantity: number, amount: bigint): DocumentLine {
  const list = item.unitPriceMinor * BigInt(quantity);
  return {
    name: item.productName,
    variant: item.variantName === soleVariantName ? null : item.variantName,
    sku: item.sku,
    quantity,
    unitPrice: text(item.unitPriceMinor),
    discount: text(list > amount ? list - amount : 0n),
    amount: text(amount),
    tax: { name: item.taxName, rate: item.taxRate, treatment: item.taxTreatment },
  };
}

function text(amount: bigint): MinorUnits {
  return amount.toString();
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

import type { TaxTreatment } from "#drizzle/orders/tables.ts";

/** The fixed words of a document in one language. */
export type InvoiceWords = {
  readonly invoice: string;
  readonly creditNote: string;
  readonly number: string;
  readonly issued: string;
  readonly supplied: string;
  readonly order: string;
  readonly corrects: string;
  readonly yourVatNumber: string;
  readonly ourVatNumber: string;
  readonly shippingAddress: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly rate: string;
  readonly amount: string;
  readonly discount: string;
  readonly shipping: string;
  readonly goodwill: string;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly total: string;
  readonly totalCredited: string;
  readonly includesTax: string;
  readonly excludesTax: string;
  readonly sellerMissing: string;
  readonly page: (page: number, pages: number) => string;
  /** The legal note of each treatment that needs one. */
  readonly notes: Readonly<Record<Exclude<TaxTreatment, "STANDARD">, string>>;
  /** The country of delivery's VAT numbers, which an intra-Community supply must state. */
  readonly vatNumbers: (seller: string, buyer: string) => string;
};

const english: InvoiceWords = {
  invoice: "Invoice",
  creditNote: "Credit note",
  number: "Number",
  issued: "Date of issue",
  supplied: "Date of supply",
  order: "Order",
  corrects: "Corrects invoice",
  yourVatNumber: "Your VAT number",
  ourVatNumber: "VAT number",
  shippingAddress: "Delivery address",
  description: "Description",
  quantity: "Qty",
  unitPrice: "Unit price",
  rate: "Tax",
  amount: "Amount",
  discount: "Discount",
  shipping: "Shipping",
  goodwill: "Credit as goodwill",
  net: "Net",
  tax: "Tax",
  gross: "Gross",
  total: "Total",
  totalCredited: "Total credited",
  includesTax: "Prices include tax.",
  excludesTax: "Prices exclude tax.",
  sellerMissing: "The seller's name and address are not configured (SHOP_NAME, SHOP_ADDRESS).",
  page: (page, pages) => `Page ${page} of ${pages}`,
  notes: {
    REVERSE_CHARGE:
      "Intra-Community supply, exempt from VAT under Article 138(1) of Directive 2006/112/EC. Reverse charge: the recipient accounts for the tax.",
    EXPORT: "Export outside the tax territory, exempt from VAT under Article 146 of Directive 2006/112/EC.",
    NOT_COLLECTED: "No tax is collected: the seller is not registered for tax at the place of supply.",
  },
  vatNumbers: (seller, buyer) => `VAT number of the supplier: ${seller}. VAT number of the recipient: ${buyer}.`,
};

const german: InvoiceWords = {
  invoice: "Rechnung",
  creditNote: "Rechnungskorrektur",
  number: "Nummer",
  issued: "Rechnungsdatum",
  supplied: "Leistungsdatum",
  order: "Bestellung",
  corrects: "Korrigiert Rechnung",
  yourVatNumber: "Ihre USt-IdNr.",
  ourVatNumber: "USt-IdNr.",
  shippingAddress: "Lieferadresse",
  description: "Beschreibung",
  quantity: "Menge",
  unitPrice: "Einzelpreis",
  rate: "USt",
  amount: "Betrag",
  discount: "Rabatt",
  shipping: "Versand",
  goodwill: "Gutschrift aus Kulanz",
  net: "Netto",
  tax: "Steuer",
  gross: "Brutto",
  total: "Gesamtbetrag",
  totalCredited: "Erstatteter Betrag",
  includesTax: "Alle Preise enthalten die Umsatzsteuer.",
  excludesTax: "Alle Preise verstehen sich zuzüglich Umsatzsteuer.",
  sellerMissing: "Name und Anschrift des Verkäufers sind nicht eingerichtet (SHOP_NAME, SHOP_ADDRESS).",
  page: (page, pages) => `Seite ${page} von ${pages}`,
  notes: {
    REVERSE_CHARGE:
      "Innergemeinschaftliche Lieferung, steuerfrei nach Art. 138 Abs. 1 der Richtlinie 2006/112/EG. Steuerschuldnerschaft des Leistungsempfängers.",
    EXPORT: "Ausfuhrlieferung, steuerfrei nach Art. 146 der Richtlinie 2006/112/EG.",
    NOT_COLLECTED: "Es wird keine Steuer erhoben: Der Verkäufer ist am Ort der Lieferung nicht steuerlich registriert.",
  },
  vatNumbers: (seller, buyer) => `USt-IdNr. des Lieferers: ${seller}. USt-IdNr. des Empfängers: ${buyer}.`,
};

const french: InvoiceWords = {
  invoice: "Facture",
  creditNote: "Avoir",
  number: "Numéro",
  issued: "Date d’émission",
  supplied: "Date de livraison",
  order: "Commande",
  corrects: "Corrige la facture",
  yourVatNumber: "Votre n° de TVA",
  ourVatNumber: "N° de TVA",
  shippingAddress: "Adresse de livraison",
  description: "Désignation",
  quantity: "Qté",
  unitPrice: "Prix unitaire",
  rate: "TVA",
  amount: "Montant",
  discount: "Remise",
  shipping: "Livraison",
  goodwill: "Geste commercial",
  net: "HT",
  tax: "TVA",
  gross: "TTC",
  total: "Total",
  totalCredited: "Total remboursé",
  includesTax: "Les prix sont TTC.",
  excludesTax: "Les prix sont hors TVA.",
  sellerMissing: "Le nom et l’adresse du vendeur ne sont pas configurés (SHOP_NAME, SHOP_ADDRESS).",
  page: (page, pages) => `Page ${page} sur ${pages}`,
  notes: {
    REVERSE_CHARGE:
      "Livraison intracommunautaire, exonérée de TVA en vertu de l’article 138, paragraphe 1, de la directive 2006/112/CE. Autoliquidation par le preneur.",
    EXPORT: "Exportation, exonérée de TVA en vertu de l’article 146 de la directive 2006/112/CE.",
    NOT_COLLECTED: "Aucune taxe n’est perçue : le vendeur n’est pas enregistré au lieu de livraison.",
  },
  vatNumbers: (seller, buyer) => `N° de TVA du fournisseur : ${seller}. N° de TVA du preneur : ${buyer}.`,
};

const wordsByLanguage: Readonly<Record<string, InvoiceWords>> = { en: english, de: german, fr: french };

/** The words in the language's primary language, such as those of "de" for "de-AT"; English for languages that have none. */
export function invoiceWords(language: string): InvoiceWords {
  return wordsByLanguage[language.split("-")[0]?.toLowerCase() ?? ""] ?? english;
}

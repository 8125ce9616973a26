import type { Counter } from "prom-client";
import type { Db } from "#platform/database/database.ts";
import type { Log } from "#platform/observability/log.ts";
import type { ProductsClient } from "./clients/products-client.ts";
import type { UsersClient } from "./clients/users-client.ts";
import type { VatNumberVerifier } from "./clients/vat-register.ts";
import type { ReturnOrigins, Seller } from "./env.ts";
import type { OrderLimits } from "./order/holds.ts";
import type { Providers } from "./payment-providers/payment-provider.ts";
import type { TaxCalculator } from "./pricing/tax-calculator.ts";
import type { SettingsReader } from "./settings/settings.ts";

/** How invoices and credit notes are issued. */
export type InvoiceSettings = {
  /** Who issues them: SHOP_NAME, SHOP_ADDRESS and SHOP_VAT_NUMBER. */
  readonly seller: Seller;
  /** Whether they are e-mailed when they are issued. */
  readonly isAttached: boolean;
  /** The gateway's own address, where their PDFs are. */
  readonly publicUrl: string;
};

/** Counts what was done after the sale, by `step`. */
export type AfterSaleCounter = Counter<"step">;

/** What domain functions use: the database, the other subgraphs, the payment providers, and settings. */
export type Services = {
  readonly db: Db;
  readonly products: ProductsClient;
  readonly users: UsersClient;
  readonly providers: Providers;
  /** What staff set about tax, shipping and discounts. */
  readonly settings: SettingsReader;
  /** Says what tax is on a sale. */
  readonly taxes: TaxCalculator;
  readonly vatNumbers: VatNumberVerifier;
  /** The key of guests' cart and order tokens. */
  readonly tokenKey: string;
  /** How long an order waits for its payment. */
  readonly orderTtlMs: number;
  /** The budgets of what strangers can cause, and the limits on what guests may hold. */
  readonly limits: OrderLimits;
  /** Where payment providers may send buyers back. */
  readonly returnOrigins: ReturnOrigins;
  /** Where the right of withdrawal is given; everywhere if empty. */
  readonly withdrawalCountries: ReadonlySet<string>;
  /** How documents are issued. */
  readonly invoices: InvoiceSettings;
  /** Counts what was done after the sale. */
  readonly afterSale: AfterSaleCounter;
  readonly log: Log;
};

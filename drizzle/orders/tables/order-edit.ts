import type { CategoryId, OrderItemId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";
import type { TaxTreatment } from "./order-states.ts";
import type { DiscountId } from "./settings.ts";

/** An edit of a PENDING order that has begun: what its lines are to be once products has moved the reservation. */
export type OrderEdit = {
  readonly revision: number;
  readonly actorId: UserId | null;
  readonly message: string;
  /** The idempotency key that asked for it, or one of its own: what came of it is kept there. */
  readonly key: { readonly scope: string; readonly mutation: string; readonly key: string };
  /** The path in the mutation's arguments that a shortage is reported at. */
  readonly field: readonly string[];
  readonly lines: readonly EditedLine[];
  /** What the order costs then; absent in edits of the release before there were prices of this kind. */
  readonly price?: EditedPrice | undefined;
};
/** The sums of an edited order and what they are made of; amounts are decimal digits. */
export type EditedPrice = {
  readonly sums: Readonly<Record<EditedSum, string>>;
  readonly pricesIncludeTax: boolean;
  /** Set by a change of address. */
  readonly shippingAddress?: PostalAddress | undefined;
  readonly taxes: readonly StoredTax[];
  readonly allocations: readonly StoredAllocation[];
  /** The discounts of which the edit has taken a use, and those of which it gives one back. */
  readonly takenIds: readonly DiscountId[];
  readonly givenBackIds: readonly DiscountId[];
};
export type EditedSum =
  | "subtotalMinor"
  | "discountMinor"
  | "shippingMinor"
  | "shippingDiscountMinor"
  | "shippingTaxMinor"
  | "taxMinor"
  | "totalMinor";
/** A row of {@link orderTaxes} as JSON. */
export type StoredTax = {
  readonly name: string;
  readonly rate: number;
  readonly treatment: TaxTreatment;
  readonly taxableMinor: string;
  readonly taxMinor: string;
  readonly shippingMinor: string;
  readonly shippingTaxMinor: string;
};
/** A row of {@link discountAllocations} as JSON. */
export type StoredAllocation = {
  readonly discountId: DiscountId;
  readonly itemId: OrderItemId | null;
  readonly name: string;
  readonly code: string | null;
  readonly amountMinor: string;
};
/** A line of an edit; amounts are decimal digits, for JSON knows no bigint. */
export type EditedLine = {
  readonly id: OrderItemId;
  readonly position: number;
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly productName: string;
  readonly variantName: string;
  readonly sku: string;
  readonly productImageUrl: string | null;
  readonly unitPriceMinor: string;
  readonly quantity: number;
  /** All of these are absent in edits of the release before. */
  readonly marketPriceMinor?: string;
  readonly discountMinor?: string;
  readonly taxMinor?: string;
  readonly totalMinor?: string;
  readonly taxName?: string;
  readonly taxRate?: number;
  readonly taxTreatment?: TaxTreatment;
  readonly taxClass?: string;
  readonly weightGrams?: number | null;
  readonly categoryIds?: readonly CategoryId[];
  readonly isReturnable?: boolean;
};

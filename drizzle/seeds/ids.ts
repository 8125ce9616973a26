import type { AttributeId, Branded, CategoryId, MarketId, ProductId, UserId, VariantId } from "#platform/shop/ids.ts";
import type { ChoiceId } from "../products/tables.ts";

/** The ids of the demo data, the same on every machine and across the three databases, so that documentation can name them. */
export const demoUserIds: Readonly<Record<"admin" | "seller" | "customer", UserId>> = {
  admin: "01900000-0000-7000-8000-000000000001" as UserId,
  seller: "01900000-0000-7000-8000-000000000002" as UserId,
  customer: "01900000-0000-7000-8000-000000000003" as UserId,
};

/** The id of the demo market in euros; the default market's is `defaultMarketId`. */
export const demoEuMarketId = "01900000-0000-7000-8007-000000000001" as MarketId;

/** The id of the demo product with that number, from 1. */
export const demoProductId = (number: number): ProductId => numbered<ProductId>("8001", number);

/** The id of the demo variant with that number, from 1. */
export const demoVariantId = (number: number): VariantId => numbered<VariantId>("8002", number);

/** The id of the demo category with that number, from 1. */
export const demoCategoryId = (number: number): CategoryId => numbered<CategoryId>("8003", number);

/** The id of the demo attribute with that number, from 1. */
export const demoAttributeId = (number: number): AttributeId => numbered<AttributeId>("8006", number);

/** The id of the demo attributes' choice with that number, from 1. */
export const demoChoiceId = (number: number): ChoiceId => numbered<ChoiceId>("8007", number);

function numbered<Id extends Branded<string, string>>(kind: string, number: number): Id {
  return `01900000-0000-7000-${kind}-${String(number).padStart(12, "0")}` as Id;
}

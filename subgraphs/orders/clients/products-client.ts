import { z } from "zod";
import type { ServiceClient } from "#platform/http/service-client.ts";
import type { OrderId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { type Money, parseMoney } from "#platform/shop/money.ts";

/** A line by the ids that a buyer gives; without a variant the product's default one is meant. */
export type LineIds = { readonly productId: ProductId; readonly variantId: VariantId | undefined };

/** A variant as it is today, with all that an order's line copies. */
export type CatalogueVariant = {
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly productName: string;
  readonly variantName: string;
  readonly sku: string;
  readonly imageUrl: string | null;
  readonly unitPrice: Money;
  readonly quantityAvailable: number;
};

/** What the catalogue says of a line. */
export type CatalogueAnswer =
  | { readonly outcome: "ORDERABLE"; readonly variant: CatalogueVariant }
  | { readonly outcome: "UNAVAILABLE" | "VARIANT_REQUIRED" };

/** A line that is short of stock. */
export type Shortage = {
  readonly variantId: VariantId;
  readonly requestedQuantity: number;
  readonly availableQuantity: number;
};

/** What became of a reservation. */
export type Reservation =
  | { readonly outcome: "RESERVED" | "RELEASED" | "SOLD" | "STALE" }
  | { readonly outcome: "INSUFFICIENT"; readonly shortages: readonly Shortage[] };

/** What orders asks the products subgraph, which alone knows prices and stock. */
export type ProductsClient = {
  /** Today's answer for each line, in the order asked. @throws {Refusal} while products is away. */
  orderable(lines: readonly LineIds[]): Promise<CatalogueAnswer[]>;
  /** The products among `ids` that the public sees, on sale or archived, each with its variants. @throws {Refusal} while products is away. */
  shown(ids: readonly ProductId[]): Promise<ReadonlyMap<ProductId, readonly VariantId[]>>;
  /**
   * Makes an order's reservation what its lines say, all or none. Idempotent by order and revision; only ids and quantities are told.
   *
   * @throws {Refusal} when it is not known whether it took effect.
   */
  reserve(order: {
    readonly id: OrderId;
    readonly revision: number;
    readonly expiresAt: Date | null;
    readonly lines: readonly { readonly variantId: VariantId; readonly quantity: number }[];
  }): Promise<Reservation>;
};

const linesMax = 100;

/** The catalogue behind a client of the products subgraph. */
export function openProductsClient(products: ServiceClient): ProductsClient {
  return {
    orderable: async (lines) => {
      const answers: CatalogueAnswer[] = [];
      for (let from = 0; from < lines.length; from += linesMax) {
        const part = lines.slice(from, from + linesMax).map(({ productId, variantId }) => ({ productId, variantId }));
        const { orderableVariants } = await products.query(orderableDocument, { lines: part }, orderableData);
        if (orderableVariants.length !== part.length) throw new Error("The catalogue answered other lines than asked.");
        answers.push(...orderableVariants);
      }
      return answers;
    },
    shown: async (ids) => {
      const representations = ids.map((id) => ({ __typename: "Product", id }));
      const { _entities: found } = await products.query(productsDocument, { representations }, productsData);
      return new Map(
        found.flatMap((product) => (product === null ? [] : [[product.id, product.variants.map(({ id }) => id)]])),
      );
    },
    reserve: async ({ id, revision, expiresAt, lines }) => {
      const input = {
        orderId: id,
        revision,
        expiresAt: expiresAt?.toISOString() ?? null,
        lines: lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      };
      return (await products.query(reserveDocument, { input }, reserveData)).stockReserve;
    },
  };
}

const orderableDocument = `query OrderableVariants($lines: [OrderableLineInput!]!) {
  orderableVariants(lines: $lines) {
    outcome
    variant {
      productId variantId productName variantName sku imageUrl quantityAvailable
      unitPrice { amount currencyCode }
    }
  }
}`;

const reserveDocument = `mutation StockReserve($input: StockReserveInput!) {
  stockReserve(input: $input) { outcome shortages { variantId requestedQuantity availableQuantity } }
}`;

const productsDocument = `query ProductsShown($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Product { id variants { id } } }
}`;

const productId = z.uuid().transform((id) => id as ProductId);
const variantId = z.uuid().transform((id) => id as VariantId);

const money = z
  .object({ amount: z.string(), currencyCode: z.string() })
  .transform(({ amount, currencyCode }, context) => {
    const parsed = parseMoney(amount, currencyCode);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: "It is no amount." });
    return z.NEVER;
  });

const orderableData = z.object({
  orderableVariants: z.array(
    z.discriminatedUnion("outcome", [
      z.object({
        outcome: z.literal("ORDERABLE"),
        variant: z.object({
          productId,
          variantId,
          productName: z.string(),
          variantName: z.string(),
          sku: z.string(),
          imageUrl: z.string().nullable(),
          unitPrice: money,
          quantityAvailable: z.int(),
        }),
      }),
      z.object({ outcome: z.enum(["UNAVAILABLE", "VARIANT_REQUIRED"]) }),
    ]),
  ),
});

const productsData = z.object({
  _entities: z.array(z.object({ id: productId, variants: z.array(z.object({ id: variantId })) }).nullable()),
});

const reserveData = z.object({
  stockReserve: z.discriminatedUnion("outcome", [
    z.object({ outcome: z.enum(["RESERVED", "RELEASED", "SOLD", "STALE"]) }),
    z.object({
      outcome: z.literal("INSUFFICIENT"),
      shortages: z
        .array(z.object({ variantId, requestedQuantity: z.int(), availableQuantity: z.int() }))
        .min(1, "a shortage without a line"),
    }),
  ]),
});

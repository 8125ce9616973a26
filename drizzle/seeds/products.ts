import { z } from "zod";
import { readEnv } from "#platform/config/env.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import type { CategoryId } from "#platform/shop/ids.ts";
import { type CurrencyCode, parseMoney } from "#platform/shop/money.ts";
import { storageVariables } from "#platform/storage/env.ts";
import { openStorage } from "#platform/storage/open-storage.ts";
import {
  categories,
  type MovementId,
  products,
  type SelectedOption,
  stockLevels,
  stockMovements,
  variantPrices,
  variants,
} from "../products/tables.ts";
import { demoCategoryId, demoEuMarketId, demoProductId, demoUserIds, demoVariantId } from "./ids.ts";
import { putDefaultMarket, putEuMarket } from "./markets.ts";
import { putDemoPictures } from "./pictures.ts";
import { putContent } from "./product-content.ts";

type DemoVariant = { sku: string; options: readonly SelectedOption[]; price: string; stock: number };
type DemoProduct = {
  slug: string;
  name: string;
  description: string;
  categories: readonly CategorySlug[];
  tags: readonly string[];
  /** What each variant costs in the EU market, VAT included. */
  euroPrice: string;
  variants: readonly DemoVariant[];
};

const categoryNumbers = { electronics: 1, accessories: 2, women: 3, men: 4, shoes: 5, clothing: 6 } as const;

type CategorySlug = keyof typeof categoryNumbers;

/** The category that others are below. */
const clothing = demoCategoryId(categoryNumbers.clothing);
const belowClothing: readonly string[] = ["women", "men", "shoes"] satisfies CategorySlug[];

const categoryNames: Readonly<Record<CategorySlug, { readonly en: string; readonly de: string }>> = {
  electronics: { en: "Electronics", de: "Elektronik" },
  accessories: { en: "Accessories", de: "Zubehör" },
  women: { en: "Women", de: "Damen" },
  men: { en: "Men", de: "Herren" },
  shoes: { en: "Shoes", de: "Schuhe" },
  clothing: { en: "Clothing", de: "Kleidung" },
};

/**
 * Puts the sample products, their categories, their stock and their pictures into the database, sold by the demo seller. Safe to run again: rows that
 * are there stay as they are, changed or not.
 *
 * @param environment names the storage of pictures, as it does for the products process. Without it there are no pictures.
 */
export async function putDemoData(db: Db, environment?: Record<string, string | undefined>): Promise<void> {
  await putProducts(db);
  if (environment === undefined) return;
  const { storage } = openStorage(readEnv(z.object(storageVariables), environment), { uploadUrl: "" });
  await putDemoPictures(db, storage, new Map(samples.map(({ slug }, index) => [slug, index + 1])));
}

async function putProducts(db: Db): Promise<void> {
  await transaction(db, async (tx) => {
    await putDefaultMarket(tx);
    await putEuMarket(tx);
    // The one that others are below comes first.
    for (const [slug, number] of Object.entries(categoryNumbers).toSorted(([one]) => (one === "clothing" ? -1 : 1))) {
      const { en, de } = categoryNames[slug as CategorySlug];
      const isBelow = belowClothing.includes(slug);
      await tx
        .insert(categories)
        .values({
          id: demoCategoryId(number),
          slug,
          name: en,
          names: { de },
          parentId: isBelow ? clothing : null,
          ancestorIds: isBelow ? [clothing] : [],
        })
        .onConflictDoNothing();
    }
    let variantNumber = 0;
    for (const [index, sample] of samples.entries()) {
      const id = demoProductId(index + 1);
      // A minute apart, so that the newest comes first in a known order.
      const createdAt = new Date(Date.UTC(2026, 0, 5, 9, index));
      const prices = sample.variants.map(({ price }) => minorUnits(price)).sort((a, b) => (a < b ? -1 : 1));
      await tx
        .insert(products)
        .values({
          id,
          ownerId: demoUserIds.seller,
          slug: sample.slug,
          name: sample.name,
          description: sample.description,
          status: "ACTIVE",
          categoryIds: sample.categories.map((slug): CategoryId => demoCategoryId(categoryNumbers[slug])),
          tags: [...sample.tags],
          currency: "USD" as CurrencyCode,
          priceMin: prices[0] ?? 1n,
          priceMax: prices.at(-1) ?? 1n,
          createdAt,
          updatedAt: createdAt,
          publishedAt: createdAt,
        })
        .onConflictDoNothing();
      const rows = sample.variants.map((variant) => {
        variantNumber += 1;
        return { ...variant, id: demoVariantId(variantNumber), number: variantNumber };
      });
      await tx
        .insert(variants)
        .values(
          rows.map(({ id: variantId, sku, options, price }) => ({
            id: variantId,
            productId: id,
            sku,
            name: options.length === 0 ? "Default" : options.map(({ value }) => value).join(" / "),
            options,
            price: minorUnits(price),
            createdAt,
          })),
        )
        .onConflictDoNothing();
      await tx
        .insert(variantPrices)
        .values(
          rows.map(({ id: variantId }) => ({
            variantId,
            marketId: demoEuMarketId,
            currency: "EUR" as CurrencyCode,
            price: minorUnits(sample.euroPrice, "EUR"),
            validFrom: createdAt,
          })),
        )
        .onConflictDoNothing();
      await tx
        .insert(stockLevels)
        .values(rows.map(({ id: variantId, stock }) => ({ variantId, productId: id, onHand: stock })))
        .onConflictDoNothing();
      await tx
        .insert(stockMovements)
        .values(
          rows.map(({ id: variantId, number, stock }) => ({
            id: demoMovementId(number),
            variantId,
            type: "INITIAL" as const,
            onHandChange: stock,
            reservedChange: 0,
            createdAt,
          })),
        )
        .onConflictDoNothing();
    }
    await putContent(
      tx,
      (product) =>
        new Set(samples[product - 1]?.variants.flatMap((variant) => variant.options.map(({ name }) => name))),
    );
  });
}

function minorUnits(price: string, currency: "USD" | "EUR" = "USD"): bigint {
  const money = parseMoney(price, currency);
  if (money === undefined) throw new Error(`${price} is no price.`);
  return money.minorUnits;
}

function demoMovementId(number: number): MovementId {
  return `01900000-0000-7000-8004-${String(number).padStart(12, "0")}` as MovementId;
}

const single = (sku: string, price: string, stock: number): DemoVariant[] => [{ sku, options: [], price, stock }];

function sized(
  sku: string,
  price: string,
  sizes: readonly string[],
  colours: readonly string[],
  stock: number,
): DemoVariant[] {
  return colours.flatMap((colour) =>
    sizes.map((size) => ({
      sku: `${sku}-${colour}-${size}`.toUpperCase().replaceAll(" ", "-"),
      options: [
        { name: "Colour", value: colour },
        { name: "Size", value: size },
      ],
      price,
      stock,
    })),
  );
}

const samples: readonly DemoProduct[] = [
  {
    slug: "laptop-pro-15",
    name: "Laptop Pro 15",
    description: "A 15-inch laptop with a bright display, 32 GB of memory and a battery that lasts the day.",
    categories: ["electronics"],
    tags: ["laptop", "computer", "electronics"],
    euroPrice: "1299.00",
    variants: single("LAPTOP-PRO-15", "1299.99", 50),
  },
  {
    slug: "wireless-mouse",
    name: "Wireless Mouse",
    description: "A quiet mouse for either hand, with a receiver that stays in the port.",
    categories: ["accessories"],
    tags: ["mouse", "wireless", "accessories"],
    euroPrice: "29.90",
    variants: single("WIRELESS-MOUSE", "29.99", 200),
  },
  {
    slug: "mechanical-keyboard",
    name: "Mechanical Keyboard",
    description: "Tactile switches, keys lit one by one, and a cable that comes off.",
    categories: ["accessories"],
    tags: ["keyboard", "mechanical", "rgb"],
    euroPrice: "89.90",
    variants: single("MECHANICAL-KEYBOARD", "89.99", 100),
  },
  {
    slug: "usb-c-hub",
    name: "USB-C Hub",
    description: "Seven ports out of one: HDMI, Ethernet, cards and power that passes through.",
    categories: ["accessories"],
    tags: ["hub", "usb-c", "adapter"],
    euroPrice: "49.90",
    variants: single("USB-C-HUB", "49.99", 150),
  },
  {
    slug: "monitor-27",
    name: "Monitor 27",
    description: "A 27-inch display in 4K that turns upright, with one cable for picture and power.",
    categories: ["electronics"],
    tags: ["monitor", "display", "4k"],
    euroPrice: "399.00",
    variants: single("MONITOR-27", "399.99", 75),
  },
  {
    slug: "blue-jeans",
    name: "Blue Jeans",
    description: "Straight jeans of washed denim with five pockets.",
    categories: ["men", "women"],
    tags: ["jeans", "denim", "fashion"],
    euroPrice: "49.90",
    variants: sized("JEANS", "49.99", ["S", "M", "L", "XL"], ["Blue"], 40),
  },
  {
    slug: "denim-jacket",
    name: "Denim Jacket",
    description: "A jacket of sturdy denim with buttons of brass.",
    categories: ["men"],
    tags: ["jacket", "denim", "outerwear", "fashion"],
    euroPrice: "79.90",
    variants: sized("DENIM-JACKET", "79.99", ["M", "L"], ["Blue", "Black"], 25),
  },
  {
    slug: "summer-dress",
    name: "Summer Dress",
    description: "A light dress of cotton that falls to the knee.",
    categories: ["women"],
    tags: ["dress", "cotton", "summer", "fashion"],
    euroPrice: "59.90",
    variants: sized("SUMMER-DRESS", "59.99", ["XS", "S", "M"], ["White", "Yellow"], 20),
  },
  {
    slug: "running-shoes",
    name: "Running Shoes",
    description: "Shoes for the road with a soft sole and a knitted upper.",
    categories: ["shoes", "men", "women"],
    tags: ["shoes", "running", "sport", "fashion"],
    euroPrice: "119.00",
    variants: sized("RUNNING-SHOES", "119.00", ["39", "41", "43"], ["Grey", "Red"], 15),
  },
];

import type { Tx } from "#platform/database/database.ts";
import type { AttributeId } from "#platform/shop/ids.ts";
import {
  attributeChoices,
  attributes,
  type ChoiceId,
  type OptionTranslation,
  productAttributeValues,
  productTranslations,
} from "../products/tables.ts";
import { demoAttributeId, demoChoiceId, demoProductId } from "./ids.ts";

type Value = { readonly choices?: readonly string[]; readonly number?: string; readonly boolean?: boolean };
type Content = {
  readonly name: string;
  readonly description: string;
  readonly values: Readonly<Record<string, Value>>;
};

const definitions = [
  { code: "material", name: "Material", german: "Material", kind: "CHOICE", unit: null },
  { code: "screen-size", name: "Screen size", german: "Bildschirmgröße", kind: "NUMBER", unit: "in" },
  { code: "wireless", name: "Wireless", german: "Kabellos", kind: "BOOLEAN", unit: null },
] as const;

const materials = [
  { code: "cotton", name: "Cotton", german: "Baumwolle", swatch: "#f5f5f0" },
  { code: "denim", name: "Denim", german: "Denim", swatch: "#3b5b7c" },
  { code: "mesh", name: "Knitted mesh", german: "Strick", swatch: "#9ca3af" },
  { code: "aluminium", name: "Aluminium", german: "Aluminium", swatch: "#c0c4c8" },
  { code: "plastic", name: "Plastic", german: "Kunststoff", swatch: "#374151" },
] as const;

/** The German names and values of the options, by the stored texts. */
const options: readonly OptionTranslation[] = [
  {
    name: "Colour",
    translatedName: "Farbe",
    values: [
      { value: "Blue", translatedValue: "Blau" },
      { value: "Black", translatedValue: "Schwarz" },
      { value: "White", translatedValue: "Weiß" },
      { value: "Yellow", translatedValue: "Gelb" },
      { value: "Grey", translatedValue: "Grau" },
      { value: "Red", translatedValue: "Rot" },
    ],
  },
  { name: "Size", translatedName: "Größe", values: [] },
];

/** The German texts of the demo products and their values of attributes, by their numbers from 1. */
const contents: readonly Content[] = [
  {
    name: "Laptop Pro 15",
    description: "Ein 15-Zoll-Laptop mit hellem Bildschirm, 32 GB Speicher und einem Akku, der den ganzen Tag hält.",
    values: { material: { choices: ["aluminium"] }, "screen-size": { number: "15" } },
  },
  {
    name: "Kabellose Maus",
    description: "Eine leise Maus für beide Hände, deren Empfänger im Anschluss bleiben kann.",
    values: { material: { choices: ["plastic"] }, wireless: { boolean: true } },
  },
  {
    name: "Mechanische Tastatur",
    description: "Fühlbare Schalter, einzeln beleuchtete Tasten und ein abnehmbares Kabel.",
    values: { material: { choices: ["aluminium", "plastic"] }, wireless: { boolean: false } },
  },
  {
    name: "USB-C-Hub",
    description: "Sieben Anschlüsse aus einem: HDMI, Ethernet, Karten und durchgeleiteter Strom.",
    values: { material: { choices: ["aluminium"] }, wireless: { boolean: false } },
  },
  {
    name: "Monitor 27",
    description: "Ein 27-Zoll-Bildschirm in 4K, der sich hochkant drehen lässt, mit einem Kabel für Bild und Strom.",
    values: { material: { choices: ["plastic"] }, "screen-size": { number: "27" } },
  },
  {
    name: "Blaue Jeans",
    description: "Gerade Jeans aus gewaschenem Denim mit fünf Taschen.",
    values: { material: { choices: ["denim"] } },
  },
  {
    name: "Jeansjacke",
    description: "Eine Jacke aus festem Denim mit Knöpfen aus Messing.",
    values: { material: { choices: ["denim"] } },
  },
  {
    name: "Sommerkleid",
    description: "Ein leichtes Kleid aus Baumwolle, das bis zum Knie reicht.",
    values: { material: { choices: ["cotton"] } },
  },
  {
    name: "Laufschuhe",
    description: "Schuhe für die Straße mit weicher Sohle und gestricktem Obermaterial.",
    values: { material: { choices: ["mesh"] } },
  },
];

/** Puts the demo attributes, the products' values of them and the German texts into the database. Rows that are there stay as they are. */
export async function putContent(tx: Tx, optionsOf: (product: number) => ReadonlySet<string>): Promise<void> {
  const idOf = new Map<string, AttributeId>(definitions.map(({ code }, index) => [code, demoAttributeId(index + 1)]));
  const choiceIdOf = new Map<string, ChoiceId>(materials.map(({ code }, index) => [code, demoChoiceId(index + 1)]));
  await tx
    .insert(attributes)
    .values(
      definitions.map(({ german, ...definition }, index) => ({
        ...definition,
        id: demoAttributeId(index + 1),
        names: { de: german },
        isFilterable: true,
      })),
    )
    .onConflictDoNothing();
  await tx
    .insert(attributeChoices)
    .values(
      materials.map(({ german, ...choice }, index) => ({
        ...choice,
        id: demoChoiceId(index + 1),
        attributeId: demoAttributeId(1),
        names: { de: german },
        position: index,
      })),
    )
    .onConflictDoNothing();
  await tx
    .insert(productAttributeValues)
    .values(
      contents.flatMap(({ values }, index) =>
        Object.entries(values).map(([code, { choices, number, boolean }]) => ({
          productId: demoProductId(index + 1),
          attributeId: idOf.get(code) ?? demoAttributeId(1),
          choiceIds: choices?.flatMap((choice) => choiceIdOf.get(choice) ?? []) ?? null,
          number: number ?? null,
          boolean: boolean ?? null,
        })),
      ),
    )
    .onConflictDoNothing();
  await tx
    .insert(productTranslations)
    .values(
      contents.map(({ name, description }, index) => {
        const has = optionsOf(index + 1);
        return {
          productId: demoProductId(index + 1),
          language: "de",
          name,
          description,
          options: options.filter((option) => has.has(option.name)),
        };
      }),
    )
    .onConflictDoNothing();
}

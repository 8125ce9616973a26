import { type AttributeId, parseId } from "#platform/shop/ids.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { type Attribute, listAttributes } from "../attributes/attribute.ts";
import { createAttribute, deleteAttribute, updateAttribute } from "../attributes/attribute-changes.ts";
import { parseAttribute, parseAttributeUpdate } from "../attributes/attribute-input.ts";
import { parseAttributeTranslation, setAttributeTranslation } from "../attributes/attribute-translation.ts";
import { optionName, optionValue } from "../catalogue/product-options.ts";
import { translated } from "../languages/language-chain.ts";
import { type Result, runCommand } from "../shared/result.ts";

/** The resolvers of attributes and of products' values of them. */
export const attributeResolvers = {
  Query: {
    attributes: (_parent, _args, { db }) => listAttributes(db),
  },
  Mutation: {
    attributeCreate: async (_parent, { input }, { db }) =>
      attributePayload(await runCommand(parseAttribute(input), (command) => createAttribute(db, command))),
    attributeUpdate: async (_parent, { input }, { db }) =>
      attributePayload(await runCommand(parseAttributeUpdate(input), (command) => updateAttribute(db, command))),
    attributeDelete: async (_parent, { id }, { db }) =>
      attributePayload(await deleteAttribute(db, parseId<AttributeId>(id))),
    attributeTranslationSet: async (_parent, { input }, { db }) =>
      attributePayload(
        await runCommand(parseAttributeTranslation(input), (command) => setAttributeTranslation(db, command)),
      ),
  },
  Attribute: {
    __resolveReference: ({ id }, { loaders }) => {
      const attributeId = parseId<AttributeId>(id);
      return attributeId === undefined ? null : loaders.attribute.load(attributeId);
    },
    name: async ({ name, names }, { language }, { loaders }) =>
      translated(name, names, await loaders.languages(language)),
    choices: ({ choices }) => [...choices],
  },
  AttributeChoice: {
    name: async ({ name, names }, { language }, { loaders }) =>
      translated(name, names, await loaders.languages(language)),
  },
  AttributeValue: {
    choices: ({ choices }) => (choices === null ? null : [...choices]),
    text: async ({ productId, attribute, text }, { language }, { loaders }) => {
      const chain = await loaders.languages(language);
      if (text === null || chain.length === 0) return text;
      const texts = await loaders.texts(chain).load(productId);
      return translated(text, texts?.attributes.get(attribute.id) ?? {}, chain);
    },
  },
  ProductOption: {
    name: async (option, { language }, { loaders }) => optionName(option, await loaders.languages(language)),
    values: async (option, { language }, { loaders }) => {
      const chain = await loaders.languages(language);
      return option.values.map((value) => optionValue(option, value, chain));
    },
  },
  AttributeFacet: {
    values: ({ values }) => [...values],
  },
  OptionFacet: {
    values: ({ values }) => [...values],
  },
  FacetCount: {
    label: async ({ value, name, names }, { language }, { loaders }) =>
      translated(name ?? value, names ?? {}, await loaders.languages(language)),
  },
} satisfies Resolvers;

function attributePayload(outcome: Result<Attribute>) {
  return outcome.ok
    ? { attribute: outcome.value, userErrors: [] }
    : { attribute: null, userErrors: outcome.userErrors };
}

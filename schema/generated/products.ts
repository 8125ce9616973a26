import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Attribute as AttributeModel, AttributeChoice as AttributeChoiceModel, AttributeValue as AttributeValueModel, Category as CategoryModel, Product as ProductModel, ProductOption as ProductOptionModel, ProductVariant as ProductVariantModel, ProductVariantConnection as ProductVariantConnectionModel, InventoryLevel as InventoryLevelModel, StockMovement as StockMovementModel, StockMovementConnection as StockMovementConnectionModel, ProductConnection as ProductConnectionModel, ProductFacets as ProductFacetsModel, AttributeFacet as AttributeFacetModel, OptionFacet as OptionFacetModel, FacetCount as FacetCountModel, Market as MarketModel, Offer as OfferModel, VariantPrice as VariantPriceModel, Media as MediaModel, OrderableLine as OrderableLineModel } from '../../subgraphs/products/models.ts';
import type { Context } from '../../subgraphs/products/context.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An ISO 3166-1 alpha-2 country code, such as "US". */
  CountryCode: { input: string; output: string; }
  /** An ISO 4217 currency code, such as "USD". The currency determines how many decimals an amount has. */
  CurrencyCode: { input: string; output: string; }
  /** An RFC 3339 timestamp in UTC with milliseconds, such as "2026-11-30T09:30:00.000Z". */
  DateTime: { input: string; output: Date; }
  /** An exact decimal number as a string, such as "79.99". */
  Decimal: { input: string; output: string; }
  /** A BCP 47 language tag, such as "de" or "pt-BR". */
  LanguageCode: { input: string; output: string; }
  /** An absolute http or https URL. */
  URL: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** A property that products have, such as material, brand or screen size. */
export type Attribute = {
  __typename?: 'Attribute';
  /** The choices of a CHOICE attribute in display order; empty for other kinds. */
  choices: Array<AttributeChoice>;
  /** Stable code chosen by the shop, such as "material". */
  code: Scalars['String']['output'];
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Whether it is offered as a facet and a filter. TEXT attributes never are. */
  isFilterable: Scalars['Boolean']['output'];
  /** The kind of its values. Never changes. */
  kind: AttributeKind;
  /** Name, one line. */
  name: Scalars['String']['output'];
  /** Unit of a NUMBER, such as "cm"; null when there is none. */
  unit?: Maybe<Scalars['String']['output']>;
};


/** A property that products have, such as material, brand or screen size. */
export type AttributeNameArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};

/** A choice of a CHOICE attribute. */
export type AttributeChoice = {
  __typename?: 'AttributeChoice';
  /** Stable code chosen by the shop, unique within the attribute. */
  code: Scalars['String']['output'];
  /** Name, one line. */
  name: Scalars['String']['output'];
  /** CSS colour, such as "#1f2937"; null when it is none. */
  swatch?: Maybe<Scalars['String']['output']>;
};


/** A choice of a CHOICE attribute. */
export type AttributeChoiceNameArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};

/** A choice of an attribute. */
export type AttributeChoiceInput = {
  /** Lower-case letters and digits, separated by hyphens, underscores or dots; at most 50 characters. Never changes. */
  code: Scalars['String']['input'];
  /** 1 to 100 characters, one line. */
  name: Scalars['String']['input'];
  /** CSS colour. */
  swatch?: InputMaybe<Scalars['String']['input']>;
};

/** The values of an attribute that products have. */
export type AttributeFacet = {
  __typename?: 'AttributeFacet';
  /** The attribute. */
  attribute: Attribute;
  /** The highest value of a NUMBER; null for other kinds. */
  max?: Maybe<Scalars['Decimal']['output']>;
  /** The lowest value of a NUMBER; null for other kinds. */
  min?: Maybe<Scalars['Decimal']['output']>;
  /** Of a CHOICE in display order, by code, and of a BOOLEAN ("true", "false"); at most 100. Empty for a NUMBER. */
  values: Array<FacetCount>;
};

/** Matches products that have any of the values. A filter with no values does not filter; an attribute that is unknown or not filterable matches nothing. */
export type AttributeFilterInput = {
  /** Of a BOOLEAN. */
  boolean?: InputMaybe<Scalars['Boolean']['input']>;
  /** Of a CHOICE: codes, any of them; at most 100. */
  choices?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Code of the attribute. */
  code: Scalars['String']['input'];
  /** Of a NUMBER: the highest value, inclusive. */
  max?: InputMaybe<Scalars['Decimal']['input']>;
  /** Of a NUMBER: the lowest value, inclusive. */
  min?: InputMaybe<Scalars['Decimal']['input']>;
};

/** A new attribute. */
export type AttributeInput = {
  /** Choices of a CHOICE in display order, at most 200. */
  choices?: InputMaybe<Array<AttributeChoiceInput>>;
  /** Lower-case letters and digits, separated by hyphens, underscores or dots; at most 50 characters. Never changes. */
  code: Scalars['String']['input'];
  /** Whether it is offered as a facet and a filter. TEXT attributes never are. */
  isFilterable: Scalars['Boolean']['input'];
  /** The kind of its values. Never changes. */
  kind: AttributeKind;
  /** 1 to 100 characters, one line. */
  name: Scalars['String']['input'];
  /** Unit of a NUMBER, at most 20 characters. */
  unit?: InputMaybe<Scalars['String']['input']>;
};

/** What kind of value an attribute has. */
export type AttributeKind =
  /** Yes or no. */
  | 'BOOLEAN'
  /** One or several of `choices`. */
  | 'CHOICE'
  /** An exact number, in `unit`. */
  | 'NUMBER'
  /** Text in words. */
  | 'TEXT';

/** The changed attribute, or what was wrong. */
export type AttributePayload = {
  __typename?: 'AttributePayload';
  /** The attribute; null when there are errors. */
  attribute?: Maybe<Attribute>;
  /** Empty on success. */
  userErrors: Array<UserError>;
};

/** The text of a product's TEXT attribute in a language. */
export type AttributeTextTranslationInput = {
  /** Code of the attribute, of which the product has a text. */
  code: Scalars['String']['input'];
  /** 1 to 1,000 characters. Null removes the translation. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** The names of an attribute and of its choices in a language. What is left out stays as it is. */
export type AttributeTranslationInput = {
  /** Id of the attribute. */
  attributeId: Scalars['ID']['input'];
  /** Choices by their codes. Those that are not listed stay. */
  choices?: InputMaybe<Array<ChoiceTranslationInput>>;
  /** The language of the names. */
  language: Scalars['LanguageCode']['input'];
  /** 1 to 100 characters, one line. Null removes the translation. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** Changes of an attribute. Fields that are left out stay as they are. */
export type AttributeUpdateInput = {
  /** Choices with a code that is known get the name and the swatch given, others are added at the end. Choices that are not listed stay. */
  choices?: InputMaybe<Array<AttributeChoiceInput>>;
  /** Id of the attribute. */
  id: Scalars['ID']['input'];
  /** Whether it is offered as a facet and a filter. Products follow within seconds, in batches. */
  isFilterable?: InputMaybe<Scalars['Boolean']['input']>;
  /** New name. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** New unit. Null removes it. */
  unit?: InputMaybe<Scalars['String']['input']>;
};

/** A product's value of an attribute. Exactly one of the last four fields is set, by the attribute's kind. */
export type AttributeValue = {
  __typename?: 'AttributeValue';
  /** The attribute. */
  attribute: Attribute;
  /** Of a BOOLEAN. */
  boolean?: Maybe<Scalars['Boolean']['output']>;
  /** Of a CHOICE: those chosen, in display order. */
  choices?: Maybe<Array<AttributeChoice>>;
  /** Of a NUMBER. */
  number?: Maybe<Scalars['Decimal']['output']>;
  /** Of a TEXT. */
  text?: Maybe<Scalars['String']['output']>;
};


/** A product's value of an attribute. Exactly one of the last four fields is set, by the attribute's kind. */
export type AttributeValueTextArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};

/** A product's value of an attribute: exactly one of the last four fields, by the attribute's kind. */
export type AttributeValueInput = {
  /** Of a BOOLEAN. */
  boolean?: InputMaybe<Scalars['Boolean']['input']>;
  /** Of a CHOICE: codes of one or several choices. */
  choices?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Code of the attribute. */
  code: Scalars['String']['input'];
  /** Of a NUMBER: at most 12 digits before and 6 after the point. */
  number?: InputMaybe<Scalars['Decimal']['input']>;
  /** Of a TEXT, at most 1,000 characters. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** A category of products. */
export type Category = {
  __typename?: 'Category';
  /** From the root down to the parent: the breadcrumb. */
  ancestors: Array<Category>;
  /** The categories directly below it, in display order: by position, then by name. */
  children: Array<Category>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Name, one line. */
  name: Scalars['String']['output'];
  /** The category that it is below; null at the top of the tree. */
  parent?: Maybe<Category>;
  /** Orders the category among its siblings, smallest first. */
  position: Scalars['Int']['output'];
  /** Number of ACTIVE products in the category and in those below it. */
  productCount: Scalars['Int']['output'];
  /** Unique name in URLs. */
  slug: Scalars['String']['output'];
};


/** A category of products. */
export type CategoryNameArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};

/** The name, slug and place of a category. */
export type CategoryInput = {
  /** 1 to 100 characters, one line. */
  name: Scalars['String']['input'];
  /** Id of the category that it is below, at most 8 levels deep. Null: at the top of the tree. Defaults to the top for a new category; an existing one keeps its place. */
  parentId?: InputMaybe<Scalars['ID']['input']>;
  /** Orders the category among its siblings, 0 to 1,000,000; equal ones by name. Defaults to 0 for a new category; an existing one keeps its position. */
  position?: InputMaybe<Scalars['Int']['input']>;
  /** Letters and digits in lower case, separated by single hyphens. When left out: made from the name of a new category, otherwise unchanged. */
  slug?: InputMaybe<Scalars['String']['input']>;
};

/** The changed category, or what was wrong. */
export type CategoryPayload = {
  __typename?: 'CategoryPayload';
  /** The category; null when there are errors. */
  category?: Maybe<Category>;
  /** Empty on success. */
  userErrors: Array<UserError>;
};

/** The name of a category in a language. */
export type CategoryTranslationInput = {
  /** Id of the category. */
  categoryId: Scalars['ID']['input'];
  /** The language of the name. */
  language: Scalars['LanguageCode']['input'];
  /** 1 to 100 characters, one line. Null removes the translation. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** The name of a choice in a language. */
export type ChoiceTranslationInput = {
  /** Code of the choice. */
  code: Scalars['String']['input'];
  /** 1 to 100 characters, one line. Null removes the translation. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** The object has changed since the caller read it: `expectedVersion` is no longer its version. */
export type EditConflictError = UserError & {
  __typename?: 'EditConflictError';
  /** EDIT_CONFLICT. */
  code: UserErrorCode;
  /** The version that the object has now. */
  currentVersion: Scalars['Int']['output'];
  /** The path in `input` of `expectedVersion`. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** How many products have a value. */
export type FacetCount = {
  __typename?: 'FacetCount';
  /** Number of products. */
  count: Scalars['Int']['output'];
  /** What to show: a category's or choice's name, or the value itself. */
  label: Scalars['String']['output'];
  /** A category's slug, a tag, a choice's code, an option's value, or "true" or "false". */
  value: Scalars['String']['output'];
};


/** How many products have a value. */
export type FacetCountLabelArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};

/** A header of an HTTP request. */
export type HttpHeader = {
  __typename?: 'HttpHeader';
  /** Name, in lower case. */
  name: Scalars['String']['output'];
  /** Value. */
  value: Scalars['String']['output'];
};

/** The idempotency key was already used with a different input. */
export type IdempotencyKeyReusedError = UserError & {
  __typename?: 'IdempotencyKeyReusedError';
  /** IDEMPOTENCY_KEY_REUSED. */
  code: UserErrorCode;
  /** The path in `input` of the key. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** A format of pictures. Every picture is there in all of them. */
export type ImageFormat =
  /** The smallest files; not read by some older browsers. */
  | 'AVIF'
  /** Read by everything, mail programs included. Without transparency: the background is white. */
  | 'JPEG'
  /** Small files; read by every current browser. */
  | 'WEBP';

/** Adds or removes units on hand. */
export type InventoryAdjustInput = {
  /** Units to add (positive) or remove (negative). */
  delta: Scalars['Int']['input'];
  /** A key of the caller's choice. A repeat with the same key returns the same movement and changes nothing. */
  idempotencyKey: Scalars['String']['input'];
  /** Why, 1 to 500 characters. */
  reason: Scalars['String']['input'];
  /** Id of the variant. */
  variantId: Scalars['ID']['input'];
};

/** The stock of a variant. `available` = `onHand` - `reserved`; `onHand` and `reserved` are the sums of the movements. */
export type InventoryLevel = {
  __typename?: 'InventoryLevel';
  /** Units that can be bought. */
  available: Scalars['Int']['output'];
  /** The stock ledger, newest movement first. */
  movements: StockMovementConnection;
  /** Units in the warehouse, those reserved included. */
  onHand: Scalars['Int']['output'];
  /** Units reserved for orders that are not sold yet. */
  reserved: Scalars['Int']['output'];
};


/** The stock of a variant. `available` = `onHand` - `reserved`; `onHand` and `reserved` are the sums of the movements. */
export type InventoryLevelMovementsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** The changed stock, or what was wrong. */
export type InventoryPayload = {
  __typename?: 'InventoryPayload';
  /** The movement that was recorded; null when there are errors. */
  movement?: Maybe<StockMovement>;
  /** Empty on success. */
  userErrors: Array<UserError>;
  /** The variant with its new stock; null when there are errors. */
  variant?: Maybe<ProductVariant>;
};

/** Sets the units on hand. */
export type InventorySetInput = {
  /** Fails with STOCK_PRECONDITION_FAILED unless there are still this many units on hand. Not checked when left out. */
  expectedOnHand?: InputMaybe<Scalars['Int']['input']>;
  /** A key of the caller's choice. A repeat with the same key returns the same movement and changes nothing. */
  idempotencyKey: Scalars['String']['input'];
  /** Units on hand from now on. */
  onHand: Scalars['Int']['input'];
  /** Why, 1 to 500 characters. */
  reason: Scalars['String']['input'];
  /** Id of the variant. */
  variantId: Scalars['ID']['input'];
};

/**
 * A group of countries that share a currency and a way of showing prices. `currencyCode` and `pricesIncludeTax` cannot change after creation;
 * create another market instead.
 */
export type Market = {
  __typename?: 'Market';
  /** Stable code chosen by the shop, such as "eu". */
  code: Scalars['String']['output'];
  /** Empty for the default market, which serves every country. */
  countries: Array<Scalars['CountryCode']['output']>;
  /** The currency of all prices in the market. */
  currencyCode: Scalars['CurrencyCode']['output'];
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Whether it is the shop's default market, whose prices are those of `ProductVariant.price`. */
  isDefault: Scalars['Boolean']['output'];
  /** First one is the market's default language. */
  languages: Array<Scalars['LanguageCode']['output']>;
  /** Name, one line. */
  name: Scalars['String']['output'];
  /** True: catalogue prices are gross, as shoppers in Europe expect. False: tax is added at checkout, as in the United States. */
  pricesIncludeTax: Scalars['Boolean']['output'];
  /** Counts the changes. For `expectedVersion`. */
  version: Scalars['Int']['output'];
};

/** A new market. */
export type MarketInput = {
  /** Letters and digits in lower case, separated by single hyphens; at most 50 characters. Never changes. */
  code: Scalars['String']['input'];
  /** Countries that the market serves, at least one. Not kept for the shop's first market, which serves every country. */
  countries: Array<Scalars['CountryCode']['input']>;
  /** The currency of all prices in the market. Never changes. */
  currencyCode: Scalars['CurrencyCode']['input'];
  /** 1 to 30 languages, the default one first. */
  languages: Array<Scalars['LanguageCode']['input']>;
  /** 1 to 100 characters, one line. */
  name: Scalars['String']['input'];
  /** Whether prices include tax. Never changes. */
  pricesIncludeTax: Scalars['Boolean']['input'];
};

/** The changed market, or what was wrong. */
export type MarketPayload = {
  __typename?: 'MarketPayload';
  /** The market; null when there are errors. */
  market?: Maybe<Market>;
  /** Empty on success. */
  userErrors: Array<UserError>;
};

/** Changes of a market. Fields that are left out stay as they are. */
export type MarketUpdateInput = {
  /** Replaces all countries. The default market has none. */
  countries?: InputMaybe<Array<Scalars['CountryCode']['input']>>;
  /** Fails with EDIT_CONFLICT unless the market still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the market. */
  id: Scalars['ID']['input'];
  /** Replaces all languages. */
  languages?: InputMaybe<Array<Scalars['LanguageCode']['input']>>;
  /** New name. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** A picture. Its URLs are immutable: a URL never shows another picture. */
export type Media = {
  __typename?: 'Media';
  /** What the picture shows, for people who do not see it; null when nobody has said. */
  altText?: Maybe<Scalars['String']['output']>;
  /** Pixels, upright; null until READY. */
  height?: Maybe<Scalars['Int']['output']>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Why the file was rejected, a sentence for its owner; null unless REJECTED. */
  rejectionReason?: Maybe<Scalars['String']['output']>;
  /** Where the picture is. Pictures of products are READY. */
  status: MediaStatus;
  /** ThumbHash in base64 (about 25 bytes): a blurred placeholder to show while the picture loads. Null until READY. */
  thumbhash?: Maybe<Scalars['String']['output']>;
  /**
   * The smallest rendition at least `width` pixels wide (160, 320, 640, 960, 1280, 1920), else the largest there is; never enlarged. Null until
   * READY.
   */
  url?: Maybe<Scalars['URL']['output']>;
  /** Pixels, upright; null until READY. */
  width?: Maybe<Scalars['Int']['output']>;
};


/** A picture. Its URLs are immutable: a URL never shows another picture. */
export type MediaAltTextArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};


/** A picture. Its URLs are immutable: a URL never shows another picture. */
export type MediaUrlArgs = {
  format?: InputMaybe<ImageFormat>;
  width?: InputMaybe<Scalars['Int']['input']>;
};

/** The picture, or what was wrong. */
export type MediaPayload = {
  __typename?: 'MediaPayload';
  /** The picture; null when there are errors. */
  media?: Maybe<Media>;
  /** Empty on success. */
  userErrors: Array<UserError>;
};

/** Where an uploaded picture is. */
export type MediaStatus =
  /** The file arrived and is being checked and converted. */
  | 'PROCESSING'
  /** It can be shown. */
  | 'READY'
  /** Not a picture that can be used; `rejectionReason` says why. */
  | 'REJECTED'
  /** Waiting for the file. */
  | 'UPLOADING';

/** A picture's alt text. */
export type MediaUpdateInput = {
  /** At most 500 characters. Null or empty removes it. */
  altText?: InputMaybe<Scalars['String']['input']>;
  /** Id of the picture. */
  id: Scalars['ID']['input'];
  /** The language of `altText`; without one it is the text that every language falls back to. */
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};

/** A file that is about to be sent. */
export type MediaUploadCreateInput = {
  /** What the picture shows, at most 500 characters. */
  altText?: InputMaybe<Scalars['String']['input']>;
  /** Bytes; at most 20 MiB. */
  byteSize: Scalars['Int']['input'];
  /** Name of the file, 1 to 255 characters; for people only. */
  fileName: Scalars['String']['input'];
  /** SHA-256 of the file in hexadecimal. */
  sha256: Scalars['String']['input'];
};

/** The announced picture and where to send its file, or what was wrong. */
export type MediaUploadPayload = {
  __typename?: 'MediaUploadPayload';
  /** Until when the URL takes the file; null when there are errors. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** The headers of the PUT; null when there are errors. */
  headers?: Maybe<Array<HttpHeader>>;
  /** The picture; null when there are errors. */
  media?: Maybe<Media>;
  /** Send the file here with PUT and these headers before `expiresAt`, then call mediaUploadComplete. Null when there are errors. */
  uploadUrl?: Maybe<Scalars['URL']['output']>;
  /** Empty on success. */
  userErrors: Array<UserError>;
};

/** An amount of money in one currency. */
export type Money = {
  __typename?: 'Money';
  /** The exact amount, with the decimals of its currency. */
  amount: Scalars['Decimal']['output'];
  /** The currency of the amount. */
  currencyCode: Scalars['CurrencyCode']['output'];
};

/** An amount of money in one currency. */
export type MoneyInput = {
  /** The exact amount. More decimals than the currency has are an error. */
  amount: Scalars['Decimal']['input'];
  /** The currency of the amount. */
  currencyCode: Scalars['CurrencyCode']['input'];
};

/** The lowest and the highest of several prices in one currency. */
export type MoneyRange = {
  __typename?: 'MoneyRange';
  /** The highest price. */
  max: Money;
  /** The lowest price. */
  min: Money;
};

/** Mutations of the graph. Each names the permission that it requires. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Creates an attribute. Requires `categories:write`. */
  attributeCreate?: Maybe<AttributePayload>;
  /** Deletes an attribute and the values that products have of it. Returns the attribute as it was. Requires `categories:write`. */
  attributeDelete?: Maybe<AttributePayload>;
  /** Sets the names of an attribute and of its choices in a language. Requires `categories:write`. */
  attributeTranslationSet?: Maybe<AttributePayload>;
  /** Adds choices and changes names; a code and a kind stay. Requires `categories:write`. */
  attributeUpdate?: Maybe<AttributePayload>;
  /** Creates a category. Requires `categories:write`. */
  categoryCreate?: Maybe<CategoryPayload>;
  /** Deletes a category that has none below it; its products stay. Returns the category as it was. Requires `categories:write`. */
  categoryDelete?: Maybe<CategoryPayload>;
  /** Sets the name of a category in a language. Requires `categories:write`. */
  categoryTranslationSet?: Maybe<CategoryPayload>;
  /** Changes a category. Requires `categories:write`. */
  categoryUpdate?: Maybe<CategoryPayload>;
  /** Adds or removes units on hand. Requires `products:write`; the viewer must own the product or be an ADMIN. */
  inventoryAdjust?: Maybe<InventoryPayload>;
  /**
   * Sets the units on hand, provided that they are still `expectedOnHand`. Requires `products:write`; the viewer must own the product or be an
   * ADMIN.
   */
  inventorySet?: Maybe<InventoryPayload>;
  /** Creates a market. The first one of a shop is its default market. Requires `settings:write`. */
  marketCreate?: Maybe<MarketPayload>;
  /** Changes a market. Requires `settings:write`. */
  marketUpdate?: Maybe<MarketPayload>;
  /**
   * Takes a picture off its products, and returns it as it was. Its files are deleted after MEDIA_RETENTION (1 year), so that orders can still show
   * them. Requires `products:write`; the viewer must have uploaded the picture or be an ADMIN.
   */
  mediaDelete?: Maybe<MediaPayload>;
  /** Changes a picture's alt text. Requires `products:write`; the viewer must have uploaded the picture or be an ADMIN. */
  mediaUpdate?: Maybe<MediaPayload>;
  /**
   * Says that the file was sent: it is checked and converted. Can be repeated: returns the picture as it is by now, UPLOADING while no file
   * has arrived. Requires `products:write`; the viewer must have uploaded the picture or be an ADMIN.
   */
  mediaUploadComplete?: Maybe<MediaPayload>;
  /**
   * Announces a picture and returns where to send its file. Requires `products:write`; the viewer becomes the picture's owner. Fails with
   * VALIDATION_FAILED while too many uploads of the viewer are under way.
   */
  mediaUploadCreate?: Maybe<MediaUploadPayload>;
  /** Creates a product with its variants and their stock. Requires `products:write`; the viewer becomes the owner. */
  productCreate?: Maybe<ProductPayload>;
  /** Archives a product: it leaves the shop, and orders still show it. Requires `products:write`; the viewer must own the product or be an ADMIN. */
  productDelete?: Maybe<ProductDeletePayload>;
  /**
   * Sets the pictures of a product and of its variants. Requires `products:write`; the viewer must own the product or be an ADMIN, and own the
   * pictures that are new to it. Fails with MEDIA_NOT_READY for a picture that is not READY.
   */
  productMediaSet?: Maybe<ProductPayload>;
  /**
   * Sets the texts of a product in a language. Searches find them at once. Requires `products:write`; the viewer must own the product or be an
   * ADMIN.
   */
  productTranslationSet?: Maybe<ProductPayload>;
  /** Changes a product. Requires `products:write`; the viewer must own the product or be an ADMIN. */
  productUpdate?: Maybe<ProductPayload>;
  /** Adds a variant with its stock. Requires `products:write`; the viewer must own the product or be an ADMIN. */
  productVariantCreate?: Maybe<ProductPayload>;
  /**
   * Takes a variant off sale; orders still show it. A product's last variant cannot be deleted. Requires `products:write`; the viewer must own
   * the product or be an ADMIN.
   */
  productVariantDelete?: Maybe<ProductPayload>;
  /** Changes a variant. Requires `products:write`; the viewer must own the product or be an ADMIN. */
  productVariantUpdate?: Maybe<ProductPayload>;
  /**
   * For the orders subgraph only: reserves the lines for an order, all or none, idempotent by order and revision. Revision 1 places the order; a
   * higher one replaces the reservation by its lines; one older than the newest seen changes nothing.
   */
  stockReserve?: Maybe<StockReservePayload>;
  /**
   * Sets the prices of a variant in markets: ends the running price of each market named and replaces what lies ahead; what was in force stays.
   * Requires `products:write`; the viewer must own the product or be an ADMIN.
   */
  variantPricesSet?: Maybe<ProductPayload>;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAttributeCreateArgs = {
  input: AttributeInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAttributeDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAttributeTranslationSetArgs = {
  input: AttributeTranslationInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAttributeUpdateArgs = {
  input: AttributeUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCategoryCreateArgs = {
  input: CategoryInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCategoryDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCategoryTranslationSetArgs = {
  input: CategoryTranslationInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCategoryUpdateArgs = {
  id: Scalars['ID']['input'];
  input: CategoryInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationInventoryAdjustArgs = {
  input: InventoryAdjustInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationInventorySetArgs = {
  input: InventorySetInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationMarketCreateArgs = {
  input: MarketInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationMarketUpdateArgs = {
  input: MarketUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationMediaDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationMediaUpdateArgs = {
  input: MediaUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationMediaUploadCompleteArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationMediaUploadCreateArgs = {
  input: MediaUploadCreateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductCreateArgs = {
  input: ProductCreateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductMediaSetArgs = {
  input: ProductMediaSetInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductTranslationSetArgs = {
  input: ProductTranslationInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductUpdateArgs = {
  id: Scalars['ID']['input'];
  input: ProductUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductVariantCreateArgs = {
  input: ProductVariantInput;
  productId: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductVariantDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationProductVariantUpdateArgs = {
  id: Scalars['ID']['input'];
  input: ProductVariantUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationStockReserveArgs = {
  input: StockReserveInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationVariantPricesSetArgs = {
  input: VariantPricesSetInput;
};

/** The object does not exist, or the viewer may not see it. */
export type NotFoundError = UserError & {
  __typename?: 'NotFoundError';
  /** NOT_FOUND. */
  code: UserErrorCode;
  /** The path in `input` of the id or token. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** What a product or variant costs in a market right now (schema.org/Offer). */
export type Offer = {
  __typename?: 'Offer';
  /** The higher price that this one is reduced from; null when it is not reduced. */
  compareAtPrice?: Maybe<Money>;
  /**
   * The lowest price in force during the 30 days before the reduction began (Directive 98/6/EC, Article 6a); null when it is not reduced, and when it
   * was reduced from the beginning.
   */
  lowestPriorPrice?: Maybe<Money>;
  /** The market. */
  market: Market;
  /** Price of one unit. */
  price: Money;
  /** When the price ends, if it is scheduled to. */
  validUntil?: Maybe<Scalars['DateTime']['output']>;
};

/** The values of an option that variants have. */
export type OptionFacet = {
  __typename?: 'OptionFacet';
  /** Name of the option, as it is stored. */
  name: Scalars['String']['output'];
  /** Number of products with a variant that has the value and matches the filters on other options, most frequent first; at most 100. */
  values: Array<FacetCount>;
};

/** Matches products with a variant that has any of the values. One and the same variant must match all option filters. */
export type OptionFilterInput = {
  /** Name of the option, as it is stored. */
  name: Scalars['String']['input'];
  /** Values of the option, as they are stored; at most 100. An empty list does not filter. */
  values: Array<Scalars['String']['input']>;
};

/** The texts of an option in a language. */
export type OptionTranslationInput = {
  /** Name of the option, as it is stored. */
  name: Scalars['String']['input'];
  /** At most 50 characters. Null removes the translation; when left out, it stays. */
  translatedName?: InputMaybe<Scalars['String']['input']>;
  /** Values of the option. */
  values?: InputMaybe<Array<OptionValueTranslationInput>>;
};

/** The text of an option's value in a language. */
export type OptionValueTranslationInput = {
  /** At most 100 characters. Null removes the translation. */
  translatedValue?: InputMaybe<Scalars['String']['input']>;
  /** Value of the option, as it is stored. */
  value: Scalars['String']['input'];
};

/** The result for one line. */
export type OrderableLine = {
  __typename?: 'OrderableLine';
  /** The market that was asked for, or the default market; null when the shop has none yet, and nothing is for sale. */
  market?: Maybe<Market>;
  /** Whether the line can be ordered. */
  outcome: OrderableOutcome;
  /** The variant; null unless the outcome is ORDERABLE. */
  variant?: Maybe<OrderableVariant>;
};

/** A line that a cart or an order would have. */
export type OrderableLineInput = {
  /** Id of the product. */
  productId: Scalars['ID']['input'];
  /** Id of the variant. The product's default variant when left out. */
  variantId?: InputMaybe<Scalars['ID']['input']>;
};

/** Whether a line can be ordered. */
export type OrderableOutcome =
  /** It is on sale, but has no price in the market. `variant` is null. */
  | 'NOT_IN_MARKET'
  /** It can be ordered. */
  | 'ORDERABLE'
  /** The product is unknown or not ACTIVE, or the variant does not belong to it or was deleted. `variant` is null. */
  | 'UNAVAILABLE'
  /** The product has several variants and the line names none. `variant` is null. */
  | 'VARIANT_REQUIRED';

/** A variant as it is today, with everything that an order line copies. */
export type OrderableVariant = {
  __typename?: 'OrderableVariant';
  /** Ids of the product's categories and of their ancestors. */
  categoryIds: Array<Scalars['ID']['output']>;
  /** URL of the variant's first picture, or else the product's. */
  imageUrl?: Maybe<Scalars['URL']['output']>;
  /** Whether the right of withdrawal covers the product. */
  isReturnable: Scalars['Boolean']['output'];
  /** Most units in one order; null for the shop's own limit. */
  maxPerOrder?: Maybe<Scalars['Int']['output']>;
  /** Id of the product. */
  productId: Scalars['ID']['output'];
  /** Name of the product. */
  productName: Scalars['String']['output'];
  /** Units available. */
  quantityAvailable: Scalars['Int']['output'];
  /** SKU of the variant. */
  sku: Scalars['String']['output'];
  /** Tax class code of the variant. */
  taxClass: Scalars['String']['output'];
  /** Price of one unit in the market. */
  unitPrice: Money;
  /** Id of the variant. */
  variantId: Scalars['ID']['output'];
  /** Name of the variant. */
  variantName: Scalars['String']['output'];
  /** Weight of one unit in grams; null when it is not known. */
  weightGrams?: Maybe<Scalars['Int']['output']>;
};

/** Whether a list goes on before or after this page, and where. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last row, for `after`; null for an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are more rows after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are more rows before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first row, for `before`; null for an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Matches products priced in the currency, from `min` to `max`, both inclusive. */
export type PriceRangeInput = {
  /** Products priced in other currencies do not match. */
  currencyCode: Scalars['CurrencyCode']['input'];
  /** Highest price; no upper bound when left out. */
  max?: InputMaybe<Scalars['Decimal']['input']>;
  /** Lowest price; no lower bound when left out. */
  min?: InputMaybe<Scalars['Decimal']['input']>;
};

/** Something that the shop sells, in one or several variants. */
export type Product = {
  __typename?: 'Product';
  /** The product's values of attributes, in the order in which the attributes were created. */
  attributes: Array<AttributeValue>;
  /** The product's categories. */
  categories: Array<Category>;
  /** When the product was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The variant that a cart gets when it names none: the only variant. Null when there are several and the buyer must choose. */
  defaultVariant?: Maybe<ProductVariant>;
  /** Description in plain text; empty when there is none. */
  description: Scalars['String']['output'];
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** URL of the product's first picture, or else the one that was given as `imageUrl`; null when there is none. */
  imageUrl?: Maybe<Scalars['URL']['output']>;
  /** Whether any variant has a unit available. */
  inStock: Scalars['Boolean']['output'];
  /** Whether the right of withdrawal covers it (not for goods made to measure, sealed for hygiene, and the like; Directive 2011/83/EU, Article 16). */
  isReturnable: Scalars['Boolean']['output'];
  /** The product's pictures in display order; `imageUrl` is the first one's URL. */
  media: Array<Media>;
  /** Name, one line. */
  name: Scalars['String']['output'];
  /** The lowest offer of its variants. Null when it is not sold in that market. */
  offer?: Maybe<Offer>;
  /** The options of its variants on sale. */
  options: Array<ProductOption>;
  /** The user who sells it; null once the account is deleted. */
  owner?: Maybe<User>;
  /** The price of the default variant, or the lowest price of the variants. */
  price: Money;
  /** The lowest and the highest price of the variants. */
  priceRange: MoneyRange;
  /** Units available over all variants: on hand less reserved. */
  quantityAvailable: Scalars['Int']['output'];
  /** Unique name in URLs, made from the product's first name. Never changes. */
  slug: Scalars['String']['output'];
  /** Where the product is in its life. */
  status: ProductStatus;
  /** Tags in lower case. */
  tags: Array<Scalars['String']['output']>;
  /** When the product or one of its variants was last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** The variants on sale, in the order in which they were created. */
  variants: Array<ProductVariant>;
  /** Counts the changes. For `expectedVersion`. */
  version: Scalars['Int']['output'];
  /** Whether the viewer may update and delete the product: its owner and ADMINs, provided they hold `products:write`. */
  viewerCanEdit: Scalars['Boolean']['output'];
};


/** Something that the shop sells, in one or several variants. */
export type ProductDescriptionArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};


/** Something that the shop sells, in one or several variants. */
export type ProductNameArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};


/** Something that the shop sells, in one or several variants. */
export type ProductOfferArgs = {
  market?: InputMaybe<Scalars['ID']['input']>;
};

/** A page of products. */
export type ProductConnection = {
  __typename?: 'ProductConnection';
  /** The products with their cursors. */
  edges: Array<ProductEdge>;
  /** Counts over the whole result, not only the page. */
  facets: ProductFacets;
  /** The products. */
  nodes: Array<Product>;
  /** Whether there are further pages. */
  pageInfo: PageInfo;
  /** Number of products over all pages. */
  totalCount: Scalars['Int']['output'];
};

/**
 * A new product: either `price` (with `stock`, `sku`, `barcode`, `maxPerOrder`, `taxClass` and `weightGrams`) for a product of one variant, or
 * `variants`. All variants have one currency.
 */
export type ProductCreateInput = {
  /** Values of attributes, at most 50. */
  attributes?: InputMaybe<Array<AttributeValueInput>>;
  /** Barcode of the only variant. */
  barcode?: InputMaybe<Scalars['String']['input']>;
  /** Names or slugs, at most 5. New categories are created if the viewer holds `categories:write`. */
  categories?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 5,000 characters. */
  description: Scalars['String']['input'];
  /** URL of a picture. */
  imageUrl?: InputMaybe<Scalars['URL']['input']>;
  /** Whether the right of withdrawal covers it. */
  isReturnable: Scalars['Boolean']['input'];
  /** Most units of the only variant in one order. */
  maxPerOrder?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 255 characters, one line. */
  name: Scalars['String']['input'];
  /** Price of the only variant. */
  price?: InputMaybe<MoneyInput>;
  /** SKU of the only variant. Generated when left out. */
  sku?: InputMaybe<Scalars['String']['input']>;
  /** ACTIVE or DRAFT. */
  status: ProductStatus;
  /** Units on hand of the only variant; 0 when left out. */
  stock?: InputMaybe<Scalars['Int']['input']>;
  /** At most 20; compared in lower case. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Tax class of the only variant; "standard" when left out. */
  taxClass?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 100 variants. */
  variants?: InputMaybe<Array<ProductVariantInput>>;
  /** Weight of one unit of the only variant in grams. */
  weightGrams?: InputMaybe<Scalars['Int']['input']>;
};

/** The id of the archived product, or what was wrong. */
export type ProductDeletePayload = {
  __typename?: 'ProductDeletePayload';
  /** Id of the product; null when there are errors. */
  deletedProductId?: Maybe<Scalars['ID']['output']>;
  /** Empty on success. */
  userErrors: Array<UserError>;
};

/** A product in a page. */
export type ProductEdge = {
  __typename?: 'ProductEdge';
  /** Cursor of the product, for `after` and `before`. */
  cursor: Scalars['String']['output'];
  /** The product. */
  node: Product;
  /** Search rank; null without `search`. */
  score?: Maybe<Scalars['Float']['output']>;
};

/** Counts over the whole result of a product query. Each facet leaves out its own filter, so that shoppers can choose a second value. */
export type ProductFacets = {
  __typename?: 'ProductFacets';
  /** The filterable attributes that products of the result have, in the order in which they were created. */
  attributes: Array<AttributeFacet>;
  /** Number of products in each category, most frequent first; at most 100. */
  categories: Array<FacetCount>;
  /** Number of products with a unit available. */
  inStock: Scalars['Int']['output'];
  /** The options that variants of products of the result have, most frequent first; at most 20. */
  options: Array<OptionFacet>;
  /**
   * The lowest and highest price in USD, in the currency that the filter or sort names, or in the market that the filter names. Null when no product
   * has such a price.
   */
  priceRange?: Maybe<MoneyRange>;
  /** Number of products with each tag, most frequent first; at most 100. */
  tags: Array<FacetCount>;
};

/** Matches products that meet every condition given. */
export type ProductFilter = {
  /** Filters on attributes, at most 10; all must match. */
  attributes?: InputMaybe<Array<AttributeFilterInput>>;
  /** Slugs of categories; matches products in any of them or in one below. An empty list does not filter. */
  categories?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Ids of products; an empty list matches none. */
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** True: products with a unit available. False: products without. */
  inStock?: InputMaybe<Scalars['Boolean']['input']>;
  /** Id of a market: only products sold in it. Prices in filter, sort and facets are then the market's, and `currencyCode` is ignored. */
  market?: InputMaybe<Scalars['ID']['input']>;
  /** Filters on options, at most 10; one and the same variant must match all. */
  options?: InputMaybe<Array<OptionFilterInput>>;
  /** Id of the user who sells the products. */
  ownerId?: InputMaybe<Scalars['ID']['input']>;
  /** Range of `Product.price`. */
  price?: InputMaybe<PriceRangeInput>;
  /** ACTIVE by default. Any other status lists only products that the viewer may edit: their own, or all for ADMINs, with `products:write`. */
  status?: InputMaybe<ProductStatus>;
  /** Tags, regardless of case; matches products with any of them. An empty list does not filter. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** All pictures of a product. */
export type ProductMediaSetInput = {
  /** Fails with EDIT_CONFLICT unless the product still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** All pictures of the product, in display order; at most 20. */
  mediaIds: Array<Scalars['ID']['input']>;
  /** Id of the product. */
  productId: Scalars['ID']['input'];
  /** Pictures of variants. Variants that are not named keep those that the product still has. */
  variants?: InputMaybe<Array<VariantMediaInput>>;
};

/** An option of a product's variants, such as Size. Values come in the order in which the variants, in theirs, first use them. */
export type ProductOption = {
  __typename?: 'ProductOption';
  /** Name of the option. */
  name: Scalars['String']['output'];
  /** Values of the option. */
  values: Array<Scalars['String']['output']>;
};


/** An option of a product's variants, such as Size. Values come in the order in which the variants, in theirs, first use them. */
export type ProductOptionNameArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};


/** An option of a product's variants, such as Size. Values come in the order in which the variants, in theirs, first use them. */
export type ProductOptionValuesArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
};

/** The changed product, or what was wrong. */
export type ProductPayload = {
  __typename?: 'ProductPayload';
  /** The product; null when there are errors. */
  product?: Maybe<Product>;
  /** Empty on success. */
  userErrors: Array<UserError>;
};

/** How a list of products is sorted. */
export type ProductSort = {
  /** For PRICE: the currency to sort within. Products priced in other currencies are left out. */
  currencyCode: Scalars['CurrencyCode']['input'];
  /** Direction of the sort. By default NAME and PRICE ascend, RELEVANCE and CREATED_AT descend. */
  direction?: InputMaybe<SortDirection>;
  /** RELEVANCE when `search` is given and no sort is, CREATED_AT otherwise. */
  key: ProductSortKey;
};

/** What a list of products is sorted by. */
export type ProductSortKey =
  /** Time of creation. */
  | 'CREATED_AT'
  /** Name, regardless of case. */
  | 'NAME'
  /** Lowest price of the product's variants, within `currencyCode`. */
  | 'PRICE'
  /** Search rank. Requires `search`. */
  | 'RELEVANCE';

/** Where a product is in its life. */
export type ProductStatus =
  /** On sale. */
  | 'ACTIVE'
  /** Off sale: in no list and no search, still found by id and slug, and through orders. Setting the status to ACTIVE puts it back on sale. */
  | 'ARCHIVED'
  /** Not published. Visible only to users who may edit the product: its owner with `products:write`, and ADMINs with `products:write`. */
  | 'DRAFT';

/** The texts of a product in a language. Fields that are left out stay as they are. */
export type ProductTranslationInput = {
  /** Texts of TEXT attributes, at most 50. Those that are not listed stay; null removes all. */
  attributes?: InputMaybe<Array<AttributeTextTranslationInput>>;
  /** At most 5,000 characters. Null removes the translation of the field. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The language of the texts. */
  language: Scalars['LanguageCode']['input'];
  /** 1 to 255 characters, one line. Null removes the translation of the field. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Names and values of options, by their stored text. Options and values that are not listed stay; null removes all. */
  options?: InputMaybe<Array<OptionTranslationInput>>;
  /** Id of the product. */
  productId: Scalars['ID']['input'];
};

/** Changes of a product. Fields that are left out stay as they are; null clears a field that may be empty. */
export type ProductUpdateInput = {
  /** Replaces all values of attributes, at most 50. */
  attributes?: InputMaybe<Array<AttributeValueInput>>;
  /** Replaces all categories: names or slugs, at most 5. New categories are created if the viewer holds `categories:write`. */
  categories?: InputMaybe<Array<Scalars['String']['input']>>;
  /** New description. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Fails with EDIT_CONFLICT unless the product still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** URL of a picture. */
  imageUrl?: InputMaybe<Scalars['URL']['input']>;
  /** Whether the right of withdrawal covers it. */
  isReturnable?: InputMaybe<Scalars['Boolean']['input']>;
  /** New name. The slug stays. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Price of the default variant. A product of several variants has no default one. */
  price?: InputMaybe<MoneyInput>;
  /** New status. */
  status?: InputMaybe<ProductStatus>;
  /** Replaces all tags, at most 20. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** What a buyer buys: one size and colour of a product. */
export type ProductVariant = {
  __typename?: 'ProductVariant';
  /** GTIN, EAN or UPC; null when there is none. */
  barcode?: Maybe<Scalars['String']['output']>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Whether a unit is available. */
  inStock: Scalars['Boolean']['output'];
  /** The stock level. Requires `products:write`; null unless the viewer owns the product or is an ADMIN. */
  inventory?: Maybe<InventoryLevel>;
  /** Most units in one order; null for the shop's own limit. */
  maxPerOrder?: Maybe<Scalars['Int']['output']>;
  /** Pictures of this variant in display order, a subset of the product's. */
  media: Array<Media>;
  /** Name, by default the values of its options, such as "M / Blue". */
  name: Scalars['String']['output'];
  /** What it costs in a market right now. Null when it is not sold there. */
  offer?: Maybe<Offer>;
  /** What distinguishes the variant from the product's other variants. */
  options: Array<SelectedOption>;
  /** Price of one unit. */
  price: Money;
  /**
   * Every price of the variant, by market and in the order of time: ended, current and scheduled ones. Requires `products:write`; null unless the
   * viewer owns the product or is an ADMIN.
   */
  prices?: Maybe<Array<VariantPrice>>;
  /** The product that the variant belongs to. */
  product: Product;
  /** Units available: on hand less reserved. */
  quantityAvailable: Scalars['Int']['output'];
  /**
   * Stock keeping unit. Unique among the variants on sale of all products that have ever been ACTIVE, and of each seller's drafts: SKUs of others' drafts
   * do not count, and `productUpdate` fails with ALREADY_EXISTS when it publishes a draft whose SKU another product has got meanwhile.
   */
  sku: Scalars['String']['output'];
  /** Tax class code, such as "standard", "reduced" or "zero"; rates for it are set per country. */
  taxClass: Scalars['String']['output'];
  /** Counts the changes. For `expectedVersion`. */
  version: Scalars['Int']['output'];
  /** Weight of one unit in grams; null when it is not known. */
  weightGrams?: Maybe<Scalars['Int']['output']>;
};


/** What a buyer buys: one size and colour of a product. */
export type ProductVariantOfferArgs = {
  market?: InputMaybe<Scalars['ID']['input']>;
};

/** A page of variants. */
export type ProductVariantConnection = {
  __typename?: 'ProductVariantConnection';
  /** The variants with their cursors. */
  edges: Array<ProductVariantEdge>;
  /** The variants. */
  nodes: Array<ProductVariant>;
  /** Whether there are further pages. */
  pageInfo: PageInfo;
  /** Number of variants over all pages. */
  totalCount: Scalars['Int']['output'];
};

/** A variant in a page. */
export type ProductVariantEdge = {
  __typename?: 'ProductVariantEdge';
  /** Cursor of the variant, for `after`. */
  cursor: Scalars['String']['output'];
  /** The variant. */
  node: ProductVariant;
};

/** A new variant. */
export type ProductVariantInput = {
  /** GTIN, EAN or UPC: 8 to 14 digits. */
  barcode?: InputMaybe<Scalars['String']['input']>;
  /** Most units in one order, 1 to 1,000. The shop's own limit when left out. */
  maxPerOrder?: InputMaybe<Scalars['Int']['input']>;
  /** At most 255 characters. Made from the options when left out. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** At most 5, each name once. */
  options?: InputMaybe<Array<SelectedOptionInput>>;
  /** Price of one unit, in the currency of the product's other variants. */
  price: MoneyInput;
  /** 1 to 64 letters, digits, dots, slashes, hyphens or underscores. Generated when left out. */
  sku?: InputMaybe<Scalars['String']['input']>;
  /** Units on hand. */
  stock: Scalars['Int']['input'];
  /** Tax class code: letters, digits, hyphens and underscores in lower case, at most 50. */
  taxClass: Scalars['String']['input'];
  /** Weight of one unit in grams, at most 1,000,000. */
  weightGrams?: InputMaybe<Scalars['Int']['input']>;
};

/** Changes of a variant. Fields that are left out stay as they are. */
export type ProductVariantUpdateInput = {
  /** New barcode. Null removes it. */
  barcode?: InputMaybe<Scalars['String']['input']>;
  /** Fails with EDIT_CONFLICT unless the variant still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** New limit of units in one order. Null: the shop's own limit. */
  maxPerOrder?: InputMaybe<Scalars['Int']['input']>;
  /** New name. Null: made from the options. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Replaces all options. Null removes them. */
  options?: InputMaybe<Array<SelectedOptionInput>>;
  /** New price of one unit. */
  price?: InputMaybe<MoneyInput>;
  /** New SKU. */
  sku?: InputMaybe<Scalars['String']['input']>;
  /** New tax class. */
  taxClass?: InputMaybe<Scalars['String']['input']>;
  /** New weight of one unit in grams. Null removes it. */
  weightGrams?: InputMaybe<Scalars['Int']['input']>;
};

/** Queries of the graph. Each names the permission that it requires, if any. */
export type Query = {
  __typename?: 'Query';
  /** All attributes, in the order in which they were created. */
  attributes?: Maybe<Array<Attribute>>;
  /** All categories in tree order: each before those below it, siblings by position and name. */
  categories?: Maybe<Array<Category>>;
  /** The category with the id or slug; exactly one of them must be given. */
  category?: Maybe<Category>;
  /** Variants with `threshold` or fewer units available, fewest first. Requires `products:write`; sellers see their own, ADMINs all. */
  lowStock?: Maybe<ProductVariantConnection>;
  /**
   * The market with that id or code, or the one that serves a country; the default market when no market serves it, and when no argument is given.
   * When several markets serve a country, the one that was created first.
   */
  market?: Maybe<Market>;
  /** All markets: the default market first, the others in the order in which they were created. */
  markets?: Maybe<Array<Market>>;
  /** A picture, whatever its status. Requires `products:write`; null unless the viewer uploaded it or is an ADMIN. */
  media?: Maybe<Media>;
  /** For the orders subgraph only: what carts and orders need to know about their lines, one result for each line, in the order of the lines. */
  orderableVariants?: Maybe<Array<OrderableLine>>;
  /** The product with the id, slug or SKU; exactly one of them must be given. DRAFT products require `products:write` and ownership or ADMIN. */
  product?: Maybe<Product>;
  /** ACTIVE products that complete what the user is typing. Forgives typing errors. */
  productSuggestions?: Maybe<Array<Product>>;
  /** Lists or searches products. Products that are not ACTIVE require `products:write` and ownership or ADMIN. */
  products?: Maybe<ProductConnection>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryCategoryArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  slug?: InputMaybe<Scalars['String']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryLowStockArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  threshold?: InputMaybe<Scalars['Int']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryMarketArgs = {
  code?: InputMaybe<Scalars['String']['input']>;
  country?: InputMaybe<Scalars['CountryCode']['input']>;
  id?: InputMaybe<Scalars['ID']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryMediaArgs = {
  id: Scalars['ID']['input'];
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryOrderableVariantsArgs = {
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
  lines: Array<OrderableLineInput>;
  market?: InputMaybe<Scalars['ID']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryProductArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  sku?: InputMaybe<Scalars['String']['input']>;
  slug?: InputMaybe<Scalars['String']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryProductSuggestionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
  prefix: Scalars['String']['input'];
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryProductsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ProductFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  sort?: InputMaybe<ProductSort>;
};

/** An option of a variant, such as Size: M. */
export type SelectedOption = {
  __typename?: 'SelectedOption';
  /** Name of the option, such as "Size". */
  name: Scalars['String']['output'];
  /** Value of the option, such as "M". */
  value: Scalars['String']['output'];
};

/** An option of a variant, such as Size: M. */
export type SelectedOptionInput = {
  /** Name of the option, at most 50 characters. */
  name: Scalars['String']['input'];
  /** Value of the option, at most 100 characters. */
  value: Scalars['String']['input'];
};

/** The direction of a sort. */
export type SortDirection =
  /** Smallest, earliest or first in the alphabet first. */
  | 'ASC'
  /** Largest, latest or last in the alphabet first. */
  | 'DESC';

/** One change of a variant's stock. Movements are never changed or deleted. */
export type StockMovement = {
  __typename?: 'StockMovement';
  /** When the stock changed. */
  createdAt: Scalars['DateTime']['output'];
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Units added to (positive) or removed from (negative) the units on hand. */
  onHandChange: Scalars['Int']['output'];
  /** The order that caused the movement; null when a person did. */
  orderId?: Maybe<Scalars['ID']['output']>;
  /** The reason that a person gave, or why an order returned its stock; null when there is none. */
  reason?: Maybe<Scalars['String']['output']>;
  /** Units added to (positive) or removed from (negative) the reserved units. */
  reservedChange: Scalars['Int']['output'];
  /** Why the stock changed. */
  type: StockMovementType;
};

/** A page of movements. */
export type StockMovementConnection = {
  __typename?: 'StockMovementConnection';
  /** The movements with their cursors. */
  edges: Array<StockMovementEdge>;
  /** The movements. */
  nodes: Array<StockMovement>;
  /** Whether there are further pages. */
  pageInfo: PageInfo;
  /** Number of movements over all pages. */
  totalCount: Scalars['Int']['output'];
};

/** A movement in a page. */
export type StockMovementEdge = {
  __typename?: 'StockMovementEdge';
  /** Cursor of the movement, for `after`. */
  cursor: Scalars['String']['output'];
  /** The movement. */
  node: StockMovement;
};

/** Why the stock of a variant changed. */
export type StockMovementType =
  /** A change by a person: `inventoryAdjust` or `inventorySet`. */
  | 'ADJUSTMENT'
  /** The stock that the variant was created with. */
  | 'INITIAL'
  /** Reserved units released by an order. */
  | 'RELEASE'
  /** Units reserved for an order. */
  | 'RESERVATION'
  /** Sold units returned by a cancelled order. */
  | 'RESTOCK'
  /** Units sold to an order. */
  | 'SALE';

/** `expectedOnHand` is not the number of units on hand, or the change would leave fewer units on hand than are reserved. */
export type StockPreconditionError = UserError & {
  __typename?: 'StockPreconditionError';
  /** STOCK_PRECONDITION_FAILED. */
  code: UserErrorCode;
  /** The units on hand now. */
  currentOnHand: Scalars['Int']['output'];
  /** The path in `input` of the quantity. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** What an order needs of the stock. */
export type StockReserveInput = {
  /** When the order expires. The reservation is held 15 minutes longer, in case the event of its expiry is late. Null: until the order ends it. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** 1 to 100; the lines of one variant are added up. */
  lines: Array<StockReserveLineInput>;
  /** Id of the order. */
  orderId: Scalars['ID']['input'];
  /** Counts the order's edits, from 1. */
  revision: Scalars['Int']['input'];
};

/** Units of one variant. */
export type StockReserveLineInput = {
  /** Units, 1 to 1,000. */
  quantity: Scalars['Int']['input'];
  /** Id of the variant. */
  variantId: Scalars['ID']['input'];
};

/** The result of a reservation. */
export type StockReserveOutcome =
  /** Nothing was changed; `shortages` says which lines are short. */
  | 'INSUFFICIENT'
  /** The order was released before; nothing was changed. */
  | 'RELEASED'
  /** The reservation is what the lines say; also on every repeat. */
  | 'RESERVED'
  /** The order's stock was sold before; nothing was changed. */
  | 'SOLD'
  /** A newer revision was seen before; nothing was changed. */
  | 'STALE';

/** The result of a reservation, with what is missing. */
export type StockReservePayload = {
  __typename?: 'StockReservePayload';
  /** The result. */
  outcome: StockReserveOutcome;
  /** The lines that the stock does not cover; empty unless the outcome is INSUFFICIENT. */
  shortages: Array<StockShortage>;
};

/** A line that the stock does not cover. */
export type StockShortage = {
  __typename?: 'StockShortage';
  /** Units that the order could have, at most `maxPerOrder` of the variant; 0 for a variant that is unknown or off sale. */
  availableQuantity: Scalars['Int']['output'];
  /** Units that the order asked for. */
  requestedQuantity: Scalars['Int']['output'];
  /** Id of the variant. */
  variantId: Scalars['ID']['output'];
};

/** A person with an account. Guarded fields are readable by the user and by holders of users:read; for others they are null with an error. */
export type User = {
  __typename?: 'User';
  /** Id of the user, a UUID. */
  id: Scalars['ID']['output'];
  /** The ACTIVE products that the user sells, newest first. Null when products are temporarily unavailable. */
  products?: Maybe<ProductConnection>;
};


/** A person with an account. Guarded fields are readable by the user and by holders of users:read; for others they are null with an error. */
export type UserProductsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * A failure that the caller can act on. A payload can carry several. Programs should rely on `code`; `message` is for people and may change.
 * All other failures (not signed in, not allowed, too many requests, an internal error) are top-level errors with `extensions.code`.
 */
export type UserError = {
  /** What went wrong. Stable. */
  code: UserErrorCode;
  /** The path in `input` that the error is about, such as ["items", "0", "quantity"]; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people, written to be shown next to a form field. */
  message: Scalars['String']['output'];
};

/** Why a mutation could not do what was asked. */
export type UserErrorCode =
  /** The value must be unique and is taken. */
  | 'ALREADY_EXISTS'
  /** The object has changed since it was read: `expectedVersion` is not its current version. */
  | 'EDIT_CONFLICT'
  /** The idempotency key was already used with a different input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The picture is not READY. */
  | 'MEDIA_NOT_READY'
  /** The object does not exist, or the viewer may not see it. */
  | 'NOT_FOUND'
  /** Two prices of a market are valid at the same time; `field` names the later one. */
  | 'PRICE_OVERLAP'
  /** The stock is not what the change requires. */
  | 'STOCK_PRECONDITION_FAILED'
  /** A value of the input is not valid; `field` names it. */
  | 'VALIDATION_FAILED';

/** A value of the input is not valid, or is taken; `field` names it. */
export type ValidationError = UserError & {
  __typename?: 'ValidationError';
  /** VALIDATION_FAILED, or ALREADY_EXISTS for a value that is taken. */
  code: UserErrorCode;
  /** The path in `input` of the value. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** All pictures of a variant. */
export type VariantMediaInput = {
  /** In display order, each among the product's. */
  mediaIds: Array<Scalars['ID']['input']>;
  /** Id of the variant. */
  variantId: Scalars['ID']['input'];
};

/** A price of a variant in a market, for a time. */
export type VariantPrice = {
  __typename?: 'VariantPrice';
  /** The higher price that this one is reduced from; null when it is not reduced. */
  compareAtPrice?: Maybe<Money>;
  /** The market. */
  market: Market;
  /** Price of one unit. */
  price: Money;
  /** When the price begins or began. */
  validFrom: Scalars['DateTime']['output'];
  /** When the price ends or ended; null when no end is scheduled. */
  validUntil?: Maybe<Scalars['DateTime']['output']>;
};

/** A price of a variant in a market, for a time. */
export type VariantPriceInput = {
  /** The higher price that it is reduced from. */
  compareAtPrice?: InputMaybe<MoneyInput>;
  /** Id of the market. */
  market: Scalars['ID']['input'];
  /** Price of one unit, in the market's currency. */
  price: MoneyInput;
  /** Defaults to now. An earlier moment is taken as now, except for the variant's first prices in the market. */
  validFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Defaults to no end. */
  validUntil?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The new prices of a variant. */
export type VariantPricesSetInput = {
  /** Fails with EDIT_CONFLICT unless the variant still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 100 prices. Two of a market that overlap are PRICE_OVERLAP. */
  prices: Array<VariantPriceInput>;
  /** Id of the variant. */
  variantId: Scalars['ID']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Attribute: Attribute;
  Category: Category;
  Market: Market;
  Media: Media;
  Product: Product;
  ProductVariant: ProductVariant;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Attribute:
    ( { __typename: 'Attribute' }
    & GraphQLRecursivePick<FederationTypes['Attribute'], {"id":true}> );
  Category:
    ( { __typename: 'Category' }
    & ( GraphQLRecursivePick<FederationTypes['Category'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Category'], {"slug":true}> ) );
  Market:
    ( { __typename: 'Market' }
    & GraphQLRecursivePick<FederationTypes['Market'], {"id":true}> );
  Media:
    ( { __typename: 'Media' }
    & GraphQLRecursivePick<FederationTypes['Media'], {"id":true}> );
  Product:
    ( { __typename: 'Product' }
    & ( GraphQLRecursivePick<FederationTypes['Product'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Product'], {"slug":true}> ) );
  ProductVariant:
    ( { __typename: 'ProductVariant' }
    & ( GraphQLRecursivePick<FederationTypes['ProductVariant'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['ProductVariant'], {"sku":true}> ) );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( EditConflictError & { __typename: 'EditConflictError' } )
    | ( IdempotencyKeyReusedError & { __typename: 'IdempotencyKeyReusedError' } )
    | ( NotFoundError & { __typename: 'NotFoundError' } )
    | ( StockPreconditionError & { __typename: 'StockPreconditionError' } )
    | ( ValidationError & { __typename: 'ValidationError' } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Attribute: ResolverTypeWrapper<AttributeModel>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  AttributeChoice: ResolverTypeWrapper<AttributeChoiceModel>;
  AttributeChoiceInput: AttributeChoiceInput;
  AttributeFacet: ResolverTypeWrapper<AttributeFacetModel>;
  AttributeFilterInput: AttributeFilterInput;
  AttributeInput: AttributeInput;
  AttributeKind: AttributeKind;
  AttributePayload: ResolverTypeWrapper<Omit<AttributePayload, 'attribute' | 'userErrors'> & { attribute?: Maybe<ResolversTypes['Attribute']>, userErrors: Array<ResolversTypes['UserError']> }>;
  AttributeTextTranslationInput: AttributeTextTranslationInput;
  AttributeTranslationInput: AttributeTranslationInput;
  AttributeUpdateInput: AttributeUpdateInput;
  AttributeValue: ResolverTypeWrapper<AttributeValueModel>;
  AttributeValueInput: AttributeValueInput;
  Category: ResolverTypeWrapper<CategoryModel>;
  CategoryInput: CategoryInput;
  CategoryPayload: ResolverTypeWrapper<Omit<CategoryPayload, 'category' | 'userErrors'> & { category?: Maybe<ResolversTypes['Category']>, userErrors: Array<ResolversTypes['UserError']> }>;
  CategoryTranslationInput: CategoryTranslationInput;
  ChoiceTranslationInput: ChoiceTranslationInput;
  CountryCode: ResolverTypeWrapper<Scalars['CountryCode']['output']>;
  CurrencyCode: ResolverTypeWrapper<Scalars['CurrencyCode']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  EditConflictError: ResolverTypeWrapper<EditConflictError>;
  FacetCount: ResolverTypeWrapper<FacetCountModel>;
  HttpHeader: ResolverTypeWrapper<HttpHeader>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<IdempotencyKeyReusedError>;
  ImageFormat: ImageFormat;
  InventoryAdjustInput: InventoryAdjustInput;
  InventoryLevel: ResolverTypeWrapper<InventoryLevelModel>;
  InventoryPayload: ResolverTypeWrapper<Omit<InventoryPayload, 'movement' | 'userErrors' | 'variant'> & { movement?: Maybe<ResolversTypes['StockMovement']>, userErrors: Array<ResolversTypes['UserError']>, variant?: Maybe<ResolversTypes['ProductVariant']> }>;
  InventorySetInput: InventorySetInput;
  LanguageCode: ResolverTypeWrapper<Scalars['LanguageCode']['output']>;
  Market: ResolverTypeWrapper<MarketModel>;
  MarketInput: MarketInput;
  MarketPayload: ResolverTypeWrapper<Omit<MarketPayload, 'market' | 'userErrors'> & { market?: Maybe<ResolversTypes['Market']>, userErrors: Array<ResolversTypes['UserError']> }>;
  MarketUpdateInput: MarketUpdateInput;
  Media: ResolverTypeWrapper<MediaModel>;
  MediaPayload: ResolverTypeWrapper<Omit<MediaPayload, 'media' | 'userErrors'> & { media?: Maybe<ResolversTypes['Media']>, userErrors: Array<ResolversTypes['UserError']> }>;
  MediaStatus: MediaStatus;
  MediaUpdateInput: MediaUpdateInput;
  MediaUploadCreateInput: MediaUploadCreateInput;
  MediaUploadPayload: ResolverTypeWrapper<Omit<MediaUploadPayload, 'media' | 'userErrors'> & { media?: Maybe<ResolversTypes['Media']>, userErrors: Array<ResolversTypes['UserError']> }>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  MoneyRange: ResolverTypeWrapper<MoneyRange>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NotFoundError: ResolverTypeWrapper<NotFoundError>;
  Offer: ResolverTypeWrapper<OfferModel>;
  OptionFacet: ResolverTypeWrapper<OptionFacetModel>;
  OptionFilterInput: OptionFilterInput;
  OptionTranslationInput: OptionTranslationInput;
  OptionValueTranslationInput: OptionValueTranslationInput;
  OrderableLine: ResolverTypeWrapper<OrderableLineModel>;
  OrderableLineInput: OrderableLineInput;
  OrderableOutcome: OrderableOutcome;
  OrderableVariant: ResolverTypeWrapper<OrderableVariant>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PriceRangeInput: PriceRangeInput;
  Product: ResolverTypeWrapper<ProductModel>;
  ProductConnection: ResolverTypeWrapper<ProductConnectionModel>;
  ProductCreateInput: ProductCreateInput;
  ProductDeletePayload: ResolverTypeWrapper<Omit<ProductDeletePayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ProductFacets: ResolverTypeWrapper<ProductFacetsModel>;
  ProductFilter: ProductFilter;
  ProductMediaSetInput: ProductMediaSetInput;
  ProductOption: ResolverTypeWrapper<ProductOptionModel>;
  ProductPayload: ResolverTypeWrapper<Omit<ProductPayload, 'product' | 'userErrors'> & { product?: Maybe<ResolversTypes['Product']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ProductSort: ProductSort;
  ProductSortKey: ProductSortKey;
  ProductStatus: ProductStatus;
  ProductTranslationInput: ProductTranslationInput;
  ProductUpdateInput: ProductUpdateInput;
  ProductVariant: ResolverTypeWrapper<ProductVariantModel>;
  ProductVariantConnection: ResolverTypeWrapper<ProductVariantConnectionModel>;
  ProductVariantEdge: ResolverTypeWrapper<Omit<ProductVariantEdge, 'node'> & { node: ResolversTypes['ProductVariant'] }>;
  ProductVariantInput: ProductVariantInput;
  ProductVariantUpdateInput: ProductVariantUpdateInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SelectedOption: ResolverTypeWrapper<SelectedOption>;
  SelectedOptionInput: SelectedOptionInput;
  SortDirection: SortDirection;
  StockMovement: ResolverTypeWrapper<StockMovementModel>;
  StockMovementConnection: ResolverTypeWrapper<StockMovementConnectionModel>;
  StockMovementEdge: ResolverTypeWrapper<Omit<StockMovementEdge, 'node'> & { node: ResolversTypes['StockMovement'] }>;
  StockMovementType: StockMovementType;
  StockPreconditionError: ResolverTypeWrapper<StockPreconditionError>;
  StockReserveInput: StockReserveInput;
  StockReserveLineInput: StockReserveLineInput;
  StockReserveOutcome: StockReserveOutcome;
  StockReservePayload: ResolverTypeWrapper<StockReservePayload>;
  StockShortage: ResolverTypeWrapper<StockShortage>;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
  User: ResolverTypeWrapper<Omit<User, 'products'> & { products?: Maybe<ResolversTypes['ProductConnection']> }>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
  UserErrorCode: UserErrorCode;
  ValidationError: ResolverTypeWrapper<ValidationError>;
  VariantMediaInput: VariantMediaInput;
  VariantPrice: ResolverTypeWrapper<VariantPriceModel>;
  VariantPriceInput: VariantPriceInput;
  VariantPricesSetInput: VariantPricesSetInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Attribute: AttributeModel;
  String: Scalars['String']['output'];
  ID: Scalars['ID']['output'];
  Boolean: Scalars['Boolean']['output'];
  AttributeChoice: AttributeChoiceModel;
  AttributeChoiceInput: AttributeChoiceInput;
  AttributeFacet: AttributeFacetModel;
  AttributeFilterInput: AttributeFilterInput;
  AttributeInput: AttributeInput;
  AttributePayload: Omit<AttributePayload, 'attribute' | 'userErrors'> & { attribute?: Maybe<ResolversParentTypes['Attribute']>, userErrors: Array<ResolversParentTypes['UserError']> };
  AttributeTextTranslationInput: AttributeTextTranslationInput;
  AttributeTranslationInput: AttributeTranslationInput;
  AttributeUpdateInput: AttributeUpdateInput;
  AttributeValue: AttributeValueModel;
  AttributeValueInput: AttributeValueInput;
  Category: CategoryModel;
  CategoryInput: CategoryInput;
  CategoryPayload: Omit<CategoryPayload, 'category' | 'userErrors'> & { category?: Maybe<ResolversParentTypes['Category']>, userErrors: Array<ResolversParentTypes['UserError']> };
  CategoryTranslationInput: CategoryTranslationInput;
  ChoiceTranslationInput: ChoiceTranslationInput;
  CountryCode: Scalars['CountryCode']['output'];
  CurrencyCode: Scalars['CurrencyCode']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  EditConflictError: EditConflictError;
  FacetCount: FacetCountModel;
  HttpHeader: HttpHeader;
  IdempotencyKeyReusedError: IdempotencyKeyReusedError;
  InventoryAdjustInput: InventoryAdjustInput;
  InventoryLevel: InventoryLevelModel;
  InventoryPayload: Omit<InventoryPayload, 'movement' | 'userErrors' | 'variant'> & { movement?: Maybe<ResolversParentTypes['StockMovement']>, userErrors: Array<ResolversParentTypes['UserError']>, variant?: Maybe<ResolversParentTypes['ProductVariant']> };
  InventorySetInput: InventorySetInput;
  LanguageCode: Scalars['LanguageCode']['output'];
  Market: MarketModel;
  MarketInput: MarketInput;
  MarketPayload: Omit<MarketPayload, 'market' | 'userErrors'> & { market?: Maybe<ResolversParentTypes['Market']>, userErrors: Array<ResolversParentTypes['UserError']> };
  MarketUpdateInput: MarketUpdateInput;
  Media: MediaModel;
  MediaPayload: Omit<MediaPayload, 'media' | 'userErrors'> & { media?: Maybe<ResolversParentTypes['Media']>, userErrors: Array<ResolversParentTypes['UserError']> };
  MediaUpdateInput: MediaUpdateInput;
  MediaUploadCreateInput: MediaUploadCreateInput;
  MediaUploadPayload: Omit<MediaUploadPayload, 'media' | 'userErrors'> & { media?: Maybe<ResolversParentTypes['Media']>, userErrors: Array<ResolversParentTypes['UserError']> };
  Money: Money;
  MoneyInput: MoneyInput;
  MoneyRange: MoneyRange;
  Mutation: Record<PropertyKey, never>;
  NotFoundError: NotFoundError;
  Offer: OfferModel;
  OptionFacet: OptionFacetModel;
  OptionFilterInput: OptionFilterInput;
  OptionTranslationInput: OptionTranslationInput;
  OptionValueTranslationInput: OptionValueTranslationInput;
  OrderableLine: OrderableLineModel;
  OrderableLineInput: OrderableLineInput;
  OrderableVariant: OrderableVariant;
  PageInfo: PageInfo;
  PriceRangeInput: PriceRangeInput;
  Product: ProductModel;
  ProductConnection: ProductConnectionModel;
  ProductCreateInput: ProductCreateInput;
  ProductDeletePayload: Omit<ProductDeletePayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  Float: Scalars['Float']['output'];
  ProductFacets: ProductFacetsModel;
  ProductFilter: ProductFilter;
  ProductMediaSetInput: ProductMediaSetInput;
  ProductOption: ProductOptionModel;
  ProductPayload: Omit<ProductPayload, 'product' | 'userErrors'> & { product?: Maybe<ResolversParentTypes['Product']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ProductSort: ProductSort;
  ProductTranslationInput: ProductTranslationInput;
  ProductUpdateInput: ProductUpdateInput;
  ProductVariant: ProductVariantModel;
  ProductVariantConnection: ProductVariantConnectionModel;
  ProductVariantEdge: Omit<ProductVariantEdge, 'node'> & { node: ResolversParentTypes['ProductVariant'] };
  ProductVariantInput: ProductVariantInput;
  ProductVariantUpdateInput: ProductVariantUpdateInput;
  Query: Record<PropertyKey, never>;
  SelectedOption: SelectedOption;
  SelectedOptionInput: SelectedOptionInput;
  StockMovement: StockMovementModel;
  StockMovementConnection: StockMovementConnectionModel;
  StockMovementEdge: Omit<StockMovementEdge, 'node'> & { node: ResolversParentTypes['StockMovement'] };
  StockPreconditionError: StockPreconditionError;
  StockReserveInput: StockReserveInput;
  StockReserveLineInput: StockReserveLineInput;
  StockReservePayload: StockReservePayload;
  StockShortage: StockShortage;
  URL: Scalars['URL']['output'];
  User: Omit<User, 'products'> & { products?: Maybe<ResolversParentTypes['ProductConnection']> };
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
  ValidationError: ValidationError;
  VariantMediaInput: VariantMediaInput;
  VariantPrice: VariantPriceModel;
  VariantPriceInput: VariantPriceInput;
  VariantPricesSetInput: VariantPricesSetInput;
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  maxAge: Scalars['Int']['input'];
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AttributeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Attribute'] = ResolversParentTypes['Attribute'], FederationReferenceType extends FederationReferenceTypes['Attribute'] = FederationReferenceTypes['Attribute']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Attribute']>, FederationReferenceType, ContextType>;
  choices?: Resolver<Array<ResolversTypes['AttributeChoice']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isFilterable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AttributeKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<AttributeNameArgs>>;
  unit?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AttributeChoiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttributeChoice'] = ResolversParentTypes['AttributeChoice']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<AttributeChoiceNameArgs>>;
  swatch?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AttributeFacetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttributeFacet'] = ResolversParentTypes['AttributeFacet']> = {
  attribute?: Resolver<ResolversTypes['Attribute'], ParentType, ContextType>;
  max?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  min?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  values?: Resolver<Array<ResolversTypes['FacetCount']>, ParentType, ContextType>;
};

export type AttributePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttributePayload'] = ResolversParentTypes['AttributePayload']> = {
  attribute?: Resolver<Maybe<ResolversTypes['Attribute']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AttributeValueResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttributeValue'] = ResolversParentTypes['AttributeValue']> = {
  attribute?: Resolver<ResolversTypes['Attribute'], ParentType, ContextType>;
  boolean?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  choices?: Resolver<Maybe<Array<ResolversTypes['AttributeChoice']>>, ParentType, ContextType>;
  number?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType, Partial<AttributeValueTextArgs>>;
};

export type CategoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Category'] = ResolversParentTypes['Category'], FederationReferenceType extends FederationReferenceTypes['Category'] = FederationReferenceTypes['Category']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Category']>, FederationReferenceType, ContextType>;
  ancestors?: Resolver<Array<ResolversTypes['Category']>, ParentType, ContextType>;
  children?: Resolver<Array<ResolversTypes['Category']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<CategoryNameArgs>>;
  parent?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  productCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  slug?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CategoryPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CategoryPayload'] = ResolversParentTypes['CategoryPayload']> = {
  category?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface CountryCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['CountryCode'], any> {
  name: 'CountryCode';
}

export interface CurrencyCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['CurrencyCode'], any> {
  name: 'CurrencyCode';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type EditConflictErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EditConflictError'] = ResolversParentTypes['EditConflictError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  currentVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FacetCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FacetCount'] = ResolversParentTypes['FacetCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<FacetCountLabelArgs>>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type HttpHeaderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HttpHeader'] = ResolversParentTypes['HttpHeader']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IdempotencyKeyReusedErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IdempotencyKeyReusedError'] = ResolversParentTypes['IdempotencyKeyReusedError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InventoryLevelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InventoryLevel'] = ResolversParentTypes['InventoryLevel']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  movements?: Resolver<ResolversTypes['StockMovementConnection'], ParentType, ContextType, Partial<InventoryLevelMovementsArgs>>;
  onHand?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reserved?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type InventoryPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InventoryPayload'] = ResolversParentTypes['InventoryPayload']> = {
  movement?: Resolver<Maybe<ResolversTypes['StockMovement']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
};

export interface LanguageCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LanguageCode'], any> {
  name: 'LanguageCode';
}

export type MarketResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Market'] = ResolversParentTypes['Market'], FederationReferenceType extends FederationReferenceTypes['Market'] = FederationReferenceTypes['Market']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Market']>, FederationReferenceType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  countries?: Resolver<Array<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isDefault?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  languages?: Resolver<Array<ResolversTypes['LanguageCode']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pricesIncludeTax?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MarketPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MarketPayload'] = ResolversParentTypes['MarketPayload']> = {
  market?: Resolver<Maybe<ResolversTypes['Market']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MediaResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Media'] = ResolversParentTypes['Media'], FederationReferenceType extends FederationReferenceTypes['Media'] = FederationReferenceTypes['Media']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Media']>, FederationReferenceType, ContextType>;
  altText?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType, Partial<MediaAltTextArgs>>;
  height?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rejectionReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['MediaStatus'], ParentType, ContextType>;
  thumbhash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType, RequireFields<MediaUrlArgs, 'format' | 'width'>>;
  width?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type MediaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaPayload'] = ResolversParentTypes['MediaPayload']> = {
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MediaUploadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaUploadPayload'] = ResolversParentTypes['MediaUploadPayload']> = {
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  headers?: Resolver<Maybe<Array<ResolversTypes['HttpHeader']>>, ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType>;
  uploadUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type MoneyRangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MoneyRange'] = ResolversParentTypes['MoneyRange']> = {
  max?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  min?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  attributeCreate?: Resolver<Maybe<ResolversTypes['AttributePayload']>, ParentType, ContextType, RequireFields<MutationAttributeCreateArgs, 'input'>>;
  attributeDelete?: Resolver<Maybe<ResolversTypes['AttributePayload']>, ParentType, ContextType, RequireFields<MutationAttributeDeleteArgs, 'id'>>;
  attributeTranslationSet?: Resolver<Maybe<ResolversTypes['AttributePayload']>, ParentType, ContextType, RequireFields<MutationAttributeTranslationSetArgs, 'input'>>;
  attributeUpdate?: Resolver<Maybe<ResolversTypes['AttributePayload']>, ParentType, ContextType, RequireFields<MutationAttributeUpdateArgs, 'input'>>;
  categoryCreate?: Resolver<Maybe<ResolversTypes['CategoryPayload']>, ParentType, ContextType, RequireFields<MutationCategoryCreateArgs, 'input'>>;
  categoryDelete?: Resolver<Maybe<ResolversTypes['CategoryPayload']>, ParentType, ContextType, RequireFields<MutationCategoryDeleteArgs, 'id'>>;
  categoryTranslationSet?: Resolver<Maybe<ResolversTypes['CategoryPayload']>, ParentType, ContextType, RequireFields<MutationCategoryTranslationSetArgs, 'input'>>;
  categoryUpdate?: Resolver<Maybe<ResolversTypes['CategoryPayload']>, ParentType, ContextType, RequireFields<MutationCategoryUpdateArgs, 'id' | 'input'>>;
  inventoryAdjust?: Resolver<Maybe<ResolversTypes['InventoryPayload']>, ParentType, ContextType, RequireFields<MutationInventoryAdjustArgs, 'input'>>;
  inventorySet?: Resolver<Maybe<ResolversTypes['InventoryPayload']>, ParentType, ContextType, RequireFields<MutationInventorySetArgs, 'input'>>;
  marketCreate?: Resolver<Maybe<ResolversTypes['MarketPayload']>, ParentType, ContextType, RequireFields<MutationMarketCreateArgs, 'input'>>;
  marketUpdate?: Resolver<Maybe<ResolversTypes['MarketPayload']>, ParentType, ContextType, RequireFields<MutationMarketUpdateArgs, 'input'>>;
  mediaDelete?: Resolver<Maybe<ResolversTypes['MediaPayload']>, ParentType, ContextType, RequireFields<MutationMediaDeleteArgs, 'id'>>;
  mediaUpdate?: Resolver<Maybe<ResolversTypes['MediaPayload']>, ParentType, ContextType, RequireFields<MutationMediaUpdateArgs, 'input'>>;
  mediaUploadComplete?: Resolver<Maybe<ResolversTypes['MediaPayload']>, ParentType, ContextType, RequireFields<MutationMediaUploadCompleteArgs, 'id'>>;
  mediaUploadCreate?: Resolver<Maybe<ResolversTypes['MediaUploadPayload']>, ParentType, ContextType, RequireFields<MutationMediaUploadCreateArgs, 'input'>>;
  productCreate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductCreateArgs, 'input'>>;
  productDelete?: Resolver<Maybe<ResolversTypes['ProductDeletePayload']>, ParentType, ContextType, RequireFields<MutationProductDeleteArgs, 'id'>>;
  productMediaSet?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductMediaSetArgs, 'input'>>;
  productTranslationSet?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductTranslationSetArgs, 'input'>>;
  productUpdate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductUpdateArgs, 'id' | 'input'>>;
  productVariantCreate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductVariantCreateArgs, 'input' | 'productId'>>;
  productVariantDelete?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductVariantDeleteArgs, 'id'>>;
  productVariantUpdate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductVariantUpdateArgs, 'id' | 'input'>>;
  stockReserve?: Resolver<Maybe<ResolversTypes['StockReservePayload']>, ParentType, ContextType, RequireFields<MutationStockReserveArgs, 'input'>>;
  variantPricesSet?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationVariantPricesSetArgs, 'input'>>;
};

export type NotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFoundError'] = ResolversParentTypes['NotFoundError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OfferResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Offer'] = ResolversParentTypes['Offer']> = {
  compareAtPrice?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  lowestPriorPrice?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  market?: Resolver<ResolversTypes['Market'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  validUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type OptionFacetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OptionFacet'] = ResolversParentTypes['OptionFacet']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  values?: Resolver<Array<ResolversTypes['FacetCount']>, ParentType, ContextType>;
};

export type OrderableLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderableLine'] = ResolversParentTypes['OrderableLine']> = {
  market?: Resolver<Maybe<ResolversTypes['Market']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['OrderableOutcome'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['OrderableVariant']>, ParentType, ContextType>;
};

export type OrderableVariantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderableVariant'] = ResolversParentTypes['OrderableVariant']> = {
  categoryIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  imageUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  isReturnable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  maxPerOrder?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  productName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantityAvailable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  taxClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  variantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  variantName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  weightGrams?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Product']>, FederationReferenceType, ContextType>;
  attributes?: Resolver<Array<ResolversTypes['AttributeValue']>, ParentType, ContextType>;
  categories?: Resolver<Array<ResolversTypes['Category']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  defaultVariant?: Resolver<Maybe<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<ProductDescriptionArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  imageUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isReturnable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  media?: Resolver<Array<ResolversTypes['Media']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<ProductNameArgs>>;
  offer?: Resolver<Maybe<ResolversTypes['Offer']>, ParentType, ContextType, Partial<ProductOfferArgs>>;
  options?: Resolver<Array<ResolversTypes['ProductOption']>, ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  priceRange?: Resolver<ResolversTypes['MoneyRange'], ParentType, ContextType>;
  quantityAvailable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  slug?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ProductStatus'], ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  variants?: Resolver<Array<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  viewerCanEdit?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ProductConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductConnection'] = ResolversParentTypes['ProductConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ProductEdge']>, ParentType, ContextType>;
  facets?: Resolver<ResolversTypes['ProductFacets'], ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Product']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ProductDeletePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductDeletePayload'] = ResolversParentTypes['ProductDeletePayload']> = {
  deletedProductId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ProductEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductEdge'] = ResolversParentTypes['ProductEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
  score?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type ProductFacetsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductFacets'] = ResolversParentTypes['ProductFacets']> = {
  attributes?: Resolver<Array<ResolversTypes['AttributeFacet']>, ParentType, ContextType>;
  categories?: Resolver<Array<ResolversTypes['FacetCount']>, ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  options?: Resolver<Array<ResolversTypes['OptionFacet']>, ParentType, ContextType>;
  priceRange?: Resolver<Maybe<ResolversTypes['MoneyRange']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['FacetCount']>, ParentType, ContextType>;
};

export type ProductOptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductOption'] = ResolversParentTypes['ProductOption']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType, Partial<ProductOptionNameArgs>>;
  values?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType, Partial<ProductOptionValuesArgs>>;
};

export type ProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductPayload'] = ResolversParentTypes['ProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ProductVariantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductVariant'] = ResolversParentTypes['ProductVariant'], FederationReferenceType extends FederationReferenceTypes['ProductVariant'] = FederationReferenceTypes['ProductVariant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ProductVariant']>, FederationReferenceType, ContextType>;
  barcode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  inventory?: Resolver<Maybe<ResolversTypes['InventoryLevel']>, ParentType, ContextType>;
  maxPerOrder?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  media?: Resolver<Array<ResolversTypes['Media']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  offer?: Resolver<Maybe<ResolversTypes['Offer']>, ParentType, ContextType, Partial<ProductVariantOfferArgs>>;
  options?: Resolver<Array<ResolversTypes['SelectedOption']>, ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  prices?: Resolver<Maybe<Array<ResolversTypes['VariantPrice']>>, ParentType, ContextType>;
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
  quantityAvailable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  taxClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  weightGrams?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ProductVariantConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductVariantConnection'] = ResolversParentTypes['ProductVariantConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ProductVariantEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ProductVariantEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductVariantEdge'] = ResolversParentTypes['ProductVariantEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ProductVariant'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  attributes?: Resolver<Maybe<Array<ResolversTypes['Attribute']>>, ParentType, ContextType>;
  categories?: Resolver<Maybe<Array<ResolversTypes['Category']>>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType, Partial<QueryCategoryArgs>>;
  lowStock?: Resolver<Maybe<ResolversTypes['ProductVariantConnection']>, ParentType, ContextType, RequireFields<QueryLowStockArgs, 'threshold'>>;
  market?: Resolver<Maybe<ResolversTypes['Market']>, ParentType, ContextType, Partial<QueryMarketArgs>>;
  markets?: Resolver<Maybe<Array<ResolversTypes['Market']>>, ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType, RequireFields<QueryMediaArgs, 'id'>>;
  orderableVariants?: Resolver<Maybe<Array<ResolversTypes['OrderableLine']>>, ParentType, ContextType, RequireFields<QueryOrderableVariantsArgs, 'lines'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, Partial<QueryProductArgs>>;
  productSuggestions?: Resolver<Maybe<Array<ResolversTypes['Product']>>, ParentType, ContextType, RequireFields<QueryProductSuggestionsArgs, 'prefix'>>;
  products?: Resolver<Maybe<ResolversTypes['ProductConnection']>, ParentType, ContextType, Partial<QueryProductsArgs>>;
};

export type SelectedOptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SelectedOption'] = ResolversParentTypes['SelectedOption']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StockMovementResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovement'] = ResolversParentTypes['StockMovement']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  onHandChange?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  orderId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reservedChange?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['StockMovementType'], ParentType, ContextType>;
};

export type StockMovementConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovementConnection'] = ResolversParentTypes['StockMovementConnection']> = {
  edges?: Resolver<Array<ResolversTypes['StockMovementEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['StockMovement']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type StockMovementEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockMovementEdge'] = ResolversParentTypes['StockMovementEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['StockMovement'], ParentType, ContextType>;
};

export type StockPreconditionErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockPreconditionError'] = ResolversParentTypes['StockPreconditionError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  currentOnHand?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StockReservePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockReservePayload'] = ResolversParentTypes['StockReservePayload']> = {
  outcome?: Resolver<ResolversTypes['StockReserveOutcome'], ParentType, ContextType>;
  shortages?: Resolver<Array<ResolversTypes['StockShortage']>, ParentType, ContextType>;
};

export type StockShortageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StockShortage'] = ResolversParentTypes['StockShortage']> = {
  availableQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  requestedQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  variantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']>, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  products?: Resolver<Maybe<ResolversTypes['ProductConnection']>, ParentType, ContextType, Partial<UserProductsArgs>>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType?: TypeResolveFn<'EditConflictError' | 'IdempotencyKeyReusedError' | 'NotFoundError' | 'StockPreconditionError' | 'ValidationError', ParentType, ContextType>;
};

export type ValidationErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ValidationError'] = ResolversParentTypes['ValidationError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type VariantPriceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VariantPrice'] = ResolversParentTypes['VariantPrice']> = {
  compareAtPrice?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  market?: Resolver<ResolversTypes['Market'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  validFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  validUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Attribute?: AttributeResolvers<ContextType>;
  AttributeChoice?: AttributeChoiceResolvers<ContextType>;
  AttributeFacet?: AttributeFacetResolvers<ContextType>;
  AttributePayload?: AttributePayloadResolvers<ContextType>;
  AttributeValue?: AttributeValueResolvers<ContextType>;
  Category?: CategoryResolvers<ContextType>;
  CategoryPayload?: CategoryPayloadResolvers<ContextType>;
  CountryCode?: GraphQLScalarType;
  CurrencyCode?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  EditConflictError?: EditConflictErrorResolvers<ContextType>;
  FacetCount?: FacetCountResolvers<ContextType>;
  HttpHeader?: HttpHeaderResolvers<ContextType>;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  InventoryLevel?: InventoryLevelResolvers<ContextType>;
  InventoryPayload?: InventoryPayloadResolvers<ContextType>;
  LanguageCode?: GraphQLScalarType;
  Market?: MarketResolvers<ContextType>;
  MarketPayload?: MarketPayloadResolvers<ContextType>;
  Media?: MediaResolvers<ContextType>;
  MediaPayload?: MediaPayloadResolvers<ContextType>;
  MediaUploadPayload?: MediaUploadPayloadResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  MoneyRange?: MoneyRangeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NotFoundError?: NotFoundErrorResolvers<ContextType>;
  Offer?: OfferResolvers<ContextType>;
  OptionFacet?: OptionFacetResolvers<ContextType>;
  OrderableLine?: OrderableLineResolvers<ContextType>;
  OrderableVariant?: OrderableVariantResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductDeletePayload?: ProductDeletePayloadResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  ProductFacets?: ProductFacetsResolvers<ContextType>;
  ProductOption?: ProductOptionResolvers<ContextType>;
  ProductPayload?: ProductPayloadResolvers<ContextType>;
  ProductVariant?: ProductVariantResolvers<ContextType>;
  ProductVariantConnection?: ProductVariantConnectionResolvers<ContextType>;
  ProductVariantEdge?: ProductVariantEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SelectedOption?: SelectedOptionResolvers<ContextType>;
  StockMovement?: StockMovementResolvers<ContextType>;
  StockMovementConnection?: StockMovementConnectionResolvers<ContextType>;
  StockMovementEdge?: StockMovementEdgeResolvers<ContextType>;
  StockPreconditionError?: StockPreconditionErrorResolvers<ContextType>;
  StockReservePayload?: StockReservePayloadResolvers<ContextType>;
  StockShortage?: StockShortageResolvers<ContextType>;
  URL?: GraphQLScalarType;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  ValidationError?: ValidationErrorResolvers<ContextType>;
  VariantPrice?: VariantPriceResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};

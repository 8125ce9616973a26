/** Every limit of the products subgraph. Characters are UTF-16 code units unless a name says otherwise. */

// Catalogue

export const productNameCharactersMax = 255;
export const descriptionCharactersMax = 5_000;
/** Prices are below this many whole units of their currency. */
export const priceWholeUnitsMax = 1_000_000n;
export const categoriesPerProductMax = 5;
export const tagsPerProductMax = 20;
export const tagCharactersMax = 50;
export const skuCharactersMax = 64;
/** Variants of one product that are on sale at the same time. */
export const variantsPerProductMax = 100;
export const optionsPerVariantMax = 5;
export const optionNameCharactersMax = 50;
export const optionValueCharactersMax = 100;
/** Options whose names are translated: those of all its variants. */
export const optionsPerProductMax = 50;
/** Languages that a product is translated to. */
export const languagesPerProductMax = 50;
/** Categories in the whole shop. */
export const categoriesMax = 1_000;
export const categoryLevelsMax = 8;
export const categoryPositionMax = 1_000_000;
export const categoryNameCharactersMax = 100;
export const slugCharactersMax = 80;

// Attributes

/** Attributes in the whole shop. */
export const attributesMax = 200;
export const attributeCodeCharactersMax = 50;
export const attributeNameCharactersMax = 100;
export const attributeUnitCharactersMax = 20;
export const attributeTextCharactersMax = 1_000;
export const choicesPerAttributeMax = 200;
export const swatchCharactersMax = 50;
export const attributesPerProductMax = 50;
export const weightGramsMax = 1_000_000;

// Markets and prices

export const marketsMax = 100;
export const marketNameCharactersMax = 100;
export const marketCodeCharactersMax = 50;
/** There are fewer countries than this. */
export const marketCountriesMax = 300;
export const marketLanguagesMax = 30;
/** Prices that one request sets. */
export const pricesPerRequestMax = 100;
/** How far back the lowest price before a reduction is looked for (Directive 98/6/EC, Article 6a). */
export const priorPriceDays = 30;
/** Products that a new market lists before the response to its creation; the others follow in the background. */
export const marketProductsAtOnceMax = 1_000;

// Listing

/** A catalogue of at most this many products and variants, of any status, is small: any plan reads it quickly. */
export const smallCatalogueProductsMax = 1_000;
export const smallCatalogueVariantsMax = 10_000;
export const searchCharactersMax = 200;
export const filterValuesMax = 100;
export const facetValuesMax = 100;
export const optionFacetsMax = 20;
/** Filters on attributes, and as many on options. */
export const propertyFiltersMax = 10;
/** All counts of a list are made from one reading of its products, if its categories have at most this many. */
export const jointlyCountedProductsMax = 20_000;
/** A list with several filters walks one of them for at most this many rows of the listing index for each product of the page … */
export const walkedRowsPerProduct = 50;
/** … or for this many, if that is more. */
export const walkedRowsMin = 1_000;
/** Filters of more labels are not walked, if there are several filters. */
export const walkedLabelsMax = 5;
export const suggestionPrefixCharactersMax = 100;
export const suggestionsDefault = 8;
export const suggestionsMax = 20;
/** Words of a search that are corrected. */
export const correctedWordsMax = 10;
/** Shorter words are not corrected. */
export const correctedCharactersMin = 3;
export const correctionsPerWordMax = 3;
/** A search by relevance covers the newest products that match, at most this many: ranking all would cost more the larger the shop is. */
export const rankedProductsMax = 5_000;

// Inventory

/** Units of one variant. One hundred variants at this limit still add up to a GraphQL Int. */
export const stockUnitsMax = 10_000_000;
export const stockReasonCharactersMax = 500;
export const lowStockThresholdDefault = 5;
export const stockRequestsKeptDays = 30;

// Media

/** Bytes of an uploaded file. */
export const mediaBytesMax = 20 * 1024 * 1024;
export const mediaFileNameCharactersMax = 255;
export const altTextCharactersMax = 500;
/** Languages of one picture's alt text. */
export const altTextLanguagesMax = 50;
export const mediaPerProductMax = 20;
/** Uploads of one user that are announced or being converted at the same time. */
export const uploadsUnderWayMax = 100;
/** Uploads that one user announces within an hour. */
export const uploadsPerHourMax = 5_000;
/** Pictures of one user. */
export const mediaPerOwnerMax = 50_000;
/** How long an upload address is valid. */
export const uploadSecondsMax = 3_600;
/** How long a rejected picture is kept for its owner to read why. */
export const rejectedMediaKeptDays = 7;
/** How long the files of pictures that no product shows are kept after their owner's account was deleted. */
export const releasedMediaKeptDays = 365;

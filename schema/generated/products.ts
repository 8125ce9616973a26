import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Category as CategoryModel, Product as ProductModel, ProductVariant as ProductVariantModel, InventoryLevel as InventoryLevelModel, ProductVariantConnection as ProductVariantConnectionModel, StockMovement as StockMovementModel, StockMovementConnection as StockMovementConnectionModel, ProductConnection as ProductConnectionModel, ProductFacets as ProductFacetsModel } from '../../subgraphs/products/models.ts';
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
  /** ISO 4217, such as "USD"; it fixes how many decimals an amount has. */
  CurrencyCode: { input: string; output: string; }
  DateTime: { input: string; output: Date; }
  /** An exact decimal number as a string, such as "79.99". */
  Decimal: { input: string; output: string; }
  URL: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

export type Category = {
  __typename?: 'Category';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  productCount: Scalars['Int']['output'];
  slug: Scalars['String']['output'];
};

export type CategoryInput = {
  name: Scalars['String']['input'];
  slug?: InputMaybe<Scalars['String']['input']>;
};

export type CategoryPayload = {
  __typename?: 'CategoryPayload';
  category?: Maybe<Category>;
  userErrors: Array<UserError>;
};

export type EditConflictError = UserError & {
  __typename?: 'EditConflictError';
  code: UserErrorCode;
  currentVersion: Scalars['Int']['output'];
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

/** `value` is a category's slug or a tag. */
export type FacetCount = {
  __typename?: 'FacetCount';
  count: Scalars['Int']['output'];
  value: Scalars['String']['output'];
};

/** The key was used before with another input. */
export type IdempotencyKeyReusedError = UserError & {
  __typename?: 'IdempotencyKeyReusedError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type InventoryAdjustInput = {
  delta: Scalars['Int']['input'];
  idempotencyKey: Scalars['String']['input'];
  reason: Scalars['String']['input'];
  variantId: Scalars['ID']['input'];
};

/** available = onHand - reserved, and both are the running sums of the movements. */
export type InventoryLevel = {
  __typename?: 'InventoryLevel';
  available: Scalars['Int']['output'];
  movements: StockMovementConnection;
  onHand: Scalars['Int']['output'];
  reserved: Scalars['Int']['output'];
};


/** available = onHand - reserved, and both are the running sums of the movements. */
export type InventoryLevelMovementsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type InventoryPayload = {
  __typename?: 'InventoryPayload';
  movement?: Maybe<StockMovement>;
  userErrors: Array<UserError>;
  variant?: Maybe<ProductVariant>;
};

export type InventorySetInput = {
  expectedOnHand?: InputMaybe<Scalars['Int']['input']>;
  idempotencyKey: Scalars['String']['input'];
  onHand: Scalars['Int']['input'];
  reason: Scalars['String']['input'];
  variantId: Scalars['ID']['input'];
};

export type Money = {
  __typename?: 'Money';
  amount: Scalars['Decimal']['output'];
  currencyCode: Scalars['CurrencyCode']['output'];
};

export type MoneyInput = {
  amount: Scalars['Decimal']['input'];
  currencyCode: Scalars['CurrencyCode']['input'];
};

export type MoneyRange = {
  __typename?: 'MoneyRange';
  max: Money;
  min: Money;
};

/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type Mutation = {
  __typename?: 'Mutation';
  categoryCreate?: Maybe<CategoryPayload>;
  categoryDelete?: Maybe<CategoryPayload>;
  categoryUpdate?: Maybe<CategoryPayload>;
  /** Adds or takes `delta` units. */
  inventoryAdjust?: Maybe<InventoryPayload>;
  /** Sets the units on hand, if they are still `expectedOnHand`. */
  inventorySet?: Maybe<InventoryPayload>;
  productCreate?: Maybe<ProductPayload>;
  /** Archives: it leaves the shop, and orders still show it. */
  productDelete?: Maybe<ProductDeletePayload>;
  productUpdate?: Maybe<ProductPayload>;
  productVariantCreate?: Maybe<ProductPayload>;
  /** Not the last one; orders still show it. */
  productVariantDelete?: Maybe<ProductPayload>;
  productVariantUpdate?: Maybe<ProductPayload>;
  /**
   * For the orders subgraph only: reserves the lines for an order, all or none, idempotent by order and revision. Revision 1 places; a higher
   * one makes the reservation what its lines say; an older one than the newest seen changes nothing.
   */
  stockReserve?: Maybe<StockReservePayload>;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationCategoryCreateArgs = {
  input: CategoryInput;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationCategoryDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationCategoryUpdateArgs = {
  id: Scalars['ID']['input'];
  input: CategoryInput;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationInventoryAdjustArgs = {
  input: InventoryAdjustInput;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationInventorySetArgs = {
  input: InventorySetInput;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationProductCreateArgs = {
  input: ProductCreateInput;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationProductDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationProductUpdateArgs = {
  id: Scalars['ID']['input'];
  input: ProductUpdateInput;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationProductVariantCreateArgs = {
  input: ProductVariantInput;
  productId: Scalars['ID']['input'];
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationProductVariantDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationProductVariantUpdateArgs = {
  id: Scalars['ID']['input'];
  input: ProductVariantUpdateInput;
};


/** All of them need products:write, and the product must be the viewer's own unless the viewer is an ADMIN. */
export type MutationStockReserveArgs = {
  input: StockReserveInput;
};

export type NotFoundError = UserError & {
  __typename?: 'NotFoundError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type OrderableLine = {
  __typename?: 'OrderableLine';
  outcome: OrderableOutcome;
  variant?: Maybe<OrderableVariant>;
};

export type OrderableLineInput = {
  productId: Scalars['ID']['input'];
  /** When left out: the product's default variant. */
  variantId?: InputMaybe<Scalars['ID']['input']>;
};

export type OrderableOutcome =
  | 'ORDERABLE'
  /** Unknown, not ACTIVE, or the variant is not the product's or was taken out. `variant` is null. */
  | 'UNAVAILABLE'
  /** The product has several variants and none was named. `variant` is null. */
  | 'VARIANT_REQUIRED';

/** A variant as it is today, with all that an order line copies. */
export type OrderableVariant = {
  __typename?: 'OrderableVariant';
  imageUrl?: Maybe<Scalars['URL']['output']>;
  productId: Scalars['ID']['output'];
  productName: Scalars['String']['output'];
  quantityAvailable: Scalars['Int']['output'];
  sku: Scalars['String']['output'];
  unitPrice: Money;
  variantId: Scalars['ID']['output'];
  variantName: Scalars['String']['output'];
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Only products priced in that currency. */
export type PriceRangeInput = {
  currencyCode: Scalars['CurrencyCode']['input'];
  max?: InputMaybe<Scalars['Decimal']['input']>;
  min?: InputMaybe<Scalars['Decimal']['input']>;
};

export type Product = {
  __typename?: 'Product';
  categories: Array<Category>;
  createdAt: Scalars['DateTime']['output'];
  /** What a cart gets when it names no variant: the only one; null when there are several and the buyer must choose. */
  defaultVariant?: Maybe<ProductVariant>;
  description: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  imageUrl?: Maybe<Scalars['URL']['output']>;
  inStock: Scalars['Boolean']['output'];
  name: Scalars['String']['output'];
  /** Who sells it; null once the account is gone. */
  owner?: Maybe<User>;
  /** The price of the default variant, or the lowest. */
  price: Money;
  priceRange: MoneyRange;
  /** Units for sale over all variants: on hand less reserved. */
  quantityAvailable: Scalars['Int']['output'];
  slug: Scalars['String']['output'];
  status: ProductStatus;
  tags: Array<Scalars['String']['output']>;
  updatedAt: Scalars['DateTime']['output'];
  variants: Array<ProductVariant>;
  version: Scalars['Int']['output'];
  /** The viewer may update and delete it. */
  viewerCanEdit: Scalars['Boolean']['output'];
};

export type ProductConnection = {
  __typename?: 'ProductConnection';
  edges: Array<ProductEdge>;
  /** Counts over the whole result, not the page; `priceRange` over USD, or the currency asked for. */
  facets: ProductFacets;
  nodes: Array<Product>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

/** Either `price` and `stock`, for a product of one variant, or `variants`. All variants have one currency. */
export type ProductCreateInput = {
  /** Names or slugs; made when they are new and the viewer holds categories:write. */
  categories?: InputMaybe<Array<Scalars['String']['input']>>;
  description: Scalars['String']['input'];
  imageUrl?: InputMaybe<Scalars['URL']['input']>;
  name: Scalars['String']['input'];
  price?: InputMaybe<MoneyInput>;
  sku?: InputMaybe<Scalars['String']['input']>;
  status: ProductStatus;
  stock?: InputMaybe<Scalars['Int']['input']>;
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  variants?: InputMaybe<Array<ProductVariantInput>>;
};

export type ProductDeletePayload = {
  __typename?: 'ProductDeletePayload';
  deletedProductId?: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

export type ProductEdge = {
  __typename?: 'ProductEdge';
  cursor: Scalars['String']['output'];
  node: Product;
  /** Search rank; null without `search`. */
  score?: Maybe<Scalars['Float']['output']>;
};

export type ProductFacets = {
  __typename?: 'ProductFacets';
  categories: Array<FacetCount>;
  inStock: Scalars['Int']['output'];
  priceRange?: Maybe<MoneyRange>;
  tags: Array<FacetCount>;
};

export type ProductFilter = {
  /** Slugs; any of them. An empty list does not filter. */
  categories?: InputMaybe<Array<Scalars['String']['input']>>;
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  inStock?: InputMaybe<Scalars['Boolean']['input']>;
  ownerId?: InputMaybe<Scalars['ID']['input']>;
  /** By `price`, as it is shown. */
  price?: InputMaybe<PriceRangeInput>;
  /** Other than ACTIVE only for those who may edit. */
  status?: InputMaybe<ProductStatus>;
  /** Any of them. An empty list does not filter. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type ProductPayload = {
  __typename?: 'ProductPayload';
  product?: Maybe<Product>;
  userErrors: Array<UserError>;
};

/** RELEVANCE when `search` is given and no sort is, CREATED_AT otherwise. PRICE sorts within `currencyCode` and leaves out other currencies. */
export type ProductSort = {
  currencyCode: Scalars['CurrencyCode']['input'];
  direction: SortDirection;
  key: ProductSortKey;
};

export type ProductSortKey =
  | 'CREATED_AT'
  | 'NAME'
  | 'PRICE'
  /** Search rank; needs `search`. */
  | 'RELEVANCE';

export type ProductStatus =
  /** On sale. */
  | 'ACTIVE'
  /** Off sale for good: in no list and no search, still found by id and slug, and through orders. */
  | 'ARCHIVED'
  /** Null to anybody who may not edit it, whichever way in. */
  | 'DRAFT';

/** Left out: stays. Null: cleared, where the field may be empty. `price` is the default variant's. */
export type ProductUpdateInput = {
  categories?: InputMaybe<Array<Scalars['String']['input']>>;
  description?: InputMaybe<Scalars['String']['input']>;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  imageUrl?: InputMaybe<Scalars['URL']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  price?: InputMaybe<MoneyInput>;
  status?: InputMaybe<ProductStatus>;
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** What is bought: one size and colour of a product. */
export type ProductVariant = {
  __typename?: 'ProductVariant';
  id: Scalars['ID']['output'];
  inStock: Scalars['Boolean']['output'];
  /** For who may edit the product. */
  inventory?: Maybe<InventoryLevel>;
  name: Scalars['String']['output'];
  options: Array<SelectedOption>;
  price: Money;
  product: Product;
  quantityAvailable: Scalars['Int']['output'];
  sku: Scalars['String']['output'];
  version: Scalars['Int']['output'];
};

export type ProductVariantConnection = {
  __typename?: 'ProductVariantConnection';
  edges: Array<ProductVariantEdge>;
  nodes: Array<ProductVariant>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type ProductVariantEdge = {
  __typename?: 'ProductVariantEdge';
  cursor: Scalars['String']['output'];
  node: ProductVariant;
};

export type ProductVariantInput = {
  name?: InputMaybe<Scalars['String']['input']>;
  options?: InputMaybe<Array<SelectedOptionInput>>;
  price: MoneyInput;
  sku?: InputMaybe<Scalars['String']['input']>;
  stock: Scalars['Int']['input'];
};

export type ProductVariantUpdateInput = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  options?: InputMaybe<Array<SelectedOptionInput>>;
  price?: InputMaybe<MoneyInput>;
  sku?: InputMaybe<Scalars['String']['input']>;
};

export type Query = {
  __typename?: 'Query';
  categories?: Maybe<Array<Category>>;
  /** Variants at or under the threshold, fewest first; the viewer's own unless the viewer is an ADMIN. */
  lowStock?: Maybe<ProductVariantConnection>;
  /** For the other subgraphs only: what carts and orders need to know about their lines, one answer a line, in the order asked; at most 100. */
  orderableVariants?: Maybe<Array<OrderableLine>>;
  /** By exactly one of the three. */
  product?: Maybe<Product>;
  /** Completions while typing; forgives a typing error. */
  productSuggestions?: Maybe<Array<Product>>;
  products?: Maybe<ProductConnection>;
};


export type QueryLowStockArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  threshold?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryOrderableVariantsArgs = {
  lines: Array<OrderableLineInput>;
};


export type QueryProductArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  sku?: InputMaybe<Scalars['String']['input']>;
  slug?: InputMaybe<Scalars['String']['input']>;
};


export type QueryProductSuggestionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  prefix: Scalars['String']['input'];
};


export type QueryProductsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ProductFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
  sort?: InputMaybe<ProductSort>;
};

export type SelectedOption = {
  __typename?: 'SelectedOption';
  name: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

export type SelectedOptionInput = {
  name: Scalars['String']['input'];
  value: Scalars['String']['input'];
};

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type StockMovement = {
  __typename?: 'StockMovement';
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  onHandChange: Scalars['Int']['output'];
  /** The order that caused it. */
  orderId?: Maybe<Scalars['ID']['output']>;
  reason?: Maybe<Scalars['String']['output']>;
  reservedChange: Scalars['Int']['output'];
  type: StockMovementType;
};

export type StockMovementConnection = {
  __typename?: 'StockMovementConnection';
  edges: Array<StockMovementEdge>;
  nodes: Array<StockMovement>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type StockMovementEdge = {
  __typename?: 'StockMovementEdge';
  cursor: Scalars['String']['output'];
  node: StockMovement;
};

export type StockMovementType =
  | 'ADJUSTMENT'
  | 'INITIAL'
  | 'RELEASE'
  | 'RESERVATION'
  | 'RESTOCK'
  | 'SALE';

/** `expectedOnHand` is not what is on hand, or the change would leave fewer on hand than are reserved. */
export type StockPreconditionError = UserError & {
  __typename?: 'StockPreconditionError';
  code: UserErrorCode;
  currentOnHand: Scalars['Int']['output'];
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type StockReserveInput = {
  /** When the order expires; the reservation is held 15 minutes longer, as a backstop. Null: until the order says otherwise. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** 1 to 100; the lines of one variant are summed. */
  lines: Array<StockReserveLineInput>;
  orderId: Scalars['ID']['input'];
  /** From 1, counting the order's edits. */
  revision: Scalars['Int']['input'];
};

export type StockReserveLineInput = {
  quantity: Scalars['Int']['input'];
  variantId: Scalars['ID']['input'];
};

export type StockReserveOutcome =
  /** Nothing was changed; `shortages` says where. */
  | 'INSUFFICIENT'
  /** The order was released before, and stays so. */
  | 'RELEASED'
  /** The reservation is what the lines say; also on every repeat. */
  | 'RESERVED'
  /** The order's stock was sold before; nothing was changed. */
  | 'SOLD'
  /** A newer revision was seen before; nothing was changed. */
  | 'STALE';

export type StockReservePayload = {
  __typename?: 'StockReservePayload';
  outcome: StockReserveOutcome;
  shortages: Array<StockShortage>;
};

/** Unknown variants and those off sale have an `availableQuantity` of 0. */
export type StockShortage = {
  __typename?: 'StockShortage';
  availableQuantity: Scalars['Int']['output'];
  requestedQuantity: Scalars['Int']['output'];
  variantId: Scalars['ID']['output'];
};

export type User = {
  __typename?: 'User';
  id: Scalars['ID']['output'];
  /** What the user sells. Nullable, so that an outage here does not blank the user. */
  products?: Maybe<ProductConnection>;
};


export type UserProductsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

export type UserError = {
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type UserErrorCode =
  | 'ALREADY_EXISTS'
  | 'EDIT_CONFLICT'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'NOT_FOUND'
  | 'STOCK_PRECONDITION_FAILED'
  | 'VALIDATION_FAILED';

export type ValidationError = UserError & {
  __typename?: 'ValidationError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
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
  Category: Category;
  Product: Product;
  ProductVariant: ProductVariant;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Category:
    ( { __typename: 'Category' }
    & ( GraphQLRecursivePick<FederationTypes['Category'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Category'], {"slug":true}> ) );
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
  Category: ResolverTypeWrapper<CategoryModel>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CategoryInput: CategoryInput;
  CategoryPayload: ResolverTypeWrapper<Omit<CategoryPayload, 'category' | 'userErrors'> & { category?: Maybe<ResolversTypes['Category']>, userErrors: Array<ResolversTypes['UserError']> }>;
  CurrencyCode: ResolverTypeWrapper<Scalars['CurrencyCode']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  EditConflictError: ResolverTypeWrapper<EditConflictError>;
  FacetCount: ResolverTypeWrapper<FacetCount>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<IdempotencyKeyReusedError>;
  InventoryAdjustInput: InventoryAdjustInput;
  InventoryLevel: ResolverTypeWrapper<InventoryLevelModel>;
  InventoryPayload: ResolverTypeWrapper<Omit<InventoryPayload, 'movement' | 'userErrors' | 'variant'> & { movement?: Maybe<ResolversTypes['StockMovement']>, userErrors: Array<ResolversTypes['UserError']>, variant?: Maybe<ResolversTypes['ProductVariant']> }>;
  InventorySetInput: InventorySetInput;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  MoneyRange: ResolverTypeWrapper<MoneyRange>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NotFoundError: ResolverTypeWrapper<NotFoundError>;
  OrderableLine: ResolverTypeWrapper<OrderableLine>;
  OrderableLineInput: OrderableLineInput;
  OrderableOutcome: OrderableOutcome;
  OrderableVariant: ResolverTypeWrapper<OrderableVariant>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PriceRangeInput: PriceRangeInput;
  Product: ResolverTypeWrapper<ProductModel>;
  ProductConnection: ResolverTypeWrapper<ProductConnectionModel>;
  ProductCreateInput: ProductCreateInput;
  ProductDeletePayload: ResolverTypeWrapper<Omit<ProductDeletePayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ProductFacets: ResolverTypeWrapper<ProductFacetsModel>;
  ProductFilter: ProductFilter;
  ProductPayload: ResolverTypeWrapper<Omit<ProductPayload, 'product' | 'userErrors'> & { product?: Maybe<ResolversTypes['Product']>, userErrors: Array<ResolversTypes['UserError']> }>;
  ProductSort: ProductSort;
  ProductSortKey: ProductSortKey;
  ProductStatus: ProductStatus;
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
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Category: CategoryModel;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  CategoryInput: CategoryInput;
  CategoryPayload: Omit<CategoryPayload, 'category' | 'userErrors'> & { category?: Maybe<ResolversParentTypes['Category']>, userErrors: Array<ResolversParentTypes['UserError']> };
  CurrencyCode: Scalars['CurrencyCode']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  EditConflictError: EditConflictError;
  FacetCount: FacetCount;
  IdempotencyKeyReusedError: IdempotencyKeyReusedError;
  InventoryAdjustInput: InventoryAdjustInput;
  InventoryLevel: InventoryLevelModel;
  InventoryPayload: Omit<InventoryPayload, 'movement' | 'userErrors' | 'variant'> & { movement?: Maybe<ResolversParentTypes['StockMovement']>, userErrors: Array<ResolversParentTypes['UserError']>, variant?: Maybe<ResolversParentTypes['ProductVariant']> };
  InventorySetInput: InventorySetInput;
  Money: Money;
  MoneyInput: MoneyInput;
  MoneyRange: MoneyRange;
  Mutation: Record<PropertyKey, never>;
  NotFoundError: NotFoundError;
  OrderableLine: OrderableLine;
  OrderableLineInput: OrderableLineInput;
  OrderableVariant: OrderableVariant;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  PriceRangeInput: PriceRangeInput;
  Product: ProductModel;
  ProductConnection: ProductConnectionModel;
  ProductCreateInput: ProductCreateInput;
  ProductDeletePayload: Omit<ProductDeletePayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  Float: Scalars['Float']['output'];
  ProductFacets: ProductFacetsModel;
  ProductFilter: ProductFilter;
  ProductPayload: Omit<ProductPayload, 'product' | 'userErrors'> & { product?: Maybe<ResolversParentTypes['Product']>, userErrors: Array<ResolversParentTypes['UserError']> };
  ProductSort: ProductSort;
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
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  maxAge: Scalars['Int']['input'];
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CategoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Category'] = ResolversParentTypes['Category'], FederationReferenceType extends FederationReferenceTypes['Category'] = FederationReferenceTypes['Category']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Category']>, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  productCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  slug?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CategoryPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CategoryPayload'] = ResolversParentTypes['CategoryPayload']> = {
  category?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

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

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type MoneyRangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MoneyRange'] = ResolversParentTypes['MoneyRange']> = {
  max?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  min?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  categoryCreate?: Resolver<Maybe<ResolversTypes['CategoryPayload']>, ParentType, ContextType, RequireFields<MutationCategoryCreateArgs, 'input'>>;
  categoryDelete?: Resolver<Maybe<ResolversTypes['CategoryPayload']>, ParentType, ContextType, RequireFields<MutationCategoryDeleteArgs, 'id'>>;
  categoryUpdate?: Resolver<Maybe<ResolversTypes['CategoryPayload']>, ParentType, ContextType, RequireFields<MutationCategoryUpdateArgs, 'id' | 'input'>>;
  inventoryAdjust?: Resolver<Maybe<ResolversTypes['InventoryPayload']>, ParentType, ContextType, RequireFields<MutationInventoryAdjustArgs, 'input'>>;
  inventorySet?: Resolver<Maybe<ResolversTypes['InventoryPayload']>, ParentType, ContextType, RequireFields<MutationInventorySetArgs, 'input'>>;
  productCreate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductCreateArgs, 'input'>>;
  productDelete?: Resolver<Maybe<ResolversTypes['ProductDeletePayload']>, ParentType, ContextType, RequireFields<MutationProductDeleteArgs, 'id'>>;
  productUpdate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductUpdateArgs, 'id' | 'input'>>;
  productVariantCreate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductVariantCreateArgs, 'input' | 'productId'>>;
  productVariantDelete?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductVariantDeleteArgs, 'id'>>;
  productVariantUpdate?: Resolver<Maybe<ResolversTypes['ProductPayload']>, ParentType, ContextType, RequireFields<MutationProductVariantUpdateArgs, 'id' | 'input'>>;
  stockReserve?: Resolver<Maybe<ResolversTypes['StockReservePayload']>, ParentType, ContextType, RequireFields<MutationStockReserveArgs, 'input'>>;
};

export type NotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFoundError'] = ResolversParentTypes['NotFoundError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderableLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderableLine'] = ResolversParentTypes['OrderableLine']> = {
  outcome?: Resolver<ResolversTypes['OrderableOutcome'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['OrderableVariant']>, ParentType, ContextType>;
};

export type OrderableVariantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderableVariant'] = ResolversParentTypes['OrderableVariant']> = {
  imageUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  productName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantityAvailable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  variantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  variantName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Product']>, FederationReferenceType, ContextType>;
  categories?: Resolver<Array<ResolversTypes['Category']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  defaultVariant?: Resolver<Maybe<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  imageUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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
  categories?: Resolver<Array<ResolversTypes['FacetCount']>, ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  priceRange?: Resolver<Maybe<ResolversTypes['MoneyRange']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['FacetCount']>, ParentType, ContextType>;
};

export type ProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductPayload'] = ResolversParentTypes['ProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ProductVariantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductVariant'] = ResolversParentTypes['ProductVariant'], FederationReferenceType extends FederationReferenceTypes['ProductVariant'] = FederationReferenceTypes['ProductVariant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ProductVariant']>, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inStock?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  inventory?: Resolver<Maybe<ResolversTypes['InventoryLevel']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  options?: Resolver<Array<ResolversTypes['SelectedOption']>, ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
  quantityAvailable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
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
  categories?: Resolver<Maybe<Array<ResolversTypes['Category']>>, ParentType, ContextType>;
  lowStock?: Resolver<Maybe<ResolversTypes['ProductVariantConnection']>, ParentType, ContextType, RequireFields<QueryLowStockArgs, 'threshold'>>;
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

export type Resolvers<ContextType = Context> = {
  Category?: CategoryResolvers<ContextType>;
  CategoryPayload?: CategoryPayloadResolvers<ContextType>;
  CurrencyCode?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  EditConflictError?: EditConflictErrorResolvers<ContextType>;
  FacetCount?: FacetCountResolvers<ContextType>;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  InventoryLevel?: InventoryLevelResolvers<ContextType>;
  InventoryPayload?: InventoryPayloadResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  MoneyRange?: MoneyRangeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NotFoundError?: NotFoundErrorResolvers<ContextType>;
  OrderableLine?: OrderableLineResolvers<ContextType>;
  OrderableVariant?: OrderableVariantResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductDeletePayload?: ProductDeletePayloadResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  ProductFacets?: ProductFacetsResolvers<ContextType>;
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
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};

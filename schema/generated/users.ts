import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SavedAddress as SavedAddressModel, User as UserModel, UserConnection as UserConnectionModel, Session as SessionModel } from '../../subgraphs/users/models.ts';
import type { Context } from '../../subgraphs/users/context.ts';
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
  /** ISO 3166-1 alpha-2, such as "US". */
  CountryCode: { input: string; output: string; }
  /** RFC 3339 timestamp in UTC, with milliseconds. */
  DateTime: { input: string; output: Date; }
  /** An e-mail address, compared without regard to case. */
  EmailAddress: { input: string; output: string; }
  /** An absolute http(s) URL. */
  URL: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

export type AcceptedPayload = {
  __typename?: 'AcceptedPayload';
  accepted: Scalars['Boolean']['output'];
  userErrors: Array<UserError>;
};

/** As for EmailChangeRequestInput. */
export type AccountDeleteInput = {
  password?: InputMaybe<Scalars['String']['input']>;
};

/** Anything about accounts, passwords and tokens. */
export type AccountError = UserError & {
  __typename?: 'AccountError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

/** To a guest only the unguarded fields of `user` answer; ask `me` with the new token for the rest. */
export type AccountPayload = {
  __typename?: 'AccountPayload';
  user?: Maybe<User>;
  userErrors: Array<UserError>;
};

export type AccountRegisterInput = {
  address?: InputMaybe<AddressInput>;
  displayName?: InputMaybe<Scalars['String']['input']>;
  email: Scalars['EmailAddress']['input'];
  firstName?: InputMaybe<Scalars['String']['input']>;
  lastName?: InputMaybe<Scalars['String']['input']>;
  password: Scalars['String']['input'];
  username?: InputMaybe<Scalars['String']['input']>;
};

export type AccountRegisterPayload = {
  __typename?: 'AccountRegisterPayload';
  /** True when a mail with an activation token is on its way (or, if the address was taken, a mail that says so). */
  accepted: Scalars['Boolean']['output'];
  userErrors: Array<UserError>;
};

/** Left out: stays. Null: cleared, where the field may be empty. */
export type AccountUpdateInput = {
  displayName?: InputMaybe<Scalars['String']['input']>;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  firstName?: InputMaybe<Scalars['String']['input']>;
  lastName?: InputMaybe<Scalars['String']['input']>;
  username?: InputMaybe<Scalars['String']['input']>;
};

/** A postal address. Orders keep a copy of it. */
export type Address = {
  __typename?: 'Address';
  city?: Maybe<Scalars['String']['output']>;
  country: Scalars['CountryCode']['output'];
  line1: Scalars['String']['output'];
  line2?: Maybe<Scalars['String']['output']>;
  name?: Maybe<Scalars['String']['output']>;
  phone?: Maybe<Scalars['String']['output']>;
  postalCode?: Maybe<Scalars['String']['output']>;
  region?: Maybe<Scalars['String']['output']>;
};

export type AddressInput = {
  city?: InputMaybe<Scalars['String']['input']>;
  country: Scalars['CountryCode']['input'];
  line1: Scalars['String']['input'];
  line2?: InputMaybe<Scalars['String']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  phone?: InputMaybe<Scalars['String']['input']>;
  postalCode?: InputMaybe<Scalars['String']['input']>;
  region?: InputMaybe<Scalars['String']['input']>;
};

export type Buyer = {
  __typename?: 'Buyer';
  defaultAddress?: Maybe<Address>;
  email: Scalars['EmailAddress']['output'];
};

/** The row has changed since the caller read it: `expectedVersion` is not its version any more. */
export type EditConflictError = UserError & {
  __typename?: 'EditConflictError';
  code: UserErrorCode;
  currentVersion: Scalars['Int']['output'];
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

/** `password` is required when the account has one; otherwise the sign-in must be under 10 minutes old. */
export type EmailChangeRequestInput = {
  newEmail: Scalars['EmailAddress']['input'];
  password?: InputMaybe<Scalars['String']['input']>;
};

export type EmailInput = {
  email: Scalars['EmailAddress']['input'];
};

export type Mutation = {
  __typename?: 'Mutation';
  accountActivate?: Maybe<AccountPayload>;
  accountActivationResend?: Maybe<AcceptedPayload>;
  /** Erases personal data; orders keep their snapshots. */
  accountDelete?: Maybe<AcceptedPayload>;
  /** Answers the same whether or not the address is taken; the mail tells. Registering twice before activating: the mail's own password holds. */
  accountRegister?: Maybe<AccountRegisterPayload>;
  accountUpdate?: Maybe<AccountPayload>;
  addressCreate?: Maybe<SavedAddressPayload>;
  addressDelete?: Maybe<SavedAddressPayload>;
  addressUpdate?: Maybe<SavedAddressPayload>;
  emailChangeConfirm?: Maybe<AccountPayload>;
  emailChangeRequest?: Maybe<AcceptedPayload>;
  oauthTokenCreate?: Maybe<TokenPayload>;
  /** Ends every other session of the user. */
  passwordChange?: Maybe<AcceptedPayload>;
  /** Ends every session of the user. */
  passwordReset?: Maybe<AcceptedPayload>;
  /** Always accepted; only the mail shows whether the account exists. */
  passwordResetRequest?: Maybe<AcceptedPayload>;
  /** Sign out another session of the viewer. */
  sessionRevoke?: Maybe<TokenRevokePayload>;
  /** Sign in with e-mail and password. */
  tokenCreate?: Maybe<TokenPayload>;
  /** Trade a refresh token for a new pair. A repeat within 10 s of the latest rotation answers with the same pair; any other reuse ends the session. */
  tokenRefresh?: Maybe<TokenPayload>;
  /** Sign out one session. */
  tokenRevoke?: Maybe<TokenRevokePayload>;
  /** Sign out every session of the user. */
  tokenRevokeAll?: Maybe<TokenRevokePayload>;
  /** Refuses sign-in and ends what is signed in. */
  userDisable?: Maybe<AccountPayload>;
  userEnable?: Maybe<AccountPayload>;
  userPermissionsSet?: Maybe<AccountPayload>;
  userRoleSet?: Maybe<AccountPayload>;
};


export type MutationAccountActivateArgs = {
  input: TokenInput;
};


export type MutationAccountActivationResendArgs = {
  input: EmailInput;
};


export type MutationAccountDeleteArgs = {
  input: AccountDeleteInput;
};


export type MutationAccountRegisterArgs = {
  input: AccountRegisterInput;
};


export type MutationAccountUpdateArgs = {
  input: AccountUpdateInput;
};


export type MutationAddressCreateArgs = {
  input: SavedAddressInput;
};


export type MutationAddressDeleteArgs = {
  id: Scalars['ID']['input'];
};


export type MutationAddressUpdateArgs = {
  id: Scalars['ID']['input'];
  input: SavedAddressInput;
};


export type MutationEmailChangeConfirmArgs = {
  input: TokenInput;
};


export type MutationEmailChangeRequestArgs = {
  input: EmailChangeRequestInput;
};


export type MutationOauthTokenCreateArgs = {
  input: OAuthTokenCreateInput;
};


export type MutationPasswordChangeArgs = {
  input: PasswordChangeInput;
};


export type MutationPasswordResetArgs = {
  input: PasswordResetInput;
};


export type MutationPasswordResetRequestArgs = {
  input: EmailInput;
};


export type MutationSessionRevokeArgs = {
  id: Scalars['ID']['input'];
};


export type MutationTokenCreateArgs = {
  input: TokenCreateInput;
};


export type MutationTokenRefreshArgs = {
  input: TokenRefreshInput;
};


export type MutationTokenRevokeArgs = {
  input: TokenRefreshInput;
};


export type MutationUserDisableArgs = {
  userId: Scalars['ID']['input'];
};


export type MutationUserEnableArgs = {
  userId: Scalars['ID']['input'];
};


export type MutationUserPermissionsSetArgs = {
  permissions: Array<Scalars['String']['input']>;
  userId: Scalars['ID']['input'];
};


export type MutationUserRoleSetArgs = {
  role: UserRole;
  userId: Scalars['ID']['input'];
};

export type NotFoundError = UserError & {
  __typename?: 'NotFoundError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type OAuthAuthorization = {
  __typename?: 'OAuthAuthorization';
  state: Scalars['String']['output'];
  url: Scalars['URL']['output'];
};

export type OAuthProvider =
  | 'FACEBOOK'
  | 'GITHUB'
  | 'GOOGLE';

export type OAuthTokenCreateInput = {
  code: Scalars['String']['input'];
  provider: OAuthProvider;
  redirectUri: Scalars['URL']['input'];
  state: Scalars['String']['input'];
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

export type PasswordChangeInput = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
};

export type PasswordResetInput = {
  newPassword: Scalars['String']['input'];
  token: Scalars['String']['input'];
};

export type Query = {
  __typename?: 'Query';
  /** For the other subgraphs only: where mails about an order go and where it is sent unless told otherwise; null for who is not an active user. */
  buyer?: Maybe<Buyer>;
  /** The signed-in user; null for a guest. */
  me?: Maybe<User>;
  /** Where to send the browser for a social login; null when the provider is not configured. */
  oauthAuthorization?: Maybe<OAuthAuthorization>;
  user?: Maybe<User>;
  /** Searches name, handle and e-mail; needs users:read. */
  users?: Maybe<UserConnection>;
};


export type QueryBuyerArgs = {
  userId: Scalars['ID']['input'];
};


export type QueryOauthAuthorizationArgs = {
  provider: OAuthProvider;
  redirectUri: Scalars['URL']['input'];
};


export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<UserFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};

export type SavedAddress = {
  __typename?: 'SavedAddress';
  address: Address;
  id: Scalars['ID']['output'];
  isDefault: Scalars['Boolean']['output'];
};

export type SavedAddressInput = {
  address: AddressInput;
  isDefault?: InputMaybe<Scalars['Boolean']['input']>;
};

export type SavedAddressPayload = {
  __typename?: 'SavedAddressPayload';
  address?: Maybe<SavedAddress>;
  userErrors: Array<UserError>;
};

/** A signed-in device: one family of refresh tokens. */
export type Session = {
  __typename?: 'Session';
  createdAt: Scalars['DateTime']['output'];
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  isCurrent: Scalars['Boolean']['output'];
  lastUsedAt: Scalars['DateTime']['output'];
  userAgent?: Maybe<Scalars['String']['output']>;
};

export type TokenCreateInput = {
  email: Scalars['EmailAddress']['input'];
  password: Scalars['String']['input'];
};

export type TokenInput = {
  /** The token from the mail. */
  token: Scalars['String']['input'];
};

/** To a guest only the unguarded fields of `user` answer; ask `me` with the new token for the rest. */
export type TokenPayload = {
  __typename?: 'TokenPayload';
  /** An ES256 JWT, sent back as `Authorization: Bearer`. */
  accessToken?: Maybe<Scalars['String']['output']>;
  accessTokenExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  refreshToken?: Maybe<Scalars['String']['output']>;
  refreshTokenExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  user?: Maybe<User>;
  userErrors: Array<UserError>;
};

export type TokenRefreshInput = {
  refreshToken: Scalars['String']['input'];
};

export type TokenRevokePayload = {
  __typename?: 'TokenRevokePayload';
  revokedSessions: Scalars['Int']['output'];
  userErrors: Array<UserError>;
};

/** The guarded fields are for the user itself and for holders of users:read; for anybody else they are null with an error. */
export type User = {
  __typename?: 'User';
  addresses?: Maybe<Array<SavedAddress>>;
  createdAt: Scalars['DateTime']['output'];
  /** What others see. Never made from the e-mail address: "Customer 4821" unless given. */
  displayName: Scalars['String']['output'];
  email?: Maybe<Scalars['EmailAddress']['output']>;
  firstName?: Maybe<Scalars['String']['output']>;
  /** False for an account that only ever signed in through a provider. */
  hasPassword?: Maybe<Scalars['Boolean']['output']>;
  id: Scalars['ID']['output'];
  isActivated?: Maybe<Scalars['Boolean']['output']>;
  isDisabled?: Maybe<Scalars['Boolean']['output']>;
  lastName?: Maybe<Scalars['String']['output']>;
  linkedProviders?: Maybe<Array<OAuthProvider>>;
  /** Permission codes, the same that the access token carries in `scope`. */
  permissions?: Maybe<Array<Scalars['String']['output']>>;
  role?: Maybe<UserRole>;
  sessions?: Maybe<Array<Session>>;
  updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Public handle, unique without regard to case. Held by activated accounts only. */
  username?: Maybe<Scalars['String']['output']>;
  /** Counts edits; send it back as `expectedVersion`. */
  version?: Maybe<Scalars['Int']['output']>;
};

export type UserConnection = {
  __typename?: 'UserConnection';
  edges: Array<UserEdge>;
  nodes: Array<User>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type UserEdge = {
  __typename?: 'UserEdge';
  cursor: Scalars['String']['output'];
  node: User;
};

/**
 * A failure that the caller can act on. A payload can carry several. `code` is the contract; `message` is for people.
 * Refusals of another kind (not signed in, not allowed, too many requests, a fault of ours) are top-level errors with `extensions.code`.
 */
export type UserError = {
  code: UserErrorCode;
  /** Where in `input`, such as ["items", "0", "quantity"]. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type UserErrorCode =
  | 'ACCOUNT_DISABLED'
  | 'ACCOUNT_NOT_ACTIVATED'
  | 'ALREADY_EXISTS'
  | 'EDIT_CONFLICT'
  | 'INVALID_CREDENTIALS'
  | 'NOT_FOUND'
  | 'OAUTH_FAILED'
  | 'PASSWORD_TOO_WEAK'
  | 'TOKEN_INVALID'
  | 'VALIDATION_FAILED';

export type UserFilter = {
  isActivated?: InputMaybe<Scalars['Boolean']['input']>;
  role?: InputMaybe<UserRole>;
};

/** What a user may do follows from the role and the permissions granted beside it. */
export type UserRole =
  /** Every permission. */
  | 'ADMIN'
  /** Buys. */
  | 'CUSTOMER'
  /** Sells: products:write, on its own products. */
  | 'SELLER';

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
  SavedAddress: SavedAddress;
  Session: Session;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  SavedAddress:
    ( { __typename: 'SavedAddress' }
    & GraphQLRecursivePick<FederationTypes['SavedAddress'], {"id":true}> );
  Session:
    ( { __typename: 'Session' }
    & GraphQLRecursivePick<FederationTypes['Session'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  UserError:
    | ( AccountError & { __typename: 'AccountError' } )
    | ( EditConflictError & { __typename: 'EditConflictError' } )
    | ( NotFoundError & { __typename: 'NotFoundError' } )
    | ( ValidationError & { __typename: 'ValidationError' } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcceptedPayload: ResolverTypeWrapper<Omit<AcceptedPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  AccountDeleteInput: AccountDeleteInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  AccountError: ResolverTypeWrapper<AccountError>;
  AccountPayload: ResolverTypeWrapper<Omit<AccountPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  AccountRegisterInput: AccountRegisterInput;
  AccountRegisterPayload: ResolverTypeWrapper<Omit<AccountRegisterPayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  AccountUpdateInput: AccountUpdateInput;
  Address: ResolverTypeWrapper<Address>;
  AddressInput: AddressInput;
  Buyer: ResolverTypeWrapper<Buyer>;
  CountryCode: ResolverTypeWrapper<Scalars['CountryCode']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EditConflictError: ResolverTypeWrapper<EditConflictError>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  EmailChangeRequestInput: EmailChangeRequestInput;
  EmailInput: EmailInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  NotFoundError: ResolverTypeWrapper<NotFoundError>;
  OAuthAuthorization: ResolverTypeWrapper<OAuthAuthorization>;
  OAuthProvider: OAuthProvider;
  OAuthTokenCreateInput: OAuthTokenCreateInput;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PasswordChangeInput: PasswordChangeInput;
  PasswordResetInput: PasswordResetInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SavedAddress: ResolverTypeWrapper<SavedAddressModel>;
  SavedAddressInput: SavedAddressInput;
  SavedAddressPayload: ResolverTypeWrapper<Omit<SavedAddressPayload, 'address' | 'userErrors'> & { address?: Maybe<ResolversTypes['SavedAddress']>, userErrors: Array<ResolversTypes['UserError']> }>;
  Session: ResolverTypeWrapper<SessionModel>;
  TokenCreateInput: TokenCreateInput;
  TokenInput: TokenInput;
  TokenPayload: ResolverTypeWrapper<Omit<TokenPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversTypes['User']>, userErrors: Array<ResolversTypes['UserError']> }>;
  TokenRefreshInput: TokenRefreshInput;
  TokenRevokePayload: ResolverTypeWrapper<Omit<TokenRevokePayload, 'userErrors'> & { userErrors: Array<ResolversTypes['UserError']> }>;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
  User: ResolverTypeWrapper<UserModel>;
  UserConnection: ResolverTypeWrapper<UserConnectionModel>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
  UserErrorCode: UserErrorCode;
  UserFilter: UserFilter;
  UserRole: UserRole;
  ValidationError: ResolverTypeWrapper<ValidationError>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcceptedPayload: Omit<AcceptedPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  Boolean: Scalars['Boolean']['output'];
  AccountDeleteInput: AccountDeleteInput;
  String: Scalars['String']['output'];
  AccountError: AccountError;
  AccountPayload: Omit<AccountPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  AccountRegisterInput: AccountRegisterInput;
  AccountRegisterPayload: Omit<AccountRegisterPayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  AccountUpdateInput: AccountUpdateInput;
  Address: Address;
  AddressInput: AddressInput;
  Buyer: Buyer;
  CountryCode: Scalars['CountryCode']['output'];
  DateTime: Scalars['DateTime']['output'];
  EditConflictError: EditConflictError;
  EmailAddress: Scalars['EmailAddress']['output'];
  EmailChangeRequestInput: EmailChangeRequestInput;
  EmailInput: EmailInput;
  Mutation: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  NotFoundError: NotFoundError;
  OAuthAuthorization: OAuthAuthorization;
  OAuthTokenCreateInput: OAuthTokenCreateInput;
  PageInfo: PageInfo;
  PasswordChangeInput: PasswordChangeInput;
  PasswordResetInput: PasswordResetInput;
  Query: Record<PropertyKey, never>;
  SavedAddress: SavedAddressModel;
  SavedAddressInput: SavedAddressInput;
  SavedAddressPayload: Omit<SavedAddressPayload, 'address' | 'userErrors'> & { address?: Maybe<ResolversParentTypes['SavedAddress']>, userErrors: Array<ResolversParentTypes['UserError']> };
  Session: SessionModel;
  TokenCreateInput: TokenCreateInput;
  TokenInput: TokenInput;
  TokenPayload: Omit<TokenPayload, 'user' | 'userErrors'> & { user?: Maybe<ResolversParentTypes['User']>, userErrors: Array<ResolversParentTypes['UserError']> };
  TokenRefreshInput: TokenRefreshInput;
  TokenRevokePayload: Omit<TokenRevokePayload, 'userErrors'> & { userErrors: Array<ResolversParentTypes['UserError']> };
  URL: Scalars['URL']['output'];
  User: UserModel;
  UserConnection: UserConnectionModel;
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
  UserFilter: UserFilter;
  ValidationError: ValidationError;
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  maxAge: Scalars['Int']['input'];
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AcceptedPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AcceptedPayload'] = ResolversParentTypes['AcceptedPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AccountErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccountError'] = ResolversParentTypes['AccountError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccountPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccountPayload'] = ResolversParentTypes['AccountPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AccountRegisterPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccountRegisterPayload'] = ResolversParentTypes['AccountRegisterPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AddressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Address'] = ResolversParentTypes['Address']> = {
  city?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  country?: Resolver<ResolversTypes['CountryCode'], ParentType, ContextType>;
  line1?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line2?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  postalCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type BuyerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Buyer'] = ResolversParentTypes['Buyer']> = {
  defaultAddress?: Resolver<Maybe<ResolversTypes['Address']>, ParentType, ContextType>;
  email?: Resolver<ResolversTypes['EmailAddress'], ParentType, ContextType>;
};

export interface CountryCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['CountryCode'], any> {
  name: 'CountryCode';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EditConflictErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EditConflictError'] = ResolversParentTypes['EditConflictError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  currentVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  accountActivate?: Resolver<Maybe<ResolversTypes['AccountPayload']>, ParentType, ContextType, RequireFields<MutationAccountActivateArgs, 'input'>>;
  accountActivationResend?: Resolver<Maybe<ResolversTypes['AcceptedPayload']>, ParentType, ContextType, RequireFields<MutationAccountActivationResendArgs, 'input'>>;
  accountDelete?: Resolver<Maybe<ResolversTypes['AcceptedPayload']>, ParentType, ContextType, RequireFields<MutationAccountDeleteArgs, 'input'>>;
  accountRegister?: Resolver<Maybe<ResolversTypes['AccountRegisterPayload']>, ParentType, ContextType, RequireFields<MutationAccountRegisterArgs, 'input'>>;
  accountUpdate?: Resolver<Maybe<ResolversTypes['AccountPayload']>, ParentType, ContextType, RequireFields<MutationAccountUpdateArgs, 'input'>>;
  addressCreate?: Resolver<Maybe<ResolversTypes['SavedAddressPayload']>, ParentType, ContextType, RequireFields<MutationAddressCreateArgs, 'input'>>;
  addressDelete?: Resolver<Maybe<ResolversTypes['SavedAddressPayload']>, ParentType, ContextType, RequireFields<MutationAddressDeleteArgs, 'id'>>;
  addressUpdate?: Resolver<Maybe<ResolversTypes['SavedAddressPayload']>, ParentType, ContextType, RequireFields<MutationAddressUpdateArgs, 'id' | 'input'>>;
  emailChangeConfirm?: Resolver<Maybe<ResolversTypes['AccountPayload']>, ParentType, ContextType, RequireFields<MutationEmailChangeConfirmArgs, 'input'>>;
  emailChangeRequest?: Resolver<Maybe<ResolversTypes['AcceptedPayload']>, ParentType, ContextType, RequireFields<MutationEmailChangeRequestArgs, 'input'>>;
  oauthTokenCreate?: Resolver<Maybe<ResolversTypes['TokenPayload']>, ParentType, ContextType, RequireFields<MutationOauthTokenCreateArgs, 'input'>>;
  passwordChange?: Resolver<Maybe<ResolversTypes['AcceptedPayload']>, ParentType, ContextType, RequireFields<MutationPasswordChangeArgs, 'input'>>;
  passwordReset?: Resolver<Maybe<ResolversTypes['AcceptedPayload']>, ParentType, ContextType, RequireFields<MutationPasswordResetArgs, 'input'>>;
  passwordResetRequest?: Resolver<Maybe<ResolversTypes['AcceptedPayload']>, ParentType, ContextType, RequireFields<MutationPasswordResetRequestArgs, 'input'>>;
  sessionRevoke?: Resolver<Maybe<ResolversTypes['TokenRevokePayload']>, ParentType, ContextType, RequireFields<MutationSessionRevokeArgs, 'id'>>;
  tokenCreate?: Resolver<Maybe<ResolversTypes['TokenPayload']>, ParentType, ContextType, RequireFields<MutationTokenCreateArgs, 'input'>>;
  tokenRefresh?: Resolver<Maybe<ResolversTypes['TokenPayload']>, ParentType, ContextType, RequireFields<MutationTokenRefreshArgs, 'input'>>;
  tokenRevoke?: Resolver<Maybe<ResolversTypes['TokenRevokePayload']>, ParentType, ContextType, RequireFields<MutationTokenRevokeArgs, 'input'>>;
  tokenRevokeAll?: Resolver<Maybe<ResolversTypes['TokenRevokePayload']>, ParentType, ContextType>;
  userDisable?: Resolver<Maybe<ResolversTypes['AccountPayload']>, ParentType, ContextType, RequireFields<MutationUserDisableArgs, 'userId'>>;
  userEnable?: Resolver<Maybe<ResolversTypes['AccountPayload']>, ParentType, ContextType, RequireFields<MutationUserEnableArgs, 'userId'>>;
  userPermissionsSet?: Resolver<Maybe<ResolversTypes['AccountPayload']>, ParentType, ContextType, RequireFields<MutationUserPermissionsSetArgs, 'permissions' | 'userId'>>;
  userRoleSet?: Resolver<Maybe<ResolversTypes['AccountPayload']>, ParentType, ContextType, RequireFields<MutationUserRoleSetArgs, 'role' | 'userId'>>;
};

export type NotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFoundError'] = ResolversParentTypes['NotFoundError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OAuthAuthorizationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OAuthAuthorization'] = ResolversParentTypes['OAuthAuthorization']> = {
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['URL'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  buyer?: Resolver<Maybe<ResolversTypes['Buyer']>, ParentType, ContextType, RequireFields<QueryBuyerArgs, 'userId'>>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  oauthAuthorization?: Resolver<Maybe<ResolversTypes['OAuthAuthorization']>, ParentType, ContextType, RequireFields<QueryOauthAuthorizationArgs, 'provider' | 'redirectUri'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  users?: Resolver<Maybe<ResolversTypes['UserConnection']>, ParentType, ContextType, Partial<QueryUsersArgs>>;
};

export type SavedAddressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SavedAddress'] = ResolversParentTypes['SavedAddress'], FederationReferenceType extends FederationReferenceTypes['SavedAddress'] = FederationReferenceTypes['SavedAddress']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['SavedAddress']>, FederationReferenceType, ContextType>;
  address?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isDefault?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SavedAddressPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SavedAddressPayload'] = ResolversParentTypes['SavedAddressPayload']> = {
  address?: Resolver<Maybe<ResolversTypes['SavedAddress']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session'], FederationReferenceType extends FederationReferenceTypes['Session'] = FederationReferenceTypes['Session']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Session']>, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastUsedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TokenPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TokenPayload'] = ResolversParentTypes['TokenPayload']> = {
  accessToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  accessTokenExpiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  refreshToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refreshTokenExpiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TokenRevokePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TokenRevokePayload'] = ResolversParentTypes['TokenRevokePayload']> = {
  revokedSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']>, FederationReferenceType, ContextType>;
  addresses?: Resolver<Maybe<Array<ResolversTypes['SavedAddress']>>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  firstName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasPassword?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isActivated?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  isDisabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  lastName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  linkedProviders?: Resolver<Maybe<Array<ResolversTypes['OAuthProvider']>>, ParentType, ContextType>;
  permissions?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['UserRole']>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<Array<ResolversTypes['Session']>>, ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  username?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType?: TypeResolveFn<'AccountError' | 'EditConflictError' | 'NotFoundError' | 'ValidationError', ParentType, ContextType>;
};

export type ValidationErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ValidationError'] = ResolversParentTypes['ValidationError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AcceptedPayload?: AcceptedPayloadResolvers<ContextType>;
  AccountError?: AccountErrorResolvers<ContextType>;
  AccountPayload?: AccountPayloadResolvers<ContextType>;
  AccountRegisterPayload?: AccountRegisterPayloadResolvers<ContextType>;
  Address?: AddressResolvers<ContextType>;
  Buyer?: BuyerResolvers<ContextType>;
  CountryCode?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  EditConflictError?: EditConflictErrorResolvers<ContextType>;
  EmailAddress?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  NotFoundError?: NotFoundErrorResolvers<ContextType>;
  OAuthAuthorization?: OAuthAuthorizationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SavedAddress?: SavedAddressResolvers<ContextType>;
  SavedAddressPayload?: SavedAddressPayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  TokenPayload?: TokenPayloadResolvers<ContextType>;
  TokenRevokePayload?: TokenRevokePayloadResolvers<ContextType>;
  URL?: GraphQLScalarType;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  ValidationError?: ValidationErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};

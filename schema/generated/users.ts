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
  /** An ISO 3166-1 alpha-2 country code, such as "US". */
  CountryCode: { input: string; output: string; }
  /** An RFC 3339 timestamp in UTC with milliseconds, such as "2026-11-30T09:30:00.000Z". */
  DateTime: { input: string; output: Date; }
  /** An email address. Case is ignored when addresses are compared. */
  EmailAddress: { input: string; output: string; }
  /** An absolute http or https URL. */
  URL: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** Whether a request was accepted. */
export type AcceptedPayload = {
  __typename?: 'AcceptedPayload';
  /** False if `userErrors` says why. */
  accepted: Scalars['Boolean']['output'];
  /** Why the request was not accepted; empty on success. */
  userErrors: Array<UserError>;
};

/** `password` is required if the account has one; otherwise the sign-in must be less than 10 minutes old. */
export type AccountDeleteInput = {
  /** The current password. */
  password?: InputMaybe<Scalars['String']['input']>;
};

/** An error about an account, a password or a token. */
export type AccountError = UserError & {
  __typename?: 'AccountError';
  /** Any code that concerns accounts, passwords and tokens. */
  code: UserErrorCode;
  /** The path in `input` of the value, if it is about one. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** An account. A guest sees only the public fields of `user`; query `me` with the new token for the rest. */
export type AccountPayload = {
  __typename?: 'AccountPayload';
  /** The account; null on failure. */
  user?: Maybe<User>;
  /** Why the mutation failed; empty on success. */
  userErrors: Array<UserError>;
};

/** A new account. */
export type AccountRegisterInput = {
  /** An address to save with the account. */
  address?: InputMaybe<AddressInput>;
  /** Public name; "Customer" and a number if omitted. */
  displayName?: InputMaybe<Scalars['String']['input']>;
  /** Email address, to be confirmed by the activation email. */
  email: Scalars['EmailAddress']['input'];
  /** First name. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Last name. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** 8 to 128 characters that are not a common password. */
  password: Scalars['String']['input'];
  /** Public handle; reserved when the account is activated. */
  username?: InputMaybe<Scalars['String']['input']>;
};

/** The result of a registration. */
export type AccountRegisterPayload = {
  __typename?: 'AccountRegisterPayload';
  /** True if a mail was queued: with an activation link or, if the address is taken, with a notice. */
  accepted: Scalars['Boolean']['output'];
  /** Why the registration was not accepted; empty on success. */
  userErrors: Array<UserError>;
};

/** Omitted fields stay as they are; null clears a field that may be empty. */
export type AccountUpdateInput = {
  /** Public name. */
  displayName?: InputMaybe<Scalars['String']['input']>;
  /** EDIT_CONFLICT unless the account still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** First name. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Last name. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Public handle, unique regardless of case. */
  username?: InputMaybe<Scalars['String']['input']>;
};

/** A postal address. Orders keep a copy of it. */
export type Address = {
  __typename?: 'Address';
  /** City or town. */
  city?: Maybe<Scalars['String']['output']>;
  /** The recipient's company. */
  company?: Maybe<Scalars['String']['output']>;
  /** Country. */
  country: Scalars['CountryCode']['output'];
  /** Street and number. */
  line1: Scalars['String']['output'];
  /** Apartment, building or similar. */
  line2?: Maybe<Scalars['String']['output']>;
  /** The recipient's name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Phone number for the carrier. */
  phone?: Maybe<Scalars['String']['output']>;
  /** Postal code. */
  postalCode?: Maybe<Scalars['String']['output']>;
  /** State, province or region. */
  region?: Maybe<Scalars['String']['output']>;
};

/** A postal address. */
export type AddressInput = {
  /** City or town. */
  city?: InputMaybe<Scalars['String']['input']>;
  /** The recipient's company. */
  company?: InputMaybe<Scalars['String']['input']>;
  /** Country. */
  country: Scalars['CountryCode']['input'];
  /** Street and number. */
  line1: Scalars['String']['input'];
  /** Apartment, building or similar. */
  line2?: InputMaybe<Scalars['String']['input']>;
  /** The recipient's name. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Phone number for the carrier. */
  phone?: InputMaybe<Scalars['String']['input']>;
  /** Postal code. */
  postalCode?: InputMaybe<Scalars['String']['input']>;
  /** State, province or region. */
  region?: InputMaybe<Scalars['String']['input']>;
};

/** What orders needs to know about a buyer. For other subgraphs only. */
export type Buyer = {
  __typename?: 'Buyer';
  /** Where orders are sent if the checkout has no address. */
  defaultAddress?: Maybe<Address>;
  /** Where mails about orders are sent. */
  email: Scalars['EmailAddress']['output'];
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

/** `password` is required if the account has one; otherwise the sign-in must be less than 10 minutes old. */
export type EmailChangeRequestInput = {
  /** The new email address. */
  newEmail: Scalars['EmailAddress']['input'];
  /** The current password. */
  password?: InputMaybe<Scalars['String']['input']>;
};

/** An email address. */
export type EmailInput = {
  /** The account's email address. */
  email: Scalars['EmailAddress']['input'];
};

/** Mutations of the graph. Each names the permission that it requires. */
export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Activates an account with the token from the activation email, and discards the address's other registrations. If the address was registered more
   * than once, the password of this registration is required too, or the result is INVALID_CREDENTIALS. Open to guests.
   */
  accountActivate?: Maybe<AccountPayload>;
  /** Sends the activation email again. The response does not reveal whether there is such an account. Open to guests. */
  accountActivationResend?: Maybe<AcceptedPayload>;
  /** Deletes the viewer's account and erases its personal data; orders keep their copies. Requires a signed-in user. */
  accountDelete?: Maybe<AcceptedPayload>;
  /**
   * Registers an account and sends an activation email. The response is the same whether or not the address is taken; only the email differs. Open to
   * guests.
   */
  accountRegister?: Maybe<AccountRegisterPayload>;
  /** Changes the viewer's names and handle. Requires a signed-in user. */
  accountUpdate?: Maybe<AccountPayload>;
  /** Saves an address for the viewer. Requires a signed-in user. */
  addressCreate?: Maybe<SavedAddressPayload>;
  /** Deletes one of the viewer's saved addresses. Requires a signed-in user. */
  addressDelete?: Maybe<SavedAddressPayload>;
  /** Replaces one of the viewer's saved addresses. Requires a signed-in user. */
  addressUpdate?: Maybe<SavedAddressPayload>;
  /** Changes the email address with the token from the email. Open to guests. */
  emailChangeConfirm?: Maybe<AccountPayload>;
  /** Sends an email to the new address with a link that confirms it. Requires a signed-in user. */
  emailChangeRequest?: Maybe<AcceptedPayload>;
  /** Completes a social sign-in. Open to guests. */
  oauthTokenCreate?: Maybe<TokenPayload>;
  /** Changes the viewer's password and ends all other sessions. Requires a signed-in user. */
  passwordChange?: Maybe<AcceptedPayload>;
  /** Sets a new password with the token from the email and ends all of the user's sessions. Open to guests. */
  passwordReset?: Maybe<AcceptedPayload>;
  /** Sends an email with a link to set a new password, if there is such an account; the response is always the same. Open to guests. */
  passwordResetRequest?: Maybe<AcceptedPayload>;
  /** Signs out one of the viewer's own sessions. Requires a signed-in user. */
  sessionRevoke?: Maybe<TokenRevokePayload>;
  /** Signs in with email address and password. Open to guests. */
  tokenCreate?: Maybe<TokenPayload>;
  /**
   * Trades a refresh token for a new pair of tokens. A repeat within 10 s of the latest rotation returns the same pair; any other reuse ends the session.
   * Open to guests.
   */
  tokenRefresh?: Maybe<TokenPayload>;
  /** Signs out the session of a refresh token. Open to guests. */
  tokenRevoke?: Maybe<TokenRevokePayload>;
  /** Signs out all of the viewer's sessions. Requires a signed-in user. */
  tokenRevokeAll?: Maybe<TokenRevokePayload>;
  /** Prevents a user from signing in and ends all of the user's sessions. Requires users:write. */
  userDisable?: Maybe<AccountPayload>;
  /** Lets a disabled user sign in again. Requires users:write. */
  userEnable?: Maybe<AccountPayload>;
  /** Replaces the permissions granted to a user in addition to the role's. Requires users:write, and every permission that is granted. */
  userPermissionsSet?: Maybe<AccountPayload>;
  /** Sets a user's role. Requires users:write, and every permission that the role implies. */
  userRoleSet?: Maybe<AccountPayload>;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAccountActivateArgs = {
  input: TokenInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAccountActivationResendArgs = {
  input: EmailInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAccountDeleteArgs = {
  input: AccountDeleteInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAccountRegisterArgs = {
  input: AccountRegisterInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAccountUpdateArgs = {
  input: AccountUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAddressCreateArgs = {
  input: SavedAddressInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAddressDeleteArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationAddressUpdateArgs = {
  id: Scalars['ID']['input'];
  input: SavedAddressInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationEmailChangeConfirmArgs = {
  input: TokenInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationEmailChangeRequestArgs = {
  input: EmailChangeRequestInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOauthTokenCreateArgs = {
  input: OAuthTokenCreateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationPasswordChangeArgs = {
  input: PasswordChangeInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationPasswordResetArgs = {
  input: PasswordResetInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationPasswordResetRequestArgs = {
  input: EmailInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationSessionRevokeArgs = {
  id: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationTokenCreateArgs = {
  input: TokenCreateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationTokenRefreshArgs = {
  input: TokenRefreshInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationTokenRevokeArgs = {
  input: TokenRefreshInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationUserDisableArgs = {
  userId: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationUserEnableArgs = {
  userId: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationUserPermissionsSetArgs = {
  permissions: Array<Scalars['String']['input']>;
  userId: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationUserRoleSetArgs = {
  role: UserRole;
  userId: Scalars['ID']['input'];
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

/** The start of a social sign-in. */
export type OAuthAuthorization = {
  __typename?: 'OAuthAuthorization';
  /**
   * A secret of this client, which must not leave it until it is passed to `oauthTokenCreate`: someone who sees the address with code and state cannot sign in without
   * it (PKCE).
   */
  codeVerifier: Scalars['String']['output'];
  /** Comes back from the provider together with the code; pass both to `oauthTokenCreate`. */
  state: Scalars['String']['output'];
  /** The provider's page, to which the browser is sent. */
  url: Scalars['URL']['output'];
};

/** A provider of social sign-in. */
export type OAuthProvider =
  /** Facebook, by OAuth 2.0. */
  | 'FACEBOOK'
  /** GitHub, by OAuth 2.0. */
  | 'GITHUB'
  /** Google, by OpenID Connect. */
  | 'GOOGLE';

/** What the provider sent the browser back with. */
export type OAuthTokenCreateInput = {
  /** `code` from the provider's redirect. */
  code: Scalars['String']['input'];
  /** `codeVerifier` of `oauthAuthorization`. Required: without it the result is OAUTH_FAILED. */
  codeVerifier?: InputMaybe<Scalars['String']['input']>;
  /** The provider. */
  provider: OAuthProvider;
  /** The same URL as for `oauthAuthorization`. */
  redirectUri: Scalars['URL']['input'];
  /** `state` from the provider's redirect. */
  state: Scalars['String']['input'];
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

/** A new password, authorized by the current one. */
export type PasswordChangeInput = {
  /** The current password. */
  currentPassword: Scalars['String']['input'];
  /** 8 to 128 characters that are not a common password. */
  newPassword: Scalars['String']['input'];
};

/** A new password, authorized by a token. */
export type PasswordResetInput = {
  /** 8 to 128 characters that are not a common password. */
  newPassword: Scalars['String']['input'];
  /** The token from the link in the email. */
  token: Scalars['String']['input'];
};

/** Queries of the graph. Each names the permission that it requires, if any. */
export type Query = {
  __typename?: 'Query';
  /** For other subgraphs only: the email address and default address of an active user; null for anyone else. */
  buyer?: Maybe<Buyer>;
  /** The signed-in user; null for guests. */
  me?: Maybe<User>;
  /** Where to send the browser for a social sign-in; null if the provider is not configured. */
  oauthAuthorization?: Maybe<OAuthAuthorization>;
  /** A user by id. Open to everybody; guarded fields are null unless the viewer may read them. */
  user?: Maybe<User>;
  /** All users, the newest first. Requires users:read. */
  users?: Maybe<UserConnection>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryBuyerArgs = {
  userId: Scalars['ID']['input'];
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryOauthAuthorizationArgs = {
  provider: OAuthProvider;
  redirectUri: Scalars['URL']['input'];
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<UserFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};

/** An address that a user saved. Readable by its owner and with users:read. */
export type SavedAddress = {
  __typename?: 'SavedAddress';
  /** The address itself. */
  address: Address;
  /** Id of the saved address, a UUID. */
  id: Scalars['ID']['output'];
  /** Whether a checkout without an address uses this one. */
  isDefault: Scalars['Boolean']['output'];
};

/** An address to save. */
export type SavedAddressInput = {
  /** The address itself. */
  address: AddressInput;
  /** Whether checkouts without an address use this one; the first saved address is the default. */
  isDefault?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A saved address. */
export type SavedAddressPayload = {
  __typename?: 'SavedAddressPayload';
  /** The address as it is saved, or was before it was deleted; null on failure. */
  address?: Maybe<SavedAddress>;
  /** Why the mutation failed; empty on success. */
  userErrors: Array<UserError>;
};

/** A device or browser that is signed in. Readable by its owner and with users:read. */
export type Session = {
  __typename?: 'Session';
  /** When the user signed in. */
  createdAt: Scalars['DateTime']['output'];
  /** When the session ends unless it is used before. */
  expiresAt: Scalars['DateTime']['output'];
  /** Id of the session, a UUID. */
  id: Scalars['ID']['output'];
  /** Whether this request belongs to the session. */
  isCurrent: Scalars['Boolean']['output'];
  /** When the session's tokens were last refreshed. */
  lastUsedAt: Scalars['DateTime']['output'];
  /** `User-Agent` header of the sign-in. */
  userAgent?: Maybe<Scalars['String']['output']>;
};

/** A sign-in. */
export type TokenCreateInput = {
  /** The account's email address. */
  email: Scalars['EmailAddress']['input'];
  /** The account's password. */
  password: Scalars['String']['input'];
};

/** A token from an email. */
export type TokenInput = {
  /**
   * For `accountActivate` alone: the password that was chosen with this registration. Required if the address was registered more than once; otherwise it is
   * ignored.
   */
  password?: InputMaybe<Scalars['String']['input']>;
  /** The token from the link in the email. */
  token: Scalars['String']['input'];
};

/** A pair of tokens. A guest sees only the public fields of `user`; query `me` with the new token for the rest. */
export type TokenPayload = {
  __typename?: 'TokenPayload';
  /** A JWT (ES256), to be sent as `Authorization: Bearer <token>`. */
  accessToken?: Maybe<Scalars['String']['output']>;
  /** When the access token expires. */
  accessTokenExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** To be traded for a new pair by `tokenRefresh`. */
  refreshToken?: Maybe<Scalars['String']['output']>;
  /** When the refresh token expires unless it is used before. */
  refreshTokenExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** The signed-in user. */
  user?: Maybe<User>;
  /** Why the sign-in failed; empty on success. */
  userErrors: Array<UserError>;
};

/** A refresh token. */
export type TokenRefreshInput = {
  /** The newest refresh token of the session. */
  refreshToken: Scalars['String']['input'];
};

/** The result of a sign-out. */
export type TokenRevokePayload = {
  __typename?: 'TokenRevokePayload';
  /** How many sessions were ended. */
  revokedSessions: Scalars['Int']['output'];
  /** Why nothing was revoked; empty on success. */
  userErrors: Array<UserError>;
};

/** A person with an account. Guarded fields are readable by the user and by holders of users:read; for others they are null with an error. */
export type User = {
  __typename?: 'User';
  /** Saved addresses, the oldest first. Readable by the user and with users:read. */
  addresses?: Maybe<Array<SavedAddress>>;
  /** When the account was registered. */
  createdAt: Scalars['DateTime']['output'];
  /** The public name. Never derived from the email address; "Customer 4821" unless one was given. */
  displayName: Scalars['String']['output'];
  /** Email address. Readable by the user and with users:read. */
  email?: Maybe<Scalars['EmailAddress']['output']>;
  /** First name. Readable by the user and with users:read. */
  firstName?: Maybe<Scalars['String']['output']>;
  /** False for an account that has only ever signed in through a provider. Readable by the user and with users:read. */
  hasPassword?: Maybe<Scalars['Boolean']['output']>;
  /** Id of the user, a UUID. */
  id: Scalars['ID']['output'];
  /** Whether the email address has been confirmed. Readable by the user and with users:read. */
  isActivated?: Maybe<Scalars['Boolean']['output']>;
  /** Whether staff disabled the account. Readable by the user and with users:read. */
  isDisabled?: Maybe<Scalars['Boolean']['output']>;
  /** Last name. Readable by the user and with users:read. */
  lastName?: Maybe<Scalars['String']['output']>;
  /** Providers of social sign-in that are linked to the account. Readable by the user and with users:read. */
  linkedProviders?: Maybe<Array<OAuthProvider>>;
  /** Codes of all permissions, by role and by grant; the access token carries the same in `scope`. Readable by the user and with users:read. */
  permissions?: Maybe<Array<Scalars['String']['output']>>;
  /** Role. Readable by the user and with users:read. */
  role?: Maybe<UserRole>;
  /** Active sessions, the most recently used first. Readable by the user and with users:read. */
  sessions?: Maybe<Array<Session>>;
  /** When the account was last edited. Readable by the user and with users:read. */
  updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Public handle, unique regardless of case. Held by activated accounts only. */
  username?: Maybe<Scalars['String']['output']>;
  /** Number of edits, to be sent as `expectedVersion`. Readable by the user and with users:read. */
  version?: Maybe<Scalars['Int']['output']>;
};

/** A page of users. */
export type UserConnection = {
  __typename?: 'UserConnection';
  /** The page's users with their cursors. */
  edges: Array<UserEdge>;
  /** The page's users. */
  nodes: Array<User>;
  /** Whether and where the list goes on. */
  pageInfo: PageInfo;
  /** How many users the whole list has. Counted only when selected. */
  totalCount: Scalars['Int']['output'];
};

/** A user in a page of a list, with its cursor. */
export type UserEdge = {
  __typename?: 'UserEdge';
  /** Position in the list, for `after` and `before`. */
  cursor: Scalars['String']['output'];
  /** The user. */
  node: User;
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
  /** The account was disabled by staff. */
  | 'ACCOUNT_DISABLED'
  /** The account must be activated first, with the link from the activation email. */
  | 'ACCOUNT_NOT_ACTIVATED'
  /** The value must be unique and is taken. */
  | 'ALREADY_EXISTS'
  /** The object has changed since it was read: `expectedVersion` is not its current version. */
  | 'EDIT_CONFLICT'
  /** The email address and password do not match an account, or the current password is wrong. */
  | 'INVALID_CREDENTIALS'
  /** The object does not exist, or the viewer may not see it. */
  | 'NOT_FOUND'
  /** The social sign-in did not succeed at the provider. */
  | 'OAUTH_FAILED'
  /** The password is too short, too common, or contains the account's own data. */
  | 'PASSWORD_TOO_WEAK'
  /** The token is unknown, expired or already used. */
  | 'TOKEN_INVALID'
  /** A value of the input is not valid; `field` names it. */
  | 'VALIDATION_FAILED';

/** Narrows a list of users; all given conditions must hold. */
export type UserFilter = {
  /** Only activated, or only not yet activated accounts. */
  isActivated?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only users with this role. */
  role?: InputMaybe<UserRole>;
};

/** A user's role. It implies permissions; others can be granted in addition. */
export type UserRole =
  /** Implies every permission. */
  | 'ADMIN'
  /** Buys. Implies no permission. */
  | 'CUSTOMER'
  /** Sells. Implies products:write, for the seller's own products. */
  | 'SELLER';

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
  company?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
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
  codeVerifier?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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

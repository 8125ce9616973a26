import { type SQL, sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { budgetTable } from "#platform/budgets/postgres-store.ts";
import { outboxTable } from "#platform/events/outbox.ts";
import type { AddressId, Branded, SessionId, UserId } from "#platform/shop/ids.ts";
import type { Email, PostalAddress } from "#platform/shop/input.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** The roles, as the contract spells them. */
export const roles = ["CUSTOMER", "SELLER", "ADMIN"] as const;
export type Role = (typeof roles)[number];
/** The providers of social sign-in, as the contract spells them. */
export type Provider = "GOOGLE" | "FACEBOOK" | "GITHUB";
/** A mailed token's row. */
export type MailedTokenId = Branded<string, "MailedTokenId">;
/** A social sign-in under way. */
export type OAuthStateId = Branded<string, "OAuthStateId">;

/** What a registration wants and gets only when it is activated, since until then others may. */
export type RegistrationRequest = {
  username?: string;
  /** A social sign-in that the mailed token is to confirm the address of. */
  identity?: { provider: Provider; providerUserId: string };
};

/**
 * People. A registration is a row without `activatedAt`: there may be several for one address, each with a password of its own, until one is
 * activated, which removes the others. A deleted account keeps its id and nothing of the person.
 */
export const users = pgTable(
  "users",
  {
    id: uuid().primaryKey().$type<UserId>(),
    /** As it was written; null once deleted. */
    email: text().$type<Email>(),
    /** As it is compared. */
    emailKey: text("email_key"),
    displayName: text("display_name").notNull(),
    username: text(),
    usernameKey: text("username_key"),
    firstName: text("first_name"),
    lastName: text("last_name"),
    /** Argon2id, or an imported bcrypt hash; null for an account that only ever signed in through a provider. */
    passwordHash: text("password_hash"),
    role: text().notNull().default("CUSTOMER").$type<Role>(),
    /** Granted in addition to the role's. */
    permissions: text().array().notNull().default(sql`'{}'`),
    activatedAt: moment("activated_at"),
    /** Of a registration: until when it may be activated. */
    activatableUntil: moment("activatable_until"),
    /** What a registration applies when it is activated. */
    requested: jsonb("wish").$type<RegistrationRequest>(),
    /** A registration of an address that already had an account. It can never be activated, and exists so that nobody can find out. */
    isDecoy: boolean("is_decoy").notNull().default(false),
    disabledAt: moment("disabled_at"),
    deletedAt: moment("deleted_at"),
    /** An access token of an earlier generation is refused. */
    tokenGeneration: integer("token_generation").notNull().default(1),
    tokensRevokedAt: moment("tokens_revoked_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    version: integer().notNull().default(1),
    /** Begins with a blank, so that every word in it does: then trigrams find even its beginning. */
    searchText: text("search_text").generatedAlwaysAs(
      (): SQL => sql`lower(' ' || display_name || ' ' || coalesce(username, '') || ' ' || coalesce(email, '') || ' ' ||
        coalesce(first_name, '') || ' ' || coalesce(last_name, ''))`,
    ),
  },
  (table) => [
    uniqueIndex("users_email").on(table.emailKey).where(sql`activated_at is not null`),
    index("users_email_key").on(table.emailKey),
    index("users_role").on(table.role, table.id),
    uniqueIndex("users_username").on(table.usernameKey),
    index("users_activatable_until").on(table.activatableUntil).where(sql`activated_at is null`),
    index("users_tokens_revoked_at").on(table.tokensRevokedAt).where(sql`tokens_revoked_at is not null`),
    index("users_search").using("gin", sql`${table.searchText} gin_trgm_ops`),
    check("users_role", sql`role in ('CUSTOMER', 'SELLER', 'ADMIN')`),
    check("users_address", sql`email is not null and email_key is not null or deleted_at is not null`),
    check("users_decoy", sql`not is_decoy or activated_at is null`),
  ],
);
export type UserRow = typeof users.$inferSelect;

/**
 * Signed-in devices, each a family of refresh tokens. Token n of a family is made from the family's id and n, so the table holds none.
 */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid().primaryKey().$type<SessionId>(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The number of the family's latest token. */
    rotation: integer().notNull().default(0),
    rotatedAt: moment("rotated_at").notNull().defaultNow(),
    /** The latest access token, encrypted under a key that is in no database: a repeat of the latest rotation gets it again. */
    sealedAccess: text("sealed_access"),
    userAgent: text("user_agent"),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastUsedAt: moment("last_used_at").notNull().defaultNow(),
    /** When it ends unless it is used before. */
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
  },
  (table) => [
    index("sessions_user").on(table.userId, table.createdAt),
    index("sessions_revoked_at").on(table.revokedAt).where(sql`revoked_at is not null`),
    index("sessions_expires_at").on(table.expiresAt),
  ],
);
export type SessionRow = typeof sessions.$inferSelect;

/** Saved addresses, one of them the default. */
export const addresses = pgTable(
  "addresses",
  {
    id: uuid().primaryKey().$type<AddressId>(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    address: jsonb().notNull().$type<PostalAddress>(),
    isDefault: boolean("is_default").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("addresses_user").on(table.userId, table.id),
    uniqueIndex("addresses_default").on(table.userId).where(sql`is_default`),
  ],
);
export type AddressRow = typeof addresses.$inferSelect;

/** What a mailed token opens, once. The token is made from the row's id when the mail leaves, so the table holds none. */
export const mailedTokens = pgTable(
  "mailed_tokens",
  {
    id: uuid().primaryKey().$type<MailedTokenId>(),
    kind: text().notNull().$type<"password-reset" | "email-change">(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    /** The address that is to become the account's. */
    newEmail: text("new_email").$type<Email>(),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    usedAt: moment("used_at"),
  },
  (table) => [
    index("mailed_tokens_user").on(table.userId),
    index("mailed_tokens_expires_at").on(table.expiresAt),
    check("mailed_tokens_kind", sql`(kind = 'email-change') = (new_email is not null)`),
  ],
);

/** Accounts at other providers by which a user signs in. */
export const identities = pgTable(
  "identities",
  {
    provider: text().notNull().$type<Provider>(),
    providerUserId: text("provider_user_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.providerUserId] }),
    index("identities_user").on(table.userId),
  ],
);

/**
 * States of social sign-ins that were used up. State, nonce and PKCE verifier are made from the id, which holds its time, so nothing is written
 * before the user comes back from the provider.
 */
export const usedOAuthStates = pgTable(
  "used_oauth_states",
  { id: uuid().primaryKey().$type<OAuthStateId>(), usedAt: moment("used_at").notNull().defaultNow() },
  (table) => [index("used_oauth_states_used_at").on(table.usedAt)],
);

/**
 * The ids of the keys that sign access tokens, one row: a process whose keys have none of them in common would issue tokens that the others reject.
 */
export const accessKeySet = pgTable(
  "access_key_set",
  {
    id: integer().primaryKey().default(1),
    kids: text().array().notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  () => [check("access_key_set_single", sql`id = 1`)],
);

/** Networks from which an account signed in well, by an HMAC of the network. Failures elsewhere do not lock the owner out there. */
export const knownNetworks = pgTable(
  "known_networks",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" })
      .$type<UserId>(),
    network: text().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    usedAt: moment("used_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.network] }), index("known_networks_used_at").on(table.usedAt)],
);

/** What strangers caused lately; see platform/budgets. */
export const budgets = budgetTable();

/** Times at which what is limited was done, by a fingerprint of who did what. */
export const attempts = pgTable(
  "attempts",
  {
    key: text().primaryKey(),
    times: timestamp({ withTimezone: true, mode: "date" }).array().notNull(),
    /** When the row says nothing any more. */
    forgetAt: moment("forget_at").notNull(),
  },
  (table) => [index("attempts_forget_at").on(table.forgetAt)],
);

export const outbox = outboxTable();

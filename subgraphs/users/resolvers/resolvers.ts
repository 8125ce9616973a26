import type DataLoader from "dataloader";
import { scalars } from "#platform/graphql/scalars.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type AddressId, type Branded, parseId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import type { Resolvers } from "#schema/generated/users.ts";
import type { SavedAddress } from "../account/saved-address.ts";
import { demandReader, readBuyer, type User } from "../account/user.ts";
import { permissionsOf } from "../admin/permission.ts";
import { listUsers } from "../admin/user-list.ts";
import type { Context } from "../context.ts";
import type { Session } from "../session/session-list.ts";
import { startSocialSignIn } from "../social/social-sign-in.ts";
import { mutations } from "./mutations.ts";

/** A malformed id is like one that nothing has. */
function loadById<Id extends Branded<string, string>, Row>(loader: DataLoader<Id, Row | null>, id: string) {
  const parsed = parseId<Id>(id);
  return parsed === undefined ? null : loader.load(parsed);
}

/** A field that only the user and holders of users:read can read. */
function ownField<Value>(read: (user: User, context: Context) => Value) {
  return (parent: User, _args: object, context: Context): Value => {
    demandReader(context.viewer, parent);
    return read(parent, context);
  };
}

/** The users subgraph's resolvers. */
export const resolvers: Resolvers = {
  DateTime: scalars.DateTime,
  EmailAddress: scalars.EmailAddress,
  URL: scalars.URL,
  CountryCode: scalars.CountryCode,

  Query: {
    me: (_parent, _args, context) => (context.viewer.kind === "user" ? context.users.load(context.viewer.id) : null),
    user: (_parent, { id }, { users }) => loadById<UserId, User>(users, id),
    users: (_parent, query, { db }) => listUsers(db, query),
    oauthAuthorization: (_parent, { provider, redirectUri }, { tools }) =>
      startSocialSignIn(tools, provider, redirectUri),
    buyer: (_parent, { userId }, { db, viewer }) => {
      if (viewer.kind !== "service" || viewer.name !== "orders") {
        throw new ApiError("FORBIDDEN", "Only orders may read buyers.");
      }
      const id = parseId<UserId>(userId);
      return id === undefined ? null : readBuyer(db, id);
    },
  },

  Mutation: mutations,

  User: {
    __resolveReference: ({ id }, { users }) => loadById<UserId, User>(users, id),
    email: ownField(({ email }) => email),
    firstName: ownField(({ firstName }) => firstName),
    lastName: ownField(({ lastName }) => lastName),
    isActivated: ownField(({ activatedAt }) => activatedAt !== null),
    role: ownField(({ role }) => role),
    permissions: ownField(({ role, grantedPermissions }) => permissionsOf({ role, permissions: grantedPermissions })),
    hasPassword: ownField(({ hasPassword }) => hasPassword),
    isDisabled: ownField(({ disabledAt }) => disabledAt !== null),
    updatedAt: ownField(({ updatedAt }) => updatedAt),
    version: ownField(({ version }) => version),
    addresses: ownField(async ({ id }, { addressesOf }) => [...(await addressesOf.load(id))]),
    sessions: ownField(async ({ id }, { sessionsOf }) => [...(await sessionsOf.load(id))]),
    linkedProviders: ownField(async ({ id }, { providersOf }) =>
      (await providersOf.load(id)).map(({ provider }) => provider),
    ),
  },

  SavedAddress: {
    __resolveReference: ({ id }, { addresses }) => loadById<AddressId, SavedAddress>(addresses, id),
  },

  Session: {
    __resolveReference: ({ id }, { sessions }) => loadById<SessionId, Session>(sessions, id),
    isCurrent: ({ id }, _args, { viewer }) => viewer.kind === "user" && viewer.sessionId === id,
  },
};

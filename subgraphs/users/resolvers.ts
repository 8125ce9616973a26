import { parseId, type UserId } from "#platform/ids.ts";
import { scalars } from "#platform/scalars.ts";
import type { Resolvers } from "#schema/generated/users.ts";
import type { Context } from "./context.ts";
import { mutations } from "./mutations.ts";
import { permissionsOf } from "./permission.ts";
import { demandReader, readBuyer, type User } from "./user.ts";

const user = (context: Context, id: string) => {
  const parsed = parseId<UserId>(id);
  return parsed === undefined ? null : context.users.load(parsed);
};

/** A field for the user itself and for holders of users:read; for anybody else it is refused. */
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
    me: (_parent, _args, context) => (context.viewer.kind === "user" ? user(context, context.viewer.id) : null),
    user: (_parent, { id }, context) => user(context, id),
    buyer: (_parent, { userId }, { db }) => {
      const id = parseId<UserId>(userId);
      return id === undefined ? null : readBuyer(db, id);
    },
  },

  Mutation: mutations,

  User: {
    __resolveReference: ({ id }, context) => user(context, id),
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
  },
};

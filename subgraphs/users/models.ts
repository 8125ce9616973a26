// The domain type that resolvers return for each GraphQL type: `export type { <domain type> as <GraphQL type> }`.
// `npm run schema` reads this file. A type that is missing here is returned as the contract spells it.

export type { SavedAddress } from "./account/saved-address.ts";
export type { User } from "./account/user.ts";
export type { UserList as UserConnection } from "./admin/user-list.ts";
export type { Session } from "./session/session-list.ts";

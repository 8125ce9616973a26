import type DataLoader from "dataloader";
import type { Provider } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { manyByKey, oneByKey } from "#platform/graphql/loader.ts";
import type { RequestContext } from "#platform/graphql/subgraph-server.ts";
import type { AddressId, SessionId, UserId } from "#platform/shop/ids.ts";
import { holds, type Viewer } from "#platform/shop/viewer.ts";
import { readAddresses, readAddressesOf, type SavedAddress } from "./account/saved-address.ts";
import { readUsers, type User } from "./account/user.ts";
import type { Limits } from "./security/attempt-limits.ts";
import type { Passwords } from "./security/password-hashing.ts";
import type { SessionTools } from "./session/session.ts";
import { readSessions, readSessionsOf, type Session } from "./session/session-list.ts";
import { readProvidersOf } from "./social/linked-providers.ts";
import type { Providers } from "./social/oauth-provider.ts";

/** What the process has, made once at start. */
export type Tools = SessionTools & {
  readonly passwords: Passwords;
  readonly limits: Limits;
  readonly providers: Providers;
};

/** What every resolver gets. */
export type Context = {
  readonly viewer: Viewer;
  readonly db: Db;
  readonly tools: Tools;
  readonly facts: RequestContext;
  readonly users: DataLoader<UserId, User | null>;
  readonly addresses: DataLoader<AddressId, SavedAddress | null>;
  readonly addressesOf: DataLoader<UserId, readonly SavedAddress[]>;
  readonly sessions: DataLoader<SessionId, Session | null>;
  readonly sessionsOf: DataLoader<UserId, readonly Session[]>;
  readonly providersOf: DataLoader<UserId, readonly { userId: UserId; provider: Provider }[]>;
};

/** The context of one request. What is loaded by its own id is loaded only as far as the viewer may know of it. */
export function makeContext(db: Db, tools: Tools, facts: RequestContext): Context {
  const { viewer } = facts;
  const owner = holds(viewer, "users:read") ? undefined : viewer.kind === "user" ? viewer.id : null;
  const idOf = <Id>({ id }: { id: Id }): Id => id;
  const userIdOf = ({ userId }: { userId: UserId }) => userId;
  return {
    viewer,
    db,
    tools,
    facts,
    users: oneByKey<UserId, User>((ids) => readUsers(db, viewer, ids), idOf),
    addresses: oneByKey<AddressId, SavedAddress>((ids) => readAddresses(db, ids, owner), idOf),
    addressesOf: manyByKey<UserId, SavedAddress>((ids) => readAddressesOf(db, ids), userIdOf),
    sessions: oneByKey<SessionId, Session>((ids) => readSessions(db, ids, owner), idOf),
    sessionsOf: manyByKey<UserId, Session>((ids) => readSessionsOf(db, ids), userIdOf),
    providersOf: manyByKey((ids: readonly UserId[]) => readProvidersOf(db, ids), userIdOf),
  };
}

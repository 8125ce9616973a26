import type DataLoader from "dataloader";
import type { Provider } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/db.ts";
import type { AddressId, SessionId, UserId } from "#platform/ids.ts";
import { manyByKey, oneByKey } from "#platform/loader.ts";
import type { RequestFacts } from "#platform/subgraph.ts";
import { holds, type Viewer } from "#platform/tokens.ts";
import { readAddresses, readAddressesOf, type SavedAddress } from "./address.ts";
import { readProvidersOf } from "./identity.ts";
import type { Limits } from "./limits.ts";
import type { Providers } from "./oauth-provider.ts";
import type { Passwords } from "./passwords.ts";
import type { SessionTools } from "./session.ts";
import { readSessions, readSessionsOf, type Session } from "./session-list.ts";
import { readUsers, type User } from "./user.ts";

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
  readonly facts: RequestFacts;
  readonly users: DataLoader<UserId, User | null>;
  readonly addresses: DataLoader<AddressId, SavedAddress | null>;
  readonly addressesOf: DataLoader<UserId, readonly SavedAddress[]>;
  readonly sessions: DataLoader<SessionId, Session | null>;
  readonly sessionsOf: DataLoader<UserId, readonly Session[]>;
  readonly providersOf: DataLoader<UserId, readonly { userId: UserId; provider: Provider }[]>;
};

/** The context of one request. What is loaded by its own id is loaded only as far as the viewer may know of it. */
export function makeContext(db: Db, tools: Tools, facts: RequestFacts): Context {
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

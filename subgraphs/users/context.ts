import type DataLoader from "dataloader";
import type { Db } from "#platform/db.ts";
import type { UserId } from "#platform/ids.ts";
import { oneByKey } from "#platform/loader.ts";
import type { RequestFacts } from "#platform/subgraph.ts";
import type { Viewer } from "#platform/tokens.ts";
import type { Passwords } from "./passwords.ts";
import type { SessionTools } from "./session.ts";
import { readUsers, type User } from "./user.ts";

/** What the process has, made once at start. */
export type Tools = SessionTools & { readonly passwords: Passwords };

/** What every resolver gets. */
export type Context = {
  readonly viewer: Viewer;
  readonly db: Db;
  readonly tools: Tools;
  readonly facts: RequestFacts;
  readonly users: DataLoader<UserId, User | null>;
};

/** The context of one request. */
export function makeContext(db: Db, tools: Tools, facts: RequestFacts): Context {
  const { viewer } = facts;
  return {
    viewer,
    db,
    tools,
    facts,
    users: oneByKey<UserId, User>(
      (ids) => readUsers(db, viewer, ids),
      ({ id }) => id,
    ),
  };
}

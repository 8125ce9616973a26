import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { hash as argon2Hash } from "@node-rs/argon2";
import { decodeJwt } from "jose";
import postgres from "postgres";
import { secretToken } from "#platform/auth/secret-token.ts";
import { openLog } from "#platform/observability/log.ts";
import { parseId, type SessionId, type UserId } from "#platform/shop/ids.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { type Mailbox, openMailbox } from "#test/harness/mailbox.ts";
import { makeStatementLog, requestsOf } from "#test/harness/statement-log.ts";
import {
  type GraphqlResponse,
  internalTokenOf,
  makeShopKeys,
  makeSubgraphClient,
  postGraph,
  type ShopKeys,
  type SubgraphClient,
  type TestCaller,
} from "#test/harness/subgraph-client.ts";
import { activationTokenKind } from "../account/registration.ts";
import type { ComputeHash } from "../security/password-hashing.ts";
import type { Revocations } from "../session/revocation.ts";
import { startUsers } from "../subgraph.ts";

export const tokenKey = "a key of the tests' own, long enough";
export const strongPassword = "correct horse battery";

/** Documents that most tests need. */
export const documents = {
  register: `mutation($input: AccountRegisterInput!) {
    result: accountRegister(input: $input) { accepted userErrors { __typename code field message } } }`,
  activate: `mutation($token: String!, $password: String) {
    result: accountActivate(input: { token: $token, password: $password }) {
      user { id displayName username } userErrors { code field } } }`,
  resend: `mutation($email: EmailAddress!) { result: accountActivationResend(input: { email: $email }) {
    accepted userErrors { code field } } }`,
  signIn: `mutation($email: EmailAddress!, $password: String!) {
    result: tokenCreate(input: { email: $email, password: $password }) {
      accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt user { id } userErrors { code field message } } }`,
  refresh: `mutation($token: String!) { result: tokenRefresh(input: { refreshToken: $token }) {
    accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt user { id } userErrors { code field } } }`,
  revoke: `mutation($token: String!) { result: tokenRevoke(input: { refreshToken: $token }) {
    revokedSessions userErrors { code field } } }`,
  requestReset: `mutation($email: EmailAddress!) { result: passwordResetRequest(input: { email: $email }) {
    accepted userErrors { code field } } }`,
  reset: `mutation($token: String!, $password: String!) {
    result: passwordReset(input: { token: $token, newPassword: $password }) { accepted userErrors { code field message } } }`,
} as const;

/** A user who registered, activated and signed in. */
export type Person = {
  readonly id: UserId;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** To ask as, the way the gateway does after it verified the access token. */
  readonly asker: { id: UserId; sessionId: SessionId; role: "CUSTOMER" | "SELLER" | "ADMIN"; scopes: string[] };
};

let counter = 0;

/** An address that is not in use. */
export function newEmail(): string {
  counter += 1;
  return `person-${counter}-${Math.random().toString(36).slice(2, 8)}@shop.example`;
}

/** The users subgraph with a database, keys and a mail server of a test's own. */
export async function openUsers(
  variables: Record<string, string> = {},
  log = openLog("users", process.env.LOG_LEVEL ?? "silent"),
) {
  const [database, keys, mailbox, directory] = await Promise.all([
    createDatabase("users"),
    makeShopKeys(),
    openMailbox(),
    mkdtemp(path.join(tmpdir(), "agora-users-")),
  ]);
  const statements = makeStatementLog();
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const environment = {
    NODE_ENV: "test",
    USERS_PORT: "0",
    USERS_METRICS_PORT: "0",
    USERS_DATABASE_URL: database.url,
    TOKEN_KEY: tokenKey,
    INTERNAL_KEY: keys.privateJwk.users,
    INTERNAL_JWKS: keys.jwks,
    DATA_DIRECTORY: directory,
    RATE_LIMIT_ENABLED: "false",
    PASSWORD_HASH_MEMORY_KIB: "64",
    SMTP_TLS: "none",
    ...mailbox.variables,
    ...variables,
  };
  const hashCosts: string[] = [];
  const computeHash: ComputeHash = (password, options, signal) => {
    hashCosts.push(`${options?.memoryCost} KiB, ${options?.timeCost} passes, ${options?.parallelism} lanes`);
    return argon2Hash(password, options, signal);
  };
  const start = (more: Record<string, string> = {}) =>
    startUsers({ ...environment, ...more }, { log, onStatement: statements.note, computeHash });
  const running = await start();
  const ask = makeSubgraphClient(keys, "users", running.url);
  const get = async (route: string) => {
    const token = await internalTokenOf(keys, "users", "guest");
    return fetch(`${running.url}${route}`, { headers: { authorization: `Bearer ${token}` } });
  };
  return {
    url: running.url,
    ask,
    keys,
    mailbox,
    /** The statements that the subgraph sent its database to serve the requests of `work`, including begin and commit of transactions. */
    statements: async (work: () => Promise<unknown>) => statements.of(await requestsOf(work)),
    /** The cost of each hash of a password that the subgraph has computed. */
    hashCosts,
    directory,
    environment,
    /** The database, for what a test must see or age. */
    sql,
    /** Another instance over the same database. */
    start,
    ...people(ask, mailbox, sql),
    askFrom: askFrom(keys, running.url),
    /** An internal route, as the gateway asks. */
    get,
    /** The feed of revocations, whole or since the response before. */
    revocations: async (since?: string): Promise<Revocations> => {
      const query = since === undefined ? "" : `?since=${encodeURIComponent(since)}`;
      return JSON.parse(await (await get(`/internal/revocations${query}`)).text());
    },
    [Symbol.asyncDispose]: async () => {
      await running.close();
      await Promise.all([mailbox.close(), sql.end()]);
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Asks as a guest at a client's address, the way the gateway passes it on. */
function askFrom(keys: ShopKeys, url: string) {
  return async (
    address: string,
    document: string,
    variables: Record<string, unknown>,
    base = url,
    caller: TestCaller = "guest",
  ): Promise<GraphqlResponse> => {
    const authorization = `Bearer ${await internalTokenOf(keys, "users", caller)}`;
    return postGraph(`${base}/graphql`, document, variables, { authorization, "x-client-address": address });
  };
}

function people(ask: SubgraphClient, mailbox: Mailbox, sql: postgres.Sql) {
  const mailedToken = async (email: string, subject: RegExp): Promise<string> => {
    const mail = await mailbox.wait(email, (candidate) => subject.test(candidate.subject));
    const token = /[?&]token=([\w-]+)/.exec(mail.text)?.[1];
    if (token === undefined) throw new Error(`No token in: ${mail.text}`);
    return token;
  };
  const signIn = async (email: string, password = strongPassword): Promise<Person> => {
    const { data } = await ask(documents.signIn, { email, password });
    const { accessToken, refreshToken, userErrors } = data.result;
    if (accessToken === null) throw new Error(JSON.stringify(userErrors));
    return { email, password, accessToken, refreshToken, ...subjectOf(accessToken) };
  };
  const register = async (input: Record<string, unknown> = {}): Promise<string> => {
    const email = typeof input.email === "string" ? input.email : newEmail();
    const response = await ask(documents.register, { input: { email, password: strongPassword, ...input } });
    if (response.data?.result?.accepted !== true) throw new Error(JSON.stringify(response));
    return email;
  };
  return {
    mailedToken,
    signIn,
    register,
    /** A person who registered and activated, signed in. The token is made here rather than waited for. */
    join: async (input: Record<string, unknown> = {}): Promise<Person> => {
      const email = await register(input);
      const [row] =
        await sql`select id from users where email = ${email} and activated_at is null order by id desc limit 1`;
      const token = secretToken(tokenKey, activationTokenKind, String(row?.id));
      await ask(documents.activate, { token });
      return signIn(email, typeof input.password === "string" ? input.password : strongPassword);
    },
  };
}

/** Of whom an access token speaks. */
export function subjectOf(accessToken: string): Pick<Person, "id" | "asker"> {
  const claims = decodeJwt<{ sid: string; role: "CUSTOMER" | "SELLER" | "ADMIN"; scope: string }>(accessToken);
  const id = parseId<UserId>(claims.sub ?? "");
  const sessionId = parseId<SessionId>(claims.sid);
  if (id === undefined || sessionId === undefined) throw new Error("The access token names no user.");
  const scopes = claims.scope.split(" ").filter((code) => code !== "");
  return { id, asker: { id, sessionId, role: claims.role, scopes } };
}

/** A member of the staff, who need not be in the database. */
export const staff = (...scopes: string[]): TestCaller => ({ role: "CUSTOMER", scopes });

import path from "node:path";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import { keepKeys } from "#platform/auth/key-files.ts";
import { databaseVariable } from "#platform/config/database-urls.ts";
import { demoAccountsProblem } from "#platform/config/demo-accounts.ts";
import { type Db, openDatabase } from "#platform/database/database.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { type Claim, claimDirectory } from "./data-directory-lock.ts";
import { type Databases, openDatabases } from "./databases.ts";
import { choosePorts, readEnvironment, serviceOrigin, subgraphAddresses } from "./environment.ts";
import { runService, type Service } from "./service.ts";

/** The parts of a shop on this machine. */
export type ShopOptions = {
  /** The checkout: processes run there, and a relative DATA_DIRECTORY is below it. */
  root: string;
  environment: Record<string, string | undefined>;
  /** The file that each process runs. */
  files: Record<ServiceName, string>;
  /** Put the demo data into a subgraph's database unless it is there. Not called in production. */
  putDemoData: Partial<Record<Subgraph, PutDemoData>>;
  say: (sentence: string) => void;
};

/** Puts a subgraph's demo data into its database, and its files where the environment says. */
type PutDemoData = (db: Db, environment: Record<string, string | undefined>) => Promise<void>;

/** A running shop. */
export type Shop = {
  gatewayUrl: string;
  dataDirectory: string;
  hasDemoData: boolean;
};

/** A shop that starts, runs, or ends. */
export type Launch = {
  /** Resolves when every part is ready; rejects, with everything stopped, when one cannot start, by its name. */
  started: Promise<Shop>;
  /** Drains the gateway, then the subgraphs, then stops Postgres; also while it starts. Repeating it is harmless. */
  stop: () => Promise<void>;
  /** Ends the services without draining. `stop` still has to do the rest. */
  kill: () => void;
  /** Restarts one service, with its sources as they are now. */
  restart: (name: ServiceName) => void;
};

/** Starts the whole shop on this machine: Postgres, keys, migrations, demo data, and four processes kept running. */
export function launchShop(options: ShopOptions): Launch {
  const parts: Parts = { services: [], databases: undefined, claim: undefined };
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;
  const starting = openParts(options, parts, stopping.signal);
  const stop = () => {
    stopped ??= (async () => {
      stopping.abort(new Error("The shop was stopped while it started."));
      // Steps in progress, such as a starting Postgres, complete first, so that they can be stopped.
      await starting.catch(() => {});
      await closeParts(parts);
    })();
    return stopped;
  };
  const started = starting
    .then(async ({ shop, ready }) => {
      await ready;
      return shop;
    })
    .catch(async (error) => {
      await stop();
      throw error;
    });
  return {
    started,
    stop,
    kill: () => {
      for (const service of parts.services) service.kill();
    },
    restart: (name) => parts.services.find((service) => service.name === name)?.restart(),
  };
}

type Parts = { services: Service[]; databases: Databases | undefined; claim: Claim | undefined };

async function openParts(
  options: ShopOptions,
  parts: Parts,
  signal: AbortSignal,
): Promise<{ shop: Shop; ready: Promise<unknown> }> {
  const env = readEnvironment(options.environment);
  const hasDemoData = env.NODE_ENV !== "production";
  const problem = hasDemoData ? demoAccountsProblem(env) : undefined;
  if (problem !== undefined) throw new Error(problem);
  const dataDirectory = path.resolve(options.root, env.DATA_DIRECTORY);
  const claim = await claimDirectory(dataDirectory);
  parts.claim = claim;
  const ports = await choosePorts(env);
  const keys = await keepKeys(path.join(dataDirectory, "keys"));
  signal.throwIfAborted();
  const databases = await openDatabases(env, dataDirectory, options.say);
  parts.databases = databases;
  signal.throwIfAborted();

  const start = (name: ServiceName) => {
    // Each service gets only its own database's URL.
    const urls = subgraphs.map((subgraph) => [
      databaseVariable(subgraph),
      subgraph === name ? databases.urls[subgraph] : undefined,
    ]);
    const service = runService({
      name,
      file: options.files[name],
      directory: options.root,
      environment: {
        ...subgraphAddresses(env, ports),
        // SHOP_URL is the deprecated name, which a default must not override.
        ...(options.environment.SHOP_URL ? {} : { PUBLIC_URL: serviceOrigin(env, ports, "gateway") }),
        ...options.environment,
        ...Object.fromEntries(Object.entries(ports).map(([variable, port]) => [variable, String(port)])),
        ...Object.fromEntries(urls),
        DATA_DIRECTORY: dataDirectory,
        INTERNAL_KEY: keys.internalKeyFile(name),
        INTERNAL_JWKS: keys.internalJwks,
        TOKEN_KEY: env.TOKEN_KEY ?? keys.tokenKey,
      },
      readyUrl: `${serviceOrigin(env, ports, name)}/health/ready`,
      onStart: (pid) => void claim.note(name, pid).catch((error: Error) => options.say(error.message)),
      say: options.say,
    });
    parts.services.push(service);
    return service.ready;
  };
  const openAll = async () => {
    // The gateway starts without users, but then knows revoked sessions only after its next poll.
    const [users, ...others] = subgraphs.map(start);
    await users;
    signal.throwIfAborted();
    await Promise.all([...others, start("gateway")]);
  };
  const demoData = subgraphs.map((subgraph) =>
    hasDemoData
      ? putDemoData(databases.urls[subgraph], options.putDemoData[subgraph], {
          ...options.environment,
          DATA_DIRECTORY: dataDirectory,
        })
      : undefined,
  );
  return {
    shop: { gatewayUrl: serviceOrigin(env, ports, "gateway"), dataDirectory, hasDemoData },
    ready: Promise.all([...demoData, openAll()]),
  };
}

async function putDemoData(
  url: string,
  put: PutDemoData | undefined,
  environment: Record<string, string | undefined>,
): Promise<void> {
  if (put === undefined) return;
  const { db, close } = openDatabase({ url, applicationName: "demo data", connectionsMax: 1 });
  try {
    await put(db, environment);
  } finally {
    await close();
  }
}

async function closeParts(parts: Parts): Promise<void> {
  await parts.claim?.noteEnding();
  // The gateway first: its requests in flight need the subgraphs until they complete.
  await Promise.all(parts.services.filter(({ name }) => name === "gateway").map((service) => service.stop()));
  await Promise.all(parts.services.map((service) => service.stop()));
  await parts.databases?.stop();
  await parts.claim?.release();
}

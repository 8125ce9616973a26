import { z } from "zod";
import { type ServiceName, serviceNames } from "#platform/auth/internal-tokens.ts";
import { databaseVariable } from "#platform/config/database-urls.ts";
import { demoAccountsVariable } from "#platform/config/demo-accounts.ts";
import { portVariable, readEnv } from "#platform/config/env.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import { freePort, takenPorts } from "./ports.ts";

const variables = z.object({
  NODE_ENV: z.enum(["development", "test", "staging", "production"]).default("development"),
  HOST: z.string().default("127.0.0.1"),
  DEMO_ACCOUNTS: demoAccountsVariable,
  METRICS_HOST: z.string().default("127.0.0.1"),
  /** The folder of all the shop's data; relative to the checkout. */
  DATA_DIRECTORY: z.string().default(".data"),
  TOKEN_KEY: z.string().optional(),
  ...Object.fromEntries(
    serviceNames.flatMap((name, index) => [
      [`${upperCase(name)}_PORT`, portVariable.default(4_000 + index)],
      [`${upperCase(name)}_METRICS_PORT`, portVariable.default(9_400 + index)],
    ]),
  ),
  ...Object.fromEntries(subgraphs.map((subgraph) => [databaseVariable(subgraph), z.url().optional()])),
});

const portVariables = serviceNames.flatMap((name) => {
  const upper = upperCase(name);
  return [`${upper}_PORT`, `${upper}_METRICS_PORT`] as const;
});

/** Each service's ports, by the variable that sets them. */
export type Ports = Record<(typeof portVariables)[number], number>;

/** The environment variables that the launcher reads. Each service reads its own in addition. */
export type Environment = z.infer<typeof variables> &
  Ports & { readonly [Name in Subgraph as `${Uppercase<Name>}_DATABASE_URL`]?: string | undefined };

/** Reads and checks the launcher's variables. @throws {Error} naming the first that is wrong. */
export function readEnvironment(source: Record<string, string | undefined>): Environment {
  return readEnv(variables, source) as Environment;
}

/**
 * The ports that the services will listen on; a free one for 0. @throws {Error} naming each port that is taken and the variable that sets it.
 */
export async function choosePorts(env: Environment): Promise<Ports> {
  const chosen = await Promise.all(portVariables.map(async (variable) => env[variable] || (await freePort())));
  const named = portVariables.map((variable, index) => ({
    variable,
    host: variable.endsWith("_METRICS_PORT") ? env.METRICS_HOST : env.HOST,
    port: chosen[index] ?? 0,
  }));
  const taken = await takenPorts(named);
  if (taken.length > 0) {
    const sentences = taken.map(({ port, variable }) => `Port ${port} is taken. Set ${variable} to another one.`);
    throw new Error(sentences.join("\n"));
  }
  return Object.fromEntries(named.map(({ variable, port }) => [variable, port])) as Ports;
}

/** A service's address on this machine, without a path. */
export function serviceOrigin(env: Environment, ports: Ports, service: ServiceName): string {
  // A service that listens on every address is reached on this one.
  const host = env.HOST === "0.0.0.0" || env.HOST === "::" ? "127.0.0.1" : env.HOST;
  return `http://${host.includes(":") ? `[${host}]` : host}:${ports[`${upperCase(service)}_PORT`]}`;
}

/** The variables that give every service the subgraphs' addresses: `SUBGRAPH_<NAME>_URL`. */
export function subgraphAddresses(env: Environment, ports: Ports): Record<string, string> {
  return Object.fromEntries(
    subgraphs.map((subgraph) => [
      `SUBGRAPH_${upperCase(subgraph)}_URL`,
      `${serviceOrigin(env, ports, subgraph)}/graphql`,
    ]),
  );
}

function upperCase<Name extends string>(name: Name): Uppercase<Name> {
  return name.toUpperCase() as Uppercase<Name>;
}

import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** A port to listen on and the environment variable that sets it. */
export type NamedPort = { variable: string; host: string; port: number };

// Below what systems give to outgoing connections, which would take a port between its choice and its use.
const freePortMin = 20_000;
const freePortMax = 32_000;
const freePortAttemptsMax = 100;
/** How many of the ports that were given last are not given again: their owners may not listen on them yet. */
const givenMax = 4_000;
const given = new Set<number>();

/** A random free port of 127.0.0.1: never one that this process was just given, and rarely one that another process was. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(freePortMin, freePortMax);
    if (given.has(port)) continue;
    given.add(port);
    for (const oldest of given) {
      if (given.size <= givenMax) break;
      given.delete(oldest);
    }
    try {
      return await listenOnce("127.0.0.1", port);
    } catch (error) {
      if (attempt >= freePortAttemptsMax) throw error;
    }
  }
}

/** The given ports that another process listens on. */
export async function takenPorts(ports: NamedPort[]): Promise<NamedPort[]> {
  const probed = await Promise.all(
    ports.map(async (named) => {
      try {
        await listenOnce(named.host, named.port);
        return [];
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return [named];
        throw new Error(`${named.variable}: cannot listen on ${named.host}:${named.port}.`, { cause: error });
      }
    }),
  );
  return probed.flat();
}

async function listenOnce(host: string, port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

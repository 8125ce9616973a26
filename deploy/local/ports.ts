import { createServer } from "node:net";

/** A port to listen on and the environment variable that sets it. */
export type NamedPort = { variable: string; host: string; port: number };

/** A port of 127.0.0.1 that nobody listens on; another process may still be quicker to take it. */
export async function freePort(): Promise<number> {
  return await listenOnce("127.0.0.1", 0);
}

/** Those of the ports that another process listens on. */
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

import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { createServer } from "node:net";

/** A port to listen on and the environment variable that sets it. */
export type NamedPort = { variable: string; host: string; port: number };

// Below what systems give to outgoing connections, which would take a port between its choice and its use.
const freePortMin = 20_000;
const freePortMax = 32_000;
const freePortAttemptsMax = 100;
/** Keep the ports that this process was given from others, for as long as it lives. */
const reservations: Socket[] = [];

/** A random free port of 127.0.0.1 that no running process has been given. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const port = randomInt(freePortMin, freePortMax);
      const reservation = await reservePort(port);
      try {
        await listenOnce("127.0.0.1", port);
      } catch (error) {
        reservation.close();
        throw error;
      }
      reservations.push(reservation);
      return port;
    } catch (error) {
      if (attempt >= freePortAttemptsMax) throw error;
    }
  }
}

/**
 * Keeps other processes from being given a TCP port, by holding the UDP port of its number. The system ends this with
 * the process, however that ends. @throws {Error} if another process holds it
 */
async function reservePort(port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => socket.close(() => reject(error)));
    socket.bind({ address: "127.0.0.1", port, exclusive: true }, resolve);
  });
  return socket.unref();
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

async function listenOnce(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy whose connections a test can break. */
export type TcpProxy = {
  readonly port: number;
  /** Resets every connection, and each new one until `reconnect`. */
  disconnect(): void;
  reconnect(): void;
  close(): Promise<void>;
};

/**
 * Opens a proxy on a free port to a port of this machine.
 *
 * @param disconnectAt disconnects the first time that a client sends this text.
 */
export async function openTcpProxy(port: number, disconnectAt?: string): Promise<TcpProxy> {
  let awaited = disconnectAt;
  const open = new Set<Socket>();
  let isConnected = true;
  const server = createServer((client) => {
    if (!isConnected) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (bytes) => {
      if (awaited === undefined || !bytes.includes(awaited)) return;
      awaited = undefined;
      disconnect();
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy is not listening.");
  const disconnect = () => {
    isConnected = false;
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    disconnect,
    reconnect: () => {
      isConnected = true;
    },
    close: async () => {
      disconnect();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns whether a server is listening on a port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  socket.setTimeout(1_000, () => resolve(false));
  const listening = await promise;
  socket.destroy();
  return listening;
}

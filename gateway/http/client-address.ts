import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import proxyAddr from "proxy-addr";

/** Where a request came from, as far as it can be trusted. */
export type Client = {
  readonly address: string;
  /** Whether a trusted proxy forwarded it; then the proxy's other headers are trusted too. */
  readonly viaProxy: boolean;
};

/**
 * The address at the other end of the connection; if that is a trusted proxy, the last address in `X-Forwarded-For` that is not one, because anybody
 * could have written what precedes it.
 *
 * @param trustedProxies addresses and networks, such as 10.0.0.0/8. @throws {Error} for an entry that is neither.
 */
export function makeClientOf(trustedProxies: readonly string[]): (request: IncomingMessage) => Client {
  const isTrusted = compileTrust(trustedProxies);
  return (request) => {
    const peer = plainAddress(request.socket.remoteAddress ?? "");
    if (!isTrusted(peer, 0)) return { address: peer, viaProxy: false };
    const address = proxyAddr(request, isTrusted);
    return { address: ipaddr.isValid(address) ? plainAddress(address) : peer, viaProxy: true };
  };
}

function compileTrust(entries: readonly string[]): (address: string, hop: number) => boolean {
  try {
    return proxyAddr.compile([...entries]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The environment variable TRUSTED_PROXIES is not usable: ${reason}.`, { cause: error });
  }
}

/** An IPv4 address that came over an IPv6 socket, written as IPv4. */
function plainAddress(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}

import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { header } from "#platform/http/http-server.ts";

/** Where a request came from, as far as it can be believed. */
export type Client = {
  readonly address: string;
  /** Whether a trusted proxy passed it on: what that adds besides is believed too. */
  readonly viaProxy: boolean;
};

/**
 * The address at the other end of the connection; when that is a trusted proxy, the last address in `X-Forwarded-For` that is not one, for
 * whatever stands before it anybody can have written.
 *
 * @param trustedProxies addresses and networks, such as 10.0.0.0/8. @throws {Error} for an entry that is neither.
 */
export function makeClientOf(trustedProxies: readonly string[]): (request: IncomingMessage) => Client {
  const trusted = new BlockList();
  for (const entry of trustedProxies) trust(trusted, entry);
  return (request) => {
    const peer = plainAddress(request.socket.remoteAddress ?? "");
    if (!isTrusted(trusted, peer)) return { address: peer, viaProxy: false };
    const hops = (header(request, "x-forwarded-for") ?? "").split(",").map((hop) => plainAddress(hop.trim()));
    const first = hops.findLast((hop) => isIP(hop) === 0 || !isTrusted(trusted, hop));
    return { address: first === undefined || isIP(first) === 0 ? peer : first, viaProxy: true };
  };
}

function trust(list: BlockList, entry: string): void {
  const [address = "", prefix] = entry.split("/");
  const family = isIP(address);
  const bits = prefix === undefined ? undefined : Number(prefix);
  if (
    family === 0 ||
    (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128)))
  ) {
    throw new Error(`The environment variable TRUSTED_PROXIES is not usable: ${entry} is no address and no network.`);
  }
  const type = family === 4 ? "ipv4" : "ipv6";
  if (bits === undefined) list.addAddress(address, type);
  else list.addSubnet(address, bits, type);
}

function isTrusted(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** IPv4 addresses that came over an IPv6 socket, as what they are. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/** What one household or machine has: an IPv4 address, or the first 64 bits of an IPv6 one, the rest of which is its own to choose. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const after = tail?.split(":").filter((group) => group !== "") ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

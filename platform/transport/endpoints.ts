import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Address, Endpoint } from "./address.ts";

/** The IP addresses that a name stands for. Rejects, or returns none, while it cannot be resolved. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

/** A service with more instances than this is reached through a load balancer; the rest of the response is left out. */
const ipsPerNameMax = 100;

/**
 * Keeps the addresses behind a list of URLs: one for each IP address of each name. Names are resolved at once and then every `resolveMs`; before the first
 * response, a name is one address. While a name cannot be resolved, its last known addresses stay.
 *
 * @param options.changed called with all addresses, at once and whenever they change.
 */
export function openEndpoints<Opened extends Pick<Address, "retire" | "close">>(options: {
  urls: readonly URL[];
  open: (endpoint: Endpoint) => Opened;
  changed: (addresses: readonly Opened[]) => void;
  resolveMs: number;
  resolve?: ResolveName | undefined;
}): { close(): Promise<void> } {
  const { open, changed, resolveMs, resolve = resolveBySystem } = options;
  const retiring = new Set<Opened>();
  const groups = options.urls.map((url) => ({ url, opened: new Map<string, Opened>([["", open({ url })]]) }));
  const all = () => groups.flatMap(({ opened }) => Array.from(opened.values()));
  const named = groups.filter(({ url }) => !isAddress(url.hostname));
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const update = (group: (typeof groups)[number], ips: readonly string[]) => {
    const { url, opened } = group;
    const wanted = new Set(ips);
    const added = ips.filter((ip) => !opened.has(ip));
    const removed = Array.from(opened).filter(([ip]) => !wanted.has(ip));
    if (added.length === 0 && removed.length === 0) return;
    for (const ip of added) opened.set(ip, open({ url, ip }));
    for (const [ip] of removed) opened.delete(ip);
    changed(all());
    for (const [, gone] of removed) {
      retiring.add(gone);
      void gone.retire().finally(() => retiring.delete(gone));
    }
  };
  const resolveAll = async () => {
    await Promise.all(
      named.map(async (group) => {
        const ips = await resolve(group.url.hostname).catch(() => []);
        if (!closed && ips.length > 0) update(group, ips.slice(0, ipsPerNameMax));
      }),
    );
    if (closed) return;
    timer = setTimeout(resolveAll, resolveMs);
    timer.unref();
  };

  changed(all());
  if (named.length > 0) void resolveAll();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await Promise.all([...all(), ...retiring].map((address) => address.close()));
    },
  };
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
}

/** The system's response, with its hosts file and search domains. One family only: each instance of a dual-stack service has an address of both. */
async function resolveBySystem(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, verbatim: true });
  const v4 = found.filter(({ family }) => family === 4);
  return [...new Set((v4.length > 0 ? v4 : found).map(({ address }) => address))].sort();
}

/** How long a response may be kept, and by whom: no longer and no more widely than each of its parts. */
export type CachePolicy = {
  /** Adds the `Cache-Control` of one subgraph's response. */
  add(cacheControl: string | string[] | undefined): void;
  /** The header for the whole response: `no-store` unless every part may be kept. */
  header(): string;
};

/** @param shared whether the response is the same for everybody: false if a token came with the request. */
export function makeCachePolicy(shared: boolean): CachePolicy {
  let seconds: number | undefined;
  let isPublic = shared;
  return {
    add: (cacheControl) => {
      const parts = String(cacheControl ?? "")
        .split(",")
        .map((part) => part.trim().toLowerCase());
      const maxAge = Number(parts.find((part) => part.startsWith("max-age="))?.slice("max-age=".length) ?? 0);
      if (parts.includes("no-store") || parts.includes("no-cache") || !(maxAge > 0)) seconds = 0;
      else seconds = Math.min(seconds ?? maxAge, maxAge);
      if (!parts.includes("public") || parts.includes("private")) isPublic = false;
    },
    header: () => {
      if (seconds === undefined || seconds === 0) return "no-store";
      return `max-age=${seconds}, ${isPublic ? "public" : "private"}`;
    },
  };
}

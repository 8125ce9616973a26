import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { makeInternalKey, type ServiceName, serviceNames } from "./internal-tokens.ts";

/** What the shop's processes sign with and know each other by. */
export type Keys = {
  /** The file of a process's own private key, a JWK. */
  internalKeyFile: (service: ServiceName) => string;
  /** The public halves of all of them, a JWK Set as JSON. */
  internalJwks: string;
  /** What mailed tokens, refresh tokens and guests' tokens are made with. */
  tokenKey: string;
};

const privateJwk = z.looseObject({ kty: z.literal("EC"), kid: z.string(), d: z.string() });

/** Reads the keys under `directory`, making those that are missing; only their owner can read them. */
export async function keepKeys(directory: string): Promise<Keys> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const internalKeyFile = (service: ServiceName) => path.join(directory, `internal-${service}.json`);
  const keys = await Promise.all(
    serviceNames.map(async (service) => {
      const text = await keep(internalKeyFile(service), async () =>
        JSON.stringify((await makeInternalKey(service)).privateJwk),
      );
      const { d: _secret, ...publicJwk } = privateJwk.parse(JSON.parse(text));
      return publicJwk;
    }),
  );
  return {
    internalKeyFile,
    internalJwks: JSON.stringify({ keys }),
    tokenKey: await keep(path.join(directory, "token-key"), async () => randomBytes(32).toString("base64url")),
  };
}

async function keep(file: string, make: () => Promise<string>): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    const made = await make();
    await writeFile(file, made, { mode: 0o600, flag: "wx" });
    return made;
  }
}

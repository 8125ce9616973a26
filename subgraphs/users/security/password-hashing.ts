import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { hash as argon2Hash } from "@node-rs/argon2";
import bcrypt from "bcryptjs";
import { ApiError } from "#platform/shop/api-error.ts";
import { hashMemoryKibibytesMin } from "../env.ts";

/** Hashes passwords with Argon2id, two at a time, and finds which of several hashes matches a password. */
export type Passwords = {
  /** A new hash in the PHC string format; see {@link addressSalt}. @throws {ApiError} OVERLOADED when too many wait. */
  hash(password: string, salt: Buffer): Promise<string>;
  /**
   * The hashes that the password has, found with the work of one hash whatever is given: the first hash says with which salt, and those with
   * another salt are passed over. A bcrypt hash is verified as what it is. @throws {ApiError} OVERLOADED.
   */
  matching(password: string, hashes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether a hash that was just verified should be replaced by a new one: it is not Argon2id with today's parameters and this salt. */
  isOutdated(hash: string, salt: Buffer): boolean;
};

const passes = 2;
const lanes = 1;
const saltBytes = 16;
const currentForm =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const bcryptForm = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

const runningMax = 2;
/** About three seconds of work on two cores. */
const waitingMax = 150;
const charactersMax = 128;

/**
 * The salt of all passwords of an address: 16 bytes of the HMAC-SHA-256 of the address under `TOKEN_KEY`, so secret and unlike any other address's. One
 * computation at sign-in compares with every password of the address, and no salt depends on which rows the address has.
 */
export function addressSalt(tokenKey: string, emailKey: string): Buffer {
  return createHmac("sha256", tokenKey).update(`password-salt\0${emailKey}`).digest().subarray(0, saltBytes);
}

/** Computes an Argon2 hash. */
export type ComputeHash = typeof argon2Hash;

/**
 * Opens the queue; one for each process, for it is the machine that it spares.
 *
 * @param memoryKibibytes the memory of a hash, and so its cost. Less than the default is for tests.
 * @param compute computes a hash; tests count with it.
 */
export function openPasswords(
  memoryKibibytes: number = hashMemoryKibibytesMin,
  compute: ComputeHash = argon2Hash,
): Passwords {
  const parameters = `$argon2id$v=19$m=${memoryKibibytes},t=${passes},p=${lanes}$`;
  const queue = makeQueue();
  const hash = (password: string, salt: Buffer, memoryCost: number, timeCost: number, parallelism: number) =>
    compute(normalized(password), { memoryCost, timeCost, parallelism, salt });
  return {
    isOutdated: (hash, salt) =>
      !hash.startsWith(parameters) || currentForm.exec(hash)?.[4] !== salt.toString("base64").replace(/=+$/, ""),
    hash: (password, salt) => queue(() => hash(password, salt, memoryKibibytes, passes, lanes)),
    matching: (password, hashes) =>
      queue(async () => {
        const [first] = hashes;
        const overlong = password.length > charactersMax * 4;
        if (first !== undefined && bcryptForm.test(first)) {
          const matches = !overlong && (await bcrypt.compare(password, first));
          return new Set(matches ? [first] : []);
        }
        const [, memory, time, parallelism, salt] = currentForm.exec(first ?? "") ?? [];
        const made = await hash(
          overlong ? "" : password,
          salt === undefined ? randomBytes(saltBytes) : Buffer.from(salt, "base64"),
          Number(memory ?? memoryKibibytes),
          Number(time ?? passes),
          Number(parallelism ?? lanes),
        );
        return new Set(overlong ? [] : hashes.filter((known) => equal(known, made)));
      }),
  };
}

/** How a password is hashed: one that is typed on another keyboard or system is the same (NIST SP 800-63B, 3.1.1.2). */
function normalized(password: string): string {
  return password.normalize("NFKC");
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function makeQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= runningMax) {
      if (waiting.length >= waitingMax)
        throw new ApiError("OVERLOADED", "Too many sign-ins at the moment. Try again soon.");
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      // The one that has waited longest takes over this place, so the count stays.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

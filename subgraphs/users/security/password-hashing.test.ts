import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { addressSalt, openPasswords } from "./password-hashing.ts";

const salt = addressSalt("a key of tests", "ada@example.com");
const otherSalt = addressSalt("a key of tests", "bob@example.com");

test("a hash is Argon2id with 19 MiB, two passes and one lane, and another for each address", async () => {
  const passwords = openPasswords();
  const [one, two] = [
    await passwords.hash("a good password", salt),
    await passwords.hash("a good password", otherSalt),
  ];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
  expect(passwords.isOutdated(one, salt)).toBe(false);
  expect(passwords.isOutdated(one, otherSalt)).toBe(true);
  expect(await passwords.matching("a good password", [one])).toEqual(new Set([one]));
  expect(await passwords.matching("another password", [one])).toEqual(new Set());
});

test("of many at once two are hashed at a time, 150 wait, and the rest get OVERLOADED", async () => {
  let running = 0;
  let runningMax = 0;
  const passwords = openPasswords(64, async (...given) => {
    running += 1;
    runningMax = Math.max(runningMax, running);
    return hash(...given).finally(() => {
      running -= 1;
    });
  });
  const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => passwords.hash("a good password", salt)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(152);
  const rejected = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []));
  expect(new Set(rejected)).toEqual(new Set(["OVERLOADED"]));
  expect(runningMax).toBe(2);
  await expect(passwords.hash("a good password", salt)).resolves.toMatch(/^\$argon2id/);
});

test("hashes with one salt are distinguished by one computation, and those with another salt are passed over", async () => {
  const passwords = openPasswords();
  const first = await passwords.hash("the first password", salt);
  const second = await passwords.hash("the second password", salt);
  const other = await passwords.hash("the second password", otherSalt);
  expect(await passwords.matching("the second password", [first, second, other])).toEqual(new Set([second]));
});

test("a hash with other parameters is verified with its own, and said to be outdated", async () => {
  const weaker = await hash("a password of old", { memoryCost: 8_192, timeCost: 3, parallelism: 1 });
  expect(openPasswords().isOutdated(weaker, salt)).toBe(true);
  expect(await openPasswords().matching("a password of old", [weaker])).toEqual(new Set([weaker]));
});

test("without any hash the work is done all the same, and nothing matches", async () => {
  const costs: unknown[] = [];
  const passwords = openPasswords(undefined, (password, options, signal) => {
    costs.push(options?.memoryCost);
    return hash(password, options, signal);
  });
  expect(await passwords.matching("any password", [])).toEqual(new Set());
  expect(costs).toEqual([19_456]);
});

import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents, newEmail, openUsers, strongPassword } from "../testing/test-users.ts";

const redisUrl = process.env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379/15";
const redisResponds = await responds(redisUrl);

async function responds(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

describe.each([
  ["Postgres", {}, true],
  [`Redis${redisResponds ? "" : " (skipped: none responds)"}`, { REDIS_URL: redisUrl }, redisResponds],
])("counted in %s", (_store, variables, runs) => {
  let users: Awaited<ReturnType<typeof openUsers>>;
  let second: Awaited<ReturnType<typeof users.start>>;
  beforeAll(async () => {
    if (!runs) return;
    users = await openUsers(variables);
    second = await users.start();
  });
  afterAll(async () => {
    if (!runs) return;
    await second.close();
    await users[Symbol.asyncDispose]();
  });

  test.runIf(runs)(
    "200 sign-ins, aliased and in parallel, over two instances, try exactly five passwords",
    async () => {
      const { email } = await users.join();
      const aliases = Array.from({ length: 4 }, (_, index) => index);
      const document = `mutation($email: EmailAddress!, $password: String!) { ${aliases
        .map((n) => `a${n}: tokenCreate(input: { email: $email, password: $password }) { userErrors { code } }`)
        .join(" ")} }`;
      const responses = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          users.askFrom(
            "10.0.0.1",
            document,
            { email, password: `guess number ${index}` },
            index % 2 ? users.url : second.url,
          ),
        ),
      );
      const tried = responses.flatMap(({ data }) => Object.values(data ?? {})).filter((payload) => payload !== null);
      const refused = responses.flatMap(({ errors }) => errors);
      // First, so that what is no rejection is named.
      expect(new Set(refused.map(({ extensions }) => extensions?.code))).toEqual(new Set(["RATE_LIMITED"]));
      expect(tried).toHaveLength(5);
      expect(tried).toEqual(Array.from({ length: 5 }, () => ({ userErrors: [{ code: "INVALID_CREDENTIALS" }] })));
      expect(refused).toHaveLength(195);
      expect(refused[0]?.extensions?.retryAfterSeconds).toBeGreaterThan(800);
      // The right password is not tried either, from there; from elsewhere the owner gets in.
      const here = await users.askFrom("10.0.0.1", documents.signIn, { email, password: strongPassword });
      expect(here.errors[0]?.extensions?.code).toBe("RATE_LIMITED");
      const elsewhere = await users.askFrom("10.0.0.2", documents.signIn, { email, password: strongPassword });
      expect(elsewhere.data.result.userErrors).toEqual([]);
    },
  );

  test.runIf(runs)("from a hundred client addresses 50 passwords are tried for one account, known or not", async () => {
    for (const email of [(await users.join()).email, newEmail()]) {
      const responses = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          users.askFrom(`10.5.${index}.1`, documents.signIn, { email, password: `guess number ${index}` }),
        ),
      );
      expect(responses.filter(({ errors }) => errors[0]?.extensions?.code === "RATE_LIMITED")).toHaveLength(50);
      expect(responses.filter(({ data }) => data?.result?.userErrors[0]?.code === "INVALID_CREDENTIALS")).toHaveLength(
        50,
      );
    }
  });

  test.runIf(runs)("wrong passwords from elsewhere do not lock out an owner who signed in before", async () => {
    const { email, asker } = await users.join();
    const signIn = (address: string, password: string) => users.askFrom(address, documents.signIn, { email, password });
    expect((await signIn("10.8.0.1", strongPassword)).data.result.userErrors).toEqual([]);
    await Promise.all(Array.from({ length: 60 }, (_, index) => signIn(`10.8.${index + 1}.1`, `guess ${index}`)));
    expect((await signIn("10.8.200.1", strongPassword)).errors[0]?.extensions?.code).toBe("RATE_LIMITED");
    expect((await signIn("10.8.0.1", strongPassword)).data.result.userErrors).toEqual([]);
    // The owner's session may change the password too, from wherever it is.
    const change = `mutation ($password: String!) { result: passwordChange(input: { currentPassword: $password,
      newPassword: "a wholly new password" }) { userErrors { code } } }`;
    const changed = await users.askFrom("10.8.201.1", change, { password: strongPassword }, users.url, asker);
    expect(changed.data.result.userErrors).toEqual([]);
    // From the owner's network no more than five wrong ones are tried.
    const guesses = await Promise.all(Array.from({ length: 10 }, (_, index) => signIn("10.8.0.1", `guess ${index}`)));
    expect(guesses.filter(({ errors }) => errors[0]?.extensions?.code === "RATE_LIMITED")).toHaveLength(5);
  });

  test.runIf(runs)("the right password counts nothing, however often", async () => {
    const { email } = await users.join();
    for (let round = 0; round < 7; round += 1) {
      const { data } = await users.askFrom("10.6.0.1", documents.signIn, { email, password: strongPassword });
      expect(data.result.userErrors).toEqual([]);
    }
  });

  test.runIf(runs)("a reset clears what was counted", async () => {
    const { email } = await users.join();
    for (let round = 0; round < 6; round += 1) {
      await users.askFrom("10.7.0.1", documents.signIn, { email, password: `guess number ${round}` });
    }
    await users.ask(documents.requestReset, { email });
    const password = "a wholly new password";
    await users.ask(documents.reset, { token: await users.mailedToken(email, /new password/), password });
    const { data, errors } = await users.askFrom("10.7.0.1", documents.signIn, { email, password });
    expect(errors).toEqual([]);
    expect(data.result.userErrors).toEqual([]);
  });

  test.runIf(runs)(
    "more mails than the budget of an address are accepted in silence, and resets are merged",
    async () => {
      const { email } = await users.join();
      const sent = () =>
        users.mailbox.mails.filter((mail) => mail.to === email && /new password/.test(mail.subject)).length;
      const responses = await Promise.all(
        Array.from({ length: 8 }, () => users.ask(documents.requestReset, { email })),
      );
      expect(new Set(responses.map(({ data }) => JSON.stringify(data)))).toHaveLength(1);
      await expect.poll(sent, { timeout: 5_000 }).toBe(5);
      // One mail was the registration. Of those over the budget at most one waits: the link of another does as well.
      const waiting = async () => (await users.sql`select from outbox where status = 'waiting'`).length;
      await expect.poll(waiting).toBeLessThan(2);
      expect(sent()).toBe(5);
    },
  );
});

test("while the Redis that counts is away, nothing that is limited is done, and everything else is", async () => {
  await using users = await openUsers({ REDIS_URL: "redis://127.0.0.1:9/0" });
  const { errors } = await users.ask(documents.signIn, { email: newEmail(), password: strongPassword });
  expect(errors[0]?.extensions?.code).toBe("SUBGRAPH_UNAVAILABLE");
  expect((await users.ask("{ me { id } }")).errors).toEqual([]);
});

describe("the pace of signing in, registering and asking for mails", () => {
  test("is two a second and four at once for a client address, over all instances, and RATE_LIMITED beyond", async () => {
    await using users = await openUsers({ RATE_LIMIT_ENABLED: "true" });
    await using second = await disposable(users.start());
    const wrong = { email: newEmail(), password: "not the password" };
    const burst = (address: string) =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          users.askFrom(address, documents.requestReset, { email: wrong.email }, index % 2 ? users.url : second.url),
        ),
      );
    /** Expects that exactly so many pass; where this machine took longer than the two seconds for which they count, up to four more for each time. */
    const expectPassed = async (address: string, count: number, startedAt = performance.now()) => {
      const passed = (await burst(address)).filter(({ data }) => data?.result != null).length;
      expect(passed).toBeGreaterThanOrEqual(count);
      expect(passed).toBeLessThanOrEqual(count + 4 * Math.floor((performance.now() - startedAt) / 2_000));
      return startedAt;
    };
    await expectPassed("203.0.113.1", 4);
    await expectPassed("203.0.113.2", 4);
    // One network of IPv6 is one client.
    const startedAt = await expectPassed("2001:db8::1", 4);
    await expectPassed("2001:db8:0:0:1::1", 0, startedAt);
    await expectPassed("2001:db8:0:1::1", 4);
    const signIns = await Promise.all(
      Array.from({ length: 5 }, () => users.askFrom("2001:db8:0:1::1", documents.signIn, wrong)),
    );
    expect(signIns.flatMap(({ errors }) => errors)[0]?.extensions).toMatchObject({
      code: "RATE_LIMITED",
      retryAfterSeconds: expect.any(Number),
    });
  });

  test.each([
    [
      "passwordChange",
      `mutation { result: passwordChange(input: { currentPassword: "x", newPassword: "y" }) { accepted } }`,
    ],
    [
      "emailChangeRequest",
      `mutation { result: emailChangeRequest(input: { newEmail: "new@example.com", password: "x" }) { accepted } }`,
    ],
    ["accountDelete", `mutation { result: accountDelete(input: { password: "x" }) { accepted } }`],
  ])("holds for %s too", async (_name, document) => {
    await using users = await openUsers({ RATE_LIMIT_ENABLED: "true", AUTH_RATE_LIMIT_RPS: "0.001" });
    const { asker } = await users.join();
    const responses = await Promise.all(
      Array.from({ length: 12 }, () => users.askFrom("203.0.113.9", document, {}, users.url, asker)),
    );
    expect(responses.filter(({ data }) => data?.result != null)).toHaveLength(4);
    const codes = responses.flatMap(({ errors }) => errors).map(({ extensions }) => extensions?.code);
    expect(codes).toEqual(Array.from({ length: 8 }, () => "RATE_LIMITED"));
  });
});

async function disposable(starting: Promise<{ url: string; close(): Promise<void> }>) {
  const running = await starting;
  return { ...running, [Symbol.asyncDispose]: () => running.close() };
}

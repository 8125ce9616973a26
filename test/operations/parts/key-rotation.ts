import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import { z } from "zod";
import type { Cluster } from "../cluster.ts";
import { runCommand } from "./command.ts";
import type { PartResult } from "./part.ts";

const afterMs = 3_000;
const forMsMax = 60_000;
const signIn = z.object({ data: z.object({ tokenCreate: z.object({ accessToken: z.string() }) }) });
const me = z.object({ data: z.object({ me: z.object({ id: z.string() }) }) });

/** The keys of access tokens are rotated while customers sign in: every token is accepted by every gateway, before and after. */
export async function keyRotation(cluster: Cluster): Promise<PartResult> {
  const ask = async (gateway: number, query: string, token?: string): Promise<unknown> => {
    const { url } = cluster.gateways[gateway % cluster.gateways.length] ?? { url: "" };
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query }),
    });
    return response.json();
  };
  const keyIds = new Set<string | undefined>();
  let asked = 0;
  let failed = 0;
  const rotating = sleep(2_000).then(() =>
    runCommand("bin/keys.ts", ["rotate", "--in", "3", "--file", path.join(cluster.directory, "access.jwks")], {}),
  );
  let end = Date.now() + forMsMax;
  for (; Date.now() < end; asked += 1) {
    const signedIn = signIn.safeParse(
      await ask(
        asked,
        `mutation { tokenCreate(input: { email: "customer@example.com", password: "customer123" }) { accessToken } }`,
      ),
    );
    const token = signedIn.data?.data.tokenCreate.accessToken;
    if (token !== undefined) keyIds.add(decodeProtectedHeader(token).kid);
    // Both keys are in use from here on; a little later the part ends.
    if (keyIds.size === 2) end = Math.min(end, Date.now() + afterMs);
    for (const gateway of [0, 1]) {
      if (token === undefined || !me.safeParse(await ask(gateway, "{ me { id } }", token)).success) failed += 1;
    }
    await sleep(100);
  }
  const { code } = await rotating;
  return {
    passed: failed === 0 && asked > 0 && keyIds.size === 2 && code === 0,
    report: `${failed} of ${asked * 2} tokens rejected, signed by ${keyIds.size} keys`,
  };
}

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("processes that run at the same time are never given the same port", async () => {
  const module = JSON.stringify(path.join(import.meta.dirname, "ports.ts"));
  const script = `
    const { freePort } = await import(${module});
    const ports = [];
    for (let count = 0; count < 1_000; count += 1) ports.push(await freePort());
    console.log(JSON.stringify(ports));
    // Until the other has its ports too.
    process.stdin.resume();
  `;
  const asked = [1, 2].map(() => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]));
  const given = await Promise.all(
    asked.map(async ({ child }) => {
      let text = "";
      for await (const chunk of child.stdout ?? []) {
        text += chunk;
        if (text.endsWith("\n")) break;
      }
      return JSON.parse(text) as number[];
    }),
  );
  for (const { child } of asked) child.stdin?.end();
  await Promise.all(asked);
  expect(new Set(given.flat()).size).toBe(2_000);
});

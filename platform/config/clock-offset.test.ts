import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** Runs a script with its clock moved, in a process of its own. */
async function runMoved(env: object, script: string): Promise<string> {
  const source = `const { offsetClock } = await import(${JSON.stringify(import.meta.resolve("./clock-offset.ts"))});
    offsetClock(${JSON.stringify(env)});
    ${script}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source]);
  return stdout;
}

test("a moved clock moves all that a process says about the time, and a date stays a date", async () => {
  const server = import.meta.resolve("../http/http-server.ts");
  const said = await runMoved(
    { NODE_ENV: "test", CLOCK_OFFSET_SECONDS: 90 },
    `const { serveHttp } = await import(${JSON.stringify(server)});
    const server = await serveHttp({ host: "127.0.0.1", port: 0, portName: "PORT", onError: () => {}, handler: (_request, response) => void response.end() });
    const { headers } = await fetch(server.url);
    console.log(JSON.stringify([Date.now(), +new Date(), Date.parse(headers.get("date")), new Date(5).getTime(), new Date() instanceof Date]));
    process.exit(0);`,
  );
  const [now, made, header, given, isDate] = JSON.parse(said);
  for (const moved of [now, made, header]) expect(Math.abs(moved - 90_000 - Date.now())).toBeLessThan(10_000);
  expect([given, isDate]).toEqual([5, true]);
});

test("production does not move its clock", async () => {
  await expect(runMoved({ NODE_ENV: "production", CLOCK_OFFSET_SECONDS: 1 }, "")).rejects.toThrow(
    "must not be set in production",
  );
});

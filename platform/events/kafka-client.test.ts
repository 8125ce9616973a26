import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const turnsMax = 12;

test("a Kafka consumer that is stopped while its brokers change ends, and does not spin", {
  timeout: 60_000,
}, async () => {
  // In a process of its own: a consumer that spins would never let the test go on.
  const script = `
    const { createRequire } = await import("node:module");
    const require = createRequire(${JSON.stringify(import.meta.url)});
    const Runner = require("kafkajs/src/consumer/runner.js");
    const logger = { namespace: () => logger, debug() {}, info() {}, warn() {}, error() {} };
    for (let turns = 0; turns <= ${turnsMax}; turns += 1) {
      let nodeIds = [1];
      let runner;
      const stopAfter = (left) => (left === 0 ? (stopped = runner.stop()) : queueMicrotask(() => stopAfter(left - 1)));
      let stopped;
      const consumerGroup = {
        groupId: "group",
        memberId: "member",
        connect: async () => {},
        joinAndSync: async () => {},
        leave: async () => {},
        heartbeat: async () => {},
        getNodeIds: () => nodeIds,
        fetch: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          nodeIds = [2];
          // Stopped at each moment between two sets of fetchers.
          if (stopped === undefined) stopAfter(turns);
          return [];
        },
      };
      runner = new Runner({ logger, consumerGroup, instrumentationEmitter: { emit() {} }, heartbeatInterval: 1_000, retry: { initialRetryTime: 1 }, onCrash: (error) => console.log("crash", error), concurrency: 1 });
      await runner.start();
      while (stopped === undefined) await new Promise((resolve) => setImmediate(resolve));
      await stopped;
    }
    console.log("ended");
  `;
  const options = { timeout: 20_000, killSignal: "SIGKILL" as const };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], options);
  expect(stdout).toBe("ended\n");
});

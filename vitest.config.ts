import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", ".data/**"],
    globalSetup: "test/harness/global-setup.ts",
    // Processes, so that a test may send signals and change its environment; two, for two cores.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    alias: [
      // Node loads graphql's CommonJS file for everybody; Vite would give our sources the other one, and a schema made by
      // the one is refused by the other.
      { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") },
    ],
  },
});

import { createRequire } from "node:module";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { temporaryDirectory } from "./test/harness/memory-directory.ts";
import { unitTests } from "./test/harness/unit-tests.ts";

const unit = unitTests();
const exclude = ["**/node_modules/**", ".data/**"];
// For the processes that tests start: most of a start is reading and compiling sources.
process.env.NODE_COMPILE_CACHE ??= path.join(import.meta.dirname, "node_modules/.cache/agora");
process.env.TMPDIR ??= temporaryDirectory();

export default defineConfig({
  test: {
    environment: "node",
    // Processes, so that a test may send signals and change its environment; three for two cores, because tests spend about as much time waiting as working.
    pool: "forks",
    maxWorkers: 3,
    // Files run one after another in each process and share its modules: importing them anew for each file took a third of the time. A file leaves the
    // process as it found it.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // What is waited for comes soon, but on a busy machine not within Vitest's second.
    expect: { poll: { timeout: 10_000, interval: 20 } },
    alias: [
      // Node loads graphql's CommonJS file for everybody; Vite would give our sources the other one, and a schema made by
      // the one is rejected by the other.
      { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") },
    ],
    projects: [
      { extends: true, test: { name: "unit", include: unit, exclude } },
      {
        extends: true,
        test: {
          name: "services",
          include: ["**/*.test.ts"],
          exclude: [...exclude, ...unit],
          globalSetup: "test/harness/global-setup.ts",
        },
      },
    ],
  },
});

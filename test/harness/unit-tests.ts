import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");

/** Modules whose tests need more than this process: a Postgres, a broker, a browser, other processes, or a server of their own. */
const services =
  /^(test\/harness\/(browser|databases|rabbitmq|shop)|deploy\/local\/postgres|test\/federation\/subgraph-servers)\.ts$/;
const imports = /(?:from|import)\s*\(?"([^"]+)"/g;

/**
 * The test files that need nothing but this process, found by following their imports, so that no list has to be kept. Paths are relative to the root of
 * the repository.
 */
export function unitTests(): string[] {
  const needs = new Map<string, boolean>();
  const needsServices = (file: string): boolean => {
    const known = needs.get(file);
    if (known !== undefined) return known;
    needs.set(file, false);
    const found = Array.from(readFileSync(path.join(root, file), "utf8").matchAll(imports), ([, name = ""]) => name);
    const result =
      services.test(file) ||
      found.some((name) => name === "node:child_process" || name === "node:cluster") ||
      found.some((name) => {
        const target = name.startsWith("#") ? name.slice(1) : name.startsWith(".") ? path.join(file, "..", name) : "";
        return target.endsWith(".ts") && existsSync(path.join(root, target)) && needsServices(target);
      });
    needs.set(file, result);
    return result;
  };
  // A test that listens on a port itself waits for timeouts and connections.
  const listens = (file: string) => /from "node:(http|net)"/.test(readFileSync(path.join(root, file), "utf8"));
  return globSync("**/*.test.ts", { cwd: root, exclude: (name) => /(^|\/)(node_modules|\.data)$/.test(name) })
    .filter((file) => !listens(file) && !needsServices(file))
    .sort();
}

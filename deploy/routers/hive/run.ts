import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/** `npm start` here: Hive Gateway over the subgraphs, on ROUTER_PORT (4100), with gateway.config.ts. */
const secretCharactersMin = 32;

if ((process.env.ROUTER_SECRET ?? "").length < secretCharactersMin) {
  console.error("Set ROUTER_SECRET, at least 32 characters, to what the subgraphs were given.");
  process.exit(1);
}
const binary = path.join(import.meta.dirname, "node_modules/.bin/hive-gateway");
if (!existsSync(binary)) {
  console.error("Run npm ci in this folder first.");
  process.exit(1);
}
// The Node that runs this file, for the machine's own may be too old to read the configuration.
const gateway = spawn(process.execPath, [binary, "supergraph"], { cwd: import.meta.dirname, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => gateway.kill(signal));
process.on("disconnect", () => gateway.kill("SIGTERM"));
gateway.on("exit", (code) => process.exit(code ?? 1));

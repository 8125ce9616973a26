// Plain JavaScript that every Node can read, so that one that is too old for the sources gets a clear error.
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const majorMin = 24;
const major = Number(process.versions.node.split(".")[0]);
const environmentFile = fileURLToPath(new URL("../../.env", import.meta.url));

if (major < majorMin) {
  console.error(
    `Agora needs Node ${majorMin} or newer; this is ${process.version}. ` +
      "On Linux `npm start` brings its own; elsewhere install a newer one from https://nodejs.org.",
  );
  process.exit(1);
}
if (existsSync(environmentFile)) process.loadEnvFile(environmentFile);
// What Node compiled once it finds again, here and in the services: a later start takes three quarters of the time.
process.env.NODE_COMPILE_CACHE ||= fileURLToPath(new URL("../../node_modules/.cache/agora", import.meta.url));
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
const { importSources } = await import("../../platform/config/import-sources.ts");
if (process.argv.includes("--watch")) {
  const { runDevelopment } = await importSources(() => import("./dev.ts"));
  await runDevelopment();
} else await importSources(() => import("./main.ts"));

// Plain JavaScript that every Node can read, so that one too old for the sources is told so in a sentence.
import { existsSync } from "node:fs";
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
await import("./main.ts");

import { execFileSync } from "node:child_process";
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

// Builds what `npm pack` packs: the client as JavaScript with declarations, the schema and the manifest.
const here = import.meta.dirname;
const dist = path.join(here, "dist");

rmSync(dist, { recursive: true, force: true });
execFileSync("tsc", ["--project", here], { stdio: "inherit" });

// The compiler rewrites file extensions of imports in JavaScript but not in declarations; older compilers need both.
for (const file of globSync("**/*.d.ts", { cwd: dist })) {
  const declarations = readFileSync(path.join(dist, file), "utf8");
  writeFileSync(path.join(dist, file), declarations.replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"'));
}

for (const file of ["generated/schema.graphql", "generated/manifest.json", "../../LICENSE"]) {
  copyFileSync(path.join(here, "..", file), path.join(here, path.basename(file)));
}

import { mkdir, writeFile } from "node:fs/promises";
import { absolute, outputs, staleFiles } from "./outputs.ts";

// `npm run schema` writes the generated files; `npm run check:schema` reports those that are out of date.
const { files, hints } = await outputs();
for (const hint of hints) console.warn(hint);
const stale = await staleFiles(files);

if (process.argv.includes("--check")) {
  if (stale.length > 0) {
    console.error(`Out of date with schema/*.graphql; run "npm run schema":\n${stale.join("\n")}`);
    process.exitCode = 1;
  }
} else {
  await mkdir(absolute("schema/generated/"), { recursive: true });
  for (const { path, content } of files.filter((file) => stale.includes(file.path))) {
    await writeFile(absolute(path), content);
    console.log(`wrote ${path}`);
  }
}

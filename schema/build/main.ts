import { mkdir, writeFile } from "node:fs/promises";
import { absolute, outOfStep, outputs } from "./outputs.ts";

// `npm run schema` writes what the contracts give; `npm run check:schema` only says which files are not that.
const { files, hints } = await outputs();
for (const hint of hints) console.warn(hint);
const stale = await outOfStep(files);

if (process.argv.includes("--check")) {
  if (stale.length > 0) {
    console.error(`Out of step with schema/*.graphql, run "npm run schema":\n${stale.join("\n")}`);
    process.exitCode = 1;
  }
} else {
  await mkdir(absolute("schema/generated/"), { recursive: true });
  for (const { path, content } of files.filter((file) => stale.includes(file.path))) {
    await writeFile(absolute(path), content);
    console.log(`wrote ${path}`);
  }
}

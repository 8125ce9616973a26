import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { faultNamed } from "./faults.ts";

// Preloaded into the services of a shop that is to have a fault: changes the text of one module as it is loaded. The shop's own sources know
// nothing of it, and a fault whose place is gone is said so rather than left out.
const fault = faultNamed(process.env.AGORA_PLANTED_FAULT ?? "");

registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.endsWith(`/${fault.file}`)) return nextLoad(url, context);
    let source = readFileSync(fileURLToPath(url), "utf8");
    for (const [find, put] of fault.changes) {
      if (!source.includes(find)) throw new Error(`The fault's place in ${fault.file} is gone: ${find}`);
      source = source.replaceAll(find, put);
    }
    return { format: "module-typescript", source, shortCircuit: true };
  },
});

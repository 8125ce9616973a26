import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { faultNamed } from "./faults.ts";

// Preloaded into the services of a cluster with a fault: changes the text of one module as it is loaded, so that the sources need no code
// for it. A text that is no longer in the module is an error.
const fault = faultNamed(process.env.AGORA_INJECTED_FAULT ?? "");

registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.endsWith(`/${fault.file}`)) return nextLoad(url, context);
    let source = readFileSync(fileURLToPath(url), "utf8");
    for (const [find, put] of fault.changes) {
      if (!source.includes(find))
        throw new Error(`${fault.file} no longer has the text that the fault changes: ${find}`);
      source = source.replaceAll(find, put);
    }
    return { format: "module-typescript", source, shortCircuit: true };
  },
});

import { spawn } from "node:child_process";
import { watch } from "node:fs";
import path from "node:path";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import type { ServiceName } from "#platform/auth/internal-tokens.ts";
import { bySubgraph, subgraphs } from "#schema/subgraphs.ts";
import { runLauncher } from "./launcher.ts";

const root = path.join(import.meta.dirname, "../..");
/** Editors write a file in several steps, and a checkout of another branch changes many at once. */
const settleMs = 150;

/** The services that run a source file, by its path from the root of the repository. */
export function servicesOf(file: string): readonly ServiceName[] {
  if (!/\.(ts|graphql)$/.test(file) || /\.test\.ts$|\/testing\//.test(file)) return [];
  const [top = "", name = ""] = file.split("/");
  const subgraph = subgraphs.find((each) => name === each || name === `${each}.graphql`);
  if (top === "gateway" || file === "schema/generated/supergraph.graphql") return ["gateway"];
  if (subgraph !== undefined && ["subgraphs", "drizzle", "schema"].includes(top)) return [subgraph];
  if (top === "platform" || file === "schema/subgraphs.ts" || file === "schema/events.ts")
    return [...subgraphs, "gateway"];
  return [];
}

/** `npm run dev`: the shop of `npm start`, with each service restarted when its sources change, and generated files updated when a contract changes. */
export async function runDevelopment(): Promise<void> {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const shop = runLauncher({
    root,
    environment: process.env,
    files: {
      gateway: path.join(root, "gateway/main.ts"),
      ...bySubgraph((subgraph) => path.join(root, "subgraphs", subgraph, "main.ts")),
    },
    putDemoData,
    onRunning: (restart) => {
      const apply = () => {
        const files = Array.from(changed);
        changed.clear();
        if (files.some((file) => /^schema\/\w+\.graphql$/.test(file))) {
          console.error("The contract changed: writing what follows from it.");
          spawn(process.execPath, [path.join(root, "schema/build/main.ts")], { cwd: root, stdio: "inherit" });
        }
        for (const service of new Set(files.flatMap(servicesOf))) {
          console.error(`Restarting ${service}.`);
          restart(service);
        }
      };
      for (const folder of ["gateway", "platform", "schema", "drizzle", "subgraphs"]) {
        watch(path.join(root, folder), { recursive: true }, (_event, file) => {
          if (file === null) return;
          changed.add(`${folder}/${file}`);
          clearTimeout(timer);
          timer = setTimeout(apply, settleMs);
        });
      }
    },
  });
  await shop;
}

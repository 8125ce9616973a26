import path from "node:path";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import { bySubgraph } from "#schema/subgraphs.ts";
import { runLauncher } from "./launcher.ts";

const root = path.join(import.meta.dirname, "../..");

// `npm start`: the whole shop on this machine.
await runLauncher({
  root,
  environment: process.env,
  files: {
    gateway: path.join(root, "gateway/main.ts"),
    ...bySubgraph((subgraph) => path.join(root, "subgraphs", subgraph, "main.ts")),
  },
  putDemoData,
});

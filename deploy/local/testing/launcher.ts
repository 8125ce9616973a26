import path from "node:path";
import { bySubgraph } from "#schema/subgraphs.ts";
import { runLauncher } from "../launcher.ts";

// The launcher with services that start at once, as a process that its tests can kill.

const service = path.join(import.meta.dirname, "service.ts");
await runLauncher({
  root: path.join(import.meta.dirname, "../../.."),
  environment: process.env,
  files: { gateway: service, ...bySubgraph(() => service) },
  putDemoData: {},
});

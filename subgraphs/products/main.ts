import { openLog } from "#platform/log.ts";
import { runService } from "#platform/service.ts";
import { startProducts } from "./subgraph.ts";

const log = openLog("products", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startProducts(process.env, { log }));

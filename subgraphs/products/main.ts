import { runService } from "#platform/config/run-service.ts";
import { openLog } from "#platform/observability/log.ts";
import { startProducts } from "./subgraph.ts";

const log = openLog("products", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startProducts(process.env, { log }));

import { runService } from "#platform/config/run-service.ts";
import { openLog } from "#platform/observability/log.ts";
import { startOrders } from "./subgraph.ts";

const log = openLog("orders", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startOrders(process.env, { log }));

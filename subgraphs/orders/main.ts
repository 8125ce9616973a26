import { openLog } from "#platform/log.ts";
import { runService } from "#platform/service.ts";
import { startOrders } from "./subgraph.ts";

const log = openLog("orders", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startOrders(process.env, { log }));

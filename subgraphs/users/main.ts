import { runService } from "#platform/config/run-service.ts";
import { openLog } from "#platform/observability/log.ts";
import { startUsers } from "./subgraph.ts";

const log = openLog("users", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startUsers(process.env, { log }));

import { openLog } from "#platform/log.ts";
import { runService } from "#platform/service.ts";
import { startUsers } from "./subgraph.ts";

const log = openLog("users", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startUsers(process.env, { log }));

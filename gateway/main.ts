import { openLog } from "#platform/log.ts";
import { runService } from "#platform/service.ts";
import { startGateway } from "./gateway.ts";

const log = openLog("gateway", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startGateway(process.env, { log }));

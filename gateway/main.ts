import { runService } from "#platform/config/run-service.ts";
import { openLog } from "#platform/observability/log.ts";
import { startGateway } from "./gateway.ts";

const log = openLog("gateway", process.env.LOG_LEVEL ?? "info");
await runService(log, () => startGateway(process.env, { log }));

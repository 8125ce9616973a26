import { importSources } from "#platform/config/import-sources.ts";
import { runService } from "#platform/config/run-service.ts";
import { openLog } from "#platform/observability/log.ts";

const log = openLog("users", process.env.LOG_LEVEL ?? "info");
await runService(log, async () => {
  const { startUsers } = await importSources(() => import("./subgraph.ts"));
  return startUsers(process.env, { log });
});

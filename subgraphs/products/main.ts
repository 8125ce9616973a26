import { importSources } from "#platform/config/import-sources.ts";
import { runService } from "#platform/config/run-service.ts";
import { openLog } from "#platform/observability/log.ts";

const log = openLog("products", process.env.LOG_LEVEL ?? "info");
await runService(log, async () => {
  const { startProducts } = await importSources(() => import("./subgraph.ts"));
  return startProducts(process.env, { log });
});

// Vendure for `npm run bench -- vendure`, run in this folder: with POPULATE=1 it fills its database with Vendure's own demo catalogue and ends, otherwise it
// serves the Shop API and sends "ready" to its parent. Needs PORT and DATABASE_PORT, DATABASE_USER, DATABASE_NAME of a Postgres on 127.0.0.1.
import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { AssetServerPlugin } from "@vendure/asset-server-plugin";
import {
  bootstrap,
  bootstrapWorker,
  DefaultJobQueuePlugin,
  DefaultLogger,
  DefaultSearchPlugin,
  dummyPaymentHandler,
  LogLevel,
} from "@vendure/core";
import { populate } from "@vendure/core/cli/index.js";

const require = createRequire(import.meta.url);
const demo = path.join(path.dirname(require.resolve("@vendure/create/package.json")), "assets");
const isPopulating = process.env.POPULATE === "1";
const port = Number(process.env.PORT);
const indexPollMs = 500;
const indexWaitMsMax = 120_000;

const config = {
  apiOptions: { port, hostname: "127.0.0.1", adminApiPath: "admin-api", shopApiPath: "shop-api" },
  authOptions: {
    tokenMethod: ["bearer", "cookie"],
    superadminCredentials: { identifier: "superadmin", password: "superadmin" },
    cookieOptions: { secret: "bench" },
  },
  dbConnectionOptions: {
    type: "postgres",
    host: "127.0.0.1",
    port: Number(process.env.DATABASE_PORT),
    username: process.env.DATABASE_USER,
    password: process.env.DATABASE_PASSWORD,
    database: process.env.DATABASE_NAME,
    synchronize: isPopulating,
    logging: false,
    migrations: [],
    poolSize: 10,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  customFields: {},
  logger: new DefaultLogger({ level: LogLevel.Error }),
  importExportOptions: { importAssetsDir: path.join(demo, "images") },
  plugins: [
    AssetServerPlugin.init({
      route: "assets",
      assetUploadDir: process.env.ASSETS ?? (await mkdtemp(path.join(tmpdir(), "vendure-assets-"))),
      assetUrlPrefix: `http://127.0.0.1:${port}/assets/`,
    }),
    DefaultJobQueuePlugin.init({ pollInterval: 200 }),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
  ],
};

if (isPopulating) {
  const initialData = {
    ...require(path.join(demo, "initial-data.json")),
    paymentMethods: [
      {
        name: "Standard Payment",
        handler: { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: "true" }] },
      },
    ],
  };
  const app = await populate(() => bootstrap(config), initialData, path.join(demo, "products.csv"));
  // The search index is built by jobs.
  const worker = await bootstrapWorker({
    ...config,
    dbConnectionOptions: { ...config.dbConnectionOptions, synchronize: false },
  });
  await worker.startJobQueue();
  await indexed();
  await worker.app.close();
  await app.close();
  process.exit(0);
}

await bootstrap(config);
process.send?.("ready");
process.on("disconnect", () => process.exit(0));

async function indexed() {
  const until = Date.now() + indexWaitMsMax;
  let found = 0;
  for (let steady = 0; steady < 6; ) {
    if (Date.now() > until) throw new Error("Vendure's search index was not built in time.");
    await new Promise((resolve) => setTimeout(resolve, indexPollMs));
    const response = await fetch(`http://127.0.0.1:${port}/shop-api`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: '{ search(input: { term: "laptop", take: 1 }) { totalItems } }' }),
    });
    const { totalItems } = (await response.json()).data.search;
    steady = totalItems > 0 && totalItems === found ? steady + 1 : 0;
    found = totalItems;
  }
}

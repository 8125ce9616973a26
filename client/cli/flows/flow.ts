import { fashionMarket } from "./fashion-market.ts";
import { shopWithPayments } from "./go-grpc-kafka.ts";
import { shopBehindGateway } from "./microservice-ecommerce.ts";
import { polyglotShop } from "./polyglot.ts";
import { commandLineShop } from "./scalable-ecommerce.ts";
import type { Stage } from "./scenario.ts";

/** The demo flows of the five systems that this shop was modelled on. */
export const flows: ReadonlyMap<string, (stage: Stage) => Promise<void>> = new Map([
  ["r0", fashionMarket],
  ["r1", shopBehindGateway],
  ["r2", polyglotShop],
  ["r3", commandLineShop],
  ["r4", shopWithPayments],
]);

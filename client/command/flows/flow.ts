import { fashionMarket } from "./r0.ts";
import { shopBehindGateway } from "./r1.ts";
import { polyglotShop } from "./r2.ts";
import { commandLineShop } from "./r3.ts";
import { shopWithPayments } from "./r4.ts";
import type { Stage } from "./stage.ts";

/** The demo flows of the five systems that this shop was modelled on. */
export const flows: ReadonlyMap<string, (stage: Stage) => Promise<void>> = new Map([
  ["r0", fashionMarket],
  ["r1", shopBehindGateway],
  ["r2", polyglotShop],
  ["r3", commandLineShop],
  ["r4", shopWithPayments],
]);

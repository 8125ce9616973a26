import { openCluster } from "../cluster.ts";
import { conclude, prepareScenario, type RunResult } from "../load.ts";
import { makeRandom } from "../random.ts";
import { visit } from "../shopping.ts";

/** The rates of lost, failed and duplicated responses of the provider, and their delay. */
const faults = {
  TEST_PROVIDER_LOST_RATE: "0.2",
  TEST_PROVIDER_ERROR_RATE: "0.2",
  TEST_PROVIDER_DOUBLED_RATE: "0.2",
  TEST_PROVIDER_LATE_MS_MAX: "3000",
};

/** The provider keeps failing while pending payments are retried, at last every eight seconds. */
const restMsMax = 120_000;

/** Makes at least `count` payments with a provider that loses a fifth of its responses, fails a fifth, and sends webhooks late and twice. */
export async function disturbProvider(options: {
  seed: number;
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  await using cluster = await openCluster({ variables: { ...faults, TEST_PROVIDER_SEED: String(options.seed) } });
  const scenario = await prepareScenario(cluster, makeRandom(options.seed), {
    accounts: 40,
    guests: 10,
    products: 8,
    stock: 100_000,
  });
  const payments = () => scenario.history.requests.filter(({ payment }) => payment !== undefined).length;
  await Promise.all(
    scenario.clients.map(async (client) => {
      const random = scenario.random.fork();
      while (payments() < options.count)
        await visit(cluster, scenario.sender, scenario.history, client, scenario.products, random);
    }),
  );
  options.report(`${payments()} payments requested`);
  return await conclude(scenario, restMsMax);
}

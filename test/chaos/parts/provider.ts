import { visit } from "../clients.ts";
import { openRig } from "../cluster.ts";
import { conclude, setStage, type Verdict } from "../load.ts";
import { makeRandom } from "../random.ts";

/** What of the provider's answers is lost, fails, and comes late or twice. */
const faults = {
  TEST_PROVIDER_LOST_RATE: "0.2",
  TEST_PROVIDER_ERROR_RATE: "0.2",
  TEST_PROVIDER_DOUBLED_RATE: "0.2",
  TEST_PROVIDER_LATE_MS_MAX: "3000",
};

/** The provider goes on failing while what is open is asked for again, every eight seconds in the end. */
const restMsMax = 120_000;

/** At least `count` payments through a provider that loses a fifth of its answers, fails at a fifth, and sends webhooks late and twice. */
export async function sufferProvider(options: {
  seed: number;
  count: number;
  say: (line: string) => void;
}): Promise<Verdict> {
  await using rig = await openRig({ variables: { ...faults, TEST_PROVIDER_SEED: String(options.seed) } });
  const stage = await setStage(rig, makeRandom(options.seed), { accounts: 40, guests: 10, wares: 8, stock: 100_000 });
  const payments = () => stage.history.wishes.filter(({ payment }) => payment !== undefined).length;
  await Promise.all(
    stage.clients.map(async (client) => {
      const random = stage.random.fork();
      while (payments() < options.count) await visit(rig, stage.desk, stage.history, client, stage.wares, random);
    }),
  );
  options.say(`${payments()} payments asked for`);
  return await conclude(stage, restMsMax);
}

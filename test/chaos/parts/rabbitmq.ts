import { setTimeout as sleep } from "node:timers/promises";
import { brokerPort, brokerUrl, newPrefix, removeQueues } from "#test/harness/rabbitmq.ts";
import { answersOn, openWire } from "#test/harness/raw-http.ts";
import { openRig } from "../cluster.ts";
import { conclude, setStage, type Verdict, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";

/** Cuts the wire to RabbitMQ for `count` seconds under load. Nothing may be lost, nothing doubled. Skips, saying so, when no broker answers. */
export async function cutRabbit(options: {
  seed: number;
  count: number;
  say: (line: string) => void;
}): Promise<Verdict> {
  if (!(await answersOn(brokerPort))) {
    return { violations: [], summary: `skipped: no RabbitMQ answers at 127.0.0.1:${brokerPort}` };
  }
  await using opened = new AsyncDisposableStack();
  const wire = await openWire(brokerPort);
  opened.defer(() => wire.close());
  const prefix = newPrefix();
  opened.defer(() => removeQueues(prefix));
  const rig = opened.use(await openRig({ variables: { RABBITMQ_URL: brokerUrl(wire.port), RABBITMQ_PREFIX: prefix } }));
  const stage = await setStage(rig, makeRandom(options.seed), { accounts: 12, guests: 3, wares: 6, stock: 100_000 });
  await whileShopping(stage, async () => {
    await sleep(2_000);
    wire.cut();
    await sleep(options.count * 1_000);
    const [waiting] = await rig.sql
      .orders`SELECT count(*)::int FROM outbox WHERE channel = 'event' AND status = 'waiting'`;
    options.say(`${waiting?.count} events of orders waited while the broker was away`);
    wire.mend();
    await sleep(2_000);
  });
  return await conclude(stage);
}

import { setTimeout as sleep } from "node:timers/promises";
import { brokerPort, brokerUrl, newPrefix, removeQueues } from "#test/harness/rabbitmq.ts";
import { isListening, openTcpProxy } from "#test/harness/tcp-proxy.ts";
import { openCluster } from "../cluster.ts";
import { conclude, prepareScenario, type RunResult, whileShopping } from "../load.ts";
import { makeRandom } from "../random.ts";

/** Interrupts the connection to RabbitMQ for `count` seconds under load. Nothing may be lost or duplicated. Skipped when no broker is running. */
export async function interruptBroker(options: {
  seed: number;
  count: number;
  report: (line: string) => void;
}): Promise<RunResult> {
  if (!(await isListening(brokerPort))) {
    return { violations: [], summary: `skipped: no RabbitMQ is running at 127.0.0.1:${brokerPort}` };
  }
  await using opened = new AsyncDisposableStack();
  const proxy = await openTcpProxy(brokerPort);
  opened.defer(() => proxy.close());
  const prefix = newPrefix();
  opened.defer(() => removeQueues(prefix));
  const cluster = opened.use(
    await openCluster({ variables: { RABBITMQ_URL: brokerUrl(proxy.port), RABBITMQ_PREFIX: prefix } }),
  );
  const scenario = await prepareScenario(cluster, makeRandom(options.seed), {
    accounts: 12,
    guests: 3,
    products: 6,
    stock: 100_000,
  });
  await whileShopping(scenario, async () => {
    await sleep(2_000);
    proxy.disconnect();
    await sleep(options.count * 1_000);
    const [waiting] = await cluster.sql
      .orders`SELECT count(*)::int FROM outbox WHERE channel = 'event' AND status = 'waiting'`;
    options.report(`${waiting?.count} events of orders waited during the outage`);
    proxy.reconnect();
    await sleep(2_000);
  });
  return await conclude(scenario);
}

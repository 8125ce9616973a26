import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { type History, newHistory } from "./history.ts";
import { checkInvariants, type Violation } from "./invariants.ts";
import { loggedProblems } from "./logs.ts";
import type { Random } from "./random.ts";
import { adminToken, type Client, createAccounts, createProducts, type Product } from "./seed.ts";
import { settle } from "./settle.ts";
import { openSender, type Sender, visit } from "./shopping.ts";

/** A cluster with accounts and products, ready for a run. */
export type Scenario = {
  readonly cluster: Cluster;
  readonly history: History;
  readonly sender: Sender;
  readonly admin: Client;
  /** Signed-in clients first, then guests. */
  readonly clients: readonly Client[];
  readonly products: readonly Product[];
  readonly random: Random;
};

/** The result of a run. */
export type RunResult = {
  readonly violations: readonly Violation[];
  /** For the report: the requests and their results. */
  readonly summary: string;
};

const repeats = 0.2;

/** Creates accounts and products. */
export async function prepareScenario(
  cluster: Cluster,
  random: Random,
  size: { accounts: number; guests: number; products: number; stock: number },
): Promise<Scenario> {
  const history = newHistory();
  const admin: Client = { name: "admin", token: await adminToken(cluster) };
  const products = await createProducts(cluster, admin.token ?? "", size.products, size.stock);
  const accounts = await createAccounts(cluster, history, size.accounts);
  const guests = Array.from({ length: size.guests }, (_, number) => ({
    name: `guest ${number + 1}`,
    token: undefined,
  }));
  return {
    cluster,
    history,
    sender: openSender(cluster, history, random.fork(), repeats),
    admin,
    clients: [...accounts, ...guests],
    products,
    random,
  };
}

/** Lets all clients shop while `work` runs. Resolves when every client has the response to its last request. */
export async function whileShopping(scenario: Scenario, work: () => Promise<void>): Promise<void> {
  let open = true;
  scenario.sender.faultsBegin();
  const visits = scenario.clients.map(async (client) => {
    const random = scenario.random.fork();
    while (open) {
      await visit(scenario.cluster, scenario.sender, scenario.history, client, scenario.products, random);
      await sleep(random.whole(0, 50));
    }
  });
  const working = work().finally(() => {
    open = false;
    scenario.sender.faultsEnd();
  });
  await Promise.all([working, ...visits]);
}

/** Waits until the cluster is at rest, 30 s by default, and checks the invariants. A process that died by itself is a violation too. */
export async function conclude({ cluster, history }: Scenario, restMsMax?: number): Promise<RunResult> {
  const rest = await settle(cluster, restMsMax);
  const violations = await checkInvariants(cluster, history);
  const deaths = Object.values(cluster.processes).flatMap(({ deaths: each }) => each);
  return {
    violations: [...violations, ...deaths.map((what) => ({ check: "no process dies by itself", what }))],
    summary: [
      summarize(history),
      `at rest after ${(rest.ms / 1_000).toFixed(1)} s; still pending: ${JSON.stringify(rest.pending)}`,
      ...(await loggedProblems(cluster.directory)).map((each) => `log: ${each}`),
    ].join("\n"),
  };
}

function summarize({ requests }: History): string {
  const lines: string[] = [];
  for (const [operation, all] of Map.groupBy(requests, (request) => request.operation)) {
    const outcomes = new Map<string, number>();
    let sent = 0;
    const errors = new Map<string, number>();
    for (const request of all) {
      sent += request.sent;
      const [first] = request.responses;
      const outcome =
        first === undefined
          ? "no response"
          : first.codes.length > 0
            ? first.codes.join("+")
            : `ok, ${first.paymentStatus}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      for (const [code, count] of Object.entries(request.errors)) errors.set(code, (errors.get(code) ?? 0) + count);
    }
    lines.push(`${operation}: ${all.length} requests, sent ${sent} times: ${list(outcomes)}; errors: ${list(errors)}`);
  }
  return lines.join("\n");
}

function list(counts: ReadonlyMap<string, number>): string {
  const entries = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, count]) => `${count} ${name}`);
  return entries.length === 0 ? "no errors" : entries.join(", ");
}

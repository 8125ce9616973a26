import { setTimeout as sleep } from "node:timers/promises";
import { type Desk, openDesk, visit } from "./clients.ts";
import type { Rig } from "./cluster.ts";
import { type History, newHistory } from "./history.ts";
import { judge, type Violation } from "./invariants.ts";
import { complaints } from "./logs.ts";
import type { Random } from "./random.ts";
import { adminToken, type Client, openAccounts, stockShelves, type Ware } from "./seed.ts";
import { settle } from "./settle.ts";

/** A rig with people and products, ready for a run. */
export type Stage = {
  readonly rig: Rig;
  readonly history: History;
  readonly desk: Desk;
  readonly admin: Client;
  /** Signed in, and then guests. */
  readonly clients: readonly Client[];
  readonly wares: readonly Ware[];
  readonly random: Random;
};

/** What a run came to. */
export type Verdict = {
  readonly violations: readonly Violation[];
  /** For the report: how much was asked and what was told. */
  readonly summary: string;
};

const repeats = 0.2;

/** Opens accounts and stocks the shelves. */
export async function setStage(
  rig: Rig,
  random: Random,
  size: { accounts: number; guests: number; wares: number; stock: number },
): Promise<Stage> {
  const history = newHistory();
  const admin: Client = { name: "admin", token: await adminToken(rig) };
  const wares = await stockShelves(rig, admin.token ?? "", size.wares, size.stock);
  const accounts = await openAccounts(rig, history, size.accounts);
  const guests = Array.from({ length: size.guests }, (_, number) => ({
    name: `guest ${number + 1}`,
    token: undefined,
  }));
  return {
    rig,
    history,
    desk: openDesk(rig, history, random.fork(), repeats),
    admin,
    clients: [...accounts, ...guests],
    wares,
    random,
  };
}

/** Lets all clients visit the shop again and again while `work` goes on; comes back when each has been told how its last visit ended. */
export async function whileShopping(stage: Stage, work: () => Promise<void>): Promise<void> {
  let open = true;
  stage.desk.faultsBegin();
  const visits = stage.clients.map(async (client) => {
    const random = stage.random.fork();
    while (open) {
      await visit(stage.rig, stage.desk, stage.history, client, stage.wares, random);
      await sleep(random.whole(0, 50));
    }
  });
  const working = work().finally(() => {
    open = false;
    stage.desk.faultsEnd();
  });
  await Promise.all([working, ...visits]);
}

/** Waits for rest, 30 s unless told otherwise, and judges; a process that died without being killed is a violation too. */
export async function conclude({ rig, history }: Stage, restMsMax?: number): Promise<Verdict> {
  const rest = await settle(rig, restMsMax);
  const violations = await judge(rig, history);
  const deaths = Object.values(rig.processes).flatMap(({ deaths: each }) => each);
  return {
    violations: [...violations, ...deaths.map((what) => ({ check: "no process dies by itself", what }))],
    summary: [
      summarize(history),
      `at rest after ${(rest.ms / 1_000).toFixed(1)} s; still under way: ${JSON.stringify(rest.underWay)}`,
      ...(await complaints(rig.directory)).map((each) => `log: ${each}`),
    ].join("\n"),
  };
}

function summarize({ wishes }: History): string {
  const lines: string[] = [];
  for (const [operation, all] of Map.groupBy(wishes, (wish) => wish.operation)) {
    const outcomes = new Map<string, number>();
    let sent = 0;
    const refused = new Map<string, number>();
    for (const wish of all) {
      sent += wish.sent;
      const [first] = wish.told;
      const outcome =
        first === undefined
          ? "no answer"
          : first.codes.length > 0
            ? first.codes.join("+")
            : `ok, ${first.paymentStatus}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      for (const [code, count] of Object.entries(wish.refused)) refused.set(code, (refused.get(code) ?? 0) + count);
    }
    lines.push(`${operation}: ${all.length} wishes, sent ${sent} times: ${list(outcomes)}; meanwhile ${list(refused)}`);
  }
  return lines.join("\n");
}

function list(counts: ReadonlyMap<string, number>): string {
  const entries = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, count]) => `${count} ${name}`);
  return entries.length === 0 ? "nothing refused" : entries.join(", ");
}

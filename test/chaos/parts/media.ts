import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { openDatabase } from "#platform/database/database.ts";
import { openDiskStorage } from "#platform/storage/disk-storage.ts";
import { openS3Storage } from "#platform/storage/s3-storage.ts";
import type { ObjectStorage } from "#platform/storage/storage.ts";
import { sweepLeftovers, sweepMedia } from "#subgraphs/products/media/sweep-media.ts";
import { announce, drawPicture, sendFile } from "#subgraphs/products/testing/pictures.ts";
import { openS3Server, type S3Server } from "#test/harness/s3-server.ts";
import type { Variables } from "#test/harness/shop-variables.ts";
import { type Cluster, openCluster } from "../cluster.ts";
import type { Violation } from "../invariants.ts";
import type { RunResult } from "../load.ts";
import type { Supervised } from "../process.ts";
import { makeRandom, type Random } from "../random.ts";
import { adminToken } from "../seed.ts";

/** Every step of an upload at which the process is killed. */
const steps = [
  ...["media:announced", "media:received", "media:completed", "media:claimed", "media:read", "media:converted"],
  ...["media:partly-written", "media:written", "media:finished", "media:objects-deleted"],
] as const;
type Step = (typeof steps)[number];
type Kill = Step | "converter";
const uploadersMax = 12;
/** How often products passes a step, at most, before it is killed there: without that no upload would end between two kills. */
const passesMax = 20;
const reachedMsMax = 30_000;
const uploadMsMax = 240_000;
const retryMs = 200;

/** What is to become of an upload. */
type Fate = "shown" | "rejected" | "deleted" | "abandoned";

type Settings = {
  seed: number;
  /** The number of uploads. */
  count: number;
  report: (line: string) => void;
};

/** Uploads pictures to a directory, and kills products and its converter at every step. */
export async function killUploads({ seed, count, report }: Settings): Promise<RunResult> {
  await using cluster = await openCluster();
  return await uploadUnderKills(cluster, diskOf(cluster), makeRandom(seed), { count, report });
}

/** Uploads pictures to an S3-compatible server, and kills products and its converter at every step. */
export async function killUploadsToS3({ seed, count, report }: Settings): Promise<RunResult> {
  await using s3 = await openS3Server();
  await using cluster = await openCluster();
  return await uploadUnderKills(cluster, s3Of(s3), makeRandom(seed), { count, report });
}

/** A place for pictures, the variables with which products uses it, and the steps that products then takes. */
type PictureStorage = {
  readonly storage: ObjectStorage;
  readonly variables: Variables;
  readonly steps: readonly Step[];
};

/** An S3-compatible server as a place for pictures. */
function s3Of(s3: S3Server): PictureStorage {
  return {
    storage: openS3Storage({ ...s3, region: "us-east-1" }),
    variables: {
      MEDIA_STORAGE: "s3",
      MEDIA_S3_ENDPOINT: s3.endpoint,
      MEDIA_S3_BUCKET: s3.bucket,
      MEDIA_S3_ACCESS_KEY_ID: s3.accessKeyId,
      MEDIA_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
    // The server receives the files itself.
    steps: steps.filter((step) => step !== "media:received"),
  };
}

/** The directory in which a cluster keeps pictures. */
function diskOf(cluster: Cluster): PictureStorage {
  const storage = openDiskStorage({
    directory: path.join(cluster.directory, "media"),
    uploadUrl: "",
    secret: crypto.getRandomValues(new Uint8Array(32)),
  });
  return { storage, variables: {}, steps };
}

/**
 * Uploads pictures while products is killed at its steps, and compares rows and objects with what was uploaded. The cluster must have no
 * other pictures.
 *
 * @param options.count the number of uploads.
 */
async function uploadUnderKills(
  cluster: Cluster,
  { storage, variables, steps: taken }: PictureStorage,
  random: Random,
  options: { count: number; report: (line: string) => void },
): Promise<RunResult> {
  const token = await adminToken(cluster);
  const files = await Promise.all([1, 2, 3, 4].map((seed) => drawPicture({ seed, width: 200, height: 150 })));
  const fates = new Map<string, Fate>();
  const violations: Violation[] = [];
  let begun = 0;
  let isOpen = true;
  const uploader = async (own: Random) => {
    while (begun < options.count) {
      begun += 1;
      const fate: Fate = own.chance(0.9) ? "shown" : own.pick(["rejected", "deleted", "abandoned"]);
      const file = fate === "rejected" ? Buffer.from(`no picture ${begun}`) : own.pick(files);
      const id = await uploadOne(cluster, token, file, fate).catch((error) => {
        violations.push({ check: "an upload ends as it should", what: String(error) });
        return undefined;
      });
      if (id !== undefined) fates.set(id, fate);
    }
  };
  const { products } = cluster.processes;
  const settings = { ...variables, MEDIA_RETENTION: "0s" };
  products.setVariables(settings);
  await products.restart();
  const kill = () =>
    killAtSteps(products, settings, cycle(taken, random.fork()), random.fork(), () => isOpen, options.report);
  const upload = async () => {
    await Promise.all(Array.from({ length: Math.min(uploadersMax, options.count) }, () => uploader(random.fork())));
    isOpen = false;
  };
  const [reached] = await Promise.all([kill(), upload()]);
  for (const step of taken) {
    if (!reached.includes(step)) violations.push({ check: "products is killed at each step", what: `${step} is not` });
  }
  violations.push(...(await checkMedia(cluster, storage, fates)));
  products.setVariables({});
  await products.restart();
  const summary = `${fates.size} uploads, ${reached.length} kills, ${[...fates.values()].filter((fate) => fate === "shown").length} pictures shown`;
  return { violations, summary };
}

/** Repeats every step until it has succeeded, as a client does whose requests fail. */
async function uploadOne(cluster: Cluster, token: string, file: Buffer, fate: Fate): Promise<string> {
  const endAtMs = Date.now() + uploadMsMax;
  const until = async <Value>(step: () => Promise<Value | undefined>): Promise<Value> => {
    for (;;) {
      const value = await step().catch(() => undefined);
      if (value !== undefined) return value;
      if (Date.now() > endAtMs) throw new Error(`An upload that should be ${fate} has not ended.`);
      await sleep(retryMs);
    }
  };
  const created = await until(async () => {
    const { data } = await cluster.graphql(
      "mutation ($input: MediaUploadCreateInput!) { mediaUploadCreate(input: $input) { media { id } uploadUrl headers { name value } } }",
      { input: announce(file) },
      token,
    );
    return data?.mediaUploadCreate?.media ? data.mediaUploadCreate : undefined;
  });
  const { id }: { id: string } = created.media;
  if (fate === "abandoned") return id;
  await until(async () => {
    const { status } = await sendFile(created, file);
    // 409: the response was lost, and the file is there. 403: it was converted meanwhile.
    return status < 300 || status === 409 || status === 403 ? true : undefined;
  });
  const ended = await until(async () => {
    const { data } = await cluster.graphql(
      "mutation ($id: ID!) { mediaUploadComplete(id: $id) { media { status url(width: 160) } } }",
      { id },
      token,
    );
    const picture = data?.mediaUploadComplete?.media;
    return picture && !["UPLOADING", "PROCESSING"].includes(picture.status) ? picture : undefined;
  });
  const wanted = fate === "rejected" ? "REJECTED" : "READY";
  if (ended.status !== wanted) throw new Error(`A picture that should be ${wanted} is ${ended.status}.`);
  if (fate === "deleted") {
    await until(async () => {
      const { data } = await cluster.graphql(
        "mutation ($id: ID!) { mediaDelete(id: $id) { userErrors { code } } }",
        { id },
        token,
      );
      return data?.mediaDelete === undefined || data.mediaDelete === null ? undefined : true;
    });
  }
  return id;
}

/** The steps in turn, without an end, from a random one on; every third time the converter instead. */
function* cycle(taken: readonly Step[], random: Random): Generator<Kill> {
  for (let turn = random.whole(0, taken.length - 1); ; turn += 1) {
    if (turn % 3 === 2) yield "converter";
    const step = taken[turn % taken.length];
    if (step !== undefined) yield step;
  }
}

/** Crashes products at one step after the other until no upload is left. Returns where it or its converter was killed. */
async function killAtSteps(
  products: Supervised,
  settings: Variables,
  kills: Iterable<Kill>,
  random: Random,
  isOpen: () => boolean,
  report: (line: string) => void,
): Promise<Kill[]> {
  const killed: Kill[] = [];
  const restarts: Promise<void>[] = [];
  let hasCrashed = false;
  for (const step of kills) {
    if (!isOpen()) break;
    if (step === "converter") {
      products.setVariables(settings);
      await products.ready();
      hasCrashed = false;
      if (await killConverter(products.pid())) killed.push(step);
      continue;
    }
    products.setVariables({
      ...settings,
      AGORA_CRASH_POINT: step,
      AGORA_CRASH_PASSES: String(random.whole(0, passesMax)),
    });
    // A process that has just crashed is started with it anyway.
    if (!hasCrashed) {
      const stopped = products.ended();
      restarts.push(products.restart());
      await stopped;
    }
    // It may reach the step before it is ready: a picture may be waiting.
    hasCrashed = await Promise.race([products.ended().then(() => true), waitWhile(isOpen)]);
    if (hasCrashed) killed.push(step);
    report(`${step}: ${hasCrashed ? "killed" : "not reached"}`);
  }
  products.setVariables(settings);
  await Promise.all(restarts);
  if (!hasCrashed) await products.restart();
  await products.ready();
  return killed;
}

async function waitWhile(isOpen: () => boolean): Promise<false> {
  for (let waitedMs = 0; isOpen() && waitedMs < reachedMsMax; waitedMs += 100) await sleep(100);
  return false;
}

/** Kills the process that products converts in, if there is one. */
async function killConverter(pid: number | undefined): Promise<boolean> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  for (const child of children.split(" ").filter((text) => text !== "")) {
    const command = await readFile(`/proc/${child}/cmdline`, "utf8").catch(() => "");
    if (!command.includes("converter")) continue;
    process.kill(Number(child), "SIGKILL");
    return true;
  }
  return false;
}

/** Sweeps as if a day had passed, and compares. */
async function checkMedia(
  cluster: Cluster,
  storage: ObjectStorage,
  fates: ReadonlyMap<string, Fate>,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const expect = (check: string, actual: readonly string[], wanted: readonly string[]) => {
    const [have, want] = [new Set(actual), new Set(wanted)];
    for (const entry of have) if (!want.has(entry)) violations.push({ check, what: `${entry} is left over` });
    for (const entry of want) if (!have.has(entry)) violations.push({ check, what: `${entry} is lost` });
  };
  const sql = cluster.sql.products;
  await sql`update media_files set delete_after = now() where delete_after is not null`;
  await sql`update media set created_at = created_at - interval '30 days' where status = 'REJECTED'`;
  const { db, close } = openDatabase({
    url: cluster.databaseUrls.products,
    applicationName: "chaos",
    connectionsMax: 2,
  });
  try {
    while ((await sweepMedia(db, storage)) > 0);
    await sweepLeftovers(db, storage, new Date(Date.now() + 86_400_000));
  } finally {
    await close();
  }
  const shown = [...fates].filter(([, fate]) => fate === "shown").map(([id]) => id);
  const rows = await sql<{ id: string; status: string; renditionsId: string; width: number }[]>`
    select id, status, renditions_id as "renditionsId", width from media where owner_id is not null`;
  expect(
    "rows of pictures",
    rows.map(({ id, status }) => `${id} ${status}`),
    shown.map((id) => `${id} READY`),
  );
  const files = await sql<{ id: string }[]>`select id from media_files`;
  expect(
    "rows of files",
    files.map(({ id }) => id),
    rows.map(({ renditionsId }) => renditionsId),
  );
  const keys = [...(await Array.fromAsync(storage.list("media"))), ...(await Array.fromAsync(storage.list("uploads")))];
  const names = rows.flatMap(({ renditionsId }) =>
    [160, 200].flatMap((width) =>
      ["avif", "webp", "jpg"].map((extension) => `media/${renditionsId}-${width}.${extension}`),
    ),
  );
  expect("stored objects", keys, names);
  for (const name of names.filter((key) => key.endsWith("-160.webp"))) {
    const response = await fetch(`${cluster.url}/${name}`);
    const metadata = await sharp(Buffer.from(await response.arrayBuffer()))
      .metadata()
      .catch(() => undefined);
    if (metadata?.width !== 160) violations.push({ check: "pictures are shown", what: `${name} is not` });
  }
  return violations;
}

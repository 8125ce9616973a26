import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const waitMaxMs = 10_000;
const lookEveryMs = 200;

/**
 * Returns the token in the newest email to an address, from the folder that a shop without a mail server writes to. Waits up
 * to ten seconds, because emails are sent after the response; null when none arrives.
 *
 * @param sinceMs ignores emails older than this, in milliseconds since 1970.
 */
export async function tokenFromFolder(folder: string, email: string, sinceMs: number): Promise<string | null> {
  const deadlineMs = Date.now() + waitMaxMs;
  for (;;) {
    const token = await newestToken(folder, email, sinceMs);
    if (token !== null || Date.now() > deadlineMs) return token;
    await sleep(lookEveryMs);
  }
}

async function newestToken(folder: string, email: string, sinceMs: number): Promise<string | null> {
  const names = await readdir(folder).catch(() => []);
  const mails = await Promise.all(
    names
      .filter((name) => name.endsWith(".eml"))
      .map(async (name) => {
        const file = path.join(folder, name);
        return { file, writtenAtMs: (await stat(file).catch(() => null))?.mtimeMs ?? 0 };
      }),
  );
  const recent = mails.filter(({ writtenAtMs }) => writtenAtMs >= sinceMs);
  for (const { file } of recent.sort((one, other) => other.writtenAtMs - one.writtenAtMs)) {
    const text = await readFile(file, "utf8").catch(() => "");
    const token = isTo(text, email) ? /[?&]token=([\w-]+)/.exec(unfolded(text))?.[1] : undefined;
    if (token !== undefined) return token;
  }
  return null;
}

function isTo(mail: string, email: string): boolean {
  const [, to = ""] = /^To: (.*)$/im.exec(mail) ?? [];
  return to.toLowerCase().includes(email.toLowerCase());
}

/** Decodes what matters of quoted-printable: "=3D" for "=", and broken long lines. */
function unfolded(mail: string): string {
  return /^Content-Transfer-Encoding: quoted-printable/im.test(mail)
    ? mail.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=")
    : mail;
}

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** An S3-compatible server on a free port, with one empty bucket. */
export type S3Server = AsyncDisposable & {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

const bucket = "pictures";
const key = "S3RVER";

/**
 * Starts @20minutes/s3rver. It verifies signatures, and that an upload has the signed headers; unlike S3 itself it checks no checksum and no
 * If-None-Match. It is a process of its own because it encrypts where the next page of a list begins with DES, which OpenSSL has only on request.
 */
export async function openS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-s3-"));
  const server = fork(path.join(import.meta.dirname, "s3-main.ts"), [directory, bucket], {
    execArgv: ["--openssl-legacy-provider"],
  });
  const [port]: unknown[] = await once(server, "message");
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    accessKeyId: key,
    secretAccessKey: key,
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

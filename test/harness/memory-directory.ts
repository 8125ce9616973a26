import { accessSync, constants, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";

const memoryDirectory = "/dev/shm";
const roomBytesMin = 4 * 1024 ** 3;

/**
 * Where tests put their databases: in memory if there is room, else in the system's temporary directory. Tests make and drop hundreds of databases of
 * hundreds of files each, and ext4 looks at every recently deleted file when it makes a new one: that was a quarter of a run's processor time.
 */
export function temporaryDirectory(): string {
  try {
    accessSync(memoryDirectory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memoryDirectory);
    return Math.min(bavail * bsize, freemem()) >= roomBytesMin ? memoryDirectory : tmpdir();
  } catch {
    return tmpdir();
  }
}

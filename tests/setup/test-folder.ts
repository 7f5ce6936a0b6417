import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";

/** Where Linux keeps files in memory. */
const IN_MEMORY = "/dev/shm";
/** Bytes that have to be free there: many containers have 64 MB. */
const ENOUGH = 4_000_000_000;

/** Where the tests' database has its folder: in memory where there is room. It waits for the disk as in real use, and a disk in memory is at once done; nobody pulls its plug. */
export async function testFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(IN_MEMORY);
    return bavail * bsize >= ENOUGH ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir(); // not Linux
  }
}

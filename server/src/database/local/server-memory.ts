import { totalmem } from "node:os";
import type { Flavour } from "./server-program.ts";

const MEBIBYTE = 1_048_576;

/** Of the machine's memory the database takes a quarter for its pages: the rest is our own process's, and the disk cache's. */
const SHARE = 4;
const LEAST = 128 * MEBIBYTE;
const MOST = 2_048 * MEBIBYTE;
const REDO = 256 * MEBIBYTE;

/** What this machine has, bytes; less where our process may not use all of it (a container). */
export function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/**
 * How much a database server keeps in memory, and how far its log may run ahead of its tables. By itself it would take 128 MB for pages and 100 MB of log on any machine: with a million appointments
 * nearly every page is then read and written again for each row that is cleared away, and bookings wait behind that.
 */
export function memoryOptions(flavour: Flavour, memory: number): readonly string[] {
  const share = Math.floor(memory / SHARE / MEBIBYTE) * MEBIBYTE;
  const pages = Math.min(MOST, Math.max(LEAST, share));
  const log = flavour === "mysql" ? "--innodb-redo-log-capacity" : "--innodb-log-file-size";
  return [`--innodb-buffer-pool-size=${String(pages)}`, `${log}=${String(REDO)}`];
}

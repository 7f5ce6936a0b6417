import { totalmem } from "node:os";
import type { Flavour } from "./server-program.ts";

const MEBIBYTE = 1_048_576;

/** Of the machine's memory the database takes a quarter for its pages: the rest is our own process's, and the disk cache's. */
const SHARE = 4;
const LEAST = 128 * MEBIBYTE;
const MOST = 2_048 * MEBIBYTE;
/** The log is half of the pages: a page that many rows lie on is then written once for many changes. */
const LEAST_REDO = 256 * MEBIBYTE;
const MOST_REDO = 1_024 * MEBIBYTE;
/**
 * Changed pages are written a few at a time. In bursts, as by itself, they keep the disk from the log that a booking waits for: while rows were cleared away a booking in a hundred waited 117 ms (of
 * one run, `bench -- clean-up --appointments 100000`; with these 25 ms; 17 to 23 ms where nothing was cleared).
 */
const GENTLY = [
  "--innodb-io-capacity=100",
  "--innodb-io-capacity-max=400",
  "--innodb-adaptive-flushing-lwm=50",
  "--innodb-flush-neighbors=0",
  "--innodb-purge-threads=1",
];

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
  const log = flavour === "mysql" ? "--innodb-redo-log-capacity" : "--innodb-log-file-size";
  const pages = pagesFor(memory);
  const redo = logFor(memory);
  return [`--innodb-buffer-pool-size=${String(pages)}`, `${log}=${String(redo)}`, ...GENTLY];
}

function pagesFor(memory: number): number {
  const share = Math.floor(memory / SHARE / MEBIBYTE) * MEBIBYTE;
  return Math.min(MOST, Math.max(LEAST, share));
}

/** Bytes of its log, which are on the disk from the start. */
export function logFor(memory: number): number {
  return Math.min(MOST_REDO, Math.max(LEAST_REDO, pagesFor(memory) / 2));
}

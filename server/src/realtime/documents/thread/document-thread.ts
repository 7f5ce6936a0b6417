/**
 * The thread in which documents are applied. Whatever somebody sends is read here first: what is slow, large or broken can hold up or end this thread, and no more.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { GuardLimits } from "./guard.ts";
import { HeldDocuments, type ReadyLimits } from "./held-documents.ts";
import type { Done, Job } from "./jobs.ts";

const US_PER_MS = 1_000;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `startThread` begins it, with these
const held = new HeldDocuments(workerData as GuardLimits & ReadyLimits);

parentPort?.on("message", (job: Job) => {
  const before = usedMs();
  const answer = held.attempt(job);
  const threadMs = usedMs();
  const done: Done = { answer, cpuMs: threadMs - before, threadMs };
  parentPort?.postMessage(done, handedOver(answer));
});

/** Bytes from which on it costs less to hand memory over than to copy it where everybody is served. */
const LARGE_BYTES = 65_536;

/** What crosses without being copied: a large answer, which nobody here looks at again. */
function handedOver(answer: Done["answer"]): ArrayBuffer[] {
  if (answer?.status !== "compared") return [];
  const { before, update } = answer;
  return (update.length < LARGE_BYTES ? before : [...before, update])
    .map(({ buffer }) => buffer)
    .filter((buffer) => buffer instanceof ArrayBuffer);
}

function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / US_PER_MS;
}

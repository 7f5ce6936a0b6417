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
  parentPort?.postMessage(done);
});

function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / US_PER_MS;
}

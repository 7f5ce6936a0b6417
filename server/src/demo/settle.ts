import type { StreamId } from "@healthbridge/schema";
import type { FixedStreams } from "../operations/fixed-streams.ts";
import type { SubmittedOperation, Submitter } from "../operations/submission.ts";
import type { DemoParts } from "./seed-demo.ts";

/** An operation of the demo's. */
export type Asked = Omit<SubmittedOperation, "madeAt">;

/** Submits what a stream lacks, some at once. Everything made up is sound, so a refusal is a fault of ours. */
export async function settle(
  { executor, clock, progress, signal }: DemoParts,
  fixed: FixedStreams,
  submitter: Submitter,
  stream: StreamId,
  operations: readonly Asked[],
  atOnce: number,
  step?: string,
): Promise<void> {
  const settled = await fixed.settled(stream);
  for (let done = settled; done < operations.length; done += atOnce) {
    signal?.throwIfAborted();
    const next = operations.slice(done, done + atOnce).map((each) => ({ ...each, madeAt: clock.now() }));
    const { outcomes, settled: now } = await executor.submit({
      submitter,
      stream,
      from: done + 1,
      heard: done,
      operations: next,
      carrier: "server",
    });
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    if (refused?.status === "rejected")
      throw new Error(
        `the demo's ${next[0]?.type ?? ""} ${String(refused.number)} was refused: ${refused.problem.code}`,
      );
    if (now < done + next.length) throw new Error("somebody else fills the demo with other data");
    if (step !== undefined) progress?.(step, Math.min(done + atOnce, operations.length), operations.length);
  }
}

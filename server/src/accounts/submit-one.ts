import { drawStreamId, type EntityId, operationId, type StreamId } from "@healthbridge/schema";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { Executor, SubmittedOperation, Submitter } from "../operations/submission.ts";
import { Refused } from "./refused.ts";

interface OneOperation {
  readonly submitter: Submitter;
  readonly type: string;
  readonly input: object;
  readonly secrets?: SubmittedOperation["secrets"];
  /** the stream to write into; a fresh one where the request need not be recognised when it comes again */
  readonly stream?: StreamId;
}

/** Hands operations one by one to the executor, each first in a stream of its own. */
export interface OneByOne {
  /**
   * Answers the operation's id, which is also the id of what it created.
   *
   * @throws Refused when it was rejected, SubmissionRefused when it was not looked at
   */
  submit(operation: OneOperation): Promise<EntityId>;
}

export function createOneByOne(executor: Executor, clock: Clock, randomness: Randomness): OneByOne {
  return {
    async submit({
      submitter,
      type,
      input,
      secrets,
      stream = drawStreamId(randomness.bytes.bind(randomness)),
    }) {
      const operations: readonly SubmittedOperation[] = [{ type, input, madeAt: clock.now(), secrets }];
      const settlement = await executor.submit({
        submitter,
        stream,
        from: 1,
        heard: 0,
        operations,
        carrier: "server",
      });
      const outcome = settlement.outcomes.find(({ number }) => number === 1);
      if (outcome?.status === "rejected") throw new Refused(outcome.problem);
      if (settlement.settled < 1) throw new Refused({ code: "unavailable" }, 1);
      return operationId(stream, 1);
    },
  };
}

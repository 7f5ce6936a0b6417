import { describe, expect, test } from "vitest";
import { FairQueue, type Waiting } from "../../src/operations/fair-queue.ts";
import { prepare } from "../../src/operations/judge-submission.ts";

function waiting(account: string, count: number): Waiting {
  const submission = {
    submitter: { tenant: "t", account, device: `${account}.device` },
    stream: account.padEnd(16, "A"),
    from: 1,
    heard: 0,
    operations: Array.from({ length: count }, () => ({
      type: "patient.register",
      input: { name: "A" },
      madeAt: 0,
    })),
    carrier: "queue" as const,
  };
  return { submission, operations: prepare(submission, () => undefined), taken: 0 };
}

const takenBy = (queue: FairQueue) =>
  queue.take().map(({ waiting: one, operations }) => [one.submission.submitter.account, operations.length]);

describe("what waits", () => {
  test("of one account alone fills a transaction", () => {
    const queue = new FairQueue({ batch: 500, share: 100 });
    queue.add(waiting("clinic", 1_200));
    expect([takenBy(queue), takenBy(queue), takenBy(queue)]).toEqual([
      [["clinic", 500]],
      [["clinic", 500]],
      [["clinic", 200]],
    ]);
    expect(queue.size).toBe(0);
  });

  test("of a small account goes with the next transaction, however much a heavy one has", () => {
    const queue = new FairQueue({ batch: 500, share: 100 });
    queue.add(waiting("clinic", 5_000));
    queue.add(waiting("patient", 1));
    expect(takenBy(queue)).toEqual([
      ["clinic", 100],
      ["patient", 1],
    ]);
    expect(takenBy(queue)).toEqual([["clinic", 500]]);
  });

  test("of many accounts takes turns, so that nobody waits for ever", () => {
    const queue = new FairQueue({ batch: 4, share: 2 });
    for (const account of ["a", "b", "c"]) queue.add(waiting(account, 4));
    const turns = [takenBy(queue), takenBy(queue), takenBy(queue)];
    expect(turns).toEqual([
      [
        ["a", 2],
        ["b", 2],
      ],
      [
        ["c", 2],
        ["a", 2],
      ],
      [
        ["b", 2],
        ["c", 2],
      ],
    ]);
  });

  test("is weighed: of heavy operations fewer go together, but always one", () => {
    const queue = new FairQueue({ batch: 100, share: 20 });
    const hours = {
      doctor: "AAAAAAAAAAAAAAAA.1",
      zone: "Africa/Nairobi",
      slotMinutes: 20,
      bufferMinutes: 0,
      weekly: [],
    };
    const heavy = waiting("clinic", 0);
    const submission = {
      ...heavy.submission,
      operations: Array.from({ length: 5 }, () => ({ type: "availability.set", input: hours, madeAt: 0 })),
    };
    queue.add({ submission, operations: prepare(submission, () => undefined), taken: 0 });
    expect([takenBy(queue), takenBy(queue), takenBy(queue)]).toEqual([
      [["clinic", 2]],
      [["clinic", 2]],
      [["clinic", 1]],
    ]);
    queue.add({ submission, operations: prepare(submission, () => undefined), taken: 0 });
    queue.add(waiting("patient", 1));
    expect(takenBy(queue)).toEqual([
      ["clinic", 1],
      ["patient", 1],
    ]);
  });

  test("in one account keeps its order", () => {
    const queue = new FairQueue({ batch: 10, share: 10 });
    const first = waiting("a", 3);
    const second = waiting("a", 3);
    queue.add(first);
    queue.add(second);
    expect(queue.take().map(({ waiting: one }) => one)).toEqual([first, second]);
  });
});

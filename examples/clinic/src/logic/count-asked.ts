import type { Enqueued, Waiting } from "@healthbridge/client-sdk";

/** Where that stands which was asked for in one go. */
export interface AskedCounts {
  readonly waiting: number;
  readonly sent: number;
  /** of those that wait: booked for certain */
  readonly certain: number;
  /** of those that wait: probably refused */
  readonly doubtful: number;
}

/** How much of what was asked for still waits: a screen stays open longer than a line is gone. */
export function countAsked(
  asked: ReadonlyArray<Pick<Enqueued, "id">>,
  waiting: ReadonlyArray<Pick<Waiting, "id" | "forecast">>,
): AskedCounts {
  const ids = new Set(asked.map(({ id }) => id));
  const left = waiting.filter(({ id }) => ids.has(id));
  return {
    waiting: left.length,
    sent: asked.length - left.length,
    certain: left.filter(({ forecast }) => forecast === "confirmed").length,
    doubtful: left.filter(({ forecast }) => forecast === "rejected").length,
  };
}

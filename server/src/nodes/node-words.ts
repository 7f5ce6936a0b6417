import * as z from "zod";

/** What a node's process says to the one that started it. */
export const nodeWord = z.discriminatedUnion("kind", [
  /** a line for people */
  z.object({ kind: z.literal("line"), text: z.string() }),
  /** how far a long step of filling the demo is */
  z.object({ kind: z.literal("progress"), step: z.string(), done: z.number(), all: z.number() }),
  /** it listens */
  z.object({ kind: z.literal("ready"), port: z.number().int().min(1).max(65_535) }),
]);

export type NodeWord = z.output<typeof nodeWord>;

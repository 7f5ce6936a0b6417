import * as z from "zod/mini";
import type { Bus } from "../../bus/bus.ts";
import type { DocumentHint, DocumentHints } from "./hints.ts";

const TOPIC = "documents";

const Hint = z.union([
  z.object({ type: z.literal("updated"), document: z.string(), seq: z.int() }),
  z.object({
    type: z.literal("present"),
    document: z.string(),
    presence: z.object({ client: z.int(), clock: z.int(), state: z.string() }),
  }),
]);

/** Hints over the bus between nodes. */
export function busHints(bus: Pick<Bus, "publish" | "subscribe">): DocumentHints {
  return {
    tell: (hint) => {
      bus.publish(TOPIC, JSON.stringify(hint));
    },
    listen: (listener) =>
      bus.subscribe(TOPIC, (text) => {
        const hint = read(text);
        if (hint !== undefined) listener(hint);
      }),
  };
}

/** What a node of another version may tell is passed over. */
function read(text: string): DocumentHint | undefined {
  try {
    return Hint.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

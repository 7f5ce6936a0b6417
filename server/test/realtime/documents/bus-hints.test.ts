import { describe, expect, it } from "vitest";
import { busHints } from "../../../src/realtime/documents/bus-hints.ts";
import type { DocumentHint } from "../../../src/realtime/documents/hints.ts";

/** A bus of one topic between two. */
function bus() {
  const listeners = new Set<(text: string) => void>();
  return {
    publish: (_topic: string, text: string): void => {
      for (const listener of listeners) listener(text);
    },
    subscribe: (_topic: string, listener: (text: string) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

describe("hints about documents over the bus between nodes", () => {
  it("come as they were told, until one listens no longer", () => {
    const hints = busHints(bus());
    const heard: DocumentHint[] = [];
    const stop = hints.listen((hint) => heard.push(hint));
    const told: readonly DocumentHint[] = [
      { type: "updated", document: "a.1.intake", seq: 7 },
      { type: "present", document: "a.1.intake", presence: { client: 1, clock: 2, state: '{"cursor":3}' } },
    ];
    for (const hint of told) hints.tell(hint);
    stop();
    hints.tell({ type: "updated", document: "a.1.intake", seq: 8 });
    expect(heard).toEqual(told);
  });

  it.each(["", "[", "null", '{"type":"updated"}', '{"type":"later","document":"a"}'])(
    "that another version told (%s) are passed over",
    (text) => {
      const line = bus();
      const heard: DocumentHint[] = [];
      busHints(line).listen((hint) => heard.push(hint));
      line.publish("documents", text);
      expect(heard).toEqual([]);
    },
  );
});

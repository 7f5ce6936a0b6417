import type { Bus } from "../../src/bus/bus.ts";

/** A bus of one node, and what a test does to it. */
interface HeldBus extends Bus {
  /** says that it is there again */
  comeBack(): void;
  /** says something in another node's name */
  say(topic: string, text: string): void;
}

/** The buses of two nodes that hear each other. */
export function joinedBuses(): readonly [HeldBus, HeldBus] {
  const left: Array<readonly [topic: string, listener: (text: string) => void]> = [];
  const right: typeof left = [];
  return [bus(left, right), bus(right, left)];
}

type Listeners = Array<readonly [topic: string, listener: (text: string) => void]>;

function bus(own: Listeners, others: Listeners): HeldBus {
  const back: Array<() => void> = [];
  const tell = (listeners: Listeners, topic: string, text: string): void => {
    for (const [wanted, listener] of listeners) if (wanted === topic) listener(text);
  };
  return {
    isUp: true,
    publish: (topic, text) => {
      tell(others, topic, text);
    },
    subscribe: (topic, listener) => {
      own.push([topic, listener]);
      return () => undefined;
    },
    whenBack: (listener) => {
      back.push(listener);
      return () => undefined;
    },
    counts: () => ({ sent: 0, dropped: 0, heard: 0, refused: 0 }),
    close: () => Promise.resolve(),
    comeBack: () => {
      for (const listener of back) listener();
    },
    say: (topic, text) => {
      tell(own, topic, text);
    },
  };
}

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Answers the parent, whenever it sends `memory`, with the bytes that live in this process: the heap and what hangs on it outside, once nothing dead is left. */
export function answerMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  process.on("message", (message) => {
    if (message === "memory" && typeof collect === "function") void measure(collect);
  });
}

// oxlint-disable-next-line typescript/no-unsafe-function-type -- what the engine hands over has no type of its own
async function measure(collect: Function): Promise<void> {
  // What ends in one turn is let go of in the next.
  for (let turn = 0; turn < 5; turn += 1) {
    Reflect.apply(collect, undefined, []);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ liveBytes: heapUsed + external });
}

import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Line } from "@healthbridge/client-sdk/realtime";
import { setTimeout as pause } from "node:timers/promises";

/** ms between two looks at the server while nothing comes by itself. */
const LOOK_MS = 2_000;

/** Sends and fetches in the background until it is disposed of. */
export function stayInTouch(hb: HealthBridge, line: Pick<Line, "state">): AsyncDisposable {
  const ended = new AbortController();
  const looking = look(hb, line, ended.signal);
  hb.start();
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      hb.stop();
      await looking;
    },
  };
}

async function look(hb: HealthBridge, { state }: Pick<Line, "state">, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted && state.get() !== "live") await hb.sync({ signal });
  }
}

import type { EntityId } from "@healthbridge/schema/client";
import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";

export interface LookParts {
  readonly hb: Pick<HealthBridge, "list" | "on">;
  readonly id: EntityId;
  readonly runtime: Pick<Runtime, "random" | "sleep">;
  /** fetches it, where it is there */
  readonly look: () => Promise<Blob>;
  readonly signal: AbortSignal;
}

/** That something has arrived is told; where that word is lost it is looked at again after so long, longer each time. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 900_000;

/** Looks for something until it is there: again when the message that names it says more than before, and now and then. */
export async function untilThere({ hb, id, runtime, look, signal }: LookParts): Promise<Blob> {
  let pause = new AbortController();
  const said = (): string =>
    JSON.stringify(
      hb
        .list("message", ({ attachments }) => attachments?.includes(id) === true)
        .map(({ thumbnails = [], arrived = [] }) => [thumbnails.includes(id), arrived.includes(id)]),
    );
  let known = said();
  const over = (): void => pause.abort(ENOUGH);
  const stop = hb.on("changed", () => {
    const now = said();
    if (now !== known) over();
    known = now;
  });
  signal.addEventListener("abort", over);
  try {
    for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(LONGEST_PAUSE_MS, 2 * ms)) {
      pause = new AbortController();
      const found = await lookOnce(look, signal);
      if (found !== undefined) return found;
      await runtime.sleep(ms * (0.5 + runtime.random()), pause.signal).catch(() => undefined); // heard of something, or called off
      signal.throwIfAborted();
    }
  } finally {
    stop();
    signal.removeEventListener("abort", over);
  }
}

/** `undefined`: not there yet, or nobody could be asked. */
async function lookOnce(look: LookParts["look"], signal: AbortSignal): Promise<Blob | undefined> {
  try {
    return await look();
  } catch (error) {
    signal.throwIfAborted(); // with its reason, whatever the look made of it
    const waits =
      error instanceof HealthBridgeError && (error.code === "not_found" || error.retry === "later");
    if (!waits) throw error;
    return undefined;
  }
}

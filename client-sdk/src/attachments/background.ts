import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { LONGEST_WAIT_MS } from "../sync/machine.ts";
import type { SyncProblem } from "../sync/status.ts";

export interface BackgroundParts {
  readonly hb: Pick<HealthBridge, "on" | "status">;
  readonly runtime: Runtime;
  /** whether anything waits to be sent */
  readonly waits: () => boolean;
  readonly upload: () => Promise<SyncProblem | undefined>;
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
const BUSY = /^(internal|unavailable|rate_limited)$/;

/** Sends whenever there is something to send and a chance to: with growing pauses while it fails, at once when something says that it may succeed now. */
export class Background {
  readonly #parts: BackgroundParts;
  #stopping: AbortController | undefined;
  #pause = new AbortController();
  #poked = false;
  /** by the clock that never jumps: that a network is there, or something new, does not say that the server can before */
  #notBefore = 0;

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#stopping !== undefined) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    const { hb, runtime } = this.#parts;
    let state = "";
    const stops = [
      runtime.onOnline(() => {
        if (runtime.monotonic() >= this.#notBefore) this.poke();
      }),
      hb.status.subscribe((status) => {
        // The SDK itself got through, or somebody signed in.
        if (status.state === "online" && state !== "online" && state !== "sending") this.poke();
        state = status.state;
      }),
    ];
    stopping.signal.addEventListener("abort", () => {
      for (const stop of stops) stop();
      this.#pause.abort(ENOUGH);
    });
    void this.#run(stopping.signal);
  }

  stop(): void {
    this.#stopping?.abort(ENOUGH);
    this.#stopping = undefined;
  }

  /** Something has changed: there may be something to send, or somebody to send it to. */
  poke(): void {
    this.#poked = true;
    this.#pause.abort(ENOUGH);
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      this.#poked = false;
      const problem = this.#parts.waits() ? await this.#parts.upload() : undefined;
      // Where nothing failed and something still waits another tab sends: it is looked at now and then whether that is so.
      failures = problem === undefined && !this.#parts.waits() ? 0 : failures + 1;
      if (signal.aborted) return;
      await this.#rest(failures, problem);
      if (this.#poked) failures = 0;
    }
  }

  async #rest(failures: number, { code = "", retryAfter = 0 }: Partial<SyncProblem> = {}): Promise<void> {
    if (this.#poked) return;
    const { runtime } = this.#parts;
    this.#pause = new AbortController();
    const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(10, failures - 1));
    const asked = Math.min(LONGEST_WAIT_MS, retryAfter);
    const ms = failures === 0 ? LONGEST_PAUSE_MS : Math.max(asked, grown * (0.5 + runtime.random()));
    this.#notBefore = BUSY.test(code) ? runtime.monotonic() + ms : 0;
    await runtime.sleep(ms, this.#pause.signal).catch(() => undefined); // poked, or stopped
  }
}

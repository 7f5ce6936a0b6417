import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import type { GovernedDevice } from "./data-budget.ts";

/** ms an attempt goes on, and then rests, while the server cannot be reached */
const TRY_FOR_MS = 120_000;
const REST_MS = 60_000;

/** A device that sends what is urgent and nothing else, while it is told so. */
export class UrgentOnly {
  readonly #hb: GovernedDevice;
  readonly #runtime: Pick<Runtime, "sleep">;
  #ending = new AbortController();
  #sending = false;

  constructor(hb: GovernedDevice, runtime: Pick<Runtime, "sleep">) {
    this.#hb = hb;
    this.#runtime = runtime;
  }

  begin(): void {
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    this.#hb.stop();
    const stop = this.#hb.status.subscribe(({ waiting }) => {
      if (waiting.urgent > 0 && !this.#sending) void this.#send(signal);
    });
    signal.addEventListener("abort", stop);
  }

  end(): void {
    this.#ending.abort(ENOUGH);
    this.#hb.start();
  }

  async #send(signal: AbortSignal): Promise<void> {
    this.#sending = true;
    try {
      while (this.#waits() && !signal.aborted) {
        await this.#sendOnce(signal);
        if (this.#waits()) await this.#runtime.sleep(REST_MS, signal).catch(() => undefined); // ended
      }
    } finally {
      this.#sending = false;
    }
  }

  /** Sends lane by lane, the urgent one first, and goes away when that is empty. Nothing is read. */
  async #sendOnce(signal: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const stop = this.#hb.status.subscribe(() => {
      if (!this.#waits()) enough.abort(ENOUGH);
    });
    const either = AbortSignal.any([signal, enough.signal]);
    await this.#hb.sync({ until: "settled", budget: 0, tryFor: TRY_FOR_MS, signal: either });
    stop();
  }

  #waits(): boolean {
    return this.#hb.status.get().waiting.urgent > 0;
  }
}

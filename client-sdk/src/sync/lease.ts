import { encodeBase64Url } from "@healthbridge/schema/client";
import type { Device } from "../device.ts";

/** Table `meta`, key `lease`: who sends, and until when. */
export interface LeaseRow {
  readonly holder: string;
  readonly until: number;
}

/**
 * One sender among the processes that share a store, where the platform has no lock that reaches them all: a row that says who sends, and until when. It
 * only saves bytes. Two that send at once are harmless: the same numbers get the same outcomes.
 */
export class Lease {
  readonly #device: Device;
  readonly #holder: string;
  #until = 0;

  constructor(device: Device) {
    this.#device = device;
    this.#holder = encodeBase64Url(device.runtime.randomBytes(9));
  }

  /**
   * Takes the lease or makes it longer.
   * @param wait go on asking until whoever has it gives it back, or its time is over (a killed process)
   */
  async take(wait: boolean, signal: AbortSignal): Promise<boolean> {
    const { runtime } = this.#device;
    if (runtime.locksReachAll || this.#until - runtime.now() > LEASE_MS / 2) return true;
    for (;;) {
      if (await this.#tryTake()) return true;
      if (!wait || signal.aborted) return false;
      await runtime.sleep(ASK_AGAIN_MS, signal);
    }
  }

  async giveBack(): Promise<void> {
    if (!this.#until) return;
    this.#until = 0;
    await this.#device.keeper.write((writer) => {
      if (writer.mirror.meta.get("lease")?.holder === this.#holder) writer.delete("meta", "lease");
    });
  }

  #tryTake(): Promise<boolean> {
    return this.#device.keeper.write((writer) => {
      const now = this.#device.runtime.now();
      const row = writer.mirror.meta.get("lease");
      // A lease far in the future was written before the clock was set back: it binds nobody.
      if (row && row.holder !== this.#holder && row.until > now && row.until <= now + LEASE_MS) return false;
      this.#until = now + LEASE_MS;
      writer.put("meta", "lease", { holder: this.#holder, until: this.#until });
      return true;
    });
  }
}

const LEASE_MS = 10_000;
const ASK_AGAIN_MS = 500;

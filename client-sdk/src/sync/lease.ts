import { encodeBase64Url } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Keeper } from "../keeper.ts";
import { isRecord } from "../outbox/rows.ts";

/**
 * One sender among the processes that share a store, where the platform has no lock that reaches them all: a row that says who sends, and until when. It
 * only saves bytes. Two that send at once are harmless: the same numbers get the same outcomes.
 */
export class Lease {
  readonly #keeper: Keeper;
  readonly #runtime: Runtime;
  readonly #holder: string;
  #until = 0;

  constructor(keeper: Keeper, runtime: Runtime) {
    this.#keeper = keeper;
    this.#runtime = runtime;
    this.#holder = encodeBase64Url(runtime.randomBytes(9));
  }

  /**
   * Takes the lease or makes it longer.
   * @param wait go on asking until whoever has it gives it back, or its time is over (a killed process)
   */
  async take(wait: boolean, signal: AbortSignal): Promise<boolean> {
    if (this.#runtime.locksReachAll || this.#until - this.#runtime.now() > LEASE_MS / 2) return true;
    for (;;) {
      if (await this.#tryTake()) return true;
      if (!wait || signal.aborted) return false;
      await this.#runtime.sleep(ASK_AGAIN_MS, signal);
    }
  }

  async giveBack(): Promise<void> {
    if (this.#until === 0) return;
    this.#until = 0;
    await this.#keeper.write((writer) => {
      if (holderOf(this.#keeper.mirror.meta.get("lease"))?.holder === this.#holder)
        writer.delete("meta", "lease");
    });
  }

  #tryTake(): Promise<boolean> {
    return this.#keeper.write((writer) => {
      const now = this.#runtime.now();
      const row = holderOf(this.#keeper.mirror.meta.get("lease"));
      // A lease far in the future was written before the clock was set back: it binds nobody.
      const taken =
        row !== undefined && row.holder !== this.#holder && row.until > now && row.until <= now + LEASE_MS;
      if (taken) return false;
      this.#until = now + LEASE_MS;
      writer.put("meta", "lease", { holder: this.#holder, until: this.#until });
      return true;
    });
  }
}

const LEASE_MS = 10_000;
const ASK_AGAIN_MS = 500;

function holderOf(row: unknown): { readonly holder: string; readonly until: number } | undefined {
  if (!isRecord(row)) return undefined;
  const { holder, until } = row;
  return typeof holder === "string" && typeof until === "number" ? { holder, until } : undefined;
}

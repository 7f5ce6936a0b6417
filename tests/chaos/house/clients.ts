import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, start, until } from "../../setup/process.ts";
import type { DevicePlan } from "../client/device.ts";
import type { Order, Word } from "../client/messages.ts";
import type { WorkerPlan } from "../client-worker.ts";

const MAIN = "tests/chaos/client-worker.ts";

/** One process of devices: killed and started again on the same stores, each time told to go on working. */
export class ClientProcess {
  readonly name: string;
  readonly devices: readonly DevicePlan[];
  readonly #plan: string;
  readonly #drained = new Map<string, boolean>();
  #life: Program | undefined;
  #ready = false;
  #ending = false;
  #settled = 0;
  #settledBefore = 0;
  #waiting = 0;
  #answered = new Set<Word["said"]>();

  constructor(name: string, plan: WorkerPlan) {
    this.name = name;
    this.devices = plan.devices;
    this.#plan = join(plan.folder, `${name}.plan.json`);
    writeFileSync(this.#plan, JSON.stringify(plan));
  }

  get pid(): number {
    return this.#life?.pid ?? 0;
  }

  get running(): boolean {
    return this.#life?.running() === true;
  }

  /** It ended by itself, which no fault of ours explains. */
  get crashed(): boolean {
    return this.#life !== undefined && !this.running && !this.#ending;
  }

  /** Outcomes heard in all lives, as far as it told. */
  get settled(): number {
    return this.#settledBefore + this.#settled;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Devices that say that nothing is left, since they were asked. */
  get drained(): ReadonlyMap<string, boolean> {
    return this.#drained;
  }

  /** Resolves when all its devices are open. */
  async start(): Promise<void> {
    this.#ready = false;
    this.#ending = false;
    this.#settledBefore += this.#settled;
    this.#settled = 0;
    const life = start(MAIN, [this.#plan], {}, { onMessage: (word) => this.#hear(word as Word) });
    this.#life = life;
    await until(`${this.name} to open its devices`, () => {
      if (life === this.#life && !life.running()) throw new Error(`${this.name} ended:\n${life.said()}`);
      return life !== this.#life || this.#ready;
    });
  }

  tell(order: Order): void {
    if (order.do === "drain") this.#drained.clear();
    if (order.do === "view") this.#answered.delete("viewed");
    if (order.do === "replay") this.#answered.delete("replayed");
    this.#life?.tell(order);
  }

  /** Whether it has answered an order since that was given. */
  has(said: "viewed" | "replayed"): boolean {
    if (!this.running) throw new Error(`${this.name} ended:\n${this.said()}`);
    return this.#answered.has(said);
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#ending = true;
    this.#life?.kill("SIGKILL");
    await this.#life?.ended;
  }

  freeze(): void {
    this.#life?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#life?.kill("SIGCONT");
  }

  /** Ends it in order. */
  async end(): Promise<void> {
    this.#ending = true;
    this.thaw();
    this.tell({ do: "end" });
    await this.#life?.ended;
  }

  said(): string {
    return this.#life?.said() ?? "";
  }

  #hear(word: Word): void {
    if (word.said === "ready") this.#ready = true;
    else if (word.said === "progress") {
      this.#settled = word.settled;
      this.#waiting = word.waiting;
    } else if (word.said === "drained") this.#drained.set(word.device, word.done);
    else this.#answered.add(word.said);
  }
}

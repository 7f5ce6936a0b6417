import { Worker } from "node:worker_threads";
import type { Plan } from "./plan.ts";
import type { SeedResult } from "./run-seed.ts";
import type { WorkerAnswer, WorkerStart } from "./worker.ts";

/** A thread, and who waits for its answer. */
class Hand {
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<SeedResult> | undefined;

  constructor(start: WorkerStart) {
    this.#worker = new Worker(new URL("worker.ts", import.meta.url), {
      workerData: start,
      execArgv: ["--conditions=@healthbridge/source", "--disable-warning=ExperimentalWarning"],
    });
    this.#worker.on("message", ({ result }: WorkerAnswer) => this.#waiting?.resolve(result));
    this.#worker.on("error", (error) => this.#waiting?.reject(error));
  }

  run(plan: Plan): Promise<SeedResult> {
    this.#waiting = Promise.withResolvers<SeedResult>();
    this.#worker.postMessage(plan);
    return this.#waiting.promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Some threads that share out plans between them. */
export class Crew implements AsyncDisposable {
  readonly #hands: readonly Hand[];

  constructor(size: number, start: WorkerStart = {}) {
    this.#hands = Array.from({ length: size }, () => new Hand(start));
  }

  /**
   * Runs plans until there are no more.
   * @param onResult is told of each as it ends; answering `false` ends it all after what is running
   */
  async run(plans: Iterable<Plan>, onResult: (result: SeedResult) => boolean): Promise<void> {
    const left = plans[Symbol.iterator]();
    let goOn = true;
    await Promise.all(
      this.#hands.map(async (hand) => {
        for (let next = left.next(); goOn && next.done !== true; next = left.next()) {
          // One after another in each thread.
          if (!onResult(await hand.run(next.value))) goOn = false;
        }
      }),
    );
  }

  /** Runs one plan, in the first thread. */
  async one(plan: Plan): Promise<SeedResult> {
    const [hand] = this.#hands;
    if (hand === undefined) throw new Error("A crew has at least one hand.");
    return hand.run(plan);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.end()));
  }
}

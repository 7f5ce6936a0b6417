import { Worker } from "node:worker_threads";
import type { Timers } from "../../adapters/timers.ts";
import { GUARD_LIMITS, THREAD_LIMITS } from "./limits.ts";
import type { Answer, Ask, Done, JobType } from "./thread/jobs.ts";

/** Why a job came to nothing: itself (it took too long, too much memory, or threw), or that another one ended the thread. */
export class ThreadFailure extends Error {
  override readonly name = "ThreadFailure";
  readonly code: "too_slow" | "broke" | "restarted" | "closed";

  constructor(code: ThreadFailure["code"]) {
    super(code);
    this.code = code;
  }
}

/** What came of a job, and the CPU it took. */
export interface Worked<T extends JobType> {
  readonly answer: Answer<T>;
  readonly cpuMs: number;
}

/** Where documents are applied. */
export interface ApplyThread {
  /**
   * Jobs are done one after another, in the order in which they are asked.
   * @throws ThreadFailure
   */
  ask<T extends JobType>(type: T, document: string, ask: Ask<T>): Promise<Worked<T>>;
  close(): Promise<void>;
}

interface Waiting {
  readonly message: object;
  readonly limitMs: number;
  readonly resolve: (done: Done) => void;
  readonly reject: (failure: ThreadFailure) => void;
}

const US_PER_MS = 1_000;
/** On a machine that is busy with other things a job is looked at again, but not for ever. */
const SHORTEST_LOOK_MS = 100;
const MOST_LOOKS = 50;

/** A thread that is begun when it is first needed, and anew when it was ended. */
export function startApplyThread(timers: Pick<Timers, "after">): ApplyThread {
  return new GuardedThread(timers);
}

class GuardedThread implements ApplyThread {
  readonly #timers: Pick<Timers, "after">;
  /** the first is being done */
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;
  #callOff: () => void = () => undefined;
  /** CPU the thread had used when it answered last */
  #cpuMs = 0;
  #closed = false;

  constructor(timers: Pick<Timers, "after">) {
    this.#timers = timers;
  }

  async ask<T extends JobType>(type: T, document: string, ask: Ask<T>): Promise<Worked<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    if (this.#closed) throw new ThreadFailure("closed");
    const limitMs = type === "judge" ? THREAD_LIMITS.jobMs.judge : THREAD_LIMITS.jobMs.other;
    this.#waiting.push({ message: { type, document, ask }, limitMs, resolve, reject });
    if (this.#waiting.length === 1) this.#next();
    const { answer, cpuMs } = await promise;
    if (answer === undefined) throw new ThreadFailure("broke");
    return { answer, cpuMs };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#end("closed", "closed");
    await worker?.terminate();
  }

  /** One at a time: so it is known whose fault it is when the thread ends. */
  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#worker ??= this.#begin();
    this.#worker.ref();
    this.#worker.postMessage(first.message);
    this.#watch(this.#worker, first, first.limitMs);
  }

  /** What counts is what the thread computed, not how long the machine let it wait. */
  #watch(worker: Worker, job: Waiting, afterMs: number, looks = 0): void {
    this.#callOff = this.#timers.after(afterMs, () => {
      void this.#usedBy(worker).then((usedMs) => {
        if (worker !== this.#worker || job !== this.#waiting[0]) return;
        const left = job.limitMs - usedMs;
        if (left <= 0 || looks === MOST_LOOKS) this.#end("too_slow", "restarted");
        else this.#watch(worker, job, Math.max(left, SHORTEST_LOOK_MS), looks + 1);
      });
    });
  }

  /** CPU that the thread used since its last answer; ms. */
  async #usedBy(worker: Worker): Promise<number> {
    try {
      const { user, system } = await worker.cpuUsage();
      return (user + system) / US_PER_MS - this.#cpuMs;
    } catch {
      return Infinity; // it is ended
    }
  }

  #begin(): Worker {
    this.#cpuMs = 0;
    const here = import.meta.url;
    const file = new URL(
      here.endsWith(".ts") ? "thread/document-thread.ts" : "thread/document-thread.js",
      here,
    );
    const worker = new Worker(file, {
      workerData: { ...GUARD_LIMITS, ...THREAD_LIMITS },
      resourceLimits: { maxOldGenerationSizeMb: THREAD_LIMITS.heapMb },
    });
    worker.on("message", (done: Done) => {
      if (worker !== this.#worker) return;
      this.#callOff();
      this.#cpuMs = done.threadMs;
      // Between jobs it keeps nobody alive.
      worker.unref();
      this.#waiting.shift()?.resolve(done);
      this.#next();
    });
    // An error ends the thread: too little memory is one.
    worker.on("error", () => {
      if (worker === this.#worker) this.#end("broke", "restarted");
    });
    worker.on("exit", () => {
      if (worker === this.#worker) this.#end("broke", "restarted");
    });
    return worker;
  }

  /** Ends the thread. What it was doing is at fault, what waited behind it is not. */
  #end(fault: ThreadFailure["code"], others: ThreadFailure["code"]): void {
    this.#callOff();
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    const [first, ...rest] = this.#waiting.splice(0);
    first?.reject(new ThreadFailure(fault));
    for (const each of rest) each.reject(new ThreadFailure(others));
  }
}

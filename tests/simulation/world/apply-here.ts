import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import {
  type ApplyThread,
  ThreadFailure,
  type Worked,
} from "../../../server/src/realtime/documents/apply-thread.ts";
import { GUARD_LIMITS, THREAD_LIMITS } from "../../../server/src/realtime/documents/limits.ts";
import { HeldDocuments } from "../../../server/src/realtime/documents/thread/held-documents.ts";
import type { Ask, Job, JobType } from "../../../server/src/realtime/documents/thread/jobs.ts";
import type { Life } from "./life.ts";

/** ms that a job takes at most. */
const JOB_MS = 2;
/** Jobs before which the thread ends, in per cent, where it may. */
const ENDS_PERCENT = 3;

/**
 * Where a simulated server applies documents: what runs in the thread, on the server's own. Jobs are done one after another, a moment after they were asked, on copies of what was
 * asked; how long a job takes of a real processor, and what ends it then, is left to the thread's own tests.
 */
export class AppliedHere implements ApplyThread {
  readonly #life: Life;
  readonly #random: SeededRandom;
  readonly #mayEnd: boolean;
  #held = new HeldDocuments({ ...GUARD_LIMITS, ...THREAD_LIMITS });
  #last: Promise<unknown> = Promise.resolve();

  /** @param mayEnd the thread is ended now and then, with all it holds, and begun anew */
  constructor(life: Life, random: SeededRandom, mayEnd: boolean) {
    this.#life = life;
    this.#random = random;
    this.#mayEnd = mayEnd;
  }

  ask<T extends JobType>(type: T, document: string, ask: Ask<T>): Promise<Worked<T>> {
    // Both are of the same `T`.
    const job = structuredClone({ type, document, ask }) as Job;
    const done = this.#last.then(() => this.#do<T>(job));
    this.#last = done.catch(() => undefined); // whoever asked is told
    return done;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #do<T extends JobType>(job: Job): Promise<Worked<T>> {
    await this.#life.sleep(this.#random.between(0, JOB_MS));
    if (this.#mayEnd && this.#random.percent(ENDS_PERCENT)) {
      this.#held = new HeldDocuments({ ...GUARD_LIMITS, ...THREAD_LIMITS });
      throw new ThreadFailure("restarted");
    }
    const answer = this.#held.attempt(job);
    if (answer === undefined) throw new ThreadFailure("broke");
    return { answer: structuredClone(answer), cpuMs: 0 };
  }
}

import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import type { Clock } from "../../../server/src/adapters/clock.ts";
import type { Timers } from "../../../server/src/adapters/timers.ts";
import { databaseErrorIn } from "../../../server/src/database/classify.ts";
import type { DatabasePool } from "../../../server/src/database/pool.ts";
import type { Authenticate } from "../../../server/src/http/context.ts";
import { documentAccess } from "../../../server/src/realtime/documents/access.ts";
import { DocumentLog } from "../../../server/src/realtime/documents/document-log.ts";
import { DocumentMetrics } from "../../../server/src/realtime/documents/document-metrics.ts";
import { documentRoutes } from "../../../server/src/realtime/documents/document-routes.ts";
import type { DocumentHint, DocumentHints } from "../../../server/src/realtime/documents/hints.ts";
import { LogWriter } from "../../../server/src/realtime/documents/log-writer.ts";
import { Rooms } from "../../../server/src/realtime/documents/rooms.ts";
import { AppliedHere } from "./apply-here.ts";
import type { Life } from "./life.ts";

/** Hints that are lost on their way between servers, in per cent; and how late the others come, ms. */
const LOST_PERCENT = 30;
const LATE_MS = 200;

/** What servers tell each other of documents: late, or not at all. */
export class HintLine {
  readonly #random: SeededRandom;
  readonly #listeners = new Map<Life, (hint: DocumentHint) => void>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** As one life of a server process has it. */
  of(life: Life): DocumentHints {
    return {
      tell: (hint) => {
        for (const [other, listener] of this.#listeners) {
          if (other.over) this.#listeners.delete(other);
          else if (other !== life && !this.#random.percent(LOST_PERCENT))
            other.after(this.#random.between(0, LATE_MS), () => {
              listener(hint);
            });
        }
      },
      listen: (listener) => {
        this.#listeners.set(life, listener);
        return () => this.#listeners.delete(life);
      },
    };
  }
}

export interface ServerDocumentsParts {
  readonly life: Life;
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly hints: HintLine;
  /** where documents are applied ends now and then */
  readonly threadEnds: boolean;
  readonly onBroken: (what: string) => void;
}

/** The documents of one life of a server process: log, rooms and guard as they are, over HTTP alone. */
export interface ServerDocuments {
  readonly routes: (authenticate: Authenticate) => ReturnType<typeof documentRoutes>;
  close(): Promise<void>;
}

export function serverDocuments(parts: ServerDocumentsParts): ServerDocuments {
  const { life, pool, clock, random, hints, threadEnds, onBroken } = parts;
  const metrics = new DocumentMetrics();
  const rooms = new Rooms(
    {
      thread: new AppliedHere(life, random, threadEnds),
      log: new DocumentLog(pool),
      writer: new LogWriter(pool),
      hints: hints.of(life),
      clock,
      metrics,
      onSpent: () => undefined,
      onFailed: (error) => {
        // A database that was away is one of the faults.
        if (databaseErrorIn(error) === undefined)
          onBroken(`changes of a document were not kept: ${String(error)}`);
      },
    },
    timersOf(life),
  );
  return {
    routes: (authenticate) =>
      documentRoutes({ access: documentAccess(pool), rooms, metrics, authenticate, isOver: () => false }),
    close: () => rooms.close(),
  };
}

/** What a server looks at again and again it does for sockets, and there are none here: that would be a million looks in a week. */
function timersOf(life: Life): Timers {
  return {
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        const abort = (): void => {
          reject(new DOMException("aborted", "AbortError"));
        };
        if (signal?.aborted === true) abort();
        else signal?.addEventListener("abort", abort, { once: true });
      }),
    after: (ms, action) => life.after(ms, action),
  };
}

import { DOCUMENT_LIMITS, LIMITS } from "@healthbridge/schema";
import type { GuardLimits } from "./thread/guard.ts";

const MB = 1_048_576;

/** What a document, and an update of one, may be; see decision 0026 for the reasons. */
export const GUARD_LIMITS: GuardLimits = {
  update: { bytes: DOCUMENT_LIMITS.documentUpdateBytes, structs: 2_000, growth: 131_072 },
  // What was written in weeks without a network comes at once.
  step: { bytes: DOCUMENT_LIMITS.documentStepBytes, structs: 20_000, growth: 1_048_576 },
  documentBytes: 5 * MB,
  clients: 1_000,
  clientsPerDay: 50,
  depth: 8,
  jsonDepth: LIMITS.jsonDepth,
  roots: 64,
  nameCharacters: 200,
};

/** The thread in which documents are applied. */
export const THREAD_LIMITS = {
  /** CPU of one job, ms; the thread is ended and begun anew after that, and who sent the job is closed */
  jobMs: { judge: 1_500, other: 10_000 },
  heapMb: 256,
  /** bytes of documents, as encoded, that are kept ready; in memory they take about twelve times as much */
  readyBytes: 8 * MB,
  readyDocuments: 500,
  /** bytes of one message of an answer: over a slow line the stock provider gives up where none comes for half a minute */
  pieceBytes: 32_768,
} as const;

/** One socket. */
export const SOCKET_LIMITS = {
  /** messages of any kind at once, and per second */
  frames: { atOnce: 400, perSecond: 80 },
  /** updates at once, and per second */
  updates: { burst: 300, perSecond: 60 },
  presences: { burst: 60, perSecond: 10 },
  /** state vectors asked about: each answer is as large as the document can be */
  asks: { burst: 30, perSecond: 2 },
  /** updates that follow something we lack: whoever comes back and writes on sends some, before she was asked for what she wrote without a network */
  gaps: { burst: 200, perSecond: 2 },
  /** as many of them is it worth where what she was asked for has a hole itself */
  holes: 20,
  /** bytes that wait for a socket: presence is left out beyond the first, and the socket closed beyond the second, which is a whole document and a little */
  presenceBacklog: 65_536,
  backlog: 6 * MB,
  /** ms a socket lives; then it comes again with a new ticket */
  lifeMs: 12 * 3_600_000,
  /** ms until a socket without access is closed: the stock provider 3.0 would come back nine times a second */
  refusalMs: 2_000,
  /** sockets of one account on one server */
  perAccount: 20,
  /** refusals of one account in a minute, after which it is refused before it is let in */
  refusalsPerMinute: 5,
} as const;

/** CPU of the thread that one account may use for what it sends: ms at once, and per second. */
export const THREAD_TIME = { burst: 3_000, perSecond: 50 } as const;

/** The life of a room. */
export const ROOM_LIMITS = {
  /** a snapshot is taken after so many updates or bytes */
  snapshotUpdates: 200,
  snapshotBytes: 65_536,
  /** ms a room without members stays ready */
  idleMs: 30_000,
  /** changes of one room that wait; the next one's sender is told to come again */
  queue: 1_000,
  /** changes that are judged and kept together */
  batch: 64,
  /** and at most so many bytes of them: a statement is twice as long */
  batchBytes: MB,
  /** times a batch is tried again because another server wrote at the same moment */
  tries: 20,
  /** bytes of one piece of a snapshot */
  pieceBytes: 524_288,
} as const;

/** ms between two looks at who may still be here, and at what other servers wrote. */
export const WATCH = { accessMs: 3_000, sweepMs: 1_000 } as const;

import type { FeedPage, SyncHead, SyncRequest, SyncTail } from "@healthbridge/schema";
import type { Submitter } from "../operations/submission.ts";

/** The answer to one sync, in the parts in which lines carry it; as one JSON object the parts are merged. */
export interface SyncAnswer {
  readonly head: SyncHead;
  readonly pages: readonly FeedPage[];
  readonly tail: SyncTail;
}

/** What somebody who was told of every change since her cursors knows without reading it again. */
export interface ToldAlready {
  readonly pages: readonly FeedPage[];
  /** of the last answer that was read */
  readonly epoch: number;
}

/** Push and pull in one. Its HTTP clothes are `http/sync-route.ts`. */
export interface SyncService {
  /** Rejects with `SubmissionRefused` (`device_revoked`, `protocol_unsupported`, `unavailable`) or a `DatabaseError`. */
  answer(request: SyncRequest, submitter: Submitter, asker?: SyncAsker): Promise<SyncAnswer>;
}

/** What is known of whoever waits for an answer. */
export interface SyncAsker {
  /** asked once what was sent is settled: where it answers, nothing is read */
  readonly told?: () => ToldAlready | undefined;
  /** she has hung up: what was sent is settled all the same, and nothing is read */
  readonly gone?: AbortSignal;
}

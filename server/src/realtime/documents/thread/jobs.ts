import type { RefusalReason } from "./guard.ts";

/** What the thread is asked, and what it answers. `unknown`: it does not hold the document (any more) and has to be given it with `load`. */
export interface Jobs {
  /** Takes a document as it is stored. */
  readonly load: {
    readonly ask: {
      readonly snapshot: Uint8Array | undefined;
      readonly updates: readonly Uint8Array[];
      readonly owners: ReadonlyArray<readonly [client: number, account: string, since: number]>;
    };
    readonly answer: { readonly status: "loaded" };
  };
  /** Judges an update and applies it; the document is ahead of the log until what it answers is stored. */
  readonly judge: {
    readonly ask: {
      readonly update: Uint8Array;
      readonly via: "update" | "step";
      readonly account: string;
      readonly now: number;
    };
    readonly answer: Verdict | Unknown;
  };
  /** Applies what another server stored. `clash`: something else stands under the same clock here. */
  readonly learn: {
    readonly ask: {
      readonly rows: ReadonlyArray<{
        readonly update: Uint8Array;
        readonly account: string;
        readonly since: number;
      }>;
    };
    readonly answer:
      | {
          readonly status: "learnt";
          readonly fresh: ReadonlyArray<readonly [client: number, account: string]>;
        }
      | { readonly status: "clash" }
      | Unknown;
  };
  /** What somebody lacks who is as far as this vector says; nothing where none is given, and how far the document is. */
  readonly compare: {
    readonly ask: { readonly vector: Uint8Array | undefined; readonly written: Written };
    readonly answer:
      | {
          readonly status: "compared";
          /** updates to be taken before it, where all of it is too large for one */
          readonly before: readonly Uint8Array[];
          readonly update: Uint8Array;
          readonly vector: Uint8Array;
        }
      | { readonly status: "refused" }
      | Unknown;
  };
  /** All of it, version 2. */
  readonly snapshot: {
    readonly ask: object;
    readonly answer: { readonly status: "taken"; readonly bytes: Uint8Array } | Unknown;
  };
  readonly forget: { readonly ask: object; readonly answer: { readonly status: "forgotten" } };
}

/** How an update is written: as Yjs does, in pieces where it is large, or for JSON, in one and in base64 (ASCII), which takes long for a large one and is therefore done in the thread. */
export type Written = "plain" | "base64";

/** What became of an update. */
export type Verdict =
  | {
      readonly status: "applied";
      /** exactly what it added, as Yjs writes it: this is stored and sent on, never the bytes that came */
      readonly added: readonly Uint8Array[];
      /** ids that the account uses from now on */
      readonly fresh: readonly number[];
    }
  /** all of it was there already */
  | { readonly status: "nothing" }
  | { readonly status: "gap" }
  | { readonly status: "refused"; readonly reason: RefusalReason };

interface Unknown {
  readonly status: "unknown";
}

export type JobType = keyof Jobs;
export type Ask<T extends JobType> = Jobs[T]["ask"];
export type Answer<T extends JobType> = Jobs[T]["answer"];

/** A job as it crosses to the thread. */
export type Job = {
  readonly [T in JobType]: { readonly type: T; readonly document: string; readonly ask: Ask<T> };
}[JobType];

/** What comes back, in the order of the jobs. */
export interface Done {
  /** not there: it threw, and the document was let go */
  readonly answer: Answer<JobType> | undefined;
  /** CPU it took, and CPU the thread has used since it began; ms */
  readonly cpuMs: number;
  readonly threadMs: number;
}

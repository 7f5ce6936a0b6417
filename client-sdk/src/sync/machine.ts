/**
 * When to speak with the server. Pure: what happens comes in as an event, what to do goes out as effects, and chance comes in with the event.
 *
 * ```
 *            call, poke, timer              mine                  fine, more to do
 *   resting ───────────────────▶ locking ─────────▶ exchanging ◀──────────┐
 *    ▲   ▲                          │                │  │   │ └───────────┘
 *    │   │              others      │                │  │   │ expired      renewed
 *    │   └───────────────── pausing ◀────────────────┘  │   └─────▶ renewing ──────▶ exchanging
 *    │                        ▲ │  lost, wait           │                │ lost
 *    │                        │ └─ timer, online ──▶ locking             └───────▶ pausing
 *    └── fine, nothing to do ─┼─────────────────────────┤
 *                             │                         │ sign-in, upgrade
 *                             └─ signed in, call ── sign-in, upgrade ◀───┘
 * ```
 * Whoever is in `exchanging` or `renewing` holds the sender's lock; every other state has given it back.
 */

export type Phase =
  | "resting"
  | "locking"
  | "exchanging"
  | "renewing"
  | "pausing"
  /** nobody is signed in, or the server wants it anew */
  | "sign-in"
  /** the server speaks newer versions only */
  | "upgrade";

export interface SyncMachine {
  readonly phase: Phase;
  /** syncs by itself */
  readonly auto: boolean;
  /** callers of `sync()` that still wait */
  readonly callers: number;
  /** failures since the last success */
  readonly failures: number;
  /** something was asked for while an exchange was going on */
  readonly again: boolean;
}

/**
 * Why an exchange did not succeed.
 * - `lost`: nobody, or not our server, answered; or it asks to wait (`retryAfter`, ms)
 * - `too-large`: the request was; the next is smaller
 */
export interface Failure {
  readonly why: "lost" | "expired" | "sign-in" | "upgrade" | "too-large";
  readonly retryAfter?: number | undefined;
}

export type SyncEvent =
  | { readonly type: "started" }
  | { readonly type: "stopped" }
  /** somebody called `sync()` */
  | { readonly type: "called" }
  /** a caller has its answer or went away */
  | { readonly type: "left" }
  /** something was queued: send it, unless the line is known to be bad just now */
  | { readonly type: "queued" }
  /**
   * another tab asks whoever sends to do so, or somebody has signed in there; who waits for the sender is not asked, else two that wait would ask each other
   * for ever
   */
  | { readonly type: "asked" }
  /** the network may be back, or somebody looks at the app */
  | { readonly type: "poked" }
  | { readonly type: "signedIn" }
  | { readonly type: "timer" }
  /** this instance is the one that sends */
  | { readonly type: "mine" }
  /** another tab or process sends */
  | { readonly type: "others" }
  | { readonly type: "fine"; readonly more: boolean; readonly pace?: number | undefined }
  | { readonly type: "failed"; readonly failure: Failure; readonly random: number }
  | { readonly type: "renewed" };

export type SyncEffect =
  | { readonly do: "lock" }
  | { readonly do: "unlock" }
  | { readonly do: "exchange" }
  | { readonly do: "renew" }
  /** wake me after so many ms; replaces an earlier timer */
  | { readonly do: "timer"; readonly ms: number }
  | { readonly do: "cancelTimer" }
  /** ask the other tabs, one of which may have a line */
  | { readonly do: "poke" }
  /** tell callers how it ended */
  | { readonly do: "report"; readonly failed: boolean };

export interface Step {
  readonly state: SyncMachine;
  readonly effects: readonly SyncEffect[];
}

export const AT_REST: SyncMachine = { phase: "resting", auto: false, callers: 0, failures: 0, again: false };

/** ms between two looks at the server when nothing happens */
export const POLL_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;
/** ms for which a server may ask to be left alone */
export const LONGEST_WAIT_MS = 900_000;
/** ms after which to see whether the other sender took our operations along */
const LOOK_AGAIN_MS = 1_500;

/** The one transition function. */
export function next(state: SyncMachine, event: SyncEvent): Step {
  const { phase, callers, failures } = state;
  switch (event.type) {
    case "started":
      return begin({ ...state, auto: true });
    case "stopped":
      return restUnlessWanted({ ...state, auto: false });
    case "called":
      return begin({ ...state, callers: callers + 1 }, true);
    case "left":
      return restUnlessWanted({ ...state, callers: Math.max(0, callers - 1) });
    case "queued":
      return phase === "pausing" && failures ? to(state, {}, { do: "poke" }) : begin(state);
    case "asked":
      return phase === "pausing" ? to(state, {}) : begin(state, true);
    case "poked":
      return begin({ ...state, failures: 0 });
    case "signedIn":
      return begin(state, true);
    case "timer":
      return begin(state);
    case "mine":
    case "renewed":
      return exchange(state);
    case "others":
      return to(state, { phase: "pausing" }, { do: "timer", ms: LOOK_AGAIN_MS });
    case "fine":
      return fine({ ...state, failures: 0 }, event.more || state.again, event.pace ?? 0);
    case "failed":
      break;
  }
  return failed(state, event.failure, event.random);
}

/** Whether trying again is of no use until somebody has done something about it. */
export function isBarred({ phase }: SyncMachine): boolean {
  return phase === "sign-in" || phase === "upgrade";
}

/** ms to wait after so many failures: full jitter, so that a clinic's devices do not come back all at once. */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  return Math.max(FIRST_PAUSE_MS / 2, ceiling * random);
}

function begin(state: SyncMachine, asked = false): Step {
  const { phase } = state;
  if (phase === "exchanging" || phase === "renewing" || phase === "locking")
    return to(state, { again: true });
  if ((isBarred(state) && !asked) || !wanted(state)) return to(state, {});
  return to(state, { phase: "locking", again: false }, { do: "cancelTimer" }, { do: "lock" });
}

function exchange(state: SyncMachine): Step {
  return to(state, { phase: "exchanging", again: false }, { do: "exchange" });
}

function fine(state: SyncMachine, more: boolean, pace: number): Step {
  const busy = more && wanted(state);
  if (busy && pace <= 0) return exchange(state);
  // Whoever called is told so, instead of waiting for as long as it likes; the device comes back as after a refusal.
  if (busy && pace > POLL_MS) return failed(state, { why: "lost", retryAfter: pace }, 0);
  const ms = busy ? pace : Math.min(LONGEST_WAIT_MS, Math.max(POLL_MS, pace));
  const timer: readonly SyncEffect[] = busy || state.auto ? [{ do: "timer", ms }] : [];
  const report: readonly SyncEffect[] = busy ? [] : [{ do: "report", failed: false }];
  return to(
    state,
    { phase: busy ? "pausing" : "resting", again: false },
    { do: "unlock" },
    ...report,
    ...timer,
  );
}

function failed(state: SyncMachine, { why, retryAfter = 0 }: Failure, random: number): Step {
  if (why === "expired") return to(state, { phase: "renewing" }, { do: "renew" });
  if (why === "too-large") return exchange(state);
  if (why === "sign-in" || why === "upgrade")
    return to(state, { phase: why, failures: 0 }, { do: "unlock" }, { do: "report", failed: true });
  // What the server asked for with a little spread, within reason; where that is not enough, longer each time.
  const asked = Math.min(LONGEST_WAIT_MS, retryAfter) * (1 + random / 4);
  const ms = Math.max(backoff(state.failures, random), asked);
  return to(
    state,
    { phase: "pausing", failures: state.failures + 1, again: false },
    { do: "unlock" },
    { do: "timer", ms },
    { do: "report", failed: true },
  );
}

function restUnlessWanted(state: SyncMachine): Step {
  if (wanted(state)) return to(state, {});
  return to(state, state.phase === "pausing" ? { phase: "resting" } : {}, { do: "cancelTimer" });
}

function wanted(state: SyncMachine): boolean {
  return state.auto || state.callers > 0;
}

function to(state: SyncMachine, changes: Partial<SyncMachine>, ...effects: readonly SyncEffect[]): Step {
  return { state: { ...state, ...changes }, effects };
}

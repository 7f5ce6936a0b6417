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
 *                             └──── signed in, call ── blocked ◀─────────┘
 * ```
 * Whoever is in `exchanging` or `renewing` holds the sender's lock; every other state has given it back.
 */

export type Phase = "resting" | "locking" | "exchanging" | "renewing" | "pausing" | "blocked";

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

/** Why an exchange did not succeed. */
export type Failure =
  /** nobody, or not our server, answered */
  | { readonly why: "lost"; readonly retryAfter?: number | undefined }
  /** our server asks to wait, ms */
  | { readonly why: "wait"; readonly retryAfter: number | undefined }
  | { readonly why: "expired" }
  | { readonly why: "sign-in" }
  | { readonly why: "upgrade" }
  /** the request was too large; the next is smaller */
  | { readonly why: "too-large" };

export type SyncEvent =
  | { readonly type: "started" }
  | { readonly type: "stopped" }
  /** somebody called `sync()` */
  | { readonly type: "called" }
  /** a caller has its answer or went away */
  | { readonly type: "left" }
  /** something was queued: send it, unless the line is known to be bad just now */
  | { readonly type: "queued" }
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
const LONGEST_WAIT_MS = 900_000;
/** ms after which to see whether the other sender took our operations along */
const LOOK_AGAIN_MS = 1_500;

/** The one transition function. */
export function next(state: SyncMachine, event: SyncEvent): Step {
  let step: Step;
  switch (event.type) {
    case "started":
      step = begin({ ...state, auto: true });
      break;
    case "stopped":
      step =
        state.callers > 0
          ? to(state, { auto: false })
          : to(state, { auto: false, ...idleUnlessBusy(state) }, { do: "cancelTimer" });
      break;
    case "called":
      step = begin({ ...state, callers: state.callers + 1 }, true);
      break;
    case "left":
      step = left({ ...state, callers: Math.max(0, state.callers - 1) });
      break;
    case "queued":
      step = state.phase === "pausing" && state.failures > 0 ? to(state, {}) : begin(state);
      break;
    case "poked":
      step = begin({ ...state, failures: 0 });
      break;
    case "signedIn":
      step = state.phase === "blocked" ? begin({ ...state, phase: "resting" }) : begin(state);
      break;
    case "timer":
      step = state.phase === "resting" || state.phase === "pausing" ? begin(state) : to(state, {});
      break;
    case "mine":
      step =
        state.phase === "locking"
          ? to(state, { phase: "exchanging", again: false }, { do: "exchange" })
          : to(state, {}, { do: "unlock" });
      break;
    case "others":
      step = to(state, { phase: "pausing" }, { do: "timer", ms: LOOK_AGAIN_MS });
      break;
    case "fine":
      step = fine(state, event);
      break;
    case "renewed":
      step = to(state, { phase: "exchanging" }, { do: "exchange" });
      break;
    case "failed":
      step = failed(state, event.failure, event.random);
      break;
  }
  return step;
}

/** ms to wait after so many failures: full jitter, so that a clinic's devices do not come back all at once. */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 20));
  return Math.max(FIRST_PAUSE_MS / 2, ceiling * random);
}

function begin(state: SyncMachine, asked = false): Step {
  if (state.phase === "exchanging" || state.phase === "renewing" || state.phase === "locking")
    return to(state, { again: true });
  if (state.phase === "blocked" && !asked) return to(state, {});
  if (!wanted(state)) return to(state, {});
  return to(state, { phase: "locking", again: false }, { do: "cancelTimer" }, { do: "lock" });
}

function fine(
  state: SyncMachine,
  { more, pace }: { readonly more: boolean; readonly pace?: number | undefined },
): Step {
  const on = { ...state, failures: 0 };
  const busy = wanted(state) && (more || state.again);
  if (busy && (pace ?? 0) <= 0) return to(on, { phase: "exchanging", again: false }, { do: "exchange" });
  if (busy)
    return to(on, { phase: "pausing", again: false }, { do: "unlock" }, { do: "timer", ms: pace ?? 0 });
  const rest: readonly SyncEffect[] = [{ do: "unlock" }, { do: "report", failed: false }];
  const poll: readonly SyncEffect[] = state.auto ? [{ do: "timer", ms: Math.max(POLL_MS, pace ?? 0) }] : [];
  return to(on, { phase: "resting", again: false }, ...rest, ...poll);
}

function failed(state: SyncMachine, failure: Failure, random: number): Step {
  let step: Step;
  switch (failure.why) {
    case "expired":
      step = to(state, { phase: "renewing" }, { do: "renew" });
      break;
    case "too-large":
      step = to(state, { phase: "exchanging" }, { do: "exchange" });
      break;
    case "sign-in":
    case "upgrade":
      step = to(state, { phase: "blocked", failures: 0 }, { do: "unlock" }, { do: "report", failed: true });
      break;
    case "lost":
    case "wait": {
      const ms = pause(state.failures, failure.retryAfter, random);
      const effects: readonly SyncEffect[] = [
        { do: "unlock" },
        { do: "timer", ms },
        { do: "report", failed: true },
      ];
      step = to(state, { phase: "pausing", failures: state.failures + 1, again: false }, ...effects);
      break;
    }
  }
  return step;
}

/** What the server asked for with a little spread, within reason; else the backoff. */
function pause(failures: number, retryAfter: number | undefined, random: number): number {
  if (retryAfter === undefined) return backoff(failures, random);
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_PAUSE_MS, retryAfter)) * (1 + random / 4);
}

function left(state: SyncMachine): Step {
  return wanted(state) ? to(state, {}) : to(state, idleUnlessBusy(state), { do: "cancelTimer" });
}

function idleUnlessBusy({ phase }: SyncMachine): Partial<SyncMachine> {
  return phase === "pausing" ? { phase: "resting" } : {};
}

function wanted(state: SyncMachine): boolean {
  return state.auto || state.callers > 0;
}

function to(state: SyncMachine, changes: Partial<SyncMachine>, ...effects: readonly SyncEffect[]): Step {
  return { state: { ...state, ...changes }, effects };
}

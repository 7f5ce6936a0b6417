import type { DatabasePool } from "../database/pool.ts";
import { countRows, databaseNow, type Job } from "../jobs/job.ts";
import type { Log } from "../telemetry/log.ts";
import type { Carrier, Delivery, Letter } from "./carriers/carrier.ts";
import { claimDue, type ClaimedNotice, type Ending, markEnding } from "./claim.ts";
import { type Facts, readFacts } from "./facts.ts";
import { FIRST, type QuietHours, URGENT } from "./plan.ts";
import { prepareNotice } from "./prepare-notice.ts";
import type { LetterStyle } from "./write-letter.ts";

export interface SendParts {
  readonly pool: DatabasePool;
  /** in the order in which they are tried */
  readonly carriers: readonly Carrier[];
  /** the same for who is on call; left out: nobody is */
  readonly onCall?: readonly Carrier[] | undefined;
  readonly quiet: QuietHours | undefined;
  readonly style: LetterStyle;
  /** how long a session lives without being used: what is pushed goes to devices that somebody is signed in on */
  readonly idleMs: number;
  readonly log: Log;
}

export const SEND_NOTICES = "send notices";

const MINUTE_MS = 60_000;
/** How long is waited after each failure, ms; after as many failures it is given up. */
export const RETRIES_MS = [1, 5, 15, 60, 240].map((minutes) => minutes * MINUTE_MS);

/**
 * Sends the notices that are due. Every process does; a notice is one process's at a time, by a claim with a fencing number. Nothing is sent inside a transaction. A process that
 * dies after sending and before noting it leaves the notice to be sent once more when its claim has run out, with the same key.
 */
export function sendNoticesJob(parts: SendParts): Job {
  return {
    name: SEND_NOTICES,
    schedule: "* * * * *",
    atStart: true,
    due: async () => countRows(parts.pool, "notice WHERE next_at <= ?", [await databaseNow(parts.pool)]),
    async run(signal) {
      const counts = { sent: 0, later: 0, dropped: 0, failed: 0, late: 0 };
      while (!signal.aborted) {
        const { now, notices } = await claimDue(parts.pool);
        if (notices.length === 0) break;
        const facts = await readFacts(parts.pool, notices, now, parts.idleMs);
        const endings = await Promise.allSettled(notices.map((notice) => settle(parts, notice, facts, now)));
        for (const ending of endings) {
          // What was sent and could not be noted is sent again when its claim has run out.
          if (ending.status === "rejected") throw ending.reason;
          counts[ending.value] += 1;
        }
      }
      return counts;
    },
  };
}

/** `late`: the claim ran out meanwhile, and the notice is somebody else's. */
type Count = "sent" | "later" | "dropped" | "failed" | "late";

async function settle(parts: SendParts, notice: ClaimedNotice, facts: Facts, now: number): Promise<Count> {
  const { ending, attempts } = await endingOf(parts, notice, facts, now);
  if (!(await markEnding(parts.pool, { ...notice, attempts }, ending))) return "late";
  if (ending.status === "failed")
    parts.log.warn("notice failed", { kind: notice.kind, channel: notice.channel, why: ending.why });
  return ending.status === "waiting" ? "later" : ending.status;
}

interface Settled {
  readonly ending: Ending;
  readonly attempts: number;
}

async function endingOf(
  parts: SendParts,
  notice: ClaimedNotice,
  facts: Facts,
  now: number,
): Promise<Settled> {
  const { attempts } = notice;
  const prepared = prepareNotice(notice, facts, now, parts.style, parts.quiet);
  if (prepared.say === "wait")
    return { attempts, ending: { status: "waiting", nextAt: prepared.nextAt, why: "quiet_hours" } };
  if (prepared.say === "drop") return { attempts, ending: { status: "dropped", why: prepared.why } };
  const { letter } = prepared;
  const reaching = carriersFor(parts, notice, letter, facts);
  if (reaching.length === 0) return { attempts, ending: { status: "dropped", why: "unreachable" } };
  const { by, delivery } = await carry(reaching, letter, parts.log);
  if (delivery.status === "sent") return { attempts, ending: { status: "sent", by } };
  return { attempts: attempts + 1, ending: endingAfter(delivery, attempts, now) };
}

/** The carriers that may be tried, in order. A patient's own wish decides; without one the operator's order. */
function carriersFor(
  { carriers: toPatients, onCall = [] }: SendParts,
  { kind, channel, patient }: ClaimedNotice,
  letter: Letter,
  facts: Facts,
): readonly Carrier[] {
  const [carriers, wish] =
    kind === URGENT ? [onCall, undefined] : [toPatients, facts.patients.get(patient)?.notices];
  return carriers.filter(
    (carrier) =>
      (channel === FIRST || channel === carrier.channel) &&
      (wish === undefined || wish === carrier.channel) &&
      carrier.reaches(letter.to),
  );
}

/** Tries one carrier after another while they refuse. What one may still carry later is not given to the next: she would be told twice. */
async function carry(
  carriers: readonly Carrier[],
  letter: Letter,
  log: Log,
): Promise<{ readonly by: string; readonly delivery: Delivery }> {
  let last: { by: string; delivery: Delivery } = {
    by: "",
    delivery: { status: "refused", why: "unreachable" },
  };
  for (const carrier of carriers) {
    last = { by: carrier.channel, delivery: await sendBy(carrier, letter, log) };
    if (last.delivery.status !== "refused") break;
  }
  return last;
}

async function sendBy(carrier: Carrier, letter: Letter, log: Log): Promise<Delivery> {
  try {
    return await carrier.send(letter);
  } catch (error) {
    // A fault of ours in one letter: the others go on.
    log.error("a carrier broke", error, { channel: carrier.channel });
    return { status: "later", why: "broken" };
  }
}

function endingAfter(
  delivery: Exclude<Delivery, { readonly status: "sent" }>,
  attempts: number,
  now: number,
): Ending {
  const wait = delivery.status === "later" ? RETRIES_MS[attempts] : undefined;
  return wait === undefined
    ? { status: "failed", why: delivery.why }
    : { status: "waiting", nextAt: now + wait, why: delivery.why };
}

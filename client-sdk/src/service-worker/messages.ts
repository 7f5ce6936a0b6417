/** What a page and its service worker say to each other. */

/** worker to pages: there may be a network, sync now; with a port to answer at where the browser waits for how that ends */
export const WAKE = "healthbridge:wake";
/** page to the port of a `WAKE`: it syncs, which may take a while */
export const SYNCS = "syncs";
/** and then how that ended: nothing waits any more, or something does */
export const SENT = "sent";
export const NOT_SENT = "not sent";
/** page to a worker that waits: take over */
export const TAKE_OVER = "healthbridge:take-over";
/** page to a worker: keep the whole app */
export const KEEP_ALL = "healthbridge:keep-all";
/** worker to pages: the whole app is here, or could not be had */
export const KEPT = "healthbridge:kept";
export const NOT_KEPT = "healthbridge:not-kept";
/** worker to page: show this appointment */
export const SHOW = "healthbridge:show";

/** Background Sync: something waits to be sent */
export const SYNC_TAG = "healthbridge-waiting";
/** Periodic Background Sync: look for news now and then */
export const PERIODIC_TAG = "healthbridge-news";

/** What such a message says. */
interface WorkerMessage {
  readonly type: string;
  /** which one it is about */
  readonly appointment: string | undefined;
  /** of a `WAKE`: the browser does not try again by itself */
  readonly lastChance: boolean;
}

/** What a message says; `undefined` for what somebody else said. */
export function messageOf(data: unknown): WorkerMessage | undefined {
  if (typeof data !== "object" || data === null || !("type" in data) || typeof data.type !== "string")
    return undefined;
  const appointment =
    "appointment" in data && typeof data.appointment === "string" ? data.appointment : undefined;
  return { type: data.type, appointment, lastChance: "lastChance" in data && data.lastChance === true };
}

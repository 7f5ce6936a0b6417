/** What a page and its service worker say to each other. */

/** worker to pages: there may be a network, sync now */
export const WAKE = "healthbridge:wake";
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

/** The kind of such a message and what it is about; `undefined` for what somebody else said. */
export function messageOf(
  data: unknown,
): { readonly type: string; readonly appointment: string | undefined } | undefined {
  if (typeof data !== "object" || data === null || !("type" in data) || typeof data.type !== "string")
    return undefined;
  const appointment =
    "appointment" in data && typeof data.appointment === "string" ? data.appointment : undefined;
  return { type: data.type, appointment };
}

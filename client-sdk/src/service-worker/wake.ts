import { SENT, SYNC_TAG, SYNCS, WAKE } from "./messages.ts";
import type { WakingEvent, WorkerClient, WorkerScope } from "./worker-scope.ts";
import type { WorkerWords } from "./words.ts";

/** What is done when the browser wakes the worker. */
export interface WakeParts {
  readonly scope: WorkerScope;
  readonly words: WorkerWords;
  /** sends and reads while no page is open */
  readonly sync: (() => Promise<unknown>) | undefined;
}

/** Tags of the notification that something waits: one, however often it is shown. */
const WAITING = "healthbridge-waiting";

/** ms in which a page says that it syncs; one that is locked, or frozen, does not */
const ANSWER_MS = 3_000;
/** ms in which a page says how that ended; a browser ends the event itself some minutes later */
const OUTCOME_MS = 120_000;

/**
 * The browser says that there may be a network. Open pages sync, since they have keys and tokens in memory; where none does the app's own callback is called; where there is none
 * either, a person is told, once work of hers waits.
 *
 * It rejects where not all was sent: then the browser tries again, after pauses of its own. A page that asked it anew would be woken at once, as often as it asks.
 */
export async function wake(parts: WakeParts, { tag, lastChance = false }: WakingEventParts): Promise<void> {
  const waits = tag === SYNC_TAG;
  try {
    if (await pagesSync(parts.scope, lastChance)) return;
    if (parts.sync !== undefined) notAllSent(await parts.sync());
    else if (waits) await remind(parts);
  } catch (error) {
    if (waits && lastChance) await remind(parts);
    throw error;
  }
}

type WakingEventParts = Pick<WakingEvent, "tag" | "lastChance">;

/** @throws Error where a device's own `sync`, which never rejects, reports that it ended early */
function notAllSent(report: unknown): void {
  if (typeof report === "object" && report !== null && "problem" in report && report.problem !== undefined)
    throw new Error("not all sent", { cause: report.problem });
}

/** Tells every open page of the app something; where nothing else is said, to sync. */
export async function tellPages(scope: WorkerScope, type: string = WAKE): Promise<void> {
  for (const page of await pagesOf(scope)) page.postMessage({ type });
}

/**
 * The same, and whether one of them does (`wakeOnSync`).
 * @throws Error where one does, and not all was sent
 */
async function pagesSync(scope: WorkerScope, lastChance: boolean): Promise<boolean> {
  const pages = await pagesOf(scope);
  if (pages.length === 0) return false;
  const syncs = Promise.withResolvers<boolean>();
  const sent = Promise.withResolvers<boolean>();
  const lines = pages.map((page) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      syncs.resolve(true);
      if (data !== SYNCS) sent.resolve(data === SENT);
    });
    port1.start();
    page.postMessage({ type: WAKE, lastChance }, [port2]);
    return port1;
  });
  scope.setTimeout(() => syncs.resolve(false), ANSWER_MS);
  scope.setTimeout(() => sent.resolve(false), OUTCOME_MS);
  const one = await syncs.promise;
  const wentWell = !one || (await sent.promise);
  for (const line of lines) line.close();
  if (!wentWell) throw new Error("not all sent");
  return one;
}

/** The open pages of the app, also those that were loaded before the worker was there. */
export async function pagesOf({ clients, registration }: WorkerScope): Promise<readonly WorkerClient[]> {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => url.startsWith(registration.scope));
}

async function remind({ scope, words: { waiting } }: WakeParts): Promise<void> {
  // Whoever looks at the app sees there what waits.
  const pages = await pagesOf(scope);
  if (pages.some(({ visibilityState }) => visibilityState === "visible")) return;
  await notify(scope, waiting.title, { body: waiting.text, tag: WAITING });
}

/** Shows a notification, where that is permitted. */
export async function notify(scope: WorkerScope, title: string, options: NotificationOptions): Promise<void> {
  await scope.registration.showNotification(title, options).catch(() => undefined); // not permitted: then nobody wishes to be told
}

import { SYNC_TAG, WAKE } from "./messages.ts";
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

/**
 * The browser says that there may be a network. Open pages sync, since they have keys and tokens in memory; where none does the app's own callback is called; where there is none
 * either, a person is told, once work of hers waits.
 */
export async function wake(parts: WakeParts, event: Pick<WakingEvent, "tag" | "lastChance">): Promise<void> {
  if (await aPageSyncs(parts.scope)) return;
  const waits = event.tag === SYNC_TAG;
  if (parts.sync === undefined) {
    if (waits) await remind(parts);
    return;
  }
  try {
    const report = await parts.sync();
    // A device's own `sync` never rejects: its report says that it ended early.
    if (typeof report === "object" && report !== null && "problem" in report && report.problem !== undefined)
      throw new Error("not all sent", { cause: report.problem });
  } catch (error) {
    if (waits && event.lastChance === true) await remind(parts);
    throw error; // the browser tries again
  }
}

/** Tells every open page of the app something; where nothing else is said, to sync. */
export async function tellPages(scope: WorkerScope, type: string = WAKE): Promise<void> {
  for (const page of await pagesOf(scope)) page.postMessage({ type });
}

/** The same, and whether one does (`wakeOnSync`). */
async function aPageSyncs(scope: WorkerScope): Promise<boolean> {
  const pages = await pagesOf(scope);
  if (pages.length === 0) return false;
  const answered = Promise.withResolvers<boolean>();
  const lines = pages.map((page) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => answered.resolve(true));
    port1.start();
    page.postMessage({ type: WAKE }, [port2]);
    return port1;
  });
  scope.setTimeout(() => answered.resolve(false), ANSWER_MS);
  const syncs = await answered.promise;
  for (const line of lines) line.close();
  return syncs;
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

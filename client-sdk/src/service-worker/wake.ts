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

/**
 * The browser says that there may be a network. Open pages sync, since they have keys and tokens in memory; where none is open the app's own callback does; where there is none
 * either, a person is told, once work of hers waits.
 */
export async function wake(parts: WakeParts, event: Pick<WakingEvent, "tag" | "lastChance">): Promise<void> {
  if ((await tellPages(parts.scope)) > 0) return;
  const waits = event.tag === SYNC_TAG;
  if (parts.sync === undefined) {
    if (waits) await remind(parts);
    return;
  }
  try {
    await parts.sync();
  } catch (error) {
    if (waits && event.lastChance === true) await remind(parts);
    throw error; // the browser tries again
  }
}

/** Asks every open page of the app to sync. */
export async function tellPages(scope: WorkerScope): Promise<number> {
  const pages = await pagesOf(scope);
  for (const page of pages) page.postMessage({ type: WAKE });
  return pages.length;
}

/** The open pages of the app, also those that were loaded before the worker was there. */
export async function pagesOf({ clients, registration }: WorkerScope): Promise<readonly WorkerClient[]> {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => url.startsWith(registration.scope));
}

async function remind({ scope, words: { waiting } }: WakeParts): Promise<void> {
  await notify(scope, waiting.title, { body: waiting.text, tag: WAITING });
}

/** Shows a notification, where that is permitted. */
export async function notify(scope: WorkerScope, title: string, options: NotificationOptions): Promise<void> {
  await scope.registration.showNotification(title, options).catch(() => undefined); // not permitted: then nobody wishes to be told
}

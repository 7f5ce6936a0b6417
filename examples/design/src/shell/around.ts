import type {
  AppUpdate,
  Eviction,
  RegisteredServiceWorker,
  StorageState,
  WatchedStorage,
} from "@healthbridge/client-sdk/web";
import type { Used } from "./stage.ts";
import { Shown } from "./shown.ts";

/** A new version of the app, as far as this page knows. */
export interface Updates {
  readonly update: Shown<AppUpdate>;
  /** Begins it: the page is loaded anew. */
  readonly apply: () => void;
  /** Somebody is in: the whole app is kept here from now on. */
  readonly keepAll: () => void;
}

/**
 * Registers the app's service worker, `/<app>/sw.js`. A new version waits until somebody says so, or until nobody is in and nobody looks.
 * @param isOut nobody is in
 */
export function startUpdates(app: string, isOut: () => boolean): Updates {
  const update = new Shown<AppUpdate>("none");
  const registered = Promise.withResolvers<RegisteredServiceWorker>();
  const start = async (): Promise<void> => {
    const { registerServiceWorker } = await webAtTheDoor();
    const worker = registerServiceWorker({ url: `/${app}/sw.js`, mayApply: isOut, onShow: show });
    worker.update.subscribe((next) => update.set(next));
    registered.resolve(worker);
  };
  // What Vite serves while one develops changes with every save: it is not kept.
  if (import.meta.env.PROD) void start();
  return {
    update,
    apply: () => void registered.promise.then((worker) => worker.apply()),
    keepAll: () => void registered.promise.then((worker) => worker.keepAll()),
  };
}

/** A notice was tapped while the app is open: it goes to what the notice is about. */
function show(appointment: string | undefined): void {
  if (appointment !== undefined) location.hash = `#/appointment/${encodeURIComponent(appointment)}`;
}

/** Keeps the whole app for who is in, once what is hers has been asked for, or cannot be now: on a slow line that comes first. Returns how to stop. */
export function keepWhole({ hb }: Pick<Used<unknown>, "hb">, { keepAll }: Updates): () => void {
  let asked = false;
  return hb.status.subscribe(({ lastSuccess, lastProblem }) => {
    if (asked || (lastSuccess === undefined && lastProblem === undefined)) return;
    asked = true;
    keepAll();
  });
}

/** How safe it is what somebody keeps here. */
export interface Room {
  readonly state: Shown<StorageState | undefined>;
  /** what the browser has thrown away of hers, with its key, before she came in again */
  readonly lost: Shown<readonly Eviction[]>;
  /** Asks the browser to throw nothing away by itself. */
  readonly askToPersist: () => void;
  /** She has been told what was lost. */
  readonly acknowledge: () => void;
  readonly stop: () => void;
}

/** Watches over what somebody keeps here, while she is in, and has the browser wake the app when there is a network. */
export function watchRoom(app: string, used: Omit<Used<unknown>, "parts">): Room {
  const { hb, store, person, safe } = used;
  const state = new Shown<StorageState | undefined>(undefined);
  const lost = new Shown<readonly Eviction[]>([]);
  const over = new AbortController();
  let watched: WatchedStorage | undefined;
  const start = async (): Promise<void> => {
    const { watchStorage, wakeOnSync } = await webInside();
    const storage = await watchStorage({ name: person.name, hb, store, room: safe });
    if (over.signal.aborted) return storage.stop();
    watched = storage;
    storage.state.subscribe((next) => state.set(next));
    const wakes = wakeOnSync({ hb });
    over.signal.addEventListener("abort", () => {
      storage.stop();
      wakes.stop();
    });
    await tellOfLost(app, used, lost);
  };
  void start().catch(() => undefined); // locked meanwhile: there is nothing to watch
  return {
    state,
    lost,
    askToPersist: () => void watched?.askToPersist(),
    acknowledge() {
      watched?.acknowledge();
      void forgetLost(lost.get());
      lost.set([]);
    },
    stop: () => over.abort(),
  };
}

/** What the browser has thrown away here of people of this app, keys and all: they are nobody here any more. */
export async function lostHere(app: string): Promise<readonly Eviction[]> {
  const { lostStores } = await webAtTheDoor();
  return (await lostStores()).filter(({ name }) => name.startsWith(`${app}.`));
}

/** Tells the server that a device it knew is empty, and her what of it never arrived; without a network, what is known here. */
async function tellOfLost(
  app: string,
  { hb, store, account }: Omit<Used<unknown>, "parts">,
  lost: Shown<readonly Eviction[]>,
): Promise<void> {
  const hers = (await lostHere(app)).filter((each) => each.account === account.id);
  if (hers.length === 0) return;
  lost.set(hers);
  const { reportEviction } = await webInside();
  const reported: Eviction[] = [];
  for (const each of hers) reported.push(await reportEviction({ hb, store, url: location.origin }, each));
  lost.set(reported);
}

/** What the server has heard of need not be told again. */
async function forgetLost(lost: readonly Eviction[]): Promise<void> {
  const { forgetStore } = await webAtTheDoor();
  for (const { name, lost: known } of lost) if (known !== undefined) forgetStore(name);
}

function webAtTheDoor() {
  return import("./web-at-the-door.ts");
}

function webInside() {
  return import("./web-inside.ts");
}

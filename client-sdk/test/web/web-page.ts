/** The page of the browser tests: what an app does with `client-sdk/web`, and what it sees. */
import { HealthBridge, indexedDbStore } from "../../src/index.ts";
import {
  lostStores,
  platformPage,
  type RegisteredServiceWorker,
  registerServiceWorker,
  type TellingStore,
  tellingStore,
  type WatchedStorage,
  watchStorage,
} from "../../src/web/index.ts";

let worker: RegisteredServiceWorker | undefined;
let storage: WatchedStorage | undefined;
let store: TellingStore | undefined;
let hb: HealthBridge | undefined;

/** Messages of the worker to this page. */
export const heard: unknown[] = [];

export function register(): void {
  navigator.serviceWorker.addEventListener("message", ({ data }) => heard.push(data));
  worker = registerServiceWorker({ url: "/app/sw.js" });
}

export const seen = () => ({ offline: worker?.offline.get(), update: worker?.update.get() });

export const apply = (): void => worker?.apply();

/** Addresses of all that is kept in caches of the site. */
export async function cached(): Promise<readonly string[]> {
  const names = await caches.keys();
  const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return keys
    .flat()
    .map(({ url }) => new URL(url).pathname)
    .toSorted();
}

/** What was notified of, and whether a title is among it. */
export async function notified(): Promise<readonly string[]> {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({ title }) => title);
}

/** Opens a device whose server is nowhere, and watches its storage. */
export async function openDevice(name: string): Promise<void> {
  store = tellingStore(indexedDbStore({ name }));
  hb = await HealthBridge.open({ url: "https://nowhere.invalid", store, autoSync: false });
  storage = await watchStorage({ name, hb, store, room: store });
}

export async function queue(characters = 20): Promise<string> {
  try {
    await hb?.registerPatient({ name: "K".repeat(characters) });
    return "kept";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

/** Writes one row after another, each small enough for the reserve, until the room on the device is as it says. */
export async function fillUntil(quota: string): Promise<string | undefined> {
  for (let row = 0; row < 1_000 && storage?.state.get().quota !== quota; row += 1) {
    const text = crypto.getRandomValues(new Uint8Array(1_000)).join(" ");
    await store
      ?.transaction("write", (tx) => tx.put("outcome", String(performance.now()), text))
      .catch(() => undefined);
    // As if somebody had looked at something else for a moment.
    document.dispatchEvent(new Event("visibilitychange"));
    // What that has begun comes before what is asked for now.
    for (let look = 0; look < 3; look += 1) await platformPage().reserve?.("full");
  }
  return storage?.state.get().quota;
}

/** What is noted outside of the store. */
export const noted = (): string =>
  Object.keys(localStorage)
    .map((key) => localStorage.getItem(key))
    .join(" ");

export const state = () => storage?.state.get();

export const lost = () => lostStores();

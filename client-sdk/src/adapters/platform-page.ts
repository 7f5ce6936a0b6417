import { reserveIsWhole } from "../stores/indexeddb/reserve.ts";
import type { Connection, Keepsake, Notifications, Page } from "../web/page.ts";

/** The page of a browser. What a browser does not have is left out. */
export function platformPage(): Page {
  const { navigator, indexedDB, document } = globalThis;
  return {
    serviceWorker: navigator?.serviceWorker,
    storage: navigator?.storage,
    connection: connectionOf(navigator),
    keepsake: localKeepsake(),
    databases: typeof indexedDB?.databases === "function" ? databaseNames : undefined,
    reserve: indexedDB === undefined ? undefined : (name) => reserveIsWhole(name, indexedDB),
    notifications: typeof Notification === "undefined" ? undefined : notifications,
    isVisible: () => document?.visibilityState !== "hidden",
    onVisibility(listener) {
      document?.addEventListener("visibilitychange", listener);
      return () => {
        document?.removeEventListener("visibilitychange", listener);
      };
    },
    reload: () => {
      globalThis.location.reload();
    },
  };
}

const notifications: Notifications = {
  permission: () => Notification.permission,
  ask: () => Notification.requestPermission(),
};

async function databaseNames(): Promise<readonly string[]> {
  const databases = await indexedDB.databases();
  return databases.flatMap(({ name }) => name ?? []);
}

function connectionOf(navigator: object | undefined): Connection | undefined {
  if (navigator === undefined || !("connection" in navigator)) return undefined;
  const { connection } = navigator;
  return typeof connection === "object" && connection !== null ? connection : undefined;
}

/** `localStorage`; it may be forbidden or full, and then it keeps nothing. */
function localKeepsake(): Keepsake {
  const attempt = <T>(work: (storage: Storage) => T): T | undefined => {
    try {
      return work(localStorage);
    } catch {
      return undefined;
    }
  };
  return {
    get: (name) => attempt((storage) => storage.getItem(name)) ?? undefined,
    set: (name, text) => attempt((storage) => storage.setItem(name, text)),
    delete: (name) => attempt((storage) => storage.removeItem(name)),
    names: () => attempt((storage) => Object.keys(storage)) ?? [],
  };
}

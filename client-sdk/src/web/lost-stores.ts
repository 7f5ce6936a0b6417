import { platformPage } from "../adapters/platform-page.ts";
import type { Page } from "./page.ts";
import { deleteSentinel, type Eviction, evictionOf, notedStores, readSentinel } from "./sentinel.ts";

/**
 * Stores of which something is noted here, and whose database the browser has deleted: what to say before anybody has signed in. Empty where nothing is missing, and where the browser
 * does not tell (`indexedDB.databases`).
 *
 * @example
 * for (const { waiting, notedAt } of await lostStores())
 *   say(`This browser has deleted what the app kept. ${waiting} things still waited to be sent on ${day(notedAt)}.`);
 */
export async function lostStores(page: Page = platformPage()): Promise<readonly Eviction[]> {
  const { keepsake, databases } = page;
  if (databases === undefined) return [];
  const there = new Set(await databases().catch(() => notedStores(keepsake))); // cannot be told: nothing is called lost
  return notedStores(keepsake).flatMap((name) => {
    const sentinel = there.has(name) ? undefined : readSentinel(keepsake, name);
    return sentinel === undefined ? [] : [evictionOf(name, sentinel)];
  });
}

/**
 * Forgets what is noted of a store: the user has been told, or it was deleted on purpose.
 * @example
 * await vault.wipe();
 * forgetStore("patient"); // its absence is no loss
 */
export function forgetStore(name: string, page: Page = platformPage()): void {
  deleteSentinel(page.keepsake, name);
}

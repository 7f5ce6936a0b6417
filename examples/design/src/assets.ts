/** One file an app is made of. */
export interface Asset {
  readonly url: string;
  /** changes with its content; none where the address itself does */
  readonly revision?: string | undefined;
  /** not needed before somebody is in */
  readonly later?: boolean | undefined;
}

/** Every file of the app, for its service worker. The build puts the list in place of this one (`vite/service-worker.ts`). */
export const assets: readonly Asset[] = [];

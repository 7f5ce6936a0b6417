/** What is used of the global scope of a service worker: browsers' own fits, and so does a test's. */
export interface WorkerScope {
  readonly caches: CacheStorage;
  readonly clients: WorkerClients;
  readonly navigator: { readonly languages: readonly string[] };
  readonly registration: {
    readonly scope: string;
    showNotification(title: string, options: NotificationOptions): Promise<void>;
  };
  fetch(request: Request | string, init?: RequestInit): Promise<Response>;
  skipWaiting(): Promise<void>;
  setTimeout(work: () => void, ms: number): unknown;
  addEventListener(type: "install" | "activate", listener: (event: LastingEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchingEvent) => void): void;
  addEventListener(
    type: "message",
    listener: (event: LastingEvent & { readonly data: unknown }) => void,
  ): void;
  addEventListener(type: "sync" | "periodicsync", listener: (event: WakingEvent) => void): void;
  addEventListener(type: "push", listener: (event: PushingEvent) => void): void;
  addEventListener(type: "notificationclick", listener: (event: ClickEvent) => void): void;
}

/** The pages of a worker. */
export interface WorkerClients {
  claim(): Promise<void>;
  matchAll(options: {
    readonly type: "window";
    readonly includeUncontrolled: boolean;
  }): Promise<readonly WorkerClient[]>;
  openWindow(url: string): Promise<unknown>;
}

/** One page. */
export interface WorkerClient {
  readonly url: string;
  readonly visibilityState?: string;
  postMessage(message: unknown, transfer?: Transferable[]): void;
  focus?(): Promise<unknown>;
}

/** An event that keeps the worker alive until its work is done. */
export interface LastingEvent {
  waitUntil(work: Promise<unknown>): void;
}

export interface FetchingEvent extends LastingEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

export interface WakingEvent extends LastingEvent {
  readonly tag: string;
  /** the browser does not try again after this */
  readonly lastChance?: boolean;
}

export interface PushingEvent extends LastingEvent {
  readonly data: { json(): unknown } | null;
}

export interface ClickEvent extends LastingEvent {
  readonly notification: { readonly data: unknown; close(): void };
}

/** Whether this is a service worker's scope: a page, and a worker of another kind, have no `clients`. */
export function isWorkerScope(scope: object): scope is WorkerScope {
  return "clients" in scope && "registration" in scope && "skipWaiting" in scope;
}

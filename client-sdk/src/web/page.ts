/**
 * What the page side takes from a browser, each part left out where the browser has none: that is a state to show, never an error. `platformPage()` makes it; a test makes its own.
 */
export interface Page {
  readonly serviceWorker?: WorkerContainer | undefined;
  readonly storage?: StorageKeeper | undefined;
  readonly connection?: Connection | undefined;
  /** keeps a few small texts outside of IndexedDB */
  readonly keepsake: Keepsake;
  /** names of the databases this site has; left out where the browser does not say */
  readonly databases?: (() => Promise<readonly string[]>) | undefined;
  /** whether the reserve of the database of this name is whole; `undefined` where that cannot be said */
  readonly reserve?: ((name: string) => Promise<boolean | undefined>) | undefined;
  readonly notifications?: Notifications | undefined;
  isVisible(): boolean;
  /** Tells when the page is shown or hidden; returns how to stop. */
  onVisibility(listener: () => void): () => void;
  reload(): void;
}

/** `navigator.serviceWorker` */
export interface WorkerContainer {
  readonly controller: unknown;
  readonly ready: Promise<WorkerRegistration>;
  register(
    url: string,
    options: {
      readonly scope?: string;
      readonly type?: "module" | "classic";
      readonly updateViaCache: "none";
    },
  ): Promise<WorkerRegistration>;
  addEventListener(type: "controllerchange", listener: () => void): void;
  addEventListener(type: "message", listener: (event: WorkerMessageEvent) => void): void;
  removeEventListener(type: "controllerchange", listener: () => void): void;
  removeEventListener(type: "message", listener: (event: WorkerMessageEvent) => void): void;
}

/** What a worker said, and where it wants to be answered. */
export interface WorkerMessageEvent {
  readonly data: unknown;
  readonly ports?: ReadonlyArray<Pick<MessagePort, "postMessage">>;
}

/** A worker that a browser knows. */
export interface WorkerRegistration {
  readonly scope: string;
  readonly installing: InstallingWorker | null;
  readonly waiting: InstallingWorker | null;
  readonly active: AppWorker | null;
  readonly sync?: { register(tag: string): Promise<void> } | undefined;
  readonly periodicSync?:
    | { register(tag: string, options: { readonly minInterval: number }): Promise<void> }
    | undefined;
  readonly pushManager?: PushRegistrar | undefined;
  update(): Promise<unknown>;
  addEventListener(type: "updatefound", listener: () => void): void;
  removeEventListener(type: "updatefound", listener: () => void): void;
}

/** A version of an app's worker. */
export interface AppWorker {
  postMessage(message: unknown): void;
}

/** A version of a worker on its way. */
export interface InstallingWorker extends AppWorker {
  readonly state: string;
  addEventListener(type: "statechange", listener: () => void): void;
}

/** `registration.pushManager` */
export interface PushRegistrar {
  getSubscription(): Promise<PushTicket | null>;
  subscribe(options: {
    readonly userVisibleOnly: true;
    readonly applicationServerKey: string;
  }): Promise<PushTicket>;
}

/** A browser's word that a push service reaches it. */
export interface PushTicket {
  readonly endpoint: string;
  readonly options: { readonly applicationServerKey: ArrayBuffer | null };
  toJSON(): { readonly keys?: Readonly<Record<string, string>> | undefined };
  unsubscribe(): Promise<boolean>;
}

/** `navigator.storage` */
export interface StorageKeeper {
  persist?(): Promise<boolean>;
  persisted?(): Promise<boolean>;
  estimate?(): Promise<{ readonly usage?: number }>;
}

/** `navigator.connection`: what the phone says of its line. Hints; few browsers have them. */
export interface Connection {
  /** `cellular`, `wifi`, `ethernet` … */
  readonly type?: string | undefined;
  /** the user has asked for less data */
  readonly saveData?: boolean | undefined;
  addEventListener?(type: "change", listener: () => void): void;
  removeEventListener?(type: "change", listener: () => void): void;
}

/** Small texts by name. Never rejects: where nothing is kept nothing is found. */
export interface Keepsake {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
  delete(name: string): void;
  names(): readonly string[];
}

/** Notifications, as far as they are permitted. */
export interface Notifications {
  permission(): "granted" | "denied" | "default";
  /** Asks the user; from a click of hers. */
  ask(): Promise<"granted" | "denied" | "default">;
}

import type {
  AppWorker,
  Connection,
  InstallingWorker,
  Keepsake,
  Notifications,
  Page,
  PushTicket,
  StorageKeeper,
  WorkerContainer,
  WorkerRegistration,
} from "../../src/web/page.ts";

/** Listeners of one object, by the name of the event. */
class Listeners {
  readonly #all = new Map<string, Set<(event: never) => void>>();

  addEventListener = (type: string, listener: (event: never) => void): void => {
    this.#all.set(type, (this.#all.get(type) ?? new Set()).add(listener));
  };

  removeEventListener = (type: string, listener: (event: never) => void): void => {
    this.#all.get(type)?.delete(listener);
  };

  emit(type: string, event: object = {}): void {
    for (const listener of this.#all.get(type) ?? []) listener(event as never);
  }
}

/** What stays when a database is deleted. */
export class FakeKeepsake implements Keepsake {
  readonly texts = new Map<string, string>();
  get = (name: string): string | undefined => this.texts.get(name);
  set = (name: string, text: string): void => void this.texts.set(name, text);
  delete = (name: string): void => void this.texts.delete(name);
  names = (): readonly string[] => [...this.texts.keys()];
}

/** A version of a worker. */
export class FakeWorkerVersion extends Listeners implements AppWorker {
  readonly said: unknown[] = [];

  postMessage(message: unknown): void {
    this.said.push(message);
  }
}

/** One on its way. */
export class FakeInstalling extends FakeWorkerVersion implements InstallingWorker {
  state = "installing";

  become(state: string): void {
    this.state = state;
    this.emit("statechange");
  }
}

export class FakeRegistration extends Listeners implements WorkerRegistration {
  readonly scope = "https://health.example/patient/";
  installing: FakeInstalling | null = null;
  waiting: FakeInstalling | null = null;
  active: FakeWorkerVersion | null = null;
  updates = 0;
  readonly synced: string[] = [];
  readonly periodic: string[] = [];
  /** how the browser answers who wants to be woken */
  wakes: "on" | "refused" = "on";
  subscription: FakeTicket | null = null;
  readonly subscribed: string[] = [];

  readonly sync = { register: (tag: string): Promise<void> => this.#wakes(this.synced, tag) };
  readonly periodicSync = { register: (tag: string): Promise<void> => this.#wakes(this.periodic, tag) };
  readonly pushManager = {
    getSubscription: async (): Promise<FakeTicket | null> => this.subscription,
    subscribe: async ({
      applicationServerKey,
    }: {
      readonly applicationServerKey: string;
    }): Promise<FakeTicket> => {
      this.subscribed.push(applicationServerKey);
      this.subscription ??= new FakeTicket(this, applicationServerKey, this.subscribed.length);
      return this.subscription;
    },
  };

  update = async (): Promise<void> => void (this.updates += 1);

  /** A new version begins to arrive. */
  find(): FakeInstalling {
    const found = new FakeInstalling();
    this.installing = found;
    this.emit("updatefound");
    return found;
  }

  /** It is here in full. */
  arrive(found: FakeInstalling): void {
    this.installing = null;
    this.waiting = found;
    found.become("installed");
  }

  /** It begins. */
  activate(found: FakeInstalling): void {
    this.waiting = null;
    this.active = found;
    found.become("activated");
  }

  async #wakes(list: string[], tag: string): Promise<void> {
    if (this.wakes === "refused") throw new DOMException("not now", "NotAllowedError");
    list.push(tag);
  }
}

class FakeTicket implements PushTicket {
  readonly endpoint: string;
  readonly options: PushTicket["options"];
  readonly #registration: FakeRegistration;

  constructor(registration: FakeRegistration, key: string, count: number) {
    this.#registration = registration;
    this.endpoint = `https://push.example/${String(count)}`;
    const bytes = Uint8Array.from(Buffer.from(key, "base64url"));
    this.options = { applicationServerKey: bytes.buffer };
  }

  toJSON = () => ({ keys: { p256dh: `B${"p".repeat(86)}`, auth: "a".repeat(22) } });

  unsubscribe = async (): Promise<boolean> => {
    this.#registration.subscription = null;
    return true;
  };
}

export class FakeContainer extends Listeners implements WorkerContainer {
  controller: object | null = null;
  readonly registration = new FakeRegistration();
  readonly ready = Promise.resolve(this.registration);
  registered: string[] = [];
  fails = false;

  register = async (url: string): Promise<WorkerRegistration> => {
    this.registered.push(url);
    if (this.fails) throw new TypeError("no network");
    return this.registration;
  };

  /** Another version has begun, here or by another tab's word. */
  changeController(): void {
    this.controller = {};
    this.emit("controllerchange");
  }
}

/** A browser's page, played by a test. Without anything, as an old web view, until the test gives it something. */
export class FakeBrowser implements Page {
  readonly keepsake: FakeKeepsake = new FakeKeepsake();
  serviceWorker: FakeContainer | undefined;
  storage: StorageKeeper | undefined;
  connection: (Connection & { emit(): void }) | undefined;
  databases: (() => Promise<readonly string[]>) | undefined;
  reserve: ((name: string) => Promise<boolean | undefined>) | undefined;
  notifications: Notifications | undefined;
  visible = true;
  reloads = 0;
  readonly #shown = new Set<() => void>();

  isVisible = (): boolean => this.visible;
  reload = (): void => void (this.reloads += 1);
  onVisibility = (listener: () => void): (() => void) => {
    this.#shown.add(listener);
    return () => this.#shown.delete(listener);
  };

  show(visible: boolean): void {
    this.visible = visible;
    for (const listener of this.#shown) listener();
  }

  /** Gives it a line that says what it is. */
  onLine(hints: { readonly type?: string; readonly saveData?: boolean }): void {
    const listeners = this.connection === undefined ? new Listeners() : this.#line;
    this.#line = listeners;
    this.connection = { ...hints, ...lines(listeners) };
    listeners.emit("change");
  }

  #line = new Listeners();
}

function lines(listeners: Listeners) {
  return {
    addEventListener: listeners.addEventListener,
    removeEventListener: listeners.removeEventListener,
    emit: () => listeners.emit("change"),
  };
}

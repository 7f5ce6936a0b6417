import type {
  ClickEvent,
  FetchingEvent,
  LastingEvent,
  PushingEvent,
  WakingEvent,
  WorkerClient,
} from "../../src/service-worker/worker-scope.ts";

export const ORIGIN = "https://health.example";
export const SCOPE = `${ORIGIN}/patient/`;

/** A cache as browsers have it, as far as a worker of ours uses it. */
class FakeCache {
  readonly rows = new Map<string, Response>();
  /** the next put of this address fails, as on a full device */
  full: string | undefined;

  async match(key: string, options?: { readonly ignoreSearch?: boolean }): Promise<Response | undefined> {
    const plain = (url: string): string => url.replace(/\?.*$/, "");
    for (const [url, response] of this.rows)
      if (url === key || (options?.ignoreSearch === true && plain(url) === plain(key)))
        return response.clone();
    return undefined;
  }

  async put(key: string, response: Response): Promise<void> {
    if (this.full !== undefined && key.includes(this.full))
      throw new DOMException("full", "QuotaExceededError");
    this.rows.set(key, response);
  }

  delete = async (key: string): Promise<boolean> => this.rows.delete(key);
  keys = async (): Promise<readonly { readonly url: string }[]> =>
    [...this.rows.keys()].map((url) => ({ url }));
}

/** What survives a worker: the caches of the site. */
export class FakeCaches {
  readonly all = new Map<string, FakeCache>();

  async open(name: string): Promise<FakeCache> {
    const cache = this.all.get(name) ?? new FakeCache();
    this.all.set(name, cache);
    return cache;
  }

  keys = async (): Promise<readonly string[]> => [...this.all.keys()];
  delete = async (name: string): Promise<boolean> => this.all.delete(name);

  /** every address that is kept, in whatever cache */
  get urls(): readonly string[] {
    return [...this.all.values()].flatMap(({ rows }) => [...rows.keys()]).toSorted();
  }
}

/** A page of the app, or of another. */
export class FakePage implements WorkerClient {
  readonly said: unknown[] = [];
  focused = false;
  visibilityState = "hidden";
  readonly url: string;
  /** what it answers when it is asked to sync: that it does, and how that ended; a page that is locked says nothing */
  readonly #answers: readonly string[];

  constructor(url = `${SCOPE}index.html`, answers: readonly string[] = ["syncs", "sent"]) {
    this.url = url;
    this.#answers = answers;
  }

  postMessage(message: unknown, transfer: readonly Transferable[] = []): void {
    this.said.push(message);
    for (const port of transfer) {
      if (!(port instanceof MessagePort)) continue;
      for (const answer of this.#answers) port.postMessage(answer);
      port.close();
    }
  }

  async focus(): Promise<void> {
    this.focused = true;
  }
}

/** What a browser compares `integrity` with. */
export async function integrityOf(response: Response): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return `sha256-${Buffer.from(digest).toString("base64")}`;
}

/** A service worker's global scope, played by a test. */
export class FakeWorker {
  readonly caches: FakeCaches;
  readonly pages: FakePage[] = [];
  readonly opened: string[] = [];
  readonly shown: Array<{ readonly title: string; readonly options: NotificationOptions }> = [];
  /** who is waited for does not answer in time */
  impatient = false;
  /** what is to be done when time is over */
  readonly timers: Array<() => void> = [];
  /** requests that went to the network */
  readonly asked: string[] = [];
  permitted = true;
  readonly navigator = { languages: ["en-GB"] };
  skipped = false;
  claimed = false;
  /** the network: what it answers, or throws */
  network: (url: string) => Response | Promise<Response> = () => Promise.reject(new TypeError("no network"));
  readonly registration = {
    scope: SCOPE,
    showNotification: async (title: string, options: NotificationOptions): Promise<void> => {
      if (!this.permitted) throw new TypeError("not permitted");
      this.shown.push({ title, options });
    },
  };
  readonly clients = {
    claim: async (): Promise<void> => {
      this.claimed = true;
    },
    matchAll: async (): Promise<readonly FakePage[]> => this.pages,
    openWindow: async (url: string): Promise<void> => {
      this.opened.push(url);
    },
  };
  readonly #listeners = new Map<string, Array<(event: never) => void>>();

  constructor(caches = new FakeCaches(), scope = SCOPE) {
    this.caches = caches;
    this.registration.scope = scope;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  fetch = async (request: Request | string, { integrity }: RequestInit = {}): Promise<Response> => {
    const url = typeof request === "string" ? request : request.url;
    this.asked.push(url);
    const response = await this.network(url);
    if (integrity !== undefined && integrity !== (await integrityOf(response.clone())))
      throw new TypeError("integrity"); // as browsers do
    return response;
  };

  setTimeout = (work: () => void): void => {
    this.timers.push(work);
    if (this.impatient) work();
  };

  skipWaiting = async (): Promise<void> => {
    this.skipped = true;
  };

  install = (): Promise<void> => this.#lasting("install", {});
  activate = (): Promise<void> => this.#lasting("activate", {});
  message = (data: unknown): Promise<void> => this.#lasting("message", { data });
  sync = (event: Omit<WakingEvent, "waitUntil">): Promise<void> => this.#lasting("sync", event);
  periodicSync = (tag: string): Promise<void> => this.#lasting("periodicsync", { tag });
  push = (data: PushingEvent["data"]): Promise<void> => this.#lasting("push", { data });
  click = (notification: ClickEvent["notification"]): Promise<void> =>
    this.#lasting("notificationclick", { notification });

  /** What the worker answers to a request of a page; `undefined`: it does not look at it. */
  async request(
    path: string,
    init: RequestInit & { readonly navigate?: boolean } = {},
  ): Promise<string | undefined> {
    const { navigate = false, ...rest } = init;
    const request = new Request(new URL(path, ORIGIN), rest);
    if (navigate) Object.defineProperty(request, "mode", { value: "navigate" });
    let answer: Promise<Response> | undefined;
    await this.#lasting("fetch", {
      request,
      respondWith: (given: Promise<Response>) => {
        answer = given;
      },
    } satisfies Omit<FetchingEvent, "waitUntil">);
    return (await answer)?.text();
  }

  async #lasting(type: string, event: object): Promise<void> {
    const works: Promise<unknown>[] = [];
    const lasting: LastingEvent = { ...event, waitUntil: (work) => void works.push(work) };
    for (const listener of this.#listeners.get(type) ?? []) listener(lasting as never);
    await Promise.all(works);
  }
}

import { HealthBridgeError } from "../errors.ts";
import { KEEP_ALL, KEPT, messageOf, NOT_KEPT, TAKE_OVER } from "./messages.ts";
import { type Asset, Precache } from "./precache.ts";
import { openFrom, showPush } from "./push.ts";
import { pagesOf, tellPages, wake } from "./wake.ts";
import { wordsFor, type WorkerWords } from "./words.ts";
import { type FetchingEvent, isWorkerScope, type WorkerScope } from "./worker-scope.ts";

/** What an app's service worker serves. */
export interface ServeAppOptions {
  /** of the app's caches, as `patient`; apps of one site have names of their own */
  readonly name: string;
  /** every file the app is made of; a build writes the list */
  readonly assets: readonly Asset[];
  /** the page every address of the app is answered with, one of the assets, as `/patient/index.html` */
  readonly shell: string;
  /**
   * Sends and reads while no page is open, where the app can do that without its user (no PIN needed): `() => hb.sync()`. It rejects where it is to be tried again. Left out:
   * where work waits the user is told, if she has permitted it.
   */
  readonly sync?: (() => Promise<unknown>) | undefined;
  /** the address that shows an appointment, for a click on a notification; default: the shell */
  readonly addressOf?: ((appointment: string) => string) | undefined;
  /** what the worker says by itself; default: English, Swahili or Hindi, as the browser is set */
  readonly words?: Partial<WorkerWords> | undefined;
}

/**
 * Makes a service worker of a script: it keeps the app's files, starts it without a network, and wakes it when there is one.
 *
 * - **Install** fetches what has changed since the version before, and nothing else. Where that is cut the old version stays whole, and the next try goes on from there. Files that are
 *   marked `later` are left out until a page has asked for the whole app (`RegisteredServiceWorker.keepAll`), or for them. A new version waits until no page of the old one is open, or a page says so (`registerServiceWorker`).
 * - **Files**: its own, from the cache. Everything else goes to the network as if there were no worker: what is under `/v1/`, carries an `authorization`, or is no GET is neither
 *   looked at nor kept, nor is anything that is not on the list.
 * - **Background Sync, Periodic Background Sync**: open pages sync; else `sync`; else the user is told that something waits.
 * - **Push**: shows the server's message, which names no health detail; a click opens the app.
 *
 * @param scope `self` of the worker's script
 * @throws HealthBridgeError `unsupported` where the script is no service worker
 * @example
 * serveApp(self, { name: "patient", assets, shell: "/patient/index.html" });
 */
export function serveApp(scope: object, options: ServeAppOptions): void {
  if (!isWorkerScope(scope))
    throw new HealthBridgeError("unsupported", { detail: "serveApp runs in the script of a service worker" });
  const words = { ...wordsFor(scope.navigator.languages), ...options.words };
  const app = new ServedApp(scope, options);
  scope.addEventListener("install", (event) => event.waitUntil(app.install()));
  scope.addEventListener("activate", (event) => event.waitUntil(app.activate()));
  scope.addEventListener("fetch", (event) => app.fetch(event));
  scope.addEventListener("message", (event) => {
    const type = messageOf(event.data)?.type;
    if (type === TAKE_OVER) event.waitUntil(scope.skipWaiting());
    if (type === KEEP_ALL) event.waitUntil(app.keepAll());
  });
  for (const type of ["sync", "periodicsync"] as const)
    scope.addEventListener(type, (event) =>
      event.waitUntil(wake({ scope, words, sync: options.sync }, event)),
    );
  scope.addEventListener("push", (event) => event.waitUntil(showPush(scope, words, event)));
  scope.addEventListener("notificationclick", (event) =>
    event.waitUntil(openFrom(scope, event, (appointment) => addressOf(options, appointment))),
  );
}

function addressOf({ shell, addressOf: address }: ServeAppOptions, appointment: string | undefined): string {
  return appointment === undefined || address === undefined ? shell : address(appointment);
}

/** The files of the app, and who gets them. */
class ServedApp {
  readonly #scope: WorkerScope;
  readonly #files: Precache;
  readonly #shell: string;
  /** what former versions left may still be needed by a page that was begun with one */
  #pruned = false;

  constructor(scope: WorkerScope, { name, assets, shell }: ServeAppOptions) {
    const base = scope.registration.scope;
    this.#scope = scope;
    this.#shell = new URL(shell, base).pathname;
    this.#files = new Precache({
      caches: scope.caches,
      fetch: (url, init) => scope.fetch(url, init),
      name,
      assets,
      base,
    });
  }

  install(): Promise<void> {
    return this.#files.install();
  }

  /** Fetches the rest of the app, and tells its pages whether it is here. */
  async keepAll(): Promise<void> {
    const type = await this.#files.keepAll().then(
      () => KEPT,
      () => NOT_KEPT,
    );
    await tellPages(this.#scope, type);
  }

  async activate(): Promise<void> {
    await this.#scope.clients.claim();
    await this.#tidy();
  }

  fetch(event: FetchingEvent): void {
    const { request } = event;
    const { pathname: path, search } = new URL(request.url);
    if (!this.#isOurs(request)) return;
    if (request.mode === "navigate") {
      event.respondWith(this.#page(request, this.#files.has(path) ? path : this.#shell));
      event.waitUntil(this.#tidy());
    } else if (search === "") event.respondWith(this.#file(request, path));
  }

  /** What the app is made of, and nothing that anybody could have asked for in her own name. */
  #isOurs({ url, method, headers }: Request): boolean {
    const { scope } = this.#scope.registration;
    return (
      method === "GET" &&
      url.startsWith(scope) &&
      !new URL(url).pathname.startsWith("/v1/") &&
      !headers.has("authorization") &&
      !headers.has("range")
    );
  }

  async #page(request: Request, path: string): Promise<Response> {
    const page = await this.#files.file(path).catch(() => undefined); // dropped by the browser, and not to be fetched now
    return page ?? this.#scope.fetch(request);
  }

  async #file(request: Request, path: string): Promise<Response> {
    const file = this.#files.has(path)
      ? await this.#files.file(path).catch(() => undefined) // as above
      : await this.#files.formerFile(path);
    return file ?? this.#scope.fetch(request);
  }

  /** Removes what former versions left, once no page can need it: the one page there may be has just been loaded, or asked for this version. */
  async #tidy(): Promise<void> {
    if (this.#pruned || (await pagesOf(this.#scope)).length > 1) return;
    this.#pruned = true;
    await this.#files.prune();
  }
}

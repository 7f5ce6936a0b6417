import { platformPage } from "../adapters/platform-page.ts";
import { platformRuntime } from "../adapters/platform-runtime.ts";
import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { type Observable, Value } from "../observable.ts";
import { KEEP_ALL, KEPT, messageOf, NOT_KEPT, SHOW, TAKE_OVER } from "../service-worker/messages.ts";
import type {
  AppWorker,
  InstallingWorker,
  Page,
  WorkerContainer,
  WorkerMessageEvent,
  WorkerRegistration,
} from "./page.ts";

/** How an app's service worker is registered. */
export interface ServiceWorkerOptions {
  /** the worker's script, as `/patient/sw.js` */
  readonly url: string;
  /** the part of the site that is the app's; default: the folder of the script */
  readonly scope?: string | undefined;
  /** the script is a module; default: it is none */
  readonly module?: boolean | undefined;
  /** the device: an update comes by itself only while nothing of hers waits */
  readonly hb?: Pick<HealthBridge, "status"> | undefined;
  /**
   * Whether the page may be loaded anew without asking (nothing is half typed). Asked when an update is ready, nothing waits to be sent and nobody looks at the page. Left out: an update
   * waits for `apply()`, or until the app is closed everywhere.
   */
  readonly mayApply?: (() => boolean) | undefined;
  /** told as `update` is */
  readonly onUpdate?: ((update: AppUpdate) => void) | undefined;
  /** a notification of an appointment was clicked while this page was open */
  readonly onShow?: ((appointment: string | undefined) => void) | undefined;
  /** ms between two looks for a new version while the page stays open; default: a day */
  readonly checkEvery?: number | undefined;
  readonly page?: Page | undefined;
  readonly runtime?: Runtime | undefined;
}

/**
 * - `none`: this is the newest version that is known here
 * - `ready`: a new version is here in full; `apply()` begins it
 * - `taken`: another tab has begun it; this page still runs the old one, and `apply()` loads it anew
 * - `applying`: the page is about to be loaded anew
 */
export type AppUpdate = "none" | "ready" | "taken" | "applying";

/**
 * - `unsupported`: the browser has no service workers (or this is no HTTPS)
 * - `preparing`: the files are being fetched
 * - `ready`: the app starts without a network; all of it, once that was asked for (`keepAll`)
 * - `failed`: the files could not be had; it is tried again the next time the app is opened, or asks
 */
export type OfflineStart = "unsupported" | "preparing" | "ready" | "failed";

/** An app's service worker, as a page sees it. */
export interface RegisteredServiceWorker {
  readonly offline: Observable<OfflineStart>;
  readonly update: Observable<AppUpdate>;
  /**
   * Somebody uses the app here: what was left for later (`Asset.later`) is fetched as well, now and with every later version. Called each time somebody comes in; what is here is
   * not fetched again. `offline` is `preparing` until all of it is here.
   */
  keepAll(): void;
  /** Begins the new version now: the page is loaded anew. What is queued is on the device, and stays. */
  apply(): void;
  /** Ends listening; the worker stays. */
  stop(): void;
}

const DAY_MS = 86_400_000;

/**
 * Registers an app's service worker. A new version never comes under somebody's hands: it waits until the user says so (`apply`), until the app is closed everywhere, or, where
 * `mayApply` is given, until nobody looks and nothing waits.
 *
 * @example
 * const worker = registerServiceWorker({ url: "/patient/sw.js", hb });
 * worker.update.subscribe((update) => showBar(update === "ready" || update === "taken")); // "A new version is ready" with a button
 * button.onclick = () => worker.apply();
 */
export function registerServiceWorker(options: ServiceWorkerOptions): RegisteredServiceWorker {
  return new Registering(options);
}

class Registering implements RegisteredServiceWorker {
  readonly offline = new Value<OfflineStart>("preparing");
  readonly update = new Value<AppUpdate>("none");
  readonly #options: ServiceWorkerOptions;
  readonly #page: Page;
  readonly #runtime: Runtime;
  readonly #stopping = new AbortController();
  #waiting: InstallingWorker | null = null;
  #registration: WorkerRegistration | undefined;
  /** the whole app is wanted */
  #whole = false;

  constructor(options: ServiceWorkerOptions) {
    const { page = platformPage(), runtime = platformRuntime(), onUpdate } = options;
    this.#options = options;
    this.#page = page;
    this.#runtime = runtime;
    if (onUpdate !== undefined) this.update.subscribe(onUpdate);
    const { serviceWorker } = page;
    if (serviceWorker === undefined) this.offline.set("unsupported");
    else void this.#begin(serviceWorker).catch(() => this.offline.set("failed"));
  }

  keepAll(): void {
    this.#whole = true;
    if (this.#registration === undefined) return; // asked for as soon as it is there
    const { active, waiting, installing } = this.#registration;
    // A version that is on its way may have begun before anybody wanted all of it.
    for (const worker of [waiting, installing]) worker?.postMessage({ type: KEEP_ALL });
    if (active !== null) this.#begun(active);
  }

  apply(): void {
    if (this.update.get() === "taken") this.#reload();
    if (this.update.get() !== "ready" || this.#waiting === null) return;
    this.update.set("applying");
    this.#waiting.postMessage({ type: TAKE_OVER }); // `#onController` goes on
  }

  stop(): void {
    this.#stopping.abort(ENOUGH);
  }

  async #begin(container: WorkerContainer): Promise<void> {
    const { url, scope, module = false, hb } = this.#options;
    this.#listen(container);
    const registration = await container.register(url, {
      ...(scope === undefined ? {} : { scope }),
      type: module ? "module" : "classic",
      updateViaCache: "none",
    });
    this.#registration = registration;
    if (registration.active !== null) this.#begun(registration.active);
    const found = (): void => this.#follow(registration, container);
    registration.addEventListener("updatefound", found);
    this.#onStop(() => registration.removeEventListener("updatefound", found));
    found();
    this.#ready(registration, container);
    const perhaps = (): void => this.#applyUnseen();
    this.#onStop(this.#page.onVisibility(perhaps));
    if (hb !== undefined) this.#onStop(hb.status.subscribe(perhaps));
    await this.#checkNowAndThen(registration);
  }

  #listen(container: WorkerContainer): void {
    let controlled = container.controller !== null;
    const onController = (): void => {
      // The first worker of a page takes it as it is.
      if (controlled) this.#onController();
      controlled = true;
    };
    const onMessage = ({ data }: WorkerMessageEvent): void => {
      const message = messageOf(data);
      if (message?.type === SHOW) this.#options.onShow?.(message.appointment);
      if (message?.type === KEPT) this.offline.set("ready");
      if (message?.type === NOT_KEPT) this.offline.set("failed");
    };
    container.addEventListener("controllerchange", onController);
    container.addEventListener("message", onMessage);
    this.#onStop(() => {
      container.removeEventListener("controllerchange", onController);
      container.removeEventListener("message", onMessage);
    });
  }

  #onController(): void {
    if (this.update.get() === "applying") this.#reload();
    else this.update.set("taken");
  }

  /** A version on its way is followed until it is here, or cannot be had. */
  #follow(registration: WorkerRegistration, container: WorkerContainer): void {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "activated") this.#begun(installing);
      if (installing.state === "redundant" && registration.active === null) this.offline.set("failed");
      this.#ready(registration, container);
    });
  }

  /** A version runs: the app starts without a network, as far as it is wanted. */
  #begun(active: AppWorker): void {
    this.offline.set(this.#whole ? "preparing" : "ready");
    if (this.#whole) active.postMessage({ type: KEEP_ALL });
  }

  #ready({ waiting }: WorkerRegistration, { controller }: WorkerContainer): void {
    // Without a former version there is nothing to wait for: it begins by itself.
    if (waiting === null || controller === null || this.update.get() === "applying") return;
    this.#waiting = waiting;
    this.update.set("ready");
    this.#applyUnseen();
  }

  #applyUnseen(): void {
    const { hb, mayApply } = this.#options;
    if (mayApply === undefined || !/ready|taken/.test(this.update.get()) || this.#page.isVisible()) return;
    if ((hb?.status.get().waiting.total ?? 0) === 0 && mayApply()) this.apply();
  }

  #reload(): void {
    this.update.set("applying");
    this.#page.reload();
  }

  async #checkNowAndThen(registration: WorkerRegistration): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await this.#runtime.sleep(this.#options.checkEvery ?? DAY_MS, signal).catch(() => undefined); // stopped
      if (signal.aborted) return;
      await registration.update().catch(() => undefined); // no network; the next look is soon enough
    }
  }

  #onStop(work: () => void): void {
    this.#stopping.signal.addEventListener("abort", work);
  }
}

import { encodeBase64Url } from "@healthbridge/schema/client";
import { platformPage } from "../adapters/platform-page.ts";
import { ENOUGH } from "../adapters/runtime.ts";
import { type OpenDevice, runtimeOf, signedCall, withStore } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { type Observable, Value } from "../observable.ts";
import { isRecord } from "../outbox/rows.ts";
import type { Page, PushRegistrar, PushTicket, WorkerRegistration } from "./page.ts";
import { pushKey } from "./push-key.ts";
import { keyFor } from "./request-key.ts";

/** What push messages need. */
export interface PushOptions extends OpenDevice {
  readonly hb: Pick<HealthBridge, "status" | "sync">;
  readonly page?: Page | undefined;
}

/**
 * - `unsupported`: the browser has no push messages (Safari on iOS: not before the app is on the home screen)
 * - `not-offered`: the server sends none
 * - `off`: they can be asked for
 * - `blocked`: the user has forbidden notifications; only she can change that, in the browser's settings
 * - `on`: this browser is told of confirmations, moves, reminders while the app is closed
 */
export type PushState = "unsupported" | "not-offered" | "off" | "blocked" | "on";

/** Push messages for whoever is signed in on this device. */
export interface WatchedPush {
  readonly state: Observable<PushState>;
  /**
   * Asks the user, subscribes the browser and tells the server. From a click of hers: a browser that is asked without one may say no for ever. Needs the network.
   * @throws HealthBridgeError `not_signed_in`, `offline` and the other codes of an exchange that failed
   */
  ask(): Promise<PushState>;
  /**
   * No more push messages to this browser.
   * @throws HealthBridgeError as `ask`; the browser is unsubscribed all the same
   */
  end(): Promise<PushState>;
  stop(): void;
}

/** A server that refuses, or cannot, is told again with an exchange that succeeds, less and less often. */
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** For whom the server was told of which subscription of the worker of this scope: so that it is told of a new one, for her and nobody else. */
export const TOLD = "healthbridge:push:";

/**
 * Watches over push messages: whether they can be had, and that the server knows this browser's newest subscription. Needs `registerServiceWorker`.
 *
 * @example
 * const push = watchPush({ hb, url, store });
 * push.state.subscribe((state) => showSwitch(state)); // "Remind me" while it is "off"
 * button.onclick = () => void push.ask();
 */
export function watchPush(options: PushOptions): WatchedPush {
  return new Watching(options);
}

class Watching implements WatchedPush {
  readonly state = new Value<PushState>("unsupported");
  readonly #options: PushOptions;
  readonly #page: Page;
  readonly #stopping = new AbortController();
  #registrar: PushRegistrar | undefined;
  #scope = "";
  /** the server is known to send push messages, or nobody knows yet */
  #offered = true;
  #catchingUp = false;
  /** attempts in a row that failed, and when the next one may be, by the clock that never jumps */
  #failures = 0;
  #notBefore = 0;

  constructor(options: PushOptions) {
    this.#options = options;
    this.#page = options.page ?? platformPage();
    const { serviceWorker, notifications } = this.#page;
    if (serviceWorker !== undefined && notifications !== undefined) void this.#begin(serviceWorker.ready);
  }

  async ask(): Promise<PushState> {
    const { notifications } = this.#page;
    if (this.#registrar === undefined || notifications === undefined) return this.state.get();
    if (!this.#offered) return this.#show();
    // The permission first: a browser ties it to the click, and a request to the server takes its time.
    if ((await notifications.ask()) !== "granted") return this.#show();
    const key = await this.#key();
    if (key !== undefined) await this.#tell(await subscribed(this.#registrar, key));
    return this.#show();
  }

  async end(): Promise<PushState> {
    const ticket = await this.#registrar?.getSubscription();
    this.#page.keepsake.delete(TOLD + this.#scope);
    await ticket?.unsubscribe();
    await this.#show();
    await this.#call("DELETE");
    return this.state.get();
  }

  stop(): void {
    this.#stopping.abort(ENOUGH);
  }

  async #begin(ready: Promise<WorkerRegistration>): Promise<void> {
    const { pushManager, scope } = await ready;
    this.#registrar = pushManager;
    this.#scope = scope;
    if (this.#registrar === undefined || this.#stopping.signal.aborted) return;
    await this.#show();
    let seen = "";
    const stop = this.#options.hb.status.subscribe(({ state, account }) => {
      const now = `${state} ${account?.id ?? ""}`;
      if (now !== seen && state === "online") void this.#catchUp();
      seen = now;
    });
    this.#stopping.signal.addEventListener("abort", stop);
  }

  /** A browser changes its subscription by itself, and a sign-in makes another device: the server is told when it is next there. */
  async #catchUp(): Promise<void> {
    const runtime = runtimeOf(this.#options);
    // To tell the server syncs, and so is a reason to look.
    if (this.#catchingUp || runtime.monotonic() < this.#notBefore) return;
    this.#catchingUp = true;
    try {
      await this.#tellWhatIsNew();
      this.#failures = 0;
    } catch {
      this.#failures += 1;
      this.#notBefore =
        runtime.monotonic() + Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    } finally {
      this.#catchingUp = false;
    }
  }

  async #tellWhatIsNew(): Promise<void> {
    await this.#key();
    const ticket = await this.#registrar?.getSubscription();
    const told = this.#told();
    if (ticket && told !== undefined && told !== (await this.#line(ticket))) await this.#tell(ticket);
    await this.#show();
  }

  async #key(): Promise<string | undefined> {
    const key = await pushKey(this.#options, this.#page.keepsake);
    this.#offered = key !== undefined;
    return key;
  }

  async #tell(ticket: PushTicket): Promise<void> {
    const { p256dh, auth } = ticket.toJSON().keys ?? {};
    await this.#call("PUT", { push: { endpoint: ticket.endpoint, keys: { p256dh, auth } } });
    this.#page.keepsake.set(TOLD + this.#scope, await this.#line(ticket));
  }

  /** What the server was told for whoever is signed in: what was asked for by another is not hers. */
  #told(): string | undefined {
    const told = this.#page.keepsake.get(TOLD + this.#scope);
    return told?.startsWith(`${this.#account} `) === true ? told : undefined;
  }

  async #line({ endpoint }: PushTicket): Promise<string> {
    return `${this.#account} ${await this.#device()} ${endpoint}`;
  }

  get #account(): string {
    return this.#options.hb.status.get().account?.id ?? "";
  }

  async #call(method: "PUT" | "DELETE", body?: object): Promise<void> {
    const path = `devices/${await this.#device()}/push`;
    const headers = { "idempotency-key": keyFor(runtimeOf(this.#options)) };
    await signedCall(this.#options, { method, path, headers, ...(body === undefined ? {} : { body }) });
  }

  async #device(): Promise<string> {
    const session = await withStore(this.#options.store, "read", (tx) => tx.get("meta", "session"));
    const device = isRecord(session) ? session["device"] : undefined;
    if (typeof device !== "string") throw new HealthBridgeError("not_signed_in");
    return device;
  }

  async #show(): Promise<PushState> {
    const subscribed = Boolean(await this.#registrar?.getSubscription()) && this.#told() !== undefined;
    const blocked = this.#page.notifications?.permission() === "denied";
    const state = !this.#offered ? "not-offered" : blocked ? "blocked" : subscribed ? "on" : "off";
    this.state.set(state);
    return state;
  }
}

async function subscribed(registrar: PushRegistrar, key: string): Promise<PushTicket> {
  const former = await registrar.getSubscription();
  // A subscription for another key of the server's is of no use any more.
  if (former && keyOf(former) !== key) await former.unsubscribe();
  return registrar.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** The server's key that a subscription was made with. */
function keyOf({ options }: PushTicket): string {
  return encodeBase64Url(new Uint8Array(options.applicationServerKey ?? new ArrayBuffer()));
}

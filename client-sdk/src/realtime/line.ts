import {
  type CallFrame,
  PROTOCOL_VERSION,
  REALTIME_LIMITS,
  type RelaysAnswer,
} from "@healthbridge/schema/client";
import { type OpenSocket, platformSocket } from "../adapters/platform-socket.ts";
import { platformRuntime } from "../adapters/platform-runtime.ts";
import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import { type Http, openHttp, valueOf } from "../carriers/http.ts";
import { watchdog } from "../carriers/watchdog.ts";
import { Failed } from "../errors.ts";
import { type Observable, Value } from "../observable.ts";
import type { OpenOptions } from "../options.ts";
import { isRecord } from "../outbox/rows.ts";
import { backoff, LONGEST_WAIT_MS } from "../sync/machine.ts";
import { tell } from "../tell.ts";
import { Heard, type HeardSignal, type Whisper } from "./heard.ts";
import { lineRuntime } from "./line-runtime.ts";
import { Pages } from "./pages.ts";
import { askRelays } from "./relays.ts";
import { answerResponse, requestOf, requestText, Talk, type TalkEnd } from "./talk.ts";

/** What a line is opened with: the same as the device. */
export interface LineOptions extends Pick<OpenOptions, "url" | "store" | "runtime"> {
  /** how a socket is opened; default: the platform's `WebSocket`, and no line where it has none */
  readonly openSocket?: OpenSocket | undefined;
}

/**
 * - `live`: syncs go over the socket, and what is new comes by itself
 * - `connecting`: a socket is being opened, or will be
 * - `off`: nobody is signed in, or no sync has succeeded yet; or the line is closed
 */
export type LineState = "live" | "connecting" | "off";

/** Who a line speaks for. */
interface Who {
  readonly token: string;
  readonly device: string;
}

/** How a line came to its end. */
interface Ended {
  /** the next one is waited for longer than before it */
  readonly failed: boolean;
  /** ms for which the server asked to be left alone */
  readonly asked?: number;
  /** there was nobody to speak for, and now there may be */
  readonly waited?: boolean;
}

/** The server stops; its reason is when to return, ms. */
const GOING_AWAY = 1012;
/** The session is over. */
const SESSION_OVER = 4401;
const LONGEST_RETURN_MS = 60_000;
/** ms for which a line lives that is worth its ticket: one that opens and ends at once, or is silent from the beginning, has failed. */
const STEADY_MS = 2 * REALTIME_LIMITS.silenceMs;

/**
 * A socket to the server beside HTTP. Its `runtime` is what the device is opened with: then a sync goes over the socket while there is one, and over HTTP else; the engine,
 * the queue and what is decided are the same. Nothing depends on it: what is lost with the socket is sent again, under its number, and has its effect once.
 *
 * @example
 * const line = openLine({ url, store });
 * const hb = await HealthBridge.open({ url, store, runtime: line.runtime });
 * line.state.subscribe((state) => show(state)); // "connecting", "live"
 */
export class Line {
  /** What to open the device with. */
  readonly runtime: Runtime;
  readonly state: Observable<LineState>;
  readonly #state = new Value<LineState>("off");
  readonly #real: Runtime;
  readonly #options: LineOptions;
  readonly #openSocket: OpenSocket | undefined;
  readonly #http: Http;
  readonly #closing = new AbortController();
  readonly #pages: Pages;
  readonly #pokes = new Set<() => void>();
  readonly #heard = new Heard();
  #talk: { readonly talk: Talk; readonly device: string } | undefined;
  /** a sync that was answered over HTTP: there is somebody to open a line for */
  #answered = Promise.withResolvers<void>();
  #retry = new AbortController();

  constructor(options: LineOptions) {
    const { runtime: real = platformRuntime(), openSocket = platformSocket(), url } = options;
    this.#options = options;
    this.#real = real;
    this.#pages = new Pages(real, () => this.#poke());
    this.#openSocket = openSocket;
    this.#http = openHttp(real, url, { bytesSent: 0, bytesReceived: 0 });
    this.state = this.#state;
    this.runtime = lineRuntime(real, `${url.replace(/\/+$/, "")}/v1/sync`, {
      sync: (to, init) => this.#sync(to, init),
      onOnline: (listener) => this.#onPoke(listener),
      // The device is closed: nobody is there to speak for.
      closed: () => {
        this.close();
      },
    });
    if (openSocket) void this.#keep();
  }

  /** Tells the other participants that the one here types. Not kept; nobody hears it where there is no line. */
  typing(conversation: string): void {
    this.#talk?.talk.whisper({ typing: conversation });
  }

  /** Tells the other participants that the one here looks at a conversation, or does so no longer. As `typing`. */
  present(conversation: string, here = true): void {
    this.#talk?.talk.whisper({ presence: conversation, away: here ? undefined : true });
  }

  /** Says something to the other ends of a call: passed on unread, to participants of the conversation alone. As `typing`. */
  signal(frame: CallFrame): void {
    this.#talk?.talk.whisper(frame);
  }

  /** Listens to what other ends of calls say; the first of a call is an offer. Returns how to stop. */
  onSignal(listener: (heard: HeardSignal) => void): () => void {
    return this.#heard.onSignal(listener);
  }

  /**
   * Where calls go that find no way of their own, as `RTCPeerConnection` takes it; empty where the operator has none. Ask before each call.
   * @throws HealthBridgeError `not_signed_in`, `offline` and what the server answers
   */
  relays(): Promise<RelaysAnswer["iceServers"]> {
    const { store } = this.#options;
    const token = async (): Promise<string | undefined> => (await this.#who())?.token;
    return askRelays({ http: this.#http, runtime: this.#real, store, token, poke: this.#poke });
  }

  /** Listens to what other participants do. Returns how to stop. */
  onWhisper(listener: (whisper: Whisper) => void): () => void {
    return this.#heard.onWhisper(listener);
  }

  /** Ends the line; the device goes on over HTTP. Closing the device ends it too. */
  close(): void {
    this.#closing.abort(ENOUGH);
    this.#answered.resolve();
    this.#hangUp();
    this.#state.set("off");
  }

  #hangUp(): void {
    this.#talk?.talk.hangUp();
    this.#talk = undefined;
  }

  #onPoke(listener: () => void): () => void {
    this.#pokes.add(listener);
    const stop = this.#real.onOnline(() => {
      this.#retry.abort(ENOUGH);
      listener();
    });
    return () => {
      this.#pokes.delete(listener);
      stop();
    };
  }

  /** Has the device sync, as when the network comes back. */
  readonly #poke = (): void => {
    tell(this.#pokes, undefined);
  };

  async #sync(url: string, init: RequestInit): Promise<Response> {
    const overSocket = await this.#askTalk(init);
    if (overSocket) return overSocket;
    const response = await this.#real.fetch(url, init);
    if (response.ok) this.#answered.resolve();
    return response;
  }

  /** `undefined`: over HTTP, where the socket cannot or did not. */
  async #askTalk(init: RequestInit): Promise<Response | undefined> {
    const open = this.#talk;
    const text = open && (await requestText(init));
    if (!open || text === undefined) return undefined;
    // The socket speaks for one session: what is asked for another does not go over it.
    const who = await this.#who();
    const token = new Headers(init.headers).get("authorization");
    if (who?.device !== open.device || token !== `Bearer ${who.token}`) {
      this.#hangUp();
      return undefined;
    }
    const page = this.#pages.answerTo(requestOf(text));
    if (page) return answerResponse(page);
    this.#pages.clear();
    return open.talk.ask(text, init.signal);
  }

  /** Keeps a line open while there is somebody to speak for. One for all tabs that share a store: what one hears the others find there. */
  async #keep(): Promise<void> {
    const { signal } = this.#closing;
    const lock = { wait: true, signal };
    const { url, store } = this.#options;
    await this.#real
      .withLock(`healthbridge-line:${url} ${store.name}`, lock, async () => {
        for (let failures = 0; !signal.aborted;) {
          const { failed, asked = 0, waited = false } = await this.#connect();
          failures = failed ? failures + 1 : 0;
          const ms = waited ? 0 : Math.max(asked, backoff(failures, this.#real.random()));
          this.#retry = new AbortController();
          const retry = AbortSignal.any([signal, this.#retry.signal]);
          if (ms > 0) await this.#real.sleep(ms, retry).catch(() => undefined); // the network is back, or `close`
        }
      })
      .catch(() => undefined); // closed while another tab had the line
  }

  /** One line from its beginning to its end. */
  async #connect(): Promise<Ended> {
    const who = await this.#who();
    if (!who) {
      this.#state.set("off");
      await this.#nextAnswer();
      return { failed: false, waited: true };
    }
    this.#state.set("connecting");
    const begun = this.#real.monotonic();
    try {
      const ended = await this.#live(who, await this.#ticket(who));
      if (ended === undefined) return { failed: true };
      // What was on its way comes with the next sync, over HTTP; also that the session is over.
      this.#poke();
      if (ended.code === SESSION_OVER) await this.#nextAnswer();
      const asked = ended.code === GOING_AWAY ? Number(ended.reason) || 0 : 0;
      const failed = this.#real.monotonic() - begun < STEADY_MS;
      return { failed, asked: Math.min(asked, LONGEST_RETURN_MS) };
    } catch (error) {
      // A token that ran out is exchanged by the next sync over HTTP.
      if (error instanceof Failed && error.status === 401) await this.#nextAnswer(who.token);
      const { retryAfter = 0 } = error instanceof Failed ? error : {};
      return { failed: true, asked: Math.min(retryAfter, LONGEST_WAIT_MS) };
    }
  }

  /** @param tried a token that will not do; where there is another by now nothing is waited for */
  async #nextAnswer(tried?: string): Promise<void> {
    this.#answered = Promise.withResolvers<void>();
    const another = tried !== undefined && (await this.#who())?.token !== tried;
    if (!another && !this.#closing.signal.aborted) await this.#answered.promise;
  }

  /** Who is signed in on this device. */
  async #who(): Promise<Who | undefined> {
    const row = await this.#options.store
      .transaction("read", (tx) => tx.get("meta", "session"))
      .catch(() => undefined); // closed, or full: the device says so itself
    if (!isRecord(row) || row["ended"] !== undefined) return undefined;
    const { accessToken: token, device } = row;
    return typeof token === "string" && typeof device === "string" ? { token, device } : undefined;
  }

  async #ticket({ token }: Who): Promise<string> {
    const { signal } = this.#closing;
    const value = await valueOf(await this.#http({ path: "realtime/ticket", body: {}, token, signal }));
    const ticket = isRecord(value) ? value["ticket"] : undefined;
    if (typeof ticket !== "string") throw new Failed("lost", "offline");
    return ticket;
  }

  /** `undefined`: it did not come to be. */
  async #live({ device }: Who, ticket: string): Promise<TalkEnd | undefined> {
    const address = `${this.#options.url.replace(/^http/, "ws").replace(/\/+$/, "")}/v1/realtime`;
    const socket = this.#openSocket?.(address, [`healthbridge.${PROTOCOL_VERSION}`, `ticket.${ticket}`]);
    if (!socket) return undefined;
    const dog = watchdog(this.#real, REALTIME_LIMITS.silenceMs, this.#closing.signal);
    const talk = new Talk(socket, {
      heard: dog.touch,
      moved: () => {
        // Nothing more comes until the server is asked: no page may answer in its place.
        this.#pages.clear();
        this.#poke();
      },
      page: (page, since) => {
        this.#pages.add({ page, since });
        this.#poke();
      },
      whispered: (frame) => {
        this.#heard.tell(frame);
      },
    });
    let opened = false;
    socket.addEventListener("open", () => {
      opened = true;
      dog.touch();
      this.#talk = { talk, device };
      this.#state.set("live");
      this.#poke();
    });
    const silent = Promise.withResolvers<TalkEnd>();
    dog.signal.addEventListener("abort", () => {
      talk.hangUp();
      silent.resolve({ code: 1006, reason: "" });
    });
    const ended = await Promise.race([talk.ended, silent.promise]);
    dog.end();
    this.#talk = undefined;
    this.#pages.clear();
    if (!this.#closing.signal.aborted) this.#state.set("connecting");
    return opened ? ended : undefined;
  }
}

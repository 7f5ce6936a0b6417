import type { CallFrame, EntityId } from "@healthbridge/schema/client";
import { type CallConnection, NoMicrophone, type OpenCallMedia } from "../adapters/call-media.ts";
import { ENOUGH } from "../adapters/runtime.ts";
import { type Observable, Value } from "../observable.ts";
import type { Line } from "../realtime/line.ts";
import { type CallState, patienceOf } from "./call-state.ts";
import { type CallEvent, type CallStep, stepCall } from "./call-steps.ts";

/** What calls are made over. */
export interface CallsOptions {
  readonly line: Pick<Line, "onSignal" | "relays" | "runtime" | "signal">;
  /** how an end is opened; where a platform has no calls: what `openCalls` was given, or nothing can be called */
  readonly openMedia: OpenCallMedia;
}

/** The call as a screen shows it. */
export interface CallView {
  readonly state: CallState;
  /** what is said here is not heard there */
  readonly muted: boolean;
  /** what the camera here sees, while it is shown to the other end */
  readonly own: MediaStream | undefined;
  /** what comes from the other end: play it as soon as it is there */
  readonly remote: MediaStream | undefined;
  /** the other end shows pictures */
  readonly pictures: boolean;
  /** whether the operator has a relay; without one about one call in five finds no way between two mobile networks. `undefined`: not asked yet */
  readonly relay: boolean | undefined;
  /** the camera could not be opened */
  readonly noCamera: boolean;
}

const QUIET = {
  muted: false,
  own: undefined,
  remote: undefined,
  pictures: false,
  relay: undefined,
  noCamera: false,
} as const;

const NAME_BYTES = 12;
const HEX = 16;

/**
 * Voice calls, with pictures where both want them, between the participants of a conversation: signalled over the line, from device to device. One call at a time.
 *
 * @example
 * const calls = openCalls({ line });
 * calls?.view.subscribe(({ state }) => show(state)); // "ringing": somebody calls
 * calls?.call(appointment.id);
 */
export class Calls {
  readonly view: Observable<CallView>;
  readonly #view = new Value<CallView>({ state: { is: "idle" }, ...QUIET });
  readonly #options: CallsOptions;
  readonly #stop: () => void;
  #connection: CallConnection | undefined;
  /** what is done with the connection is done in order */
  #turn: Promise<unknown> = Promise.resolve();
  /** counts connections: one that comes to be too late is closed at once */
  #opened = 0;
  #waiting = new AbortController();

  constructor(options: CallsOptions) {
    this.view = this.#view;
    this.#options = options;
    this.#stop = options.line.onSignal((heard) => {
      this.#dispatch({ type: "heard", heard });
    });
  }

  /** Calls the other participants of a conversation. Nothing happens while there is another call. `listen`: without a microphone. */
  call(conversation: EntityId, { listen = false }: { readonly listen?: boolean } = {}): void {
    const bytes = this.#options.line.runtime.randomBytes(NAME_BYTES);
    const call = Array.from(bytes, (byte) => byte.toString(HEX).padStart(2, "0")).join("");
    this.#dispatch({ type: "call", call, conversation, listen });
  }

  /** Takes the call that rings. `listen`: without a microphone. */
  answer({ listen = false }: { readonly listen?: boolean } = {}): void {
    this.#dispatch({ type: "answer", listen });
  }

  /** Does not take the call that rings: whoever calls is told. */
  decline(): void {
    this.#dispatch({ type: "decline" });
  }

  /** Ends the call, whatever its state. */
  hangUp(): void {
    this.#dispatch({ type: "hangUp" });
  }

  /** Takes a call that is over from the screen. */
  dismiss(): void {
    this.#dispatch({ type: "dismiss" });
  }

  /** Whether what is said here is heard there. */
  mute(muted: boolean): void {
    this.#connection?.speak(!muted);
    this.#set({ muted });
  }

  /** Shows what the camera sees to the other end, or ceases to. Where there is no camera the view says so. */
  async showCamera(on: boolean): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const shown = await connection.show(on).catch(() => "none" as const);
    if (connection !== this.#connection) return;
    this.#set({ own: shown === "none" ? undefined : shown, noCamera: shown === "none" });
  }

  /** Ends the call, and listens no longer. */
  end(): void {
    this.hangUp();
    this.#stop();
    this.#waiting.abort(ENOUGH);
  }

  #dispatch(event: CallEvent): void {
    const before = this.#view.get().state;
    const [state, ...steps] = stepCall(before, event);
    if (state !== before) {
      this.#set({ state });
      this.#wait(state);
    }
    for (const step of steps) this.#take(step);
  }

  #take(step: CallStep): void {
    switch (step.do) {
      case "say":
        this.#say(step.frame);
        break;
      case "open":
        void this.#open(step);
        break;
      case "take":
        this.#inTurn((connection) => connection.take(step.answer));
        break;
      case "add":
        this.#inTurn((connection) => connection.add(step.way));
        break;
      case "close":
        this.#close();
        break;
    }
  }

  #say(frame: CallFrame): void {
    this.#options.line.signal(frame);
  }

  async #open({ call, listen, offered }: Extract<CallStep, { do: "open" }>): Promise<void> {
    const number = (this.#opened += 1);
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    const late = (): boolean => number !== this.#opened;
    try {
      // Without the relays' names two devices on one network hear each other all the same.
      const relays = await this.#options.line.relays().catch(() => []);
      const connection = await this.#options.openMedia({
        relays,
        listen,
        onDescribed: (sdp) => late() || this.#dispatch({ type: "described", call, sdp }),
        onWay: (way) => late() || this.#dispatch({ type: "found", call, way }),
        onConnection: (is) => late() || this.#dispatch({ type: "connection", call, is }),
        onRemote: (remote, pictures) => late() || this.#set({ remote, pictures }),
      });
      if (late()) return connection.close();
      this.#connection = connection;
      // She can have muted herself before there was anything to mute.
      if (this.#view.get().muted) connection.speak(false);
      this.#set({ relay: relays.length > 0 });
      const sdp = offered ? await connection.answer(offered.offer) : await connection.offer();
      for (const way of offered?.ways ?? []) await connection.add(way).catch(() => undefined); // another may do
      if (!late()) this.#dispatch({ type: "described", call, sdp });
    } catch (error) {
      if (late()) return;
      if (error instanceof NoMicrophone) this.#dispatch({ type: "trouble", call, trouble: error.trouble });
      else this.#dispatch({ type: "connection", call, is: "lost" });
    } finally {
      turn.resolve();
    }
  }

  /** Does something with the connection once what came before is done. A way that cannot be taken in is one less; an answer that cannot ends in silence, and that in `lost`. */
  #inTurn(work: (connection: CallConnection) => Promise<void>): void {
    const number = this.#opened;
    this.#turn = this.#turn
      .then(() => {
        if (this.#connection !== undefined && number === this.#opened) return work(this.#connection);
        return undefined;
      })
      .catch(() => undefined);
  }

  #close(): void {
    this.#opened += 1;
    this.#connection?.close();
    this.#connection = undefined;
    this.#set(QUIET);
  }

  /** What goes on by itself where nobody says anything. */
  #wait(state: CallState): void {
    this.#waiting.abort(ENOUGH);
    const ms = patienceOf(state);
    if (ms === undefined) return;
    this.#waiting = new AbortController();
    this.#options.line.runtime.sleep(ms, this.#waiting.signal).then(
      () => this.#dispatch({ type: "timeout" }),
      () => undefined, // something happened meanwhile
    );
  }

  #set(change: Partial<CallView>): void {
    this.#view.set({ ...this.#view.get(), ...change });
  }
}

import { describe, expect, test } from "vitest";
import { type CallConnection, type Calls, NoMicrophone, openCalls } from "../../src/calls/index.ts";
import type { HeardSignal, Line } from "../../src/realtime/index.ts";
import { FakeRuntime, settled } from "../support/fake-runtime.ts";

const CONVERSATION = "Y29udmVyc2F0aW9u.1";

/** Passes on what lines say, as the server does; `lost` frames reach nobody. */
class Exchange {
  readonly lines: FakeLine[] = [];
  lost = false;

  pass(from: FakeLine, { to, ...frame }: Parameters<Line["signal"]>[0]): void {
    if (this.lost) return;
    for (const each of this.lines) {
      const wanted = to === undefined ? each.account !== from.account : each.name === to;
      if (wanted) each.tell({ ...frame, by: from.account, from: from.name });
    }
  }
}

class FakeLine {
  readonly runtime = new FakeRuntime();
  readonly account: string;
  readonly name: string;
  readonly #exchange: Exchange;
  readonly #listeners = new Set<(heard: HeardSignal) => void>();

  constructor(exchange: Exchange, account: string, name: string) {
    this.#exchange = exchange;
    this.account = account;
    this.name = name;
    exchange.lines.push(this);
  }

  relays = () => Promise.resolve([]);

  signal(frame: Parameters<Line["signal"]>[0]): void {
    this.#exchange.pass(this, frame);
  }

  onSignal(listener: (heard: HeardSignal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(heard: HeardSignal): void {
    for (const each of this.#listeners) each(heard);
  }
}

/** Ends of calls as a browser would open them, with nothing behind. */
class FakeMedia {
  readonly log: string[] = [];
  microphone: "there" | "missing" | "denied" = "there";
  tell: { onConnection(is: "up" | "weak" | "lost"): void } | undefined;

  open: NonNullable<Parameters<typeof openCalls>[0]["openMedia"]> = (setting) => {
    const { microphone } = this;
    if (!setting.listen && microphone !== "there")
      return Promise.reject(new NoMicrophone(microphone, undefined));
    this.tell = setting;
    const note = (what: string) => {
      this.log.push(what);
      return Promise.resolve();
    };
    const connection: CallConnection = {
      offer: () => Promise.resolve("offer"),
      answer: (offer) => Promise.resolve(`answer to ${offer}`),
      take: (answer) => note(`take ${answer}`),
      add: ({ candidate }) => note(`add ${candidate}`),
      speak: (on) => void note(on ? "speak" : "mute"),
      show: () => Promise.reject(new Error("no camera")),
      close: () => void note("close"),
    };
    return Promise.resolve(connection);
  };
}

interface End {
  readonly calls: Calls;
  readonly line: FakeLine;
  readonly media: FakeMedia;
  readonly is: () => string;
}

function end(exchange: Exchange, account: string, name: string): End {
  const line = new FakeLine(exchange, account, name);
  const media = new FakeMedia();
  const calls = openCalls({ line, openMedia: media.open });
  if (calls === undefined) throw new Error("there are calls");
  const is = () => {
    const { state } = calls.view.get();
    return state.is === "ended" ? state.why : state.is;
  };
  return { calls, line, media, is };
}

function two(): { readonly exchange: Exchange; readonly doctor: End; readonly patient: End } {
  const exchange = new Exchange();
  return { exchange, doctor: end(exchange, "doctor", "d1"), patient: end(exchange, "patient", "p1") };
}

async function talking() {
  const both = two();
  both.doctor.calls.call(CONVERSATION);
  await settled();
  both.patient.calls.answer();
  await settled();
  both.doctor.media.tell?.onConnection("up");
  both.patient.media.tell?.onConnection("up");
  return both;
}

describe("a call", () => {
  test("rings at the other side, and once it is taken the two hear each other", async () => {
    const { doctor, patient } = await talking();
    expect([doctor.is(), patient.is()]).toEqual(["talking", "talking"]);
    expect(doctor.media.log).toEqual(["take answer to offer"]);
  });

  test("is over at both ends when one hangs up, and the microphone is given back", async () => {
    const { doctor, patient } = await talking();
    patient.calls.hangUp();
    expect([doctor.is(), patient.is()]).toEqual(["over", "over"]);
    expect([doctor.media.log.at(-1), patient.media.log.at(-1)]).toEqual(["close", "close"]);
  });

  test("that is declined says so to whoever called", async () => {
    const { doctor, patient } = two();
    doctor.calls.call(CONVERSATION);
    await settled();
    patient.calls.decline();
    expect(doctor.is()).toBe("declined");
  });

  test("rings for a minute, and again where a line was away meanwhile; then nobody answered", async () => {
    const { exchange, doctor, patient } = two();
    exchange.lost = true;
    doctor.calls.call(CONVERSATION);
    await settled();
    exchange.lost = false;
    expect(patient.is()).toBe("idle");
    await doctor.line.runtime.advance(4_000);
    expect(patient.is()).toBe("ringing");
    for (let tries = 0; tries < 15; tries += 1) await doctor.line.runtime.advance(4_000);
    expect(doctor.is()).toBe("unanswered");
    expect(patient.is()).toBe("missed");
  });

  test("ceases to ring where whoever calls falls silent", async () => {
    const { exchange, doctor, patient } = two();
    doctor.calls.call(CONVERSATION);
    await settled();
    exchange.lost = true;
    await patient.line.runtime.advance(13_000);
    expect(patient.is()).toBe("missed");
  });

  test("whose answer was lost is answered again", async () => {
    const { exchange, doctor, patient } = two();
    doctor.calls.call(CONVERSATION);
    await settled();
    exchange.lost = true;
    patient.calls.answer();
    await settled();
    exchange.lost = false;
    expect([doctor.is(), patient.is()]).toEqual(["calling", "connecting"]);
    await doctor.line.runtime.advance(4_000);
    await settled();
    expect(doctor.is()).toBe("connecting");
  });

  test("is taken by one device of several: the others cease to ring, and one that was too late is told", async () => {
    const { exchange, doctor, patient } = two();
    const tablet = end(exchange, "patient", "p2");
    const desk = end(exchange, "clinic", "c1");
    doctor.calls.call(CONVERSATION);
    await settled();
    patient.calls.answer();
    tablet.calls.answer();
    await settled();
    expect([patient.is(), tablet.is(), desk.is()].toSorted()).toEqual([
      "connecting",
      "elsewhere",
      "elsewhere",
    ]);
  });

  test("is refused as busy while there is another", async () => {
    const { exchange, doctor, patient } = await talking();
    const third = end(exchange, "clinic", "c1");
    third.calls.call("b3RoZXJjb252ZXJz.2");
    await settled();
    expect([third.is(), doctor.is(), patient.is()]).toEqual(["busy", "talking", "talking"]);
  });

  test("that both begin at once becomes one", async () => {
    const { doctor, patient } = two();
    doctor.calls.call(CONVERSATION);
    patient.calls.call(CONVERSATION);
    await settled();
    for (const each of [doctor, patient]) await each.line.runtime.advance(4_000);
    await settled();
    expect([doctor.is(), patient.is()]).toEqual(["connecting", "connecting"]);
    const [left, right] = [doctor, patient].map(({ calls }) => calls.view.get().state);
    expect(left?.is === "connecting" && right?.is === "connecting" && left.call === right.call).toBe(true);
  });

  test("without a microphone calls nobody, and says why", async () => {
    const { doctor, patient } = two();
    doctor.media.microphone = "denied";
    doctor.calls.call(CONVERSATION);
    await settled();
    expect(doctor.calls.view.get().state).toMatchObject({
      is: "ended",
      why: "microphone",
      trouble: "denied",
    });
    expect(patient.is()).toBe("idle");
  });

  test("goes on ringing where there is no microphone to take it with, and can be listened to", async () => {
    const { doctor, patient } = two();
    patient.media.microphone = "missing";
    doctor.calls.call(CONVERSATION);
    await settled();
    patient.calls.answer();
    await settled();
    expect(patient.calls.view.get().state).toMatchObject({ is: "ringing", trouble: "missing" });
    patient.calls.answer({ listen: true });
    await settled();
    expect([doctor.is(), patient.is()]).toEqual(["connecting", "connecting"]);
  });

  test("that finds no way is lost at both ends after a while", async () => {
    const { doctor, patient } = two();
    doctor.calls.call(CONVERSATION);
    await settled();
    patient.calls.answer();
    await settled();
    await doctor.line.runtime.advance(30_000);
    expect([doctor.is(), patient.is()]).toEqual(["lost", "lost"]);
  });

  test("goes through a weak moment, and is lost where that lasts", async () => {
    const { doctor } = await talking();
    doctor.media.tell?.onConnection("weak");
    expect(doctor.calls.view.get().state).toMatchObject({ is: "talking", weak: true });
    doctor.media.tell?.onConnection("up");
    await doctor.line.runtime.advance(60_000);
    expect(doctor.is()).toBe("talking");
    doctor.media.tell?.onConnection("weak");
    await doctor.line.runtime.advance(30_000);
    expect(doctor.is()).toBe("lost");
  });

  test("can be muted before the other end is there: what the view says is so", async () => {
    const { doctor } = two();
    doctor.calls.call(CONVERSATION);
    doctor.calls.mute(true);
    await settled();
    expect([doctor.calls.view.get().muted, doctor.media.log.includes("mute")]).toEqual([true, true]);
  });

  test("can be muted, and says where there is no camera", async () => {
    const { doctor } = await talking();
    doctor.calls.mute(true);
    expect([doctor.calls.view.get().muted, doctor.media.log.at(-1)]).toEqual([true, "mute"]);
    await doctor.calls.showCamera(true);
    expect(doctor.calls.view.get()).toMatchObject({ own: undefined, noCamera: true });
  });
});

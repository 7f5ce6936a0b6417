import { type Calls, openCalls } from "../../src/calls/index.ts";
import { platformRuntime } from "../../src/index.ts";
import type { HeardSignal, Line } from "../../src/realtime/index.ts";

const CONVERSATION = "Y29udmVyc2F0aW9u.1";

type Heard = (heard: HeardSignal) => void;

/** Two lines of one page: what one says the other hears. */
function twoLines(): readonly [LineEnd, LineEnd] {
  const ends = new Map<string, Heard>();
  const line = (by: string, other: string): LineEnd => ({
    runtime: platformRuntime(),
    relays: () => Promise.resolve([]),
    signal: ({ call, conversation, signal }) =>
      queueMicrotask(() => ends.get(other)?.({ call, conversation, signal, by, from: `line-${by}` })),
    onSignal(listener) {
      ends.set(by, listener);
      return () => ends.delete(by);
    },
  });
  return [line("doctor", "patient"), line("patient", "doctor")];
}

type LineEnd = Pick<Line, "onSignal" | "relays" | "runtime" | "signal">;

/** A microphone that hums and a camera that sees a coloured field: the machine has neither. */
function pretendDevices(): void {
  navigator.mediaDevices.getUserMedia = (wanted) => {
    if (wanted?.video !== undefined) {
      const canvas = document.createElement("canvas");
      const paint = () => {
        const context = canvas.getContext("2d");
        if (context === null) return;
        context.fillStyle = `hsl(${String(performance.now() % 360)} 80% 50%)`;
        context.fillRect(0, 0, canvas.width, canvas.height);
      };
      paint();
      setInterval(paint, 50);
      return Promise.resolve(canvas.captureStream(12));
    }
    const sound = new AudioContext();
    const hum = sound.createOscillator();
    const microphone = sound.createMediaStreamDestination();
    hum.connect(microphone);
    hum.start();
    return Promise.resolve(microphone.stream);
  };
}

/** Resolves when the view of a call is as wanted. */
function until(calls: Calls, holds: (view: ReturnType<Calls["view"]["get"]>) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = calls.view.subscribe((view) => {
      if (!holds(view)) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** One calls, the other takes it, both show their faces, one hangs up; answers what there was to see. */
export async function talk() {
  pretendDevices();
  const [doctor, patient] = twoLines().map((line) => openCalls({ line }));
  if (doctor === undefined || patient === undefined) throw new Error("this browser has no calls");
  doctor.call(CONVERSATION);
  await until(patient, ({ state }) => state.is === "ringing");
  patient.answer();
  await Promise.all([doctor, patient].map((each) => until(each, ({ state }) => state.is === "talking")));
  const sound = patient.view
    .get()
    .remote?.getAudioTracks()
    .map(({ readyState }) => readyState);
  await doctor.showCamera(true);
  await until(patient, ({ pictures }) => pictures);
  await doctor.showCamera(false);
  patient.hangUp();
  await until(doctor, ({ state }) => state.is === "ended");
  const ends = [doctor, patient].map((each) => each.view.get().state);
  return { sound, ends: ends.map((state) => (state.is === "ended" ? state.why : state.is)) };
}

import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { type RecordingParts, useRecording } from "../src/chat/use-recording.ts";

const root = document.createElement("div");
afterEach(() => act(() => render(null, root)));

/** Records nothing, as a platform without a microphone would. */
class SilentRecorder extends EventTarget {
  static isTypeSupported(): boolean {
    return true;
  }
  readonly mimeType = "audio/webm";
  state = "inactive";
  start(): void {
    this.state = "recording";
  }
  stop(): void {
    this.state = "inactive";
    queueMicrotask(() => this.dispatchEvent(new Event("stop")));
  }
}

/** Hands over what was said when it ends. */
class HearingRecorder extends SilentRecorder {
  override stop(): void {
    super.stop();
    this.dispatchEvent(Object.assign(new Event("dataavailable"), { data: new Blob(["said"]) }));
  }
}

/** A platform that asks her first; counts how often, and how many microphones are on. */
function platform() {
  const answer = Promise.withResolvers<void>();
  const at = { asked: 0, on: 0, allow: answer.resolve };
  const track = { stop: () => void (at.on -= 1) };
  vi.stubGlobal("MediaRecorder", SilentRecorder);
  vi.stubGlobal("navigator", {
    mediaDevices: {
      async getUserMedia() {
        at.asked += 1;
        await answer.promise;
        at.on += 1;
        return { getTracks: () => [track] };
      },
    },
  });
  return at;
}

/** The button, as the composer has it. */
async function shown(parts: Partial<RecordingParts> = {}): Promise<() => ReturnType<typeof useRecording>> {
  const at: { last: ReturnType<typeof useRecording> | undefined } = { last: undefined };
  function Voice(): null {
    at.last = useRecording({ onNote: () => undefined, onRefused: () => undefined, ...parts });
    return null;
  }
  await act(() => render(h(Voice, {}), root));
  return () => {
    if (at.last === undefined) throw new Error("It was not rendered.");
    return at.last;
  };
}

const settled = (first = (): void => undefined): Promise<void> =>
  act(async () => {
    first();
    await new Promise((resolve) => setTimeout(resolve, 0));
  });

test("pressed twice while the platform asks, one microphone is on, and off at the end", async () => {
  const at = platform();
  const recording = await shown();
  await settled(() => {
    recording().begin();
    recording().begin();
  });
  await settled(at.allow);
  expect([at.asked, at.on, recording().seconds]).toEqual([1, 1, 0]);
  await settled(() => recording().end());
  expect([at.on, recording().seconds]).toEqual([0, undefined]);
});

test("a microphone that is allowed after she has gone elsewhere is let go at once", async () => {
  const at = platform();
  const recording = await shown();
  await settled(() => recording().begin());
  await act(() => render(null, root));
  await settled(at.allow);
  expect([at.asked, at.on]).toEqual([1, 0]);
});

test("a note that is being recorded when she goes elsewhere is ended and handed over, not thrown away", async () => {
  const at = platform();
  vi.stubGlobal("MediaRecorder", HearingRecorder);
  const notes: Array<Promise<Blob | undefined>> = [];
  const recording = await shown({ onNote: (note) => void notes.push(note) });
  await settled(() => recording().begin());
  await settled(at.allow);
  await act(() => render(null, root));
  const said = await Promise.all(notes);
  expect([at.on, said.map((note) => note?.size)]).toEqual([0, [4]]);
});

test("where she does not allow it that is said, and she can be asked again", async () => {
  platform();
  const refused = vi.fn<() => void>();
  vi.stubGlobal("navigator", {
    mediaDevices: { getUserMedia: () => Promise.reject(new DOMException("no", "NotAllowedError")) },
  });
  const recording = await shown({ onRefused: refused });
  await settled(() => recording().begin());
  await settled(() => recording().begin());
  expect(refused).toHaveBeenCalledTimes(2);
});

test("a platform that lends a microphone and cannot record gets it back", async () => {
  const at = platform();
  vi.stubGlobal(
    "MediaRecorder",
    class extends SilentRecorder {
      override start(): void {
        throw new DOMException("no codec", "NotSupportedError");
      }
    },
  );
  const refused = vi.fn<() => void>();
  const recording = await shown({ onRefused: refused });
  await settled(() => recording().begin());
  await settled(at.allow);
  expect([at.asked, at.on]).toEqual([1, 0]);
  expect(refused).toHaveBeenCalledOnce();
});

/** What a voice note is recorded as, the first that the platform can. The server takes these. */
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4", "audio/webm"] as const;

/** Longest recording, ms: at some 3 kB a second it stays below what a voice note may weigh. */
export const LONGEST_NOTE_MS = 300_000;
/** Speech is understood well at this rate, and a minute of it is 180 kB. */
const BITS_PER_SECOND = 24_000;

/** A recording under way. */
export interface Recording {
  /** Ends it; what was said, or `undefined` where nothing was. */
  stop(): Promise<Blob | undefined>;
}

/** Whether this platform can record at all. */
export function canRecord(): boolean {
  return typeof MediaRecorder === "function" && "mediaDevices" in navigator;
}

/**
 * Begins to record; the platform asks her first.
 * @throws whatever the platform does where she, or it, does not allow it
 */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  try {
    return recordFrom(stream);
  } catch (error) {
    letGo(stream);
    throw error;
  }
}

function recordFrom(stream: MediaStream): Recording {
  const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
  const recorder = new MediaRecorder(stream, {
    audioBitsPerSecond: BITS_PER_SECOND,
    ...(type === undefined ? {} : { mimeType: type }),
  });
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (data.size > 0) pieces.push(data);
  });
  const stopped = new Promise<void>((resolve) => {
    recorder.addEventListener("stop", () => resolve(), { once: true });
  });
  recorder.start();
  return {
    async stop() {
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      letGo(stream);
      return pieces.length === 0 ? undefined : new Blob(pieces, { type: recorder.mimeType });
    },
  };
}

/** The microphone is off then. */
function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { LONGEST_NOTE_MS, record, type Recording } from "./recorder.ts";

/** Where a voice note goes, and what is said where none can be recorded. */
export interface RecordingParts {
  /** what was said, as soon as the platform hands it over; `undefined` where nothing was */
  readonly onNote: (note: Promise<Blob | undefined>) => void;
  readonly onRefused: () => void;
}

/**
 * Records a voice note; it ends by itself before it is too large to be sent, and where she looks elsewhere: what she has said until then is not thrown away.
 * `seconds`: how long it has run, `undefined` while nothing is recorded.
 */
export function useRecording(parts: RecordingParts): {
  readonly seconds: number | undefined;
  readonly begin: () => void;
  readonly end: () => void;
} {
  const last = useRef(parts);
  last.current = parts;
  const recording = useRef<Recording | undefined>(undefined);
  const asking = useRef(false);
  const gone = useRef(false);
  const [seconds, setSeconds] = useState<number>();
  const begin = useCallback(() => {
    // Pressed once more while the platform asks her: a second microphone would stay open for ever.
    if (asking.current || recording.current !== undefined) return;
    asking.current = true;
    const settle = (begun: Recording | undefined): void => {
      asking.current = false;
      // She has looked elsewhere, or it has locked, while she was asked: nobody could stop it here.
      if (gone.current) void begun?.stop();
      else if (begun === undefined) last.current.onRefused();
      else {
        recording.current = begun;
        setSeconds(0);
      }
    };
    record().then(settle, () => settle(undefined));
  }, []);
  const end = useCallback(() => {
    const ended = recording.current;
    recording.current = undefined;
    setSeconds(undefined);
    if (ended !== undefined) last.current.onNote(ended.stop());
  }, []);
  useEffect(() => {
    if (seconds === undefined) return undefined;
    const timer = setTimeout(() => {
      if ((seconds + 1) * 1_000 >= LONGEST_NOTE_MS) end();
      else setSeconds(seconds + 1);
    }, 1_000);
    return () => clearTimeout(timer);
  }, [seconds, end]);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      end();
    };
  }, [end]);
  return { seconds, begin, end };
}

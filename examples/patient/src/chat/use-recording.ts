import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { LONGEST_NOTE_MS, record, type Recording } from "./recorder.ts";

/** Records a voice note; it ends by itself before it is too large to be sent. `seconds`: how long it has run, `undefined` while nothing is recorded. */
export function useRecording(
  onNote: (note: Blob) => void,
  onRefused: () => void,
): { readonly seconds: number | undefined; readonly begin: () => void; readonly end: () => void } {
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
      else if (begun === undefined) onRefused();
      else {
        recording.current = begun;
        setSeconds(0);
      }
    };
    record().then(settle, () => settle(undefined));
  }, [onRefused]);
  const end = useCallback(() => {
    const ended = recording.current;
    recording.current = undefined;
    setSeconds(undefined);
    void ended?.stop().then((note) => {
      if (note !== undefined) onNote(note);
    });
  }, [onNote]);
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
      void recording.current?.stop();
    };
  }, []);
  return { seconds, begin, end };
}

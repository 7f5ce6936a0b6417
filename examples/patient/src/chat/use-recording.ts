import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { LONGEST_NOTE_MS, record, type Recording } from "./recorder.ts";

/** Records a voice note; it ends by itself before it is too large to be sent. `seconds`: how long it has run, `undefined` while nothing is recorded. */
export function useRecording(
  onNote: (note: Blob) => void,
  onRefused: () => void,
): { readonly seconds: number | undefined; readonly begin: () => void; readonly end: () => void } {
  const recording = useRef<Recording | undefined>(undefined);
  const [seconds, setSeconds] = useState<number>();
  const begin = useCallback(() => {
    record().then(
      (begun) => {
        recording.current = begun;
        setSeconds(0);
      },
      () => onRefused(),
    );
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
  useEffect(() => () => void recording.current?.stop(), []);
  return { seconds, begin, end };
}

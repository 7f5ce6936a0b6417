import { useEffect, useRef, useState } from "preact/hooks";
import { typedSince } from "../logic/draft.ts";
import { useParts } from "./parts.ts";

/** So long she has not written before what she has begun is kept. */
const PAUSE_MS = 700;

/** A text while it is written. */
export interface Begun {
  readonly text: string;
  readonly write: (text: string) => void;
  /** that much of it is sent */
  readonly wasSent: (sent: string) => void;
}

/**
 * What she writes, kept on this phone while she has not sent it: it locks by itself, and she looks elsewhere in the middle of a line.
 * @param about a conversation, or what else has one text that is begun
 */
export function useBegun(about: string): Begun {
  const { memory } = useParts();
  const [text, setText] = useState(() => memory.get().drafts[about] ?? "");
  const last = useRef(text);
  const write = (next: string): void => {
    last.current = next;
    setText(next);
  };
  const wasSent = (sent: string): void => {
    write(typedSince(sent, last.current));
    memory.noteDraft(about, last.current); // at once: sent, it must not be there again
  };
  useEffect(() => {
    const timer = setTimeout(() => memory.noteDraft(about, last.current), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [memory, about, text]);
  useEffect(() => () => memory.noteDraft(about, last.current), [memory, about]);
  return { text, write, wasSent };
}

import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Begun } from "../logic/begun.ts";

export const BegunContext = createContext<Begun | undefined>(undefined);

/** Forms that the worker has begun. */
export function useBegun(): Begun {
  const begun = useContext(BegunContext);
  if (begun === undefined) throw new Error("There is no BegunContext around this component.");
  return begun;
}

export interface BegunText {
  readonly text: string;
  readonly write: (text: string) => void;
  /** it was sent */
  readonly forget: () => void;
}

/** One text of a form, by name: it is there again when she has looked elsewhere, or the app has locked. */
export function useBegunText(name: string): BegunText {
  const begun = useBegun();
  const [, drawAnew] = useState({});
  return {
    text: begun.of(name)?.["text"] ?? "",
    write(text) {
      if (text === "") begun.forget(name);
      else begun.note(name, { text });
      drawAnew({});
    },
    forget: () => begun.forget(name),
  };
}

import type { Line } from "@healthbridge/client-sdk/realtime";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** How long what somebody does is shown: that she ceased can get lost. */
const FADES_MS = { typing: 6_000, here: 180_000 } as const;
/** While she types it is said so often, and not with each letter. */
const SAID_EVERY_MS = 3_000;

/** What the other side does right now, and how to say that she types. */
export interface Others {
  readonly does: "typing" | "here" | undefined;
  readonly sayTyping: () => void;
}

/**
 * What the other side does in a conversation right now; says meanwhile that she herself is here, while the page is seen.
 * @param newest the other side's newest line: who has sent it has ceased to type
 */
export function useOthers(
  line: Pick<Line, "onWhisper" | "present" | "state" | "typing">,
  conversation: string,
  newest: string | undefined,
): Others {
  const [does, setDoes] = useState<"typing" | "here">();
  const said = useRef(0);
  useEffect(() => {
    const stopHearing = line.onWhisper((whisper) => {
      if (whisper.conversation === conversation) setDoes(whisper.does === "away" ? undefined : whisper.does);
    });
    const look = (): void => line.present(conversation, document.visibilityState === "visible");
    const stopLooking = line.state.subscribe((state) => {
      if (state === "live") look();
    });
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      line.present(conversation, false);
      stopHearing();
      stopLooking();
    };
  }, [line, conversation]);
  useEffect(() => setDoes((before) => before && "here"), [newest]);
  useEffect(() => {
    if (does === undefined) return undefined;
    const timer = setTimeout(() => setDoes(does === "typing" ? "here" : undefined), FADES_MS[does]);
    return () => clearTimeout(timer);
  }, [does]);
  const sayTyping = useCallback(() => {
    const now = Date.now();
    if (now - said.current < SAID_EVERY_MS) return;
    said.current = now;
    line.typing(conversation);
  }, [line, conversation]);
  return { does, sayTyping };
}

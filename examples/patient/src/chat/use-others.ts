import type { Line } from "@healthbridge/client-sdk/realtime";
import { useEffect, useState } from "preact/hooks";

/** How long what somebody does is shown: that she ceased can get lost. */
const FADES_MS = { typing: 6_000, here: 180_000 } as const;

/** What the other side does in a conversation right now; and says that she herself is here. */
export function useOthers(line: Line, conversation: string): "typing" | "here" | undefined {
  const [does, setDoes] = useState<"typing" | "here">();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (what: "typing" | "here" | undefined): void => {
      clearTimeout(timer);
      setDoes(what);
      if (what === "typing") timer = setTimeout(() => show("here"), FADES_MS.typing);
      else if (what === "here") timer = setTimeout(() => show(undefined), FADES_MS.here);
    };
    const stopHearing = line.onWhisper((whisper) => {
      if (whisper.conversation === conversation) show(whisper.does === "away" ? undefined : whisper.does);
    });
    const stopLooking = line.state.subscribe((state) => {
      if (state === "live") line.present(conversation);
    });
    return () => {
      line.present(conversation, false);
      clearTimeout(timer);
      stopHearing();
      stopLooking();
    };
  }, [line, conversation]);
  return does;
}

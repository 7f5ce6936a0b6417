import type { CallView } from "@healthbridge/client-sdk/calls";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useCallWords } from "./use-call-words.ts";

export interface CallMediaProps {
  readonly view: Pick<CallView, "remote" | "own" | "pictures">;
  readonly name: string;
}

/** What is heard, and where somebody shows a picture what is seen. */
export function CallMedia({ view: { remote, own, pictures }, name }: CallMediaProps): VNode | null {
  const { t } = useCallWords();
  const theirs = useStream(remote);
  const ours = useStream(own);
  if (remote === undefined) return null;
  return (
    <div class="call-media" data-pictures={pictures || own !== undefined}>
      <video
        ref={theirs}
        class="theirs"
        hidden={!pictures}
        autoPlay
        playsInline
        aria-label={t("theirPicture", { name })}
      />
      {own !== undefined && (
        <video ref={ours} class="ours" autoPlay playsInline muted aria-label={t("ownPicture")} />
      )}
    </div>
  );
}

/** Plays a stream in an element. */
function useStream(stream: MediaStream | undefined) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (video === null || stream === undefined) return;
    video.srcObject = stream;
    void video.play().catch(() => undefined); // it plays with the next press: `autoPlay` says so
  });
  return element;
}

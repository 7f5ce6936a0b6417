import type { Calls } from "@healthbridge/client-sdk/calls";
import type { EntityId } from "@healthbridge/schema/client";
import { Phone } from "lucide";
import type { VNode } from "preact";
import type { Line } from "@healthbridge/client-sdk/realtime";
import { IconButton } from "../button.tsx";
import { useObserved } from "../shell/use-observed.ts";
import { useCallWords } from "./use-call-words.ts";

export interface CallButtonProps {
  /** `undefined`: this browser has no calls */
  readonly calls: Calls | undefined;
  readonly line: Pick<Line, "state">;
  readonly conversation: EntityId;
}

/** Calls the other side of a conversation. Where that cannot be, the button says why. */
export function CallButton({ calls, ...rest }: CallButtonProps): VNode {
  const { t } = useCallWords();
  if (calls === undefined) return <IconButton icon={Phone} label={t("callNoSupport")} disabled />;
  return <OpenCallButton calls={calls} {...rest} />;
}

function OpenCallButton({ calls, line, conversation }: CallButtonProps & { readonly calls: Calls }): VNode {
  const { t } = useCallWords();
  const { state } = useObserved(calls.view);
  const live = useObserved(line.state) === "live";
  const busy = state.is !== "idle" && state.is !== "ended";
  return (
    <IconButton
      icon={Phone}
      label={t(live ? (busy ? "callBusy" : "call") : "callNoLine")}
      aria-disabled={!live || busy}
      onClick={() => {
        if (live && !busy) calls.call(conversation);
      }}
    />
  );
}

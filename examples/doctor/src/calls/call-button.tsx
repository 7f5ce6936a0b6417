import { IconButton } from "@healthbridge/example-design";
import { useObservable } from "@healthbridge/client-sdk/react";
import type { Calls } from "@healthbridge/client-sdk/calls";
import type { EntityId } from "@healthbridge/schema/client";
import { Phone } from "lucide";
import type { VNode } from "preact";
import { useDesk, useWords } from "../shared/desk-context.ts";

/** Calls the other side of a conversation. Where that cannot be, the button says why. */
export function CallButton({ conversation }: { readonly conversation: EntityId }): VNode {
  const { calls } = useDesk();
  const { t } = useWords();
  if (calls === undefined) return <IconButton icon={Phone} label={t("callNoSupport")} disabled />;
  return <OpenCallButton calls={calls} conversation={conversation} />;
}

interface OpenCallButtonProps {
  readonly calls: Calls;
  readonly conversation: EntityId;
}

function OpenCallButton({ calls, conversation }: OpenCallButtonProps): VNode {
  const { line } = useDesk();
  const { t } = useWords();
  const { state } = useObservable(calls.view);
  const live = useObservable(line.state) === "live";
  const busy = state.is !== "idle" && state.is !== "ended";
  const label = !live ? t("callNoLine") : busy ? t("callBusy") : t("call");
  return (
    <IconButton
      icon={Phone}
      label={label}
      aria-disabled={!live || busy}
      onClick={() => {
        if (live && !busy) calls.call(conversation);
      }}
    />
  );
}

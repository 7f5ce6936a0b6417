import type { Calls, CallState, CallView } from "@healthbridge/client-sdk/calls";
import { Ear, Mic, MicOff, Phone, PhoneOff, Video, VideoOff, X } from "lucide";
import type { VNode } from "preact";
import { Button, IconButton } from "../button.tsx";
import { Face } from "../list.tsx";
import { useShell } from "../shell/context.tsx";
import { useObserved } from "../shell/use-observed.ts";
import { useStayOpen } from "../shell/use-stay-open.ts";
import "./call.css";
import { CallMedia } from "./call-media.tsx";
import { helpOf, wordsOf } from "./call-words.ts";
import { useRingTone } from "./ring-tone.ts";
import { useCallWords } from "./use-call-words.ts";
import { useSeconds } from "./use-seconds.ts";

export interface CallPanelProps {
  readonly calls: Calls;
  /** whom one talks to in a conversation, by name */
  readonly nameOf: (conversation: string) => string;
  /** where the conversation is shown */
  readonly hrefOf: (conversation: string) => string;
}

/** The call, over whatever screen is open, from the first ring to its end. Render it once, around the screens. */
export function CallPanel({ calls, ...who }: CallPanelProps): VNode | null {
  const view = useObserved(calls.view);
  const { state } = view;
  useStayOpen(useShell().safe, state.is === "talking");
  useRingTone(state.is === "ringing" ? "in" : state.is === "calling" ? "out" : undefined);
  if (state.is === "idle") return null;
  return <OpenPanel calls={calls} {...who} view={view} state={state} />;
}

interface OpenPanelProps extends CallPanelProps {
  readonly view: CallView;
  readonly state: Exclude<CallState, { readonly is: "idle" }>;
}

function OpenPanel({ calls, view, state, nameOf, hrefOf }: OpenPanelProps): VNode {
  const { t } = useCallWords();
  const name = nameOf(state.conversation);
  const seconds = useSeconds(state.is === "talking" ? state.call : undefined);
  const help = helpOf(view);
  return (
    <section class="call" aria-label={t("callWith", { name })} data-is={state.is}>
      <CallMedia view={view} name={name} />
      <div class="call-who">
        <Face name={name} />
        <div class="grow">
          <a class="strong" href={hrefOf(state.conversation)}>
            {name}
          </a>
          <p class="small" role={state.is === "ringing" ? "alert" : "status"}>
            {t(wordsOf(state))}
            {state.is === "talking" && !state.weak && (
              <span class="number" aria-hidden="true">{` ${clock(seconds)}`}</span>
            )}
          </p>
        </div>
      </div>
      {help !== undefined && <p class="small call-help">{t(help)}</p>}
      <div class="row call-buttons">
        <CallButtons calls={calls} view={view} state={state} />
      </div>
    </section>
  );
}

function CallButtons({ calls, view, state }: Pick<OpenPanelProps, "calls" | "view" | "state">): VNode {
  const { t } = useCallWords();
  if (state.is === "ringing")
    return (
      <>
        <Button kind="danger" icon={PhoneOff} onClick={() => calls.decline()}>
          {t("callDecline")}
        </Button>
        {state.trouble === undefined ? (
          <Button kind="primary" icon={Phone} onClick={() => calls.answer()}>
            {t("callAnswer")}
          </Button>
        ) : (
          <Button kind="primary" icon={Ear} onClick={() => calls.answer({ listen: true })}>
            {t("callListen")}
          </Button>
        )}
      </>
    );
  if (state.is === "ended")
    return (
      <>
        {state.why === "microphone" && (
          <Button kind="plain" icon={Ear} onClick={() => calls.call(state.conversation, { listen: true })}>
            {t("callListen")}
          </Button>
        )}
        <Button kind="plain" icon={X} onClick={() => calls.dismiss()}>
          {t("callClose")}
        </Button>
      </>
    );
  return (
    <>
      {state.is === "talking" && <TalkingButtons calls={calls} view={view} />}
      <Button kind="danger" icon={PhoneOff} onClick={() => calls.hangUp()}>
        {t("callHangUp")}
      </Button>
    </>
  );
}

function TalkingButtons({ calls, view: { muted, own } }: Pick<OpenPanelProps, "calls" | "view">): VNode {
  const { t } = useCallWords();
  return (
    <>
      <IconButton
        icon={muted ? MicOff : Mic}
        label={t(muted ? "callUnmute" : "callMute")}
        kind="plain"
        aria-pressed={muted}
        onClick={() => calls.mute(!muted)}
      />
      <IconButton
        icon={own === undefined ? Video : VideoOff}
        label={t(own === undefined ? "callShow" : "callHide")}
        kind="plain"
        aria-pressed={own !== undefined}
        onClick={() => void calls.showCamera(own === undefined)}
      />
    </>
  );
}

/** `65` is `1:05`. */
function clock(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, "0")}`;
}

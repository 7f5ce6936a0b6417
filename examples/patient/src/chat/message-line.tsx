import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { MessageState, ShownMessage } from "@healthbridge/client-sdk/chat";
import { useNow } from "@healthbridge/client-sdk/react";
import { Bubble, Button, type IconNode } from "@healthbridge/example-design";
import { Check, CheckCheck, Clock, Eye, TriangleAlert } from "lucide";
import type { VNode } from "preact";
import { useWords } from "../words/words.ts";
import { AttachmentView } from "./attachment-view.tsx";

const ICONS: Readonly<Record<Exclude<MessageState, "received">, IconNode>> = {
  waiting: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: Eye,
  refused: TriangleAlert,
};

export interface MessageLineProps {
  readonly message: ShownMessage;
  /** what stands over a doctor's line */
  readonly doctor: string;
  readonly attachments: Attachments;
  readonly onRetract: () => void;
  readonly onDismiss: () => void;
  /** none where nobody can write any more */
  readonly onAgain: (() => void) | undefined;
}

/** One line: what it says, who wrote it, and truthfully where it is. */
export function MessageLine({
  message,
  doctor,
  attachments,
  onRetract,
  onDismiss,
  onAgain,
}: MessageLineProps): VNode {
  const { t, when } = useWords();
  const now = useNow();
  const { mine, state, by, text, withdrawn, withdrawing, at, problem } = message;
  const from = mine
    ? undefined
    : by === "doctor"
      ? doctor
      : by === "clinic"
        ? t("chat.clinic")
        : t("chat.you");
  const isGone = withdrawn === true || withdrawing === true;
  const reason = problem?.code === "conversation_closed" ? t("chat.refusedClosed") : t("chat.refusedOther");
  return (
    <Bubble
      own={mine}
      from={from}
      time={when(at, now)}
      state={state === "received" ? undefined : { label: t(`chat.state.${state}`), icon: ICONS[state] }}
    >
      {isGone ? (
        <em class="muted">{t("chat.withdrawn")}</em>
      ) : (
        <>
          {text}
          {message.attachments?.map((id) => (
            <AttachmentView key={id} id={id} message={message} attachments={attachments} />
          ))}
        </>
      )}
      {state === "refused" && (
        <div class="small refused">
          {t("chat.refused", { reason })}
          <div class="row">
            {onAgain !== undefined && <Button onClick={onAgain}>{t("chat.again")}</Button>}
            <Button onClick={onDismiss}>{t("chat.dismiss")}</Button>
          </div>
        </div>
      )}
      {mine && !isGone && (state === "waiting" || state === "sent" || state === "delivered") && (
        <div>
          <Button onClick={onRetract}>{t("chat.withdraw")}</Button>
        </div>
      )}
    </Bubble>
  );
}

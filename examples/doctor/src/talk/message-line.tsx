import { Badge, Bubble, Button } from "@healthbridge/example-design";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { type Conversation, useNow } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import { useTrying } from "../shared/fail.ts";
import { usePatientName } from "../shared/names.ts";
import { AttachmentView } from "./attachment-view.tsx";
import { MESSAGE_STATES, previewOf } from "./message-words.ts";

export interface MessageLineProps {
  readonly message: ShownMessage;
  readonly patient: EntityId | undefined;
  readonly talk: Pick<Conversation, "messages" | "retract" | "dismiss">;
}

/** One line: who, what, when, and of one's own where it is. */
export function MessageLine({ message, patient, talk }: MessageLineProps): VNode {
  const speech = useWords();
  const { t, when } = speech;
  const now = useNow();
  const name = usePatientName(patient);
  const { mine, by, text, withdrawn, urgent, attachments = [], gapBefore, replyTo, state } = message;
  const answered = replyTo === undefined ? undefined : talk.messages.find(({ id }) => id === replyTo);
  const from = by === "patient" ? name : by === "clinic" ? t("fromClinic") : t("fromDoctor");
  const stands = state === "received" ? undefined : MESSAGE_STATES[state];
  return (
    <>
      {gapBefore === true && <p class="gap small muted">{t("gap")}</p>}
      <div class="line-of" data-own={mine || undefined} data-urgent={urgent || undefined}>
        <Bubble
          own={mine || undefined}
          from={mine ? undefined : from}
          time={when(message.at, now)}
          state={mine && stands ? { label: t(stands.words), icon: stands.icon } : undefined}
        >
          {urgent === true && <Badge tone="trouble">{t("urgent")}</Badge>}
          {answered !== undefined && (
            <blockquote class="small muted">{previewOf(answered, speech)}</blockquote>
          )}
          {withdrawn === true ? (
            <i class="muted">{t("withdrawn")}</i>
          ) : (
            text !== undefined && <div>{text}</div>
          )}
          {withdrawn !== true &&
            attachments.map((id) => <AttachmentView key={id} id={id} message={message} />)}
        </Bubble>
        {mine && <OwnLineMore message={message} talk={talk} />}
      </div>
    </>
  );
}

/** Of a line of one's own: why it was refused, and the way to take it back. */
function OwnLineMore({ message, talk }: Pick<MessageLineProps, "message" | "talk">): VNode | null {
  const { t } = useWords();
  const tryTo = useTrying();
  const { id, state, withdrawn, withdrawing, problem } = message;
  if (state === "refused")
    return (
      <p class="line-more small">
        <span class="wrong">
          {t(problem?.code === "conversation_closed" ? "refusedClosed" : "refusedOther")}
        </span>
        <Button onClick={() => void tryTo(() => talk.dismiss(id))}>{t("dismiss")}</Button>
      </p>
    );
  if (withdrawing === true) return <p class="line-more small muted">{t("withdrawing")}</p>;
  if (withdrawn === true || state === "waiting") return null;
  return (
    <p class="line-more small">
      <Button onClick={() => void tryTo(() => talk.retract(id))}>{t("withdraw")}</Button>
    </p>
  );
}

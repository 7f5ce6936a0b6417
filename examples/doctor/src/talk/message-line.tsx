import { Badge, Bubble, Button, IconButton } from "@healthbridge/example-design";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { type Conversation, useNow } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { Undo2 } from "lucide";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import { useTrying } from "../shared/fail.ts";
import { usePatientName } from "../shared/names.ts";
import { AttachmentView } from "./attachment-view.tsx";
import { MESSAGE_STATES, previewOf } from "./message-words.ts";

export interface MessageLineProps {
  readonly message: ShownMessage;
  readonly patient: EntityId | undefined;
  /** the name of the doctor who wrote it, where it is known */
  readonly doctor: string | undefined;
  readonly talk: Pick<Conversation, "messages" | "retract" | "dismiss">;
}

/** One line: who, what, when, and of one's own where it is. */
export function MessageLine({ message, patient, doctor, talk }: MessageLineProps): VNode {
  const speech = useWords();
  const { t, when } = speech;
  const now = useNow();
  const name = usePatientName(patient);
  const { mine, by, text, withdrawn, urgent, attachments = [], gapBefore, replyTo, state } = message;
  const answered = replyTo === undefined ? undefined : talk.messages.find(({ id }) => id === replyTo);
  const from = by === "patient" ? name : by === "clinic" ? t("fromClinic") : (doctor ?? t("fromDoctor"));
  const stands = state === "received" ? undefined : MESSAGE_STATES[state];
  return (
    <>
      {gapBefore === true && <p class="gap small muted">{t("gap")}</p>}
      <div class="line-of" data-own={mine || undefined} data-urgent={urgent || undefined}>
        {mine && <Withdraw message={message} talk={talk} />}
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
      </div>
      {mine && <OwnLineMore message={message} talk={talk} />}
    </>
  );
}

/** Takes back a line of one's own; who has read it has read it. */
function Withdraw({ message, talk }: Pick<MessageLineProps, "message" | "talk">): VNode | null {
  const { t } = useWords();
  const tryTo = useTrying();
  const { id, state, withdrawn, withdrawing } = message;
  if (state === "waiting" || state === "refused" || withdrawn === true || withdrawing === true) return null;
  return <IconButton icon={Undo2} label={t("withdraw")} onClick={() => void tryTo(() => talk.retract(id))} />;
}

/** Of a line of one's own what has to be said of it: that it was refused, and why; that it is being withdrawn. */
function OwnLineMore({ message, talk }: Pick<MessageLineProps, "message" | "talk">): VNode | null {
  const { t } = useWords();
  const tryTo = useTrying();
  const { id, state, withdrawing, problem } = message;
  if (withdrawing === true) return <p class="line-more small muted">{t("withdrawing")}</p>;
  if (state !== "refused") return null;
  return (
    <p class="line-more small">
      <span class="wrong">
        {t(problem?.code === "conversation_closed" ? "refusedClosed" : "refusedOther")}
      </span>
      <Button onClick={() => void tryTo(() => talk.dismiss(id))}>{t("dismiss")}</Button>
    </p>
  );
}

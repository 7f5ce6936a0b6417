import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { HealthBridgeProvider, useConversation, useEntity } from "@healthbridge/client-sdk/react";
import { Banner, Busy, Button } from "@healthbridge/example-design";
import { CallButton } from "@healthbridge/example-design/calls";
import { useShell } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Additions, Talking } from "../app/additions.ts";
import { useAddition } from "../app/use-addition.ts";
import { useAgendaLine } from "../app/use-agenda.ts";
import { useDoctorNames } from "../app/use-doctor.ts";
import { whoAnswers } from "../logic/who-answers.ts";
import { AboutVisit } from "../parts/about-visit.tsx";
import { NotHere } from "../parts/not-here.tsx";
import { useWords } from "../words/words.ts";
import { Composer } from "./composer.tsx";
import { MessageLine } from "./message-line.tsx";
import { sayAgain } from "./say-again.ts";
import { useOthers } from "./use-others.ts";

const openTalking = (additions: Additions) => additions.talking();

/** The conversation of an appointment. */
export function ConversationScreen({ id }: { readonly id: EntityId }): VNode {
  const { hb } = useShell();
  const { t } = useWords();
  const talking = useAddition(openTalking);
  if (talking.state === "opening") return <Busy page label={t("app.loading")} />;
  if (talking.state === "failed") return <NotHere onAgain={talking.again} />;
  return (
    <HealthBridgeProvider hb={hb} chat={talking.value.chat}>
      <Conversation id={id} talking={talking.value} />
    </HealthBridgeProvider>
  );
}

interface ConversationProps {
  readonly id: EntityId;
  readonly talking: Talking;
}

function Conversation({ id, talking: { attachments, line, calls } }: ConversationProps): VNode {
  const { t } = useWords();
  const conversation = useConversation(id);
  const { messages, closed, earlier, readEarlier, send, markRead } = conversation;
  const { name, writerOf, isHandedOver } = useOtherSide(id, messages);
  const heard = messages.findLast(({ mine }) => !mine)?.id;
  const { does, sayTyping } = useOthers(line, id, heard);
  const end = useRef<HTMLDivElement>(null);
  const newest = messages.at(-1)?.id;
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [newest]);
  useReading(markRead, newest, heard);
  return (
    <div class="stack conversation">
      <AboutVisit appointment={id} />
      {isHandedOver && (
        <Banner tone="info" urgent={false}>
          {t("chat.handedOver", { doctor: name })}
        </Banner>
      )}
      <div class="row">
        <p class="muted small grow">{t("chat.emergency")}</p>
        <CallButton calls={calls} line={line} conversation={id} />
      </div>
      {earlier !== "none" && (
        <div class="stack tight">
          <Button kind="plain" busy={earlier === "reading"} onClick={() => void readEarlier()}>
            {t("chat.earlier")}
          </Button>
          <p class="muted small" role="status">
            {earlier === "failed" && t("chat.loadFailed")}
          </p>
        </div>
      )}
      <Lines conversation={conversation} doctor={name} writerOf={writerOf} attachments={attachments} />
      <p class="muted small does" role="status">
        {does !== undefined && t(does === "typing" ? "chat.typing" : "chat.here", { who: name })}
      </p>
      {closed ? (
        <Banner tone="info">{t("chat.closed")}</Banner>
      ) : (
        <Composer conversation={id} attachments={attachments} onTyping={sayTyping} onSend={send} />
      )}
      <div ref={end} />
    </div>
  );
}

/** The doctor's side by name: who answers now, and who stands over each of its lines. */
function useOtherSide(id: EntityId, messages: readonly ShownMessage[]) {
  const { t } = useWords();
  const asked = useAgendaLine(id)?.doctor;
  const { now, wrote, isHandedOver } = whoAnswers(asked, useEntity("conversation", id)?.doctor, messages);
  const names = useDoctorNames();
  const nameOf = (doctor: EntityId | undefined): string => names.get(doctor ?? "") ?? t("visit.doctor");
  const writerOf = ({ doctor = wrote }: ShownMessage): string => nameOf(doctor);
  return { name: nameOf(now), writerOf, isHandedOver };
}

interface LinesProps {
  readonly conversation: ReturnType<typeof useConversation>;
  /** the name of who answers now */
  readonly doctor: string;
  /** what stands over a line of the doctor's side */
  readonly writerOf: (message: ShownMessage) => string;
  readonly attachments: Attachments;
}

function Lines({ conversation, doctor, writerOf, attachments }: LinesProps): VNode {
  const { t } = useWords();
  const { messages, closed, retract, dismiss } = conversation;
  return (
    <div class="stack tight" role="log" aria-label={t("chat.lines", { doctor })}>
      {messages.map((message) => (
        <MessageLine
          key={message.id}
          message={message}
          doctor={writerOf(message)}
          attachments={attachments}
          onRetract={() => void retract(message.id)}
          onDismiss={() => void dismiss(message.id)}
          onAgain={closed ? undefined : () => void sayAgain(conversation, message)}
        />
      ))}
    </div>
  );
}

/** Notes what has come as read while the page is seen, and what came meanwhile once she is back. */
function useReading(
  markRead: () => Promise<void>,
  newest: EntityId | undefined,
  heard: EntityId | undefined,
): void {
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") void markRead().catch(() => undefined); // noted when she looks again
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [newest, heard, markRead]);
}

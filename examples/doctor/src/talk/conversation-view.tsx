import { Banner, Button, EmptyChat, EmptyState } from "@healthbridge/example-design";
import { type Conversation, useConversation, useEntity } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import type { RefObject, VNode } from "preact";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { useEffect, useRef } from "preact/hooks";
import { useCompany } from "../presence/use-company.ts";
import { useWords } from "../shared/desk-context.ts";
import { useDoctorNames } from "../shared/use-doctor-names.ts";
import { useHeard } from "../shared/use-heard.ts";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation-head.tsx";
import { MessageLine } from "./message-line.tsx";
import { useClosed } from "./use-closed.ts";

/** A conversation: who is there, what was said, and what one says oneself. */
export function ConversationView({ id }: { readonly id: EntityId }): VNode {
  const { t } = useWords();
  const heard = useHeard();
  const talk = useConversation(id);
  const conversation = useEntity("conversation", id);
  const appointment = useEntity("appointment", id);
  const patient = conversation?.patient ?? appointment?.patient;
  const company = useCompany(id);
  const { messages, markRead, earlier, readEarlier } = talk;
  const closed = useClosed(id);
  const doctors = useDoctorNames(messages.flatMap(({ mine, doctor }) => (mine ? [] : (doctor ?? []))));
  const room = useNewestInSight(messages.at(-1));
  useReadWhileSeen(messages.at(-1)?.id, markRead);
  return (
    <>
      <ConversationHead id={id} patient={patient} closed={closed !== "no"} company={company} />
      <div class="lines-room" ref={room} role="log" aria-label={t("lines")} tabIndex={0}>
        {earlier !== "none" && (
          <div class="row centre">
            <Button kind="plain" busy={earlier === "reading"} onClick={() => void readEarlier()}>
              {t(earlier === "failed" ? "earlierFailed" : "earlier")}
            </Button>
          </div>
        )}
        {messages.length === 0 && (
          <EmptyState picture={EmptyChat} title={t(heard ? "noLines" : "noLinesYet")}>
            {t(heard ? "noLinesMore" : "comeWithConnection")}
          </EmptyState>
        )}
        {messages.map((message) => (
          <MessageLine
            key={message.id}
            message={message}
            patient={patient}
            doctor={doctors.get(message.doctor ?? "")}
            talk={talk}
          />
        ))}
        <div class="lines-end" />
      </div>
      {closed === "no" && <Composer conversation={id} send={talk.send} onTyping={company.types} />}
      {closed === "waiting" && <Banner tone="waiting">{t("closedUnsentMore")}</Banner>}
      {closed === "yes" && <Banner tone="info">{t("closedMore")}</Banner>}
    </>
  );
}

/** Marks lines as read while somebody can see them: what came while the page was hidden, when she is back. */
function useReadWhileSeen(last: EntityId | undefined, markRead: Conversation["markRead"]): void {
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") void markRead().catch(() => undefined); // marked when it is looked at the next time
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [last, markRead]);
}

/** How far from the newest line somebody may be who still follows the conversation, px. */
const FOLLOWS_PX = 400;

/** Brings the newest line into sight: at first, when it is one's own, and for who was there already. Who reads further up is left where she is. */
function useNewestInSight(last: ShownMessage | undefined): RefObject<HTMLDivElement | null> {
  const room = useRef<HTMLDivElement>(null);
  const begun = useRef(false);
  const { id, mine = false } = last ?? {};
  useEffect(() => {
    const element = room.current;
    if (element === null || id === undefined) return;
    const { scrollHeight, scrollTop, clientHeight } = element;
    if (begun.current && !mine && scrollHeight - scrollTop - clientHeight > FOLLOWS_PX) return;
    begun.current = true;
    element.scrollTop = scrollHeight;
    // Where the whole page scrolls.
    element.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [id, mine]);
  return room;
}

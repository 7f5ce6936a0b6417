import { Banner, Button, EmptyChat, EmptyState } from "@healthbridge/example-design";
import { useConversation, useEntity } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useCompany } from "../presence/use-company.ts";
import { useWords } from "../shared/desk-context.ts";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation-head.tsx";
import { MessageLine } from "./message-line.tsx";

/** A conversation: who is there, what was said, and what one says oneself. */
export function ConversationView({ id }: { readonly id: EntityId }): VNode {
  const { t } = useWords();
  const talk = useConversation(id);
  const conversation = useEntity("conversation", id);
  const appointment = useEntity("appointment", id);
  const patient = conversation?.patient ?? appointment?.patient;
  const company = useCompany(id);
  const { messages, markRead, earlier, readEarlier, closed } = talk;
  const end = useRef<HTMLDivElement>(null);
  const last = messages.at(-1)?.id;
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
    if (document.visibilityState === "visible") void markRead().catch(() => undefined); // marked when it is looked at the next time
  }, [last, markRead]);
  return (
    <>
      <ConversationHead id={id} patient={patient} closed={closed} company={company} />
      <div class="lines-room" role="log" aria-label={t("lines")} tabIndex={0}>
        {earlier !== "none" && (
          <div class="row centre">
            <Button kind="plain" busy={earlier === "reading"} onClick={() => void readEarlier()}>
              {t(earlier === "failed" ? "earlierFailed" : "earlier")}
            </Button>
          </div>
        )}
        {messages.length === 0 && (
          <EmptyState picture={EmptyChat} title={t("noLines")}>
            {t("noLinesMore")}
          </EmptyState>
        )}
        {messages.map((message) => (
          <MessageLine key={message.id} message={message} patient={patient} talk={talk} />
        ))}
        <div ref={end} />
      </div>
      {closed ? (
        <Banner tone="info">{t("closedMore")}</Banner>
      ) : (
        <Composer conversation={id} send={talk.send} onTyping={company.types} />
      )}
    </>
  );
}

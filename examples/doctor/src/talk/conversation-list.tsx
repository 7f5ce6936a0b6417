import { Badge, EmptyChat, EmptyState, Face, List, ListItem } from "@healthbridge/example-design";
import type { ShownConversation } from "@healthbridge/client-sdk/chat";
import { useEntity, useNow } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import { usePatientName } from "../shared/names.ts";
import { addressOf } from "../shared/route.ts";
import { useHeard } from "../shared/use-heard.ts";
import { previewOf } from "./message-words.ts";
import { useClosed } from "./use-closed.ts";

export interface ConversationListProps {
  readonly conversations: readonly ShownConversation[];
  readonly current: EntityId | undefined;
}

/** Conversations, the newest first. */
export function ConversationList({ conversations, current }: ConversationListProps): VNode {
  const { t } = useWords();
  const heard = useHeard();
  if (conversations.length === 0)
    return (
      <EmptyState picture={EmptyChat} title={t(heard ? "noConversations" : "noConversationsYet")}>
        {t(heard ? "noConversationsMore" : "comeWithConnection")}
      </EmptyState>
    );
  return (
    <List label={t("conversations")}>
      {conversations.map((each) => (
        <ConversationItem key={each.id} conversation={each} current={each.id === current} />
      ))}
    </List>
  );
}

interface ConversationItemProps {
  readonly conversation: ShownConversation;
  readonly current: boolean;
}

function ConversationItem({
  conversation: { id, patient, unread, last },
  current,
}: ConversationItemProps): VNode {
  const speech = useWords();
  const { t, when } = speech;
  const appointment = useEntity("appointment", id);
  const name = usePatientName(patient ?? appointment?.patient);
  const closed = useClosed(id);
  const now = useNow();
  return (
    <ListItem
      href={addressOf({ at: "talk", conversation: id })}
      current={current}
      before={<Face name={name} />}
      title={name}
      detail={last === undefined ? undefined : `${when(last.at, now)} · ${previewOf(last, speech)}`}
      after={
        <span class="talk-after">
          {unread > 0 && (
            <Badge tone={last?.urgent === true ? "trouble" : "info"}>{t("unread", { n: unread })}</Badge>
          )}
          {closed === "waiting" && <Badge tone="waiting">{t("closedUnsent")}</Badge>}
          {closed === "yes" && <Badge>{t("closed")}</Badge>}
        </span>
      }
    />
  );
}

import { Button, EmptyChat, EmptyState } from "@healthbridge/example-design";
import { useConversations } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { LazyPapers } from "../documents/lazy-papers.tsx";
import { useWords } from "../shared/desk-context.ts";
import { ConversationList } from "./conversation-list.tsx";
import { ConversationView } from "./conversation-view.tsx";

/** All conversations, one of them open: left what is said, right what is written down of the consultation. */
export function TalkScreen({ conversation }: { readonly conversation: EntityId | undefined }): VNode {
  const { t } = useWords();
  const conversations = useConversations();
  return (
    <div class="talk" data-open={conversation !== undefined}>
      <aside class="talk-list" aria-label={t("conversations")}>
        <ConversationList conversations={conversations} current={conversation} />
      </aside>
      {conversation === undefined ? (
        <div class="talk-none">
          <EmptyState picture={EmptyChat} title={t("chooseConversation")}>
            {t("chooseConversationMore")}
          </EmptyState>
        </div>
      ) : (
        <OpenConversation key={conversation} conversation={conversation} />
      )}
    </div>
  );
}

/** Side by side where there is room; on a narrow screen one of the two at a time. */
function OpenConversation({ conversation }: { readonly conversation: EntityId }): VNode {
  const { t } = useWords();
  const [side, setSide] = useState<"lines" | "papers">("lines");
  return (
    <>
      <div class="talk-switch" role="group" aria-label={t("talkSides")}>
        {(["lines", "papers"] as const).map((each) => (
          <Button key={each} kind="plain" aria-pressed={side === each} onClick={() => setSide(each)}>
            {t(each === "lines" ? "sideLines" : "sidePapers")}
          </Button>
        ))}
      </div>
      <section class="talk-lines" data-shown={side === "lines"} aria-label={t("sideLines")}>
        <ConversationView id={conversation} />
      </section>
      <section class="talk-papers" data-shown={side === "papers"} aria-label={t("sidePapers")}>
        <LazyPapers conversation={conversation} />
      </section>
    </>
  );
}

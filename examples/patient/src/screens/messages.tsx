import {
  HealthBridgeProvider,
  useAppointments,
  useConversations,
  useEntity,
  useList,
  useNow,
} from "@healthbridge/client-sdk/react";
import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { ShownConversation, ShownMessage } from "@healthbridge/client-sdk/chat";
import { Badge, Busy, EmptyChat, EmptyState, Face, List, ListItem } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import type { Additions } from "../app/additions.ts";
import { useAddition } from "../app/use-addition.ts";
import { useDoctor } from "../app/use-doctor.ts";
import { attachedKey } from "../logic/attached.ts";
import { hashOf } from "../logic/route.ts";
import { NotHere } from "../parts/not-here.tsx";
import { useWords } from "../words/words.ts";

const openTalking = (additions: Additions) => additions.talking();

/** All conversations, and those that can be begun. */
export function MessagesScreen(): VNode {
  const { hb } = useShell();
  const { t } = useWords();
  const talking = useAddition(openTalking);
  if (talking.state === "opening") return <Busy page label={t("app.loading")} />;
  if (talking.state === "failed") return <NotHere onAgain={talking.again} />;
  return (
    <HealthBridgeProvider hb={hb} chat={talking.value.chat}>
      <Conversations attachments={talking.value.attachments} />
    </HealthBridgeProvider>
  );
}

function Conversations({ attachments }: { readonly attachments: Attachments }): VNode {
  const { t } = useWords();
  const conversations = useConversations();
  const begun = new Set(conversations.map(({ id }) => id));
  const others = useAppointments().filter(({ id, status }) => !begun.has(id) && status === "booked");
  return (
    <div class="stack">
      <p class="muted small">{t("chat.emergency")}</p>
      {conversations.length === 0 && others.length === 0 && (
        <EmptyState title={t("chat.none")} picture={EmptyChat}>
          <p>{t("chat.noneMore")}</p>
        </EmptyState>
      )}
      {conversations.length + others.length > 0 && (
        <List label={t("chat.title")}>
          {conversations.map((each) => (
            <ConversationItem key={each.id} conversation={each} attachments={attachments} />
          ))}
          {others.map(({ id, doctor, patient }) => (
            <BeginItem key={id} id={id} doctor={doctor} patient={patient} />
          ))}
        </List>
      )}
    </div>
  );
}

/** The name of whom it is about, where she acts for several. */
function useAbout(patient: EntityId | undefined): string | undefined {
  const several = useList("patient").length > 1;
  const name = useEntity("patient", patient)?.name;
  return several ? name : undefined;
}

interface ConversationItemProps {
  readonly conversation: ShownConversation;
  readonly attachments: Attachments;
}

function ConversationItem({ conversation, attachments }: ConversationItemProps): VNode {
  const { t, when } = useWords();
  const now = useNow();
  const { id, unread, last } = conversation;
  const { doctor } = useDoctor(conversation.doctor);
  const about = useAbout(conversation.patient);
  const name = doctor?.name ?? t("visit.doctor");
  return (
    <ListItem
      href={hashOf({ screen: "conversation", id })}
      before={<Face name={name} />}
      title={name}
      detail={
        <>
          {about !== undefined && (
            <>
              {about}
              <br />
            </>
          )}
          {last !== undefined && <LastLine last={last} attachments={attachments} />}
        </>
      }
      after={
        <span class="aside">
          {last !== undefined && <span class="muted small number">{when(last.at, now)}</span>}
          {unread > 0 && <Badge tone="info">{t("chat.unread", { n: unread })}</Badge>}
        </span>
      }
    />
  );
}

interface LastLineProps {
  readonly last: ShownMessage;
  readonly attachments: Attachments;
}

/** What was said last, and whether it is where it should be. */
function LastLine({ last, attachments }: LastLineProps): VNode {
  const { t } = useWords();
  const { conversation, state, withdrawn, withdrawing } = last;
  const isGone = withdrawn === true || withdrawing === true;
  const said = last.text ?? t(attachedKey(last, attachments.list(conversation)));
  const waits = state === "waiting" || withdrawing === true;
  return (
    <>
      <span class="one-line">{isGone ? t("chat.withdrawn") : said}</span>
      {waits && <Badge tone="waiting">{t("chat.state.waiting")}</Badge>}
      {state === "refused" && <Badge tone="trouble">{t("chat.state.refused")}</Badge>}
    </>
  );
}

interface BeginItemProps {
  readonly id: EntityId;
  readonly doctor: EntityId;
  readonly patient: EntityId;
}

function BeginItem({ id, doctor: doctorId, patient }: BeginItemProps): VNode {
  const { t } = useWords();
  const { doctor } = useDoctor(doctorId);
  const about = useAbout(patient);
  const name = doctor?.name ?? t("visit.doctor");
  return (
    <ListItem
      href={hashOf({ screen: "conversation", id })}
      before={<Face name={name} />}
      title={t("chat.start", { doctor: name })}
      detail={about}
    />
  );
}

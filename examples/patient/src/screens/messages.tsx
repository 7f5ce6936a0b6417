import {
  HealthBridgeProvider,
  useAppointments,
  useConversations,
  useEntity,
  useList,
} from "@healthbridge/client-sdk/react";
import type { ShownConversation } from "@healthbridge/client-sdk/chat";
import { Badge, Busy, EmptyChat, EmptyState, Face, List, ListItem } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import type { Additions } from "../app/additions.ts";
import { useAddition } from "../app/use-addition.ts";
import { useDoctor } from "../app/use-doctor.ts";
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
      <Conversations />
    </HealthBridgeProvider>
  );
}

function Conversations(): VNode {
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
            <ConversationItem key={each.id} conversation={each} />
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

function ConversationItem({ conversation }: { readonly conversation: ShownConversation }): VNode {
  const { t, when } = useWords();
  const { id, unread, last } = conversation;
  const { doctor } = useDoctor(conversation.doctor);
  const about = useAbout(conversation.patient);
  const name = doctor?.name ?? t("visit.doctor");
  const text = last?.withdrawn === true ? t("chat.withdrawn") : (last?.text ?? t("chat.photoOf"));
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
          {last !== undefined && <span class="one-line">{text}</span>}
          {last?.state === "waiting" && <Badge tone="waiting">{t("chat.state.waiting")}</Badge>}
        </>
      }
      after={
        <span class="aside">
          {last !== undefined && <span class="muted small number">{when(last.at, Date.now())}</span>}
          {unread > 0 && <Badge tone="info">{t("chat.unread", { n: unread })}</Badge>}
        </span>
      }
    />
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

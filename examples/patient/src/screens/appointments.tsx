import { useEntity, useList, useNow } from "@healthbridge/client-sdk/react";
import { Banner, Card, EmptyCalendar, EmptyState, List } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import { addDays } from "@healthbridge/schema/client";
import { BellRing } from "lucide";
import type { VNode } from "preact";
import { useAgenda } from "../app/use-agenda.ts";
import { useDoctor } from "../app/use-doctor.ts";
import { useForWhom } from "../app/use-for-whom.ts";
import type { AgendaLine } from "../logic/agenda.ts";
import { dateIn } from "../logic/free-times.ts";
import { hashOf } from "../logic/route.ts";
import { AgendaItem } from "../parts/agenda-item.tsx";
import { OfferCard } from "../parts/offer-card.tsx";
import { RefusedLines } from "../parts/refused-lines.tsx";
import { ToldList } from "../parts/told-list.tsx";
import { reminder } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

/** The first screen: what became of it, what wants an answer, what is ahead. */
export function AppointmentsScreen(): VNode {
  const { t } = useWords();
  const { asked, ahead, past } = useAgenda();
  // Her own account is the first thing that comes: before it nothing is known of her appointments.
  const isHere = useEntity("account", useShell().account.id) !== undefined;
  const hasNobody = useList("patient").length === 0 && isHere;
  const find = (
    <a class="button" data-kind="primary" href={hashOf({ screen: "find" })}>
      {t("home.find")}
    </a>
  );
  return (
    <div class="stack loose">
      <RefusedLines />
      <ToldList />
      {hasNobody && <WhoCard />}
      <Reminders lines={ahead} />
      {asked.map((line) => (
        <OfferCard key={line.id} line={line} />
      ))}
      {ahead.length > 0 && (
        <section class="stack tight" aria-label={t("home.ahead")}>
          <div class="row between">
            <h2>{t("home.ahead")}</h2>
            {find}
          </div>
          <List>
            {ahead.map((line) => (
              <AgendaItem key={line.id} line={line} />
            ))}
          </List>
        </section>
      )}
      {ahead.length === 0 && asked.length > 0 && find}
      {ahead.length === 0 && asked.length === 0 && (
        <NothingAhead isHere={isHere} hasPast={past.length > 0} find={find} />
      )}
      {past.length > 0 && (
        <details class="fold">
          <summary>{t("home.past")}</summary>
          <List label={t("home.past")}>
            {past.map((line) => (
              <AgendaItem key={line.id} line={line} />
            ))}
          </List>
        </details>
      )}
    </div>
  );
}

interface NothingAheadProps {
  /** her appointments are on this phone */
  readonly isHere: boolean;
  readonly hasPast: boolean;
  readonly find: VNode;
}

function NothingAhead({ isHere, hasPast, find }: NothingAheadProps): VNode {
  const { t } = useWords();
  if (!isHere)
    return (
      <EmptyState title={t("home.notHere")} picture={EmptyCalendar}>
        <p>{t("home.notHereMore")}</p>
      </EmptyState>
    );
  return (
    <EmptyState title={t(hasPast ? "home.noneAhead" : "home.none")} picture={EmptyCalendar} actions={find}>
      <p>{t("home.noneMore")}</p>
    </EmptyState>
  );
}

function WhoCard(): VNode {
  const { t } = useWords();
  return (
    <Card title={t("home.who")}>
      <p class="muted">{t("home.whoMore")}</p>
      <a class="button" data-kind="primary" href={hashOf({ screen: "family" })}>
        {t("home.add")}
      </a>
    </Card>
  );
}

/** Of what is booked for today and tomorrow, by the clinic's wall. */
function Reminders({ lines }: { readonly lines: readonly AgendaLine[] }): VNode | null {
  const now = useNow();
  const soon = lines.flatMap((line) => {
    if (line.certainty.key !== "booked" && line.certainty.key !== "certain") return [];
    const today = dateIn(line.appointment?.zone ?? "UTC", now);
    const date = line.start.slice(0, 10);
    return date === today || date === addDays(today, 1) ? [{ line, isToday: date === today }] : [];
  });
  if (soon.length === 0) return null;
  return (
    <div class="stack tight">
      {soon.map(({ line, isToday }) => (
        <Reminder key={line.id} line={line} isToday={isToday} />
      ))}
    </div>
  );
}

function Reminder({ line, isToday }: { readonly line: AgendaLine; readonly isToday: boolean }): VNode {
  const words = useWords();
  const { doctor, clinic } = useDoctor(line.doctor);
  const patient = useForWhom(line.patient);
  return (
    <Banner tone="info" icon={BellRing} urgent={false}>
      {patient !== undefined && (
        <>
          <span class="strong">{patient}</span>
          <br />
        </>
      )}
      {reminder(words, line.start, isToday ? "today" : "tomorrow", [doctor?.name, clinic?.name])}
    </Banner>
  );
}

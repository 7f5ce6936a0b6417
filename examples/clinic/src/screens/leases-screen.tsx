import {
  Badge,
  Banner,
  Button,
  Card,
  EmptyState,
  Icon,
  List,
  ListItem,
  NoConnection,
} from "@healthbridge/example-design";
import type { Enqueued, Outcome } from "@healthbridge/client-sdk";
import { useAppointments, useList, useOutcomes, useWaiting } from "@healthbridge/client-sdk/react";
import { ShieldCheck, Undo2 } from "lucide";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { type LeaseGroup, leaseGroups, leasesAsked } from "../logic/lease-groups.ts";
import { dateOf } from "../logic/wall.ts";
import { reasonInWords } from "../parts/reasons.ts";
import { TakeLeaseForm } from "../parts/take-lease-form.tsx";
import { useDeeds } from "../parts/use-deeds.ts";
import { useDesk } from "../parts/use-desk.ts";
import { usePatientOf } from "../parts/use-patients.ts";
import { speech, t, whenAt } from "../words.ts";

/** What is certain without a network: times that this device has to itself, and what was booked at them. */
export function LeasesScreen(): VNode {
  const { hb, clinic, doctors, now } = useDesk();
  const visits = useAppointments({ clinic });
  const sheets = useList("sheet");
  const waiting = useWaiting();
  const groups = useMemo(
    () => leaseGroups(doctors, hb.leasedTimes(), visits),
    [hb, doctors, visits, sheets, now],
  );
  const asked = leasesAsked(waiting);
  return (
    <div class="split">
      <div class="stack">
        <Refused />
        {asked.map(({ doctor, dates }) => (
          <Banner key={`${doctor} ${dates.join()}`} tone="waiting" urgent={false}>
            {t("leaseAsked", {
              name: doctors.find(({ id }) => id === doctor)?.name ?? "",
              days: speech.and(dates.map((date) => speech.day(date))),
            })}
          </Banner>
        ))}
        {groups.length === 0 && (
          <EmptyState picture={NoConnection} title={t("noLeases")}>
            {t("noLeasesLead")}
          </EmptyState>
        )}
        {groups.map((group) => (
          <LeaseCard key={`${group.doctor.id} ${group.date}`} group={group} now={now} />
        ))}
      </div>
      <Card title={t("takeLease")}>
        <p class="muted">{t("takeLeaseLead")}</p>
        <TakeLeaseForm />
      </Card>
    </div>
  );
}

/** Times that were asked for and could not be had. */
function Refused(): VNode {
  const { hb } = useDesk();
  const { outcomes, acknowledge } = useOutcomes(isRefusedLease);
  return (
    <>
      {outcomes.map(({ id, input, problem }) => (
        <Banner
          key={id}
          tone="trouble"
          actions={<Button onClick={() => void acknowledge(id)}>{t("understood")}</Button>}
        >
          {t("leaseRefused", {
            name: typeof input["doctor"] === "string" ? (hb.get("doctor", input["doctor"])?.name ?? "") : "",
            why: reasonInWords(problem?.code),
          })}
        </Banner>
      ))}
    </>
  );
}

function isRefusedLease({ type, status }: Outcome): boolean {
  return type === "lease.take" && status === "rejected";
}

function LeaseCard({ group, now }: { readonly group: LeaseGroup; readonly now: number }): VNode {
  const { doctor, date, times, certain } = group;
  const { zone } = useDesk();
  const patientOf = usePatientOf();
  const until = Math.max(...times.map((time) => time.until));
  return (
    <Card title={`${doctor.name}, ${speech.day(date)}`}>
      {times.length > 0 && (
        <>
          <div class="row between">
            <Badge tone="sure" icon={ShieldCheck}>
              {t("certainOffline", { n: times.length })}
            </Badge>
            <span class="strong">{t("untilTime", { time: whenAt(zone, until, now) })}</span>
          </div>
          <ul class="times" aria-label={t("ownTimes")}>
            {times.map(({ start, until: end }) => (
              <li key={start} class="slot" data-state="own">
                <b>
                  <Icon of={ShieldCheck} />
                  {speech.time(start)}
                </b>
                <span>{t("untilTime", { time: whenAt(zone, end, now) })}</span>
              </li>
            ))}
          </ul>
          <GiveBack group={group} />
        </>
      )}
      {certain.length > 0 && (
        <section class="stack tight" aria-label={t("bookedCertain")}>
          <h3>{t("bookedCertain")}</h3>
          <List label={t("bookedCertain")}>
            {certain.map((visit) => (
              <ListItem
                key={visit.id}
                before={<span class="ticket-number">{speech.time(visit.start)}</span>}
                title={patientOf(visit.patient)?.name ?? t("somebody")}
                detail={t("certainUnsent")}
              />
            ))}
          </List>
        </section>
      )}
    </Card>
  );
}

/** Gives back what of a doctor's day is left by then: pressed twice it is once. */
function GiveBack({ group: { doctor, date, times } }: { readonly group: LeaseGroup }): VNode {
  const { hb } = useDesk();
  const { keep } = useDeeds(() => "");
  const ask = (): Promise<Enqueued> | undefined => {
    const left = hb.leasedTimes(doctor.id).filter(({ start }) => dateOf(start) === date);
    if (left.length === 0) return undefined;
    return hb.giveBackLease({ doctor: doctor.id, starts: left.map(({ start }) => start) });
  };
  return (
    <Button kind="plain" icon={Undo2} onClick={() => void keep(ask, "saidGivenBack", doctor.name)}>
      {t("giveBack", { n: times.length })}
    </Button>
  );
}

import {
  Badge,
  Banner,
  Button,
  Card,
  EmptyPage,
  EmptyState,
  IconButton,
  useToast,
} from "@healthbridge/example-design";
import { useAppointments, useEntity, useWaiting } from "@healthbridge/client-sdk/react";
import type { Enqueued } from "@healthbridge/client-sdk";
import { type EntityId, sheetId } from "@healthbridge/schema/client";
import { CalendarPlus, X } from "lucide";
import type { VNode } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { countAsked } from "../logic/count-asked.ts";
import { KeptWhileIn } from "../logic/kept-while-in.ts";
import { itemsOf, type ManyAsked, planMany, type PlannedTime, type PlanRow } from "../logic/many-plan.ts";
import { Form } from "../parts/form.tsx";
import { ManyFields, type ManyChoice } from "../parts/many-fields.tsx";
import { PatientPicker } from "../parts/patient-picker.tsx";
import { codeOf, troubleInWords } from "../parts/trouble.ts";
import { useDesk } from "../parts/use-desk.ts";
import { usePatientOf } from "../parts/use-patients.ts";
import { USUAL_WISHES } from "../logic/wish-choice.ts";
import { speech, t } from "../words.ts";

/** Books for many at once: whom, with whom and when, who gets which time, and then all of it in one go. */
export function ManyScreen(): VNode {
  const { doctor, want, rows, choice, setChoice, patients, setPatients } = useWanted();
  const [asked, setAsked] = useState<readonly Enqueued[]>();
  if (doctor === undefined || want === undefined)
    return (
      <EmptyState picture={EmptyPage} title={t("noDoctors")}>
        {t("noDoctorsLead")}
      </EmptyState>
    );
  return (
    <div class="split">
      <div class="stack">
        {asked && <AskedBanner asked={asked} onClose={() => setAsked(undefined)} />}
        <Card title={t("manyWhom")}>
          <PatientPicker
            label={t("addPatient")}
            without={patients}
            onPick={({ id }) => setPatients((before) => [...before, id])}
          />
        </Card>
        <ManyFields doctor={doctor} choice={choice} onChoice={setChoice} />
      </div>
      <Card title={t("manyPlan")} aside={<span class="muted">{t("people", { n: patients.length })}</span>}>
        {rows === undefined && <p>{t("sheetNotHeld")}</p>}
        {patients.length === 0 && <p class="muted">{t("manyEmpty")}</p>}
        <PlanList
          rows={rows ?? []}
          onLeaveOut={(left) => setPatients((before) => before.filter((id) => id !== left))}
        />
        <AskButton
          want={want}
          rows={rows ?? []}
          onAsked={(all) => {
            setAsked(all);
            setPatients([]);
          }}
        />
      </Card>
    </div>
  );
}

interface Begun {
  readonly patients: readonly EntityId[];
  readonly choice: ManyChoice;
}

const KEPT = new KeptWhileIn<Begun>();

/** What is chosen on the screen, and the plan that comes of it. It is there again when she has looked at another screen. */
function useWanted() {
  const { hb, clinic, doctors, today } = useDesk();
  const [begun] = useState(() => KEPT.of(hb, clinic));
  const [patients, setPatients] = useState<readonly EntityId[]>(begun?.patients ?? []);
  const [choice, setChoice] = useState<ManyChoice>(() => {
    const before = begun?.choice ?? { ...NOTHING_CHOSEN, date: today };
    return before.date < today ? { ...before, date: today } : before;
  });
  useLayoutEffect(() => KEPT.keep({ patients, choice }, hb, clinic), [hb, clinic, patients, choice]);
  const doctor = doctors.find(({ id }) => id === choice.doctor) ?? doctors[0];
  const want = useMemo(
    () =>
      doctor && {
        ...choice,
        doctor,
        patients,
        visit: choice.visit || undefined,
        reason: choice.reason.trim() || undefined,
      },
    [doctor, patients, choice],
  );
  return { doctor, want, rows: usePlan(want, choice.date), choice, setChoice, patients, setPatients };
}

const NOTHING_CHOSEN = { doctor: "", notBefore: "", visit: "", reason: "", wishes: USUAL_WISHES };

interface AskButtonProps {
  readonly want: ManyAsked;
  readonly rows: readonly PlanRow[];
  readonly onAsked: (asked: readonly Enqueued[]) => void;
}

/** All of it in one go: kept here together, or not at all. */
function AskButton({ want, rows, onAsked }: AskButtonProps): VNode {
  const { hb } = useDesk();
  const toast = useToast();
  const [plan, setPlan] = useState(() => crypto.randomUUID());
  const items = itemsOf(plan, rows, want);
  const ask = async (): Promise<void> => {
    try {
      onAsked(await hb.enqueueMany(items));
      setPlan(crypto.randomUUID());
    } catch (error) {
      toast({ text: troubleInWords(codeOf(error)), trouble: true });
    }
  };
  return (
    <Form onSubmit={ask}>
      <Button type="submit" kind="primary" wide icon={CalendarPlus} disabled={items.length === 0}>
        {t("askForMany", { n: items.length })}
      </Button>
    </Form>
  );
}

/** Who gets which time; `undefined` where the sheet of that day is not held. */
function usePlan(want: ManyAsked | undefined, date: string): readonly PlanRow[] | undefined {
  const { hb, now } = useDesk();
  const sheet = useEntity("sheet", want && sheetId(want.doctor.id, date));
  const visits = useAppointments();
  return useMemo(
    () => want && sheet && planMany(want, { sheet, leased: hb.leasedTimes(want.doctor.id), visits, now }),
    [hb, want, sheet, visits, now],
  );
}

interface PlanListProps {
  readonly rows: readonly PlanRow[];
  readonly onLeaveOut: (patient: EntityId) => void;
}

function PlanList({ rows, onLeaveOut }: PlanListProps): VNode {
  const patientOf = usePatientOf();
  return (
    <ol class="plan">
      {rows.map(({ patient, time }) => {
        const name = patientOf(patient)?.name ?? t("somebody");
        const [tone, word] = BADGES[time.kind];
        return (
          <li key={patient}>
            <span class="plan-time">{timeOf(time)}</span>
            <span class="grow">
              <span class="strong">{name}</span>
              <Badge tone={tone}>{t(word)}</Badge>
            </span>
            <IconButton icon={X} label={t("leaveOut", { name })} onClick={() => onLeaveOut(patient)} />
          </li>
        );
      })}
    </ol>
  );
}

function timeOf(time: PlannedTime): string {
  return time.kind === "none" || time.kind === "wishes" ? "–" : speech.time(time.start);
}

const BADGES = {
  own: ["sure", "planOwn"],
  free: ["info", "planFree"],
  wishes: ["waiting", "planWishes"],
  already: ["info", "planAlready"],
  none: ["trouble", "planNone"],
} as const;

interface AskedBannerProps {
  readonly asked: readonly Enqueued[];
  readonly onClose: () => void;
}

/** What was asked for in one go: how much of it still waits, and how much of that is certain. */
function AskedBanner({ asked, onClose }: AskedBannerProps): VNode {
  const { waiting, sent, certain, doubtful } = countAsked(asked, useWaiting());
  return (
    <Banner
      tone={doubtful > 0 ? "trouble" : waiting > 0 ? "waiting" : "info"}
      actions={<Button onClick={onClose}>{t("understood")}</Button>}
    >
      {[
        ...(waiting > 0 ? [t("askedMany", { n: waiting })] : []),
        ...(certain > 0 ? [t("askedCertain", { n: certain })] : []),
        ...(doubtful > 0 ? [t("askedDoubtful", { n: doubtful })] : []),
        ...(sent > 0 ? [t("askedSent", { n: sent })] : []),
      ].join(" ")}
    </Banner>
  );
}

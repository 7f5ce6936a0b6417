import { useList, useStatus } from "@healthbridge/client-sdk/react";
import { Banner, Card, EmptyState, Face, NobodyFound } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { useParts } from "../app/parts.ts";
import { useDoctor } from "../app/use-doctor.ts";
import { goTo } from "../app/use-route.ts";
import { FreeDays } from "../parts/free-days.tsx";
import { languageName, speciality } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

/** A doctor and her free times. Whoever looks at her gets her free times with the next connection, and keeps them. */
export function DoctorScreen({ id }: { readonly id: EntityId }): VNode {
  const { t } = useWords();
  const { hb } = useShell();
  const { doctor } = useDoctor(id);
  useFollowed(id);
  const isHere = useStatus(() => hb.isComplete(`calendar:${id}`));
  const zone = useList("sheet", (sheet) => sheet.id.startsWith(`${id}/`))[0]?.zone;
  return (
    <div class="stack">
      {doctor === undefined ? (
        <EmptyState title={t("doctor.gone")} picture={NobodyFound}>
          <p>{t("doctor.fetching")}</p>
        </EmptyState>
      ) : (
        <DoctorCard id={id} />
      )}
      {zone === undefined && (
        <Banner tone={isHere ? "info" : "waiting"}>{t(isHere ? "doctor.noHours" : "doctor.fetching")}</Banner>
      )}
      <FreeDays
        doctor={id}
        rules={doctor?.rules}
        zone={zone}
        onStart={(start) => goTo({ screen: "book", doctor: id, start })}
      />
    </div>
  );
}

/** Who she is, where, and what she asks. */
export function DoctorCard({ id }: { readonly id: EntityId }): VNode | null {
  const speech = useWords();
  const { t, and, money } = speech;
  const { doctor, clinic } = useDoctor(id);
  if (doctor === undefined) return null;
  const { name, specialities, languages, fee, rules } = doctor;
  return (
    <Card>
      <div class="row">
        <Face name={name} />
        <div class="grow">
          <p class="strong">{name}</p>
          <p class="muted small">{specialities.map((each) => speciality(speech, each)).join(", ")}</p>
        </div>
      </div>
      <p class="small">
        {clinic !== undefined && (
          <>
            {clinic.name}
            {clinic.county !== undefined && `, ${clinic.county}`}
            <br />
          </>
        )}
        {t("doctor.speaks", { languages: and(languages.map((each) => languageName(speech, each))) })}
        {fee !== undefined && (
          <>
            <br />
            {t("find.feeOf", { money: money(fee) })}
          </>
        )}
        {rules?.confirmMinutes !== undefined && (
          <>
            <br />
            {t("doctor.confirms")}
          </>
        )}
      </p>
    </Card>
  );
}

/** Keeps the doctor's free times up to date from now on, and no longer those of whom she has not looked at for long. */
function useFollowed(id: EntityId): void {
  const { hb } = useShell();
  const { memory } = useParts();
  useEffect(() => {
    const former = memory.noteFollowed([id]);
    void hb
      .follow(`calendar:${id}`)
      .then(() => hb.unfollow(...former.map((each) => `calendar:${each}`)))
      .catch(() => undefined); // the screen says that the times are not here
  }, [hb, memory, id]);
}

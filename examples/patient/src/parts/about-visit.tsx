import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useAgendaLine } from "../app/use-agenda.ts";
import { useDoctor } from "../app/use-doctor.ts";
import { useForWhom } from "../app/use-for-whom.ts";
import { useWords } from "../words/words.ts";

/** With whom, for whom and when the appointment is to which something is written: who has two children there writes about the right one. */
export function AboutVisit({ appointment }: { readonly appointment: EntityId }): VNode | null {
  const { t, day, time } = useWords();
  const line = useAgendaLine(appointment);
  const { doctor } = useDoctor(line?.doctor);
  const patient = useForWhom(line?.patient);
  if (line === undefined) return null;
  const when = `${day(line.start)}, ${time(line.start)}`;
  return (
    <header>
      <h2>{doctor?.name ?? t("visit.doctor")}</h2>
      <p class="muted">{patient === undefined ? when : `${patient} · ${when}`}</p>
    </header>
  );
}

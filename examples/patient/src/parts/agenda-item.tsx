import { ListItem } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { useDoctor } from "../app/use-doctor.ts";
import { useForWhom } from "../app/use-for-whom.ts";
import type { AgendaLine } from "../logic/agenda.ts";
import { hashOf } from "../logic/route.ts";
import { useWords } from "../words/words.ts";
import { CertaintyBadge } from "./certainty-badge.tsx";

/** An appointment in a list: when, with whom, for whom, how certain. */
export function AgendaItem({ line }: { readonly line: AgendaLine }): VNode {
  const { day, time, t } = useWords();
  const { doctor, clinic } = useDoctor(line.doctor);
  const patient = useForWhom(line.patient);
  return (
    <ListItem
      href={hashOf({ screen: "appointment", id: line.id })}
      title={`${day(line.start)}, ${time(line.start)}`}
      detail={
        <>
          {[doctor?.name ?? t("visit.doctor"), clinic?.name].filter(Boolean).join(", ")}
          {patient !== undefined && (
            <>
              <br />
              {patient}
            </>
          )}
          <br />
          <CertaintyBadge of={line.certainty} />
        </>
      }
    />
  );
}

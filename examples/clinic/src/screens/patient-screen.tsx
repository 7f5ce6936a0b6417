import {
  Badge,
  Button,
  Card,
  Dialog,
  EmptyState,
  Icon,
  List,
  ListItem,
  NobodyFound,
} from "@healthbridge/example-design";
import { useAppointments, useEntity } from "@healthbridge/client-sdk/react";
import { CalendarPlus, Pencil } from "lucide";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Visit } from "../logic/day-grid.ts";
import { hrefOf } from "../route.ts";
import { CorrectForm } from "../parts/correct-form.tsx";
import { detailsOf } from "../parts/patient-words.ts";
import { useDesk } from "../parts/use-desk.ts";
import type { HeldPatient } from "../parts/use-patients.ts";
import { Certainty, VisitPanel } from "../parts/visit-panel.tsx";
import { speech, t } from "../words.ts";

/** One patient: her card and her appointments. */
export function PatientScreen({ id }: { readonly id: EntityId }): VNode {
  const { doctors } = useDesk();
  const patient = useEntity("patient", id);
  const visits = useAppointments({ patient: id });
  const [open, setOpen] = useState<EntityId>();
  const visit = visits.find((each) => each.id === open);
  const doctorOf = (each: Visit): string =>
    doctors.find(({ id: doctor }) => doctor === each.doctor)?.name ?? t("anotherDoctor");
  if (patient === undefined)
    return (
      <EmptyState picture={NobodyFound} title={t("patientUnknown")}>
        {t("patientUnknownLead")}
      </EmptyState>
    );
  return (
    <div class="stack">
      <PatientCard patient={patient} />
      <section class="stack tight" aria-label={t("appointments")}>
        <h2>{t("appointments")}</h2>
        {visits.length === 0 && <p class="muted">{t("noAppointments")}</p>}
        {visits.length > 0 && (
          <List label={t("appointments")}>
            {visits.toReversed().map((each) => (
              <ListItem
                key={each.id}
                title={`${speech.day(each.start)}, ${speech.time(each.start)}`}
                detail={doctorOf(each)}
                after={<Certainty visit={each} />}
                onPress={() => setOpen(each.id)}
              />
            ))}
          </List>
        )}
      </section>
      {visit && (
        <Dialog
          title={`${speech.day(visit.start)} · ${doctorOf(visit)}`}
          closeLabel={t("close")}
          onClose={() => setOpen(undefined)}
        >
          <VisitPanel visit={visit} onDone={() => setOpen(undefined)} />
        </Dialog>
      )}
    </div>
  );
}

function PatientCard({ patient }: { readonly patient: HeldPatient }): VNode {
  const [correcting, setCorrecting] = useState(false);
  return (
    <>
      <Card
        title={patient.name}
        aside={patient.waiting === true ? <Badge tone="waiting">{t("unsent")}</Badge> : undefined}
      >
        <p>{detailsOf(patient)}</p>
        <div class="row">
          <a class="button" data-kind="primary" href={hrefOf("day", `for/${patient.id}`)}>
            <Icon of={CalendarPlus} />
            {t("chooseTime")}
          </a>
          <Button kind="plain" icon={Pencil} onClick={() => setCorrecting(true)}>
            {t("correct")}
          </Button>
        </div>
      </Card>
      {correcting && (
        <Dialog
          title={t("correctOf", { name: patient.name })}
          closeLabel={t("close")}
          onClose={() => setCorrecting(false)}
        >
          <CorrectForm patient={patient} onDone={() => setCorrecting(false)} />
        </Dialog>
      )}
    </>
  );
}

import { Badge, Button, Card, useSettled } from "@healthbridge/example-design";
import { useWaiting } from "@healthbridge/client-sdk/react";
import { UserPlus } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { usePatientName } from "../shared/names.ts";
import { useHeard } from "../shared/use-heard.ts";
import { type Visit, waitingRoom } from "./agenda.ts";
import { VisitRow } from "./visit-row.tsx";
import { WalkInDialog } from "./walk-in-dialog.tsx";

export interface WaitingRoomCardProps {
  readonly visits: readonly Visit[];
  readonly onOpen: (appointment: string) => void;
}

/** Who is here and waits, and the way in for who came without an appointment. */
export function WaitingRoomCard({ visits, onOpen }: WaitingRoomCardProps): VNode {
  const { t } = useWords();
  const [adding, setAdding] = useState(false);
  const heard = useHeard();
  const here = waitingRoom(visits);
  // Who was seen goes, and the next comes under the same finger.
  const settled = useSettled(here.map(({ id }) => id).join(" "));
  const { doctor } = useDesk();
  const unsent = useWaiting().filter(
    ({ type, input }) => type === "appointment.walkIn" && input["doctor"] === doctor,
  );
  return (
    <Card
      title={t("waitingRoom")}
      aside={
        <Button icon={UserPlus} onClick={() => setAdding(true)}>
          {t("walkIn")}
        </Button>
      }
    >
      {here.length + unsent.length === 0 && <p class="muted">{t(heard ? "nobodyHere" : "nobodyHereYet")}</p>}
      <ol class="agenda inside-card">
        {here.map((visit) => (
          <VisitRow
            key={visit.id}
            visit={visit}
            rests={!settled}
            lead={visit.queue === undefined ? undefined : t("queueNumber", { n: visit.queue })}
            onOpen={() => onOpen(visit.id)}
          />
        ))}
        {unsent.map(({ id, input }) => (
          <UnsentWalkIn key={id} patient={String(input["patient"])} />
        ))}
      </ol>
      {adding && <WalkInDialog onClose={() => setAdding(false)} />}
    </Card>
  );
}

/** Who came without an appointment and has no number yet: only the server gives them. */
function UnsentWalkIn({ patient }: { readonly patient: string }): VNode {
  const { t } = useWords();
  const name = usePatientName(patient);
  return (
    <li class="visit">
      <span class="unsent-walk-in">
        <span class="visit-time muted">{t("noNumberYet")}</span>
        <span class="strong">{name}</span>
      </span>
      <span class="row visit-state">
        <Badge tone="waiting">{t("visitUnsent")}</Badge>
      </span>
    </li>
  );
}

import { Badge, Card } from "@healthbridge/example-design";
import { useAppointments, useList, useNow } from "@healthbridge/client-sdk/react";
import { splitSheetId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { VisitLine } from "./visit-line.tsx";
import { outsideHours } from "./outside.ts";

/** Appointments that no longer fit the hours: they stand until somebody has moved or cancelled them. */
export function OutsideHours({ onOpen }: { readonly onOpen: (appointment: string) => void }): VNode | null {
  const { doctor } = useDesk();
  const { t } = useWords();
  const appointments = useAppointments({ doctor });
  const sheets = useList("sheet", ({ id }) => splitSheetId(id).doctor === doctor);
  const found = outsideHours(appointments, (id) => sheets.find((each) => each.id === id), useNow());
  if (found.length === 0) return null;
  return (
    <Card title={t("outsideTitle")} aside={<Badge tone="trouble">{found.length}</Badge>}>
      <p class="small">{t("outsideMore")}</p>
      <ul class="lines">
        {found.map((visit) => (
          <VisitLine key={visit.id} visit={visit} onOpen={() => onOpen(visit.id)} />
        ))}
      </ul>
    </Card>
  );
}

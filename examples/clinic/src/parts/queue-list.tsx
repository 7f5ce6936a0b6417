import { Badge, Button, Card, Dialog, Icon } from "@healthbridge/example-design";
import { useEntity, useWaiting } from "@healthbridge/client-sdk/react";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { CheckCheck, MonitorUp } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { boardOf, type BoardRow, numberless, type Numberless, type Ticket } from "../logic/board.ts";
import type { Visit } from "../logic/day-grid.ts";
import { hrefOf } from "../route.ts";
import { t } from "../words.ts";
import { CallNext } from "./call-next.tsx";
import { useCalled } from "./use-called.ts";
import { type QuickDeed, useDeeds } from "./use-deeds.ts";
import { VisitPanel } from "./visit-panel.tsx";

export interface QueueListProps {
  readonly doctors: readonly Doctor[];
  readonly visits: readonly Visit[];
  readonly date: string;
  readonly nameOf: (patient: EntityId) => string;
}

/** Who is here, by doctor, in the order in which they are called. */
export function QueueList({ doctors, visits, date, nameOf }: QueueListProps): VNode {
  const [called] = useCalled();
  const [open, setOpen] = useState<EntityId>();
  const { doIt } = useDeeds(nameOf);
  const without = numberless(useWaiting());
  const rows = boardOf(doctors, visits, date, called).filter(
    (row) =>
      row.called !== undefined ||
      row.next.length + row.before.length > 0 ||
      without.some((each) => each.doctor === row.doctor.id),
  );
  const does =
    (deed: QuickDeed) =>
    (ticket: Ticket): void => {
      const visit = visits.find(({ id }) => id === ticket.appointment);
      if (visit) void doIt(deed, visit);
    };
  return (
    <section class="stack" aria-label={t("whoIsHere")}>
      <div class="row between">
        <h2>{t("whoIsHere")}</h2>
        <a class="button" data-kind="plain" href={hrefOf("board")}>
          <Icon of={MonitorUp} />
          {t("showBoard")}
        </a>
      </div>
      {rows.length === 0 && <p class="muted">{t("nobodyHere")}</p>}
      <div class="columns">
        {rows.map((row) => (
          <QueueCard
            key={row.doctor.id}
            row={row}
            without={without.filter((each) => each.doctor === row.doctor.id)}
            nameOf={nameOf}
            onCall={does("call")}
            onSeen={does("complete")}
            onOpen={setOpen}
          />
        ))}
      </div>
      {open !== undefined && <OneOfThem id={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

interface QueueCardProps {
  readonly row: BoardRow;
  readonly without: readonly Numberless[];
  readonly nameOf: (patient: EntityId) => string;
  readonly onCall: (ticket: Ticket) => void;
  readonly onSeen: (ticket: Ticket) => void;
  readonly onOpen: (appointment: EntityId) => void;
}

function QueueCard({ row, without, nameOf, onCall, onSeen, onOpen }: QueueCardProps): VNode {
  const { doctor, called, next, before } = row;
  return (
    <Card title={doctor.name}>
      {called && (
        <div class="ticket now">
          <TicketFace ticket={called} name={nameOf(called.patient)} onOpen={onOpen} />
          <Button kind="plain" icon={CheckCheck} onClick={() => onSeen(called)}>
            {t("deedComplete")}
          </Button>
        </div>
      )}
      <ol class="tickets">
        {next.map((ticket) => (
          <li key={ticket.appointment}>
            <TicketFace ticket={ticket} name={nameOf(ticket.patient)} onOpen={onOpen} />
          </li>
        ))}
        {without.map(({ operation, patient }) => (
          <li key={operation} class="row ticket-face item">
            <span class="ticket-number">–</span>
            <span class="grow strong">{nameOf(patient)}</span>
            <Badge tone="waiting">{t("numberWaits")}</Badge>
          </li>
        ))}
        {before.map((ticket) => (
          <li key={ticket.appointment}>
            <TicketFace ticket={ticket} name={nameOf(ticket.patient)} wasCalled onOpen={onOpen} />
          </li>
        ))}
      </ol>
      <CallNext ticket={next[0]} onCall={onCall} />
    </Card>
  );
}

interface TicketFaceProps {
  readonly ticket: Ticket;
  readonly name: string;
  /** and then somebody else was */
  readonly wasCalled?: boolean;
  readonly onOpen: (appointment: EntityId) => void;
}

function TicketFace({ ticket, name, wasCalled = false, onOpen }: TicketFaceProps): VNode {
  return (
    <button type="button" class="item ticket-face" onClick={() => onOpen(ticket.appointment)}>
      <span class="ticket-number">{ticket.label}</span>
      <span class="grow strong">{name}</span>
      {ticket.urgent && <Badge tone="trouble">{t("urgent")}</Badge>}
      {wasCalled && <Badge>{t("wasCalled")}</Badge>}
    </button>
  );
}

function OneOfThem({ id, onClose }: { readonly id: EntityId; readonly onClose: () => void }): VNode | null {
  const visit = useEntity("appointment", id);
  if (visit === undefined) return null;
  return (
    <Dialog title={t("appointment")} closeLabel={t("close")} onClose={onClose}>
      <VisitPanel visit={visit} onDone={onClose} />
    </Dialog>
  );
}

import { useEntity } from "@healthbridge/client-sdk/react";
import {
  Button,
  Card,
  Dialog,
  EmptyCalendar,
  EmptyState,
  Icon,
  TextField,
  useToast,
} from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import { type EntityId, isFinished } from "@healthbridge/schema/client";
import { CalendarClock, ClipboardList, MessageCircle, X } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useAgendaLine } from "../app/use-agenda.ts";
import { useDoctor } from "../app/use-doctor.ts";
import { useReason } from "../app/use-reason.ts";
import type { AgendaLine } from "../logic/agenda.ts";
import { plainly } from "../logic/certainty-words.ts";
import { factsOf } from "../logic/facts.ts";
import { hashOf } from "../logic/route.ts";
import { CertaintyBadge } from "../parts/certainty-badge.tsx";
import { OfferCard } from "../parts/offer-card.tsx";
import { useWords } from "../words/words.ts";

/** One appointment: what is certain of it, and what can be done about it. */
export function AppointmentScreen({ id }: { readonly id: EntityId }): VNode {
  const speech = useWords();
  const { t, day, time } = speech;
  const line = useAgendaLine(id);
  const reason = useReason(line?.certainty.doubt);
  if (line === undefined)
    return (
      <EmptyState title={t("visit.gone")} picture={EmptyCalendar}>
        <p>{t("visit.goneMore")}</p>
      </EmptyState>
    );
  const wantsAnswer = line.certainty.key === "offered" || line.certainty.key === "held";
  return (
    <div class="stack">
      {wantsAnswer && <OfferCard line={line} />}
      <Card title={`${day(line.start, "long")}, ${time(line.start)}`}>
        <CertaintyBadge of={line.certainty} />
        <p role="status">{plainly(line.certainty, speech, reason)}</p>
        <Facts line={line} />
      </Card>
      <Actions line={line} />
    </div>
  );
}

function Facts({ line }: { readonly line: AgendaLine }): VNode {
  const speech = useWords();
  const { doctor, clinic } = useDoctor(line.doctor);
  const patient = useEntity("patient", line.patient)?.name;
  const place = [clinic?.name, clinic?.county].filter(Boolean).join(", ") || undefined;
  const facts = factsOf(line.appointment ?? {}, { doctor: doctor?.name, place, patient }, speech);
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({ line }: { readonly line: AgendaLine }): VNode {
  const { t } = useWords();
  const [cancelling, setCancelling] = useState(false);
  const { appointment, certainty, id } = line;
  const isOver = appointment !== undefined && isFinished(appointment) && appointment.waiting !== true;
  const canMove = appointment?.status === "booked" && certainty.key !== "cancelWaits";
  const canCancel = !isOver && certainty.key !== "cancelWaits" && certainty.key !== "over";
  return (
    <div class="stack tight">
      <a class="button" data-kind="plain" data-wide href={hashOf({ screen: "conversation", id })}>
        <Icon of={MessageCircle} />
        {t("visit.write")}
      </a>
      {!isOver && (
        <a class="button" data-kind="plain" data-wide href={hashOf({ screen: "intake", id })}>
          <Icon of={ClipboardList} />
          {t("visit.intake")}
        </a>
      )}
      {canMove && (
        <a class="button" data-kind="plain" data-wide href={hashOf({ screen: "move", id })}>
          <Icon of={CalendarClock} />
          {t("visit.move")}
        </a>
      )}
      {canCancel && (
        <Button kind="quiet" icon={X} wide onClick={() => setCancelling(true)}>
          {t("visit.cancel")}
        </Button>
      )}
      {cancelling && <CancelDialog id={id} onClose={() => setCancelling(false)} />}
    </div>
  );
}

function CancelDialog({ id, onClose }: { readonly id: EntityId; readonly onClose: () => void }): VNode {
  const { hb } = useShell();
  const { t } = useWords();
  const say = useToast();
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const cancel = async (): Promise<void> => {
    setBusy(true);
    const reason = why.trim();
    try {
      await hb.cancel({ appointment: id, by: "patient", ...(reason === "" ? {} : { reason }) });
    } catch {
      say({ text: t("book.failed"), trouble: true });
    }
    onClose();
  };
  return (
    <Dialog
      title={t("visit.cancelTitle")}
      closeLabel={t("app.close")}
      onClose={onClose}
      actions={
        <>
          <Button kind="plain" onClick={onClose}>
            {t("visit.cancelKeep")}
          </Button>
          <Button kind="danger" busy={busy} onClick={() => void cancel()}>
            {t("visit.cancel")}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>{t("visit.cancelMore")}</p>
        <TextField
          label={t("visit.cancelWhy")}
          hint={t("visit.cancelWhyHint")}
          maxLength={200}
          value={why}
          onValue={setWhy}
        />
      </div>
    </Dialog>
  );
}

import { Banner, Button, Dialog, EmptyCalendar, EmptyState, useToast } from "@healthbridge/example-design";
import { useShell } from "@healthbridge/example-design/shell";
import type { Appointment, EntityId, Start } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useAgendaLine } from "../app/use-agenda.ts";
import { useDoctor } from "../app/use-doctor.ts";
import { useReason } from "../app/use-reason.ts";
import { goTo } from "../app/use-route.ts";
import { atPresent } from "../logic/certainty-words.ts";
import { moveReference } from "../logic/certainty.ts";
import { ifTakenOf, ofMove, USUAL_WISHES } from "../logic/wishes.ts";
import { FreeDays } from "../parts/free-days.tsx";
import { WishFields } from "../parts/wish-fields.tsx";
import { dayAndTime } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

/** Moves an appointment to another time of the same doctor. */
export function MoveScreen({ id }: { readonly id: EntityId }): VNode {
  const speech = useWords();
  const { t } = speech;
  const line = useAgendaLine(id);
  const appointment = line?.appointment;
  const reason = useReason(line?.certainty.doubt);
  const { doctor } = useDoctor(appointment?.doctor);
  const [start, setStart] = useState<Start>();
  if (line === undefined || appointment === undefined)
    return (
      <EmptyState title={t("visit.gone")} picture={EmptyCalendar}>
        <p>{t("visit.goneMore")}</p>
      </EmptyState>
    );
  return (
    <div class="stack">
      <Banner tone="info" urgent={false}>
        {atPresent(line, speech, reason)}
      </Banner>
      <FreeDays
        doctor={appointment.doctor}
        rules={doctor?.rules}
        zone={appointment.zone}
        onStart={setStart}
      />
      {start !== undefined && (
        <MoveDialog appointment={appointment} start={start} onClose={() => setStart(undefined)} />
      )}
    </div>
  );
}

interface MoveDialogProps {
  readonly appointment: Appointment;
  readonly start: Start;
  readonly onClose: () => void;
}

function MoveDialog({ appointment, start, onClose }: MoveDialogProps): VNode {
  const { hb } = useShell();
  const speech = useWords();
  const { t } = speech;
  const say = useToast();
  const [wishes, setWishes] = useState(() => ofMove(USUAL_WISHES).map((each) => ({ ...each, on: false })));
  const [busy, setBusy] = useState(false);
  const move = async (): Promise<void> => {
    setBusy(true);
    try {
      const ref = moveReference(crypto.randomUUID(), appointment.start);
      await hb.reschedule({ appointment: appointment.id, start, ifTaken: [...ifTakenOf(wishes)] }, { ref });
      goTo({ screen: "appointment", id: appointment.id }, { replace: true });
    } catch {
      say({ text: t("book.failed"), trouble: true });
      onClose();
    }
  };
  return (
    <Dialog
      title={t("move.to", { time: dayAndTime(speech, start) })}
      closeLabel={t("app.close")}
      onClose={onClose}
      actions={
        <>
          <Button kind="plain" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button kind="primary" busy={busy} onClick={() => void move()}>
            {t("move.send")}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>{t("move.more")}</p>
        <WishFields wishes={wishes} onWishes={(next) => setWishes([...next])} />
        <p class="muted small">{t("move.stays")}</p>
      </div>
    </Dialog>
  );
}

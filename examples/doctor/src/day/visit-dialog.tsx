import { Button, Dialog } from "@healthbridge/example-design";
import { useEntity, useNow } from "@healthbridge/client-sdk/react";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import { bornWords, plainName } from "../shared/names.ts";
import { addressOf } from "../shared/route.ts";
import type { Visit } from "./agenda.ts";
import { CancelForm } from "./cancel-form.tsx";
import { endTimeOf, timeOf } from "./dates.ts";
import { MoveForm } from "./move-form.tsx";
import { useToday } from "./use-day.ts";
import { useVisitAction } from "./use-visit-actions.ts";
import { actionsFor, type VisitAction } from "./visit.ts";
import { isQuick } from "./visit-row.tsx";
import { ACTION_WORDS, cancelledInWords, UrgencyBadge, VisitBadge } from "./visit-words.tsx";

export interface VisitDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** An appointment with all that can be done about it. */
export function VisitDialog({ id, onClose }: VisitDialogProps): VNode | null {
  const visit = useEntity("appointment", id);
  const patient = useEntity("patient", visit?.patient);
  const { t } = useWords();
  const [asking, setAsking] = useState<"move" | "cancel">();
  if (visit === undefined) return null;
  const title = patient?.name ?? t("patientUnknown");
  return (
    <Dialog title={title} closeLabel={t("close")} onClose={onClose}>
      <div class="stack">
        <div class="row">
          <VisitBadge visit={visit} />
          <UrgencyBadge visit={visit} />
        </div>
        <VisitFacts visit={visit} />
        {asking === "move" && <MoveForm visit={visit} onDone={onClose} onBack={() => setAsking(undefined)} />}
        {asking === "cancel" && (
          <CancelForm visit={visit} onDone={onClose} onBack={() => setAsking(undefined)} />
        )}
        {asking === undefined && <VisitActions visit={visit} onAsk={setAsking} onDone={onClose} />}
      </div>
    </Dialog>
  );
}

/** What is known of an appointment and of who comes. */
function VisitFacts({ visit }: { readonly visit: Visit }): VNode {
  const patient = useEntity("patient", visit.patient);
  const speech = useWords();
  const { t, day } = speech;
  const today = useToday();
  const facts: ReadonlyArray<readonly [string, string | undefined]> = [
    [t("factTime"), `${day(visit.start, "long")}, ${timeOf(visit.start)}–${endTimeOf(visit)}`],
    [t("factNumber"), visit.queue === undefined ? undefined : String(visit.queue)],
    [t("factVisit"), visit.visit && plainName(visit.visit)],
    [t("factReason"), visit.reason],
    [t("factBeside"), visit.overbooked],
    [t("factCancelled"), cancelledInWords(visit, t)],
    [t("factBorn"), patient?.born && bornWords(patient.born, today, speech)],
    [t("factCard"), patient?.cardNumber],
    [t("factVillage"), patient?.village],
  ];
  return (
    <>
      <dl class="facts">
        {facts.flatMap(([term, value]) =>
          value === undefined
            ? []
            : [
                <dt key={term}>{term}</dt>,
                <dd key={`${term} is`} class="number">
                  {value}
                </dd>,
              ],
        )}
      </dl>
      {visit.patientBusy === true && <p class="small">{t("patientBusy")}</p>}
      <div class="row">
        <a class="button" data-kind="plain" href={addressOf({ at: "talk", conversation: visit.id })}>
          {t("openTalk")}
        </a>
        {patient?.phone !== undefined && (
          <a class="button" href={`tel:${patient.phone}`}>
            {t("phone", { number: patient.phone })}
          </a>
        )}
      </div>
    </>
  );
}

interface VisitActionsProps {
  readonly visit: Visit;
  readonly onAsk: (what: "move" | "cancel") => void;
  readonly onDone: () => void;
}

function VisitActions({ visit, onAsk, onDone }: VisitActionsProps): VNode {
  const { t } = useWords();
  const now = useNow();
  const act = useVisitAction();
  const actions = actionsFor(visit, now);
  const press = (action: VisitAction): void => {
    if (!isQuick(action)) onAsk(action);
    else {
      act(visit, action);
      onDone();
    }
  };
  if (actions.length === 0) return <p class="muted small">{t("nothingToDo")}</p>;
  return (
    <div class="row" role="group" aria-label={t("actions")}>
      {actions.map((action, at) => (
        <Button
          key={action}
          kind={at === 0 && isQuick(action) ? "primary" : "plain"}
          onClick={() => press(action)}
        >
          {t(ACTION_WORDS[action])}
        </Button>
      ))}
    </div>
  );
}

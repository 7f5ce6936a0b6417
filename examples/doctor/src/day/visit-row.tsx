import { Button, useSettled } from "@healthbridge/example-design";
import { useNow } from "@healthbridge/client-sdk/react";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import { plainName, usePatientName } from "../shared/names.ts";
import type { Visit } from "./agenda.ts";
import { endTimeOf, timeOf } from "./dates.ts";
import { useVisitAction } from "./use-visit-actions.ts";
import { actionsFor, type VisitAction } from "./visit.ts";
import { ACTION_WORDS, cancelledInWords, UrgencyBadge, VisitBadge } from "./visit-words.tsx";

const QUICK: readonly VisitAction[] = ["confirm", "checkIn", "complete"];

export interface VisitRowProps {
  readonly visit: Visit;
  readonly onOpen: () => void;
  /** instead of the time: a number in the queue */
  readonly lead?: string | undefined;
  /** it has come to this place a moment ago: what is pressed here was meant for another row */
  readonly rests?: boolean | undefined;
}

/**
 * One appointment of a day: who, when, how it stands, and what most likely comes next. Under a finger that has just noted somebody as here, the button rests until it can be seen
 * that it now says "Seen": that cannot be taken back.
 */
export function VisitRow({ visit, onOpen, lead, rests = false }: VisitRowProps): VNode {
  const { t } = useWords();
  const name = usePatientName(visit.patient);
  const now = useNow();
  const act = useVisitAction();
  const [next] = actionsFor(visit, now);
  const settled = useSettled(next) && !rests;
  const detail =
    cancelledInWords(visit, t) ??
    [visit.visit && plainName(visit.visit), visit.reason].filter(Boolean).join(" · ");
  return (
    <li class="visit" data-status={visit.status}>
      <button type="button" class="visit-open" aria-haspopup="dialog" onClick={onOpen}>
        <span class="visit-time number">
          <b>{lead ?? timeOf(visit.start)}</b>
          {lead === undefined && <small>{endTimeOf(visit)}</small>}
        </span>
        <span class="grow">
          <span class="strong">{name}</span>
          {detail !== "" && <span class="small muted block">{detail}</span>}
        </span>
      </button>
      <span class="row visit-state">
        <UrgencyBadge visit={visit} />
        <VisitBadge visit={visit} />
        {next !== undefined && isQuick(next) && QUICK.includes(next) && (
          <Button
            kind="plain"
            aria-disabled={!settled}
            onClick={() => {
              if (settled) act(visit, next);
            }}
            aria-label={`${t(ACTION_WORDS[next])}: ${name}`}
          >
            {t(ACTION_WORDS[next])}
          </Button>
        )}
      </span>
    </li>
  );
}

/** What needs no further question. */
export function isQuick(action: VisitAction): action is Exclude<VisitAction, "move" | "cancel"> {
  return action !== "move" && action !== "cancel";
}

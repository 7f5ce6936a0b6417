import { Button, IconButton, FieldError } from "@healthbridge/example-design";
import { Plus, Settings2, Trash2 } from "lucide";
import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import type { DoctorKey } from "../words/words.ts";
import { goesOvernight, MOST_SESSIONS, type SessionDraft } from "./hours-draft.ts";
import { changedSession, withEntry, withSession } from "./hours-edit.ts";
import type { HoursFault } from "./hours-faults.ts";
import { NumberField } from "./number-field.tsx";

export interface SessionsEditorProps {
  /** whose sessions, for screen readers: a day, a date */
  readonly of: string;
  readonly sessions: readonly SessionDraft[];
  readonly onSessions: (sessions: readonly SessionDraft[]) => void;
  /** by session */
  readonly faults: ReadonlyMap<number, HoursFault["what"]>;
  /** the length of a slot where a session has none of its own */
  readonly usual: number;
}

const FAULT_WORDS = {
  time: "faultTime",
  overlap: "faultOverlap",
  short: "faultShort",
} as const satisfies Readonly<Record<string, DoctorKey>>;

/** The sessions of a day, one below the other. */
export function SessionsEditor({ of, sessions, onSessions, faults, usual }: SessionsEditorProps): VNode {
  const { t } = useWords();
  return (
    <div class="stack tight">
      {sessions.map((session, at) => (
        <SessionEditor
          key={at}
          label={t("sessionOf", { n: at + 1, of })}
          session={session}
          usual={usual}
          fault={faults.get(at)}
          onSession={(changed) => onSessions(withEntry(sessions, at, changed))}
        />
      ))}
      {sessions.length < MOST_SESSIONS && (
        <div>
          <Button
            icon={Plus}
            onClick={() => onSessions(withSession(sessions))}
            aria-label={t("addSessionTo", { of })}
          >
            {t("addSession")}
          </Button>
        </div>
      )}
    </div>
  );
}

interface SessionEditorProps {
  readonly label: string;
  readonly session: SessionDraft;
  readonly usual: number;
  readonly fault: HoursFault["what"] | undefined;
  /** `undefined`: it goes */
  readonly onSession: (session: SessionDraft | undefined) => void;
}

function SessionEditor({ label, session, usual, fault, onSession }: SessionEditorProps): VNode {
  const { t } = useWords();
  const id = useId();
  const special = session.slotMinutes !== undefined || session.places !== undefined;
  const [more, setMore] = useState(special);
  const change = (part: Partial<SessionDraft>): void => onSession(changedSession(session, part));
  const words =
    fault === "time" || fault === "overlap" || fault === "short" ? t(FAULT_WORDS[fault]) : undefined;
  const time = (which: "from" | "to"): VNode => (
    <input
      class="input number"
      type="time"
      step={300}
      aria-label={t(which === "from" ? "sessionFrom" : "sessionTo")}
      aria-invalid={words === undefined ? undefined : true}
      aria-describedby={words === undefined ? undefined : `${id}-wrong`}
      // A field knows no 24:00; midnight at the end of a day is 00:00 of the next.
      value={session[which] === "24:00" ? "00:00" : session[which]}
      onInput={({ currentTarget: { value } }) =>
        change({ [which]: which === "to" && value === "00:00" ? "24:00" : value })
      }
    />
  );
  return (
    <fieldset class="session">
      <legend class="unseen">{label}</legend>
      <div class="session-times">
        {time("from")}
        <span aria-hidden="true">–</span>
        {time("to")}
        {goesOvernight(session) && <span class="small muted">{t("overnight")}</span>}
        <IconButton
          icon={Settings2}
          label={t("sessionMore")}
          aria-expanded={more}
          onClick={() => setMore(!more)}
        />
        <IconButton icon={Trash2} label={t("removeSession")} onClick={() => onSession(undefined)} />
      </div>
      <FieldError id={`${id}-wrong`}>{words}</FieldError>
      {more && <SessionMore session={session} usual={usual} onChange={change} />}
    </fieldset>
  );
}

interface SessionMoreProps {
  readonly session: SessionDraft;
  readonly usual: number;
  readonly onChange: (part: Partial<SessionDraft>) => void;
}

/** What few sessions need: slots of another length, places of a group. */
function SessionMore({ session, usual, onChange }: SessionMoreProps): VNode {
  const { t } = useWords();
  return (
    <div class="session-more">
      <NumberField
        label={t("slotMinutes")}
        hint={t("slotMinutesUsual", { n: usual })}
        value={session.slotMinutes}
        step={5}
        min={5}
        max={240}
        onValue={(slotMinutes) => onChange({ slotMinutes })}
      />
      <NumberField
        label={t("places")}
        hint={t("placesHint")}
        value={session.places}
        step={1}
        min={2}
        max={35}
        onValue={(places) => onChange({ places })}
      />
    </div>
  );
}

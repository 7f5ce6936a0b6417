import { Button, Card, CheckField, IconButton, SelectField, TextField } from "@healthbridge/example-design";
import type { BookingRules } from "@healthbridge/schema/client";
import { Plus, Trash2 } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import { plainName } from "../shared/names.ts";
import { visitKind, withEntry } from "./hours-edit.ts";
import { withRule } from "./hours-operations.ts";
import { NumberField } from "./number-field.tsx";
import type { EditedHours } from "./use-hours.ts";

const MOST_VISITS = 12;
const FIRST_MINUTES = 20;
const ANSWER_MINUTES = 240;

/** What binds those who book: kinds of visit, notice, how far ahead, how many, who confirms. */
export function RulesEditor({ hours }: { readonly hours: EditedHours }): VNode {
  const { t } = useWords();
  const { draft, change } = hours;
  const { rules } = draft;
  const put = <K extends keyof BookingRules>(rule: K, value: BookingRules[K] | undefined): void =>
    change({ ...draft, rules: withRule(rules, rule, value) });
  const number = (rule: NumberRule, min: number, max: number): VNode => (
    <NumberField
      label={t(`rule_${rule}`)}
      hint={t(`rule_${rule}_hint`)}
      value={rules[rule]}
      step={1}
      min={min}
      max={max}
      onValue={(value) => put(rule, value)}
    />
  );
  return (
    <>
      <VisitsEditor hours={hours} />
      <Card title={t("rulesTitle")}>
        <p class="small muted">{t("rulesLead")}</p>
        <div class="fields">
          {number("noticeMinutes", 0, 20_160)}
          {number("horizonDays", 1, 56)}
          {number("perDay", 1, 500)}
          {number("perPatient", 1, 50)}
        </div>
        <CheckField
          label={t("ruleConfirm")}
          hint={t("ruleConfirmHint")}
          checked={rules.confirmMinutes !== undefined}
          onChecked={(checked) => put("confirmMinutes", checked ? ANSWER_MINUTES : undefined)}
        />
        {rules.confirmMinutes !== undefined && number("confirmMinutes", 5, 20_160)}
        <SelectField
          label={t("ruleFreed")}
          value={rules.freed ?? "offer"}
          onValue={(value) => put("freed", value === "give" ? "give" : undefined)}
          options={[
            { value: "offer", label: t("freedOffer") },
            { value: "give", label: t("freedGive") },
          ]}
        />
        <SelectField
          label={t("ruleBeside")}
          value={rules.overbooking ?? "doctor"}
          onValue={(value) => put("overbooking", value === "staff" ? "staff" : undefined)}
          options={[
            { value: "doctor", label: t("besideDoctor") },
            { value: "staff", label: t("besideStaff") },
          ]}
        />
      </Card>
    </>
  );
}

type NumberRule = "noticeMinutes" | "horizonDays" | "perDay" | "perPatient" | "confirmMinutes";

/** Kinds of visit and how long each takes. */
function VisitsEditor({ hours: { draft, change, faults } }: { readonly hours: EditedHours }): VNode {
  const { t } = useWords();
  const { rules } = draft;
  const { visits = [] } = rules;
  const put = (next: readonly Visit[]): void =>
    change({ ...draft, rules: withRule(rules, "visits", next.length === 0 ? undefined : [...next]) });
  const faultOf = (at: number): string | undefined => {
    const fault = faults.find((each) => "visit" in each && each.visit === at)?.what;
    return fault === "visitName"
      ? t("faultVisitName")
      : fault === "visitTwice"
        ? t("faultVisitTwice")
        : undefined;
  };
  return (
    <Card title={t("visitsTitle")}>
      <p class="small muted">{t("visitsLead", { n: draft.slotMinutes })}</p>
      {visits.map((visit, at) => (
        <VisitEditor
          key={at}
          visit={visit}
          error={faultOf(at)}
          onVisit={(next) => put(withEntry(visits, at, next))}
        />
      ))}
      {visits.length < MOST_VISITS && (
        <Button icon={Plus} onClick={() => put([...visits, { kind: "", minutes: FIRST_MINUTES }])}>
          {t("addVisit")}
        </Button>
      )}
    </Card>
  );
}

type Visit = NonNullable<BookingRules["visits"]>[number];

interface VisitEditorProps {
  readonly visit: Visit;
  readonly error: string | undefined;
  /** `undefined`: it goes */
  readonly onVisit: (visit: Visit | undefined) => void;
}

function VisitEditor({ visit, error, onVisit }: VisitEditorProps): VNode {
  const { t } = useWords();
  const [typed, setTyped] = useState<string>();
  return (
    <div class="visit-kind">
      <TextField
        label={t("visitName")}
        error={error}
        value={typed ?? plainName(visit.kind)}
        onValue={(name) => {
          setTyped(name);
          onVisit({ ...visit, kind: visitKind(name) });
        }}
        onBlur={() => setTyped(undefined)}
      />
      <NumberField
        label={t("visitMinutes")}
        value={visit.minutes}
        step={5}
        min={5}
        max={480}
        onValue={(minutes) => minutes !== undefined && onVisit({ ...visit, minutes })}
      />
      <IconButton
        icon={Trash2}
        label={t("removeVisit", { name: plainName(visit.kind) })}
        onClick={() => onVisit(undefined)}
      />
    </div>
  );
}

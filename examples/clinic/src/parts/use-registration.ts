import type { EntityId } from "@healthbridge/schema/client";
import { useToast } from "@healthbridge/example-design";
import { useMemo, useState } from "preact/hooks";
import { type Double, doublesOf, type Newcomer } from "../logic/likeness.ts";
import {
  diallingOf,
  DRAFT_FIELDS,
  type DraftField,
  EMPTY_DRAFT,
  type PatientDraft,
  type ReadDraft,
  readDraft,
} from "../logic/patient-draft.ts";
import { t } from "../words.ts";
import { codeOf, troubleInWords } from "./trouble.ts";
import { useBegun } from "./use-begun.ts";
import { useDesk } from "./use-desk.ts";
import { type HeldPatient, usePatients } from "./use-patients.ts";

export interface Registration {
  readonly draft: PatientDraft;
  readonly read: ReadDraft;
  /** cards that may be hers, but for those of which was said that they are another person's */
  readonly doubles: ReadonlyArray<Double<HeldPatient>>;
  /** it was begun earlier, and the worker has come back to it */
  readonly isBegun: boolean;
  /** faults are shown from the first try on */
  readonly tried: boolean;
  readonly set: (field: DraftField, value: string) => void;
  readonly isAnother: (patient: EntityId) => void;
  readonly clear: () => void;
  /** registers her, or says what hinders: a field, a card that may be hers */
  readonly register: () => Promise<"registered" | "faults" | "doubles" | "failed">;
}

/** What is typed about a newcomer, and registering her. */
export function useRegistration(
  name: string,
  onRegistered: (id: EntityId, name: string) => void,
): Registration {
  const { hb, clinic, today, zone } = useDesk();
  const patients = usePatients();
  const toast = useToast();
  const { draft, isBegun, set, empty } = useBegunDraft(`register/${clinic ?? ""}`, name);
  const [others, setOthers] = useState<readonly EntityId[]>([]);
  const [tried, setTried] = useState(false);
  const read = readDraft(draft, { today, dialling: diallingOf(zone) });
  const newcomer: Newcomer = { ...read.details, name: draft.name };
  const doubles = useMemo(
    () => doublesOf(newcomer, patients).filter(({ patient }) => !others.includes(patient.id)),
    [patients, others, JSON.stringify(newcomer)],
  );
  const clear = (): void => {
    empty();
    setOthers([]);
    setTried(false);
  };
  return {
    draft,
    read,
    doubles,
    isBegun,
    tried,
    clear,
    set,
    isAnother: (patient) => setOthers((before) => [...before, patient]),
    register: async () => {
      if (draft === EMPTY_DRAFT) return "registered"; // the second of two taps: nobody else was typed yet
      setTried(true);
      const { details, faults } = read;
      if (faults.size > 0 || details.name === undefined || clinic === undefined) return "faults";
      if (doubles.length > 0) return "doubles";
      try {
        const kept = await hb.registerPatient({ ...details, name: details.name, clinic });
        toast({ text: t("registered", { name: details.name }), until: () => kept.outcome() });
        clear();
        onRegistered(kept.id, details.name);
        return "registered";
      } catch (error) {
        toast({ text: troubleInWords(codeOf(error)), trouble: true });
        return "failed";
      }
    },
  };
}

/**
 * A draft that is there again when the worker has looked at another screen, or the app has locked. In the middle of a booking that goes by the name that was looked for: who looks
 * for another one begins anew.
 */
function useBegunDraft(
  form: string,
  name: string,
): Pick<Registration, "draft" | "isBegun" | "set"> & { readonly empty: () => void } {
  const begun = useBegun();
  const key = `${form}/${name.toLowerCase()}`;
  const [first, setFirst] = useState<PatientDraft>({ ...EMPTY_DRAFT, name });
  const [draft, setDraft] = useState<PatientDraft>(() => ({ ...first, ...begun.of(key) }));
  const [isBegun, setIsBegun] = useState(() => begun.of(key) !== undefined);
  return {
    draft,
    isBegun,
    set(field, value) {
      const typed = { ...first, ...begun.of(key), [field]: value };
      setDraft(typed);
      if (DRAFT_FIELDS.every((each) => typed[each] === first[each])) begun.forget(key);
      else begun.note(key, typed);
    },
    empty() {
      begun.forget(key);
      setIsBegun(false);
      setFirst(EMPTY_DRAFT);
      setDraft(EMPTY_DRAFT);
    },
  };
}

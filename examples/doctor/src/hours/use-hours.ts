import type { HealthBridge } from "@healthbridge/client-sdk";
import { useEntity } from "@healthbridge/client-sdk/react";
import { useMemo, useState } from "preact/hooks";
import { useToday, useZone } from "../day/use-day.ts";
import { useDesk } from "../shared/desk-context.ts";
import { useTrying, whenSent } from "../shared/fail.ts";
import { draftOf, type HoursDraft } from "./hours-draft.ts";
import { type HoursFault, faultsOf } from "./hours-faults.ts";
import { asksFor, type HoursOperations, itemsOf, operationsOf } from "./hours-operations.ts";

/** The hours as they are edited. */
export interface EditedHours {
  readonly draft: HoursDraft;
  readonly change: (draft: HoursDraft) => void;
  readonly discard: () => void;
  /** what would be asked for */
  readonly operations: HoursOperations;
  readonly changed: boolean;
  readonly faults: readonly HoursFault[];
  /** Keeps what was edited on this device, to be sent; answers whether that was done. */
  readonly save: () => Promise<boolean>;
}

/** What is edited and not saved, by the device that is open: it is there again when she has looked elsewhere. A lock closes the device, and whoever comes next has another. */
const editedOn = new WeakMap<HealthBridge, HoursDraft>();

function useEdited(hb: HealthBridge): readonly [HoursDraft | undefined, (draft?: HoursDraft) => void] {
  const [edited, setEdited] = useState(() => editedOn.get(hb));
  const edit = (draft?: HoursDraft): void => {
    if (draft === undefined) editedOn.delete(hb);
    else editedOn.set(hb, draft);
    setEdited(draft);
  };
  return [edited, edit];
}

/** What is saved, until something is edited; then the draft, which nothing that comes in changes under the editor's hands. */
export function useHours(): EditedHours {
  const { hb, doctor } = useDesk();
  const availability = useEntity("availability", doctor);
  const rules = useEntity("doctor", doctor)?.rules;
  const zone = useZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const today = useToday();
  const tryTo = useTrying();
  const [edited, edit] = useEdited(hb);
  const saved = useMemo(() => ({ availability, rules }), [availability, rules]);
  const draft = useMemo(() => edited ?? draftOf(saved, zone, today), [edited, saved, zone, today]);
  const operations = useMemo(() => operationsOf(doctor, saved, draft, today), [doctor, saved, draft, today]);
  return {
    draft,
    change: edit,
    discard: () => edit(),
    operations,
    changed: edited !== undefined && asksFor(operations),
    faults: useMemo(() => faultsOf(draft), [draft]),
    async save() {
      const kept = await tryTo(
        () => hb.enqueueMany(itemsOf(operations)),
        "hoursKept",
        (all) => Promise.all(all.map(whenSent)),
      );
      if (kept) edit();
      return kept;
    },
  };
}

import { useEntity, useObservable } from "@healthbridge/client-sdk/react";
import { clinicAtServer } from "@healthbridge/client-sdk/schedule";
import type { Clinic } from "@healthbridge/schema/client";
import { useEffect, useState } from "preact/hooks";
import { useDesk } from "./desk-context.ts";

/** The doctor's own clinic: when it is closed, where it is. Clinics are in the directory, which a doctor need not hold: then it is asked for; `undefined` while nobody has answered. */
export function useOwnClinic(): Clinic | undefined {
  const { hb, store, url, doctor, line } = useDesk();
  const id = useEntity("doctor", doctor)?.clinic;
  const held = useEntity("clinic", id);
  const live = useObservable(line.state);
  const [asked, setAsked] = useState<Clinic>();
  const known = held ?? asked;
  const unknown = known === undefined;
  useEffect(() => {
    if (id === undefined || !unknown) return;
    clinicAtServer({ hb, store, url }, id).then(setAsked, () => undefined); // asked again when there is a line
  }, [hb, store, url, id, unknown, live]);
  return known;
}

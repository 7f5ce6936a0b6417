import { applied, type Decide, rejected } from "./definition.ts";
import { administers } from "./rights.ts";

/**
 * Makes a link to a calendar: a doctor to her own appointments, somebody to those of the patients she acts for. Nobody makes one for others: who reads by it is
 * taken for its maker.
 * - `malformed`: both a doctor and a patient are named, or names are asked for of patients
 * - `forbidden`: there is no signed-in device whose session the link could end with, or nobody she acts for
 * - `not_found`: the doctor is not herself, or she does not act for the patient
 */
export const shareCalendar: Decide<"calendar.share"> = (state, input, { actor, now, id }) => {
  const { of, names = false, digest } = input;
  const { doctor, patient } = of;
  if (actor?.device === undefined) return rejected("forbidden");
  if (doctor !== undefined && patient !== undefined)
    return rejected("malformed", "input.of.patient", "a link shows a doctor's appointments or a patient's");
  if (names && doctor === undefined)
    return rejected("malformed", "input.names", "only a doctor's calendar can show names");
  if (doctor !== undefined && doctor !== actor.doctor) return rejected("not_found", "input.of.doctor");
  if (patient !== undefined && state.get("patient", patient)?.account !== actor.account)
    return rejected("not_found", "input.of.patient");
  if (doctor === undefined && patient === undefined && actor.role !== "patient")
    return rejected("forbidden", "input.of", "only who acts for patients has a family's calendar");
  const { account, device } = actor;
  return applied({
    kind: "calendarLink",
    entity: { id, account, device, of, names, status: "active", digest, madeAt: now },
  });
};

/** Ends a link: its maker, or an administrator. What was ended stays so. */
export const unshareCalendar: Decide<"calendar.unshare"> = (state, input, { actor }) => {
  const link = state.get("calendarLink", input.link);
  if (link === undefined || (link.account !== actor?.account && !administers(actor)))
    return rejected("not_found", "input.link");
  return applied({ kind: "calendarLink", entity: { ...link, status: "ended" } });
};

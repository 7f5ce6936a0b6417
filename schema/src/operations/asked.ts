import { isOver } from "../entities/appointment.ts";
import { runAt, sheetIdsForStart } from "../entities/sheet.ts";
import type { Appointment } from "../shapes/appointment.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Patient } from "../shapes/patient.ts";
import type { Reason } from "../shapes/problem.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { Start } from "../shapes/time.ts";
import type { Wish } from "../shapes/wish.ts";
import { epochMinutes, formatStart, MINUTE_MS } from "../time.ts";
import {
  type Actor,
  type Context,
  type Decision,
  rejected,
  type Rejected,
  type State,
} from "./definition.ts";
import { Draft } from "./draft.ts";
import { actsFor, keepsHours, receives, visible } from "./rights.ts";
import { sheetNow } from "./appointment-time.ts";
import { type Found, type Request, sheetOfStart } from "./wishes.ts";

/** The field that names an appointment. */
export const PATH = "input.appointment";

/** What operations that ask for a doctor's time have in common. */
interface Input {
  readonly doctor: EntityId;
  readonly patient: EntityId;
  readonly start: Start;
  readonly ifTaken?: readonly Wish[] | undefined;
  readonly visit?: string | undefined;
  readonly usefulUntil?: Start | undefined;
}

/** What was asked for, by somebody who may. */
export interface Asked {
  readonly draft: Draft;
  readonly request: Request;
  readonly patient: Patient;
}

/** Reads what was asked for; without the right to it, the doctor and the patient do not exist. */
export function askedFor(state: State, input: Input, context: Context): Asked | Rejected {
  const { actor } = context;
  const patient = visible(state, "patient", input.patient, (each) => actsFor(actor, each));
  if (!patient) return rejected("not_found", "input.patient");
  const doctor = state.get("doctor", input.doctor);
  if (!doctor) return rejected("not_found", "input.doctor");
  const draft = new Draft(state);
  const agenda = state.get("agenda", patient.id) ?? [];
  return { draft, patient, request: requestOf(draft, { ...input, agenda, doctor, patient }, context) };
}

/** A request over a draft: day sheets as they are by now. */
export function requestOf(
  draft: Draft,
  asked: Pick<Request, "agenda" | "doctor" | "start"> &
    Omit<Input, "doctor" | "patient"> & { readonly patient: Patient },
  context: Context,
): Request {
  const { agenda, doctor, start, ifTaken = [], visit, usefulUntil, patient } = asked;
  // Everything that is over on the asked day, or of hers, is ended first: what was kept there is in nobody's way any more.
  for (const id of sheetIdsForStart(doctor.id, start)) sheetNow(draft, id, context);
  for (const other of agenda)
    if (isOver(other, context.now)) context.waitingList?.end(draft, other.id, context.now);
  const sheet = (id: string): Sheet | undefined => sheetNow(draft, id, context);
  return {
    state: draft,
    doctor,
    start: byHerClock({ doctor, start, sheet }),
    ifTaken,
    visit,
    agenda,
    patient: patient.id,
    usefulUntil: usefulUntil === undefined ? undefined : epochMinutes(usefulUntil) * MINUTE_MS,
    sheet,
    keeper: (each) => keepsHours(context.actor, each),
    now: context.now,
    waitingList: context.waitingList,
  };
}

/** A start in UTC by the doctor's clock, where a sheet of hers says what that shows: wishes count days from its date. */
function byHerClock(asked: Pick<Request, "doctor" | "start" | "sheet">): Start {
  const { start } = asked;
  if (!start.endsWith("Z")) return start;
  const instant = epochMinutes(start);
  const sheet = sheetOfStart(asked);
  const run = sheet && runAt(sheet, instant);
  return run ? formatStart(instant, run[1]) : start;
}

/** An appointment and its patient, for those who act for her or receive her; for others there is none. */
export function appointmentOf(
  state: State,
  id: EntityId,
  actor: Actor | undefined,
):
  | { readonly appointment: Appointment; readonly patient: Patient }
  | { readonly appointment?: undefined; readonly patient?: undefined } {
  const appointment = state.get("appointment", id);
  const patient = appointment && state.get("patient", appointment.patient);
  return patient && (actsFor(actor, patient) || receives(actor, appointment)) ? { appointment, patient } : {};
}

/** A decision for an appointment that was placed, with all that happened on the way. */
export function done<Output>(draft: Draft, appointment: Appointment, output?: Output): Decision<Output> {
  draft.put({ kind: "appointment", entity: appointment });
  return { status: "applied", output, changes: draft.changes };
}

/** Why nothing that was asked for could be had, with what could be instead. `asked` is why it could not even be beside others, where that was asked for. */
export function refused(found: Found, asked?: Reason["code"]): Rejected {
  const reasons = [...found.missed];
  if (asked) reasons[0] = { wish: 0, code: asked };
  const alternatives = found.kind === "none" ? found.alternatives : [];
  return {
    status: "rejected",
    problem: {
      code: reasons[0]?.code ?? "slot_taken",
      path: "input.start",
      reasons,
      ...(alternatives.length > 0 && { alternatives: [...alternatives] }),
    },
  };
}

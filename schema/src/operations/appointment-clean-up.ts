import { isFinished } from "../entities/appointment.ts";
import { LIMITS } from "../protocol/limits.ts";
import { DAY_MINUTES, epochMinutes, MINUTE_MS } from "../time.ts";
import { type Decide, rejected } from "./definition.ts";
import { Draft } from "./draft.ts";

/** The server's clean-up: ends what nobody answered in time. What somebody dealt with meanwhile stays as it is. */
export const expireAppointments: Decide<"appointment.expire"> = (
  state,
  { appointments },
  { actor, now, waitingList },
) => {
  if (actor?.role !== "system") return rejected("forbidden");
  const draft = new Draft(state);
  let expired = 0;
  for (const id of appointments) {
    if (waitingList?.end(draft, id, now) === true) expired += 1;
  }
  return { status: "applied", output: { expired }, changes: draft.changes };
};

/** The server's clean-up: puts away what is finished for long. No feed shows it any longer, and its row makes room. */
export const archiveAppointments: Decide<"appointment.archive"> = (
  state,
  { appointments },
  { actor, now },
) => {
  if (actor?.role !== "system") return rejected("forbidden");
  const before = now - LIMITS.shownDays * DAY_MINUTES * MINUTE_MS;
  const changes = appointments.flatMap((id) => {
    const appointment = state.get("appointment", id);
    const finished =
      appointment && isFinished(appointment) && epochMinutes(appointment.start) * MINUTE_MS < before;
    return finished ? [{ kind: "appointment" as const, entity: { ...appointment, archived: true } }] : [];
  });
  return { status: "applied", output: { archived: changes.length }, changes };
};

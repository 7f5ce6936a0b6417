import type { InputOf, OperationType } from "../contracts/contracts.ts";
import { sheetId, sheetIdsForStart } from "../entities/sheet.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { EntityId } from "../shapes/ids.ts";
import type { Start } from "../shapes/time.ts";
import { addDays, DAY_MINUTES, epochMinutes, MINUTE_MS } from "../time.ts";
import { firstPlannedDate } from "./availability.ts";
import type { Kind, Touch } from "./definition.ts";
import { datesAround } from "./walk-in.ts";

/** Keys that a server looks up and locks first, at an instant (ms); what else the decision asks for is looked up then. */
export type Touches<T extends OperationType> = (
  input: InputOf<T>,
  id: EntityId,
  now: number,
) => readonly Touch[];

/** What the operations touch, by type. A device holds its replica in memory and needs none of it. */
export const TOUCHES: { readonly [T in OperationType]: Touches<T> } = {
  "account.update": ({ account }) => [{ kind: "account", id: account }],
  "account.register": ({ login, clinics = [], doctor }) => [
    { kind: "login", id: login },
    ...clinics.map((id) => touch("clinic", id)),
    ...optional("doctor", doctor),
  ],
  "account.setStatus": ({ account }) => [{ kind: "account", id: account }],
  "account.setClinics": ({ account, clinics }) => [
    { kind: "account", id: account },
    ...clinics.map((id) => touch("clinic", id)),
  ],
  "device.add": ({ account }) => [{ kind: "account", id: account }],
  "device.revoke": ({ device }) => [{ kind: "device", id: device }],
  "device.subscribePush": ({ device }) => [{ kind: "device", id: device }],
  "device.unsubscribePush": ({ device }) => [{ kind: "device", id: device }],
  "clinic.register": () => [],
  "clinic.update": ({ clinic }) => [{ kind: "clinic", id: clinic, change: true }],
  "clinic.setHolidays": ({ clinic }) => [
    { kind: "clinic", id: clinic, change: true },
    { kind: "clinicDoctors", id: clinic },
  ],
  "doctor.register": ({ clinic }) => [{ kind: "clinic", id: clinic }],
  "doctor.update": ({ doctor }) => [{ kind: "doctor", id: doctor, change: true }],
  "doctor.setRules": ({ doctor }) => [{ kind: "doctor", id: doctor, change: true }],
  "patient.register": ({ clinic }) => optional("clinic", clinic),
  "patient.update": ({ patient, clinic }) => [
    { kind: "patient", id: patient },
    ...optional("clinic", clinic),
  ],
  "availability.set": ({ doctor }, _id, now) => planTouches(doctor, now),
  "availability.except": ({ doctor }, _id, now) => planTouches(doctor, now),
  "availability.extend": ({ doctor }, _id, now) => planTouches(doctor, now),
  "appointment.book": bookTouches,
  "appointment.hold": bookTouches,
  "appointment.confirm": ofAppointment,
  "appointment.decline": ofAppointment,
  "appointment.reschedule": ofAppointment,
  "appointment.cancel": ofAppointment,
  "appointment.checkIn": ofAppointment,
  "appointment.undoCheckIn": ofAppointment,
  "appointment.walkIn": ({ doctor, patient }, _id, now) => [
    ...patientTouches(doctor, patient),
    ...datesAround(now).map((date) => touch("sheet", sheetId(doctor, date))),
  ],
  "appointment.complete": ofAppointment,
  "appointment.markMissed": ofAppointment,
  "calendar.share": ({ of }) => optional("patient", of.patient),
  "calendar.unshare": ({ link }) => [{ kind: "calendarLink", id: link }],
  "lease.take": ({ doctor, dates }) => [
    touch("doctor", doctor),
    ...dates.map((date) => touch("sheet", sheetId(doctor, date))),
  ],
  "lease.giveBack": ({ doctor, starts }) => [
    touch("doctor", doctor),
    ...[...new Set(starts.flatMap((start) => sheetIdsForStart(doctor, start)))].flatMap((id) => [
      touch("sheet", id),
      { kind: "waiting" as const, id },
    ]),
  ],
  "message.send": ({ conversation, replyTo }) => [
    touch("conversation", conversation),
    ...optional("message", replyTo),
  ],
  "attachment.arrive": ({ message }) => [touch("message", message)],
  "message.retract": ({ message }) => [touch("message", message)],
  "conversation.markDelivered": ofConversation,
  "conversation.markRead": ofConversation,
  "conversation.handOver": ({ conversation, doctor }) => [
    touch("conversation", conversation),
    touch("doctor", doctor),
    { kind: "doctorAccount", id: doctor },
  ],
  "conversation.close": ofConversation,
  "conversation.reopen": ofConversation,
  "conversation.remove": ({ conversations }) =>
    conversations.flatMap(({ conversation: id }): readonly Touch[] => [
      { kind: "appointment", id, past: true },
      { kind: "conversation", id },
    ]),
  "appointment.archive": ({ appointments }) =>
    appointments.map((id) => ({ kind: "appointment", id, past: true })),
  "appointment.expire": ({ appointments }) => appointments.map((id) => touch("appointment", id)),
};

function bookTouches({
  doctor,
  patient,
  start,
  leased,
}: {
  readonly doctor: EntityId;
  readonly patient: EntityId;
  readonly start: Start;
  readonly leased?: { readonly device: EntityId };
}): readonly Touch[] {
  const touches = [...patientTouches(doctor, patient), ...sheetTouches(doctor, start)];
  if (leased === undefined) return touches;
  // What was confirmed without a network can arrive weeks after it took place: what the patient had then still counts.
  const since = (epochMinutes(start) - DAY_MINUTES) * MINUTE_MS;
  return [...touches, touch("device", leased.device), { kind: "agenda", id: patient, since }];
}

function patientTouches(doctor: EntityId, patient: EntityId): readonly Touch[] {
  return [
    { kind: "doctor", id: doctor },
    { kind: "doctorAccount", id: doctor },
    { kind: "patient", id: patient },
    { kind: "agenda", id: patient },
  ];
}

/** Everything a plan can change: the plan and the sheets of the coming days. */
function planTouches(doctor: EntityId, now: number): readonly Touch[] {
  const from = firstPlannedDate(now);
  return [
    { kind: "doctor", id: doctor },
    { kind: "availability", id: doctor },
    ...Array.from({ length: LIMITS.sheetDays }, (_, day) => sheetId(doctor, addDays(from, day))).flatMap(
      (id): readonly Touch[] => [
        { kind: "sheet", id },
        { kind: "waiting", id },
      ],
    ),
  ];
}

function sheetTouches(doctor: EntityId, start: Start): readonly Touch[] {
  return sheetIdsForStart(doctor, start).map((id) => touch("sheet", id));
}

function ofAppointment({ appointment }: { readonly appointment: EntityId }): readonly Touch[] {
  return [{ kind: "appointment", id: appointment }];
}

function ofConversation({ conversation }: { readonly conversation: EntityId }): readonly Touch[] {
  return [touch("conversation", conversation)];
}

function optional(kind: Kind, id: EntityId | undefined): readonly Touch[] {
  return id === undefined ? [] : [{ kind, id }];
}

function touch(kind: Kind, id: string): Touch {
  return { kind, id };
}

import * as z from "zod/mini";
import { Account } from "./account.ts";
import { Appointment } from "./appointment.ts";
import { Availability } from "./availability.ts";
import { Conversation, Message } from "./conversation.ts";
import { Clinic, Doctor } from "./directory.ts";
import { Patient } from "./patient.ts";
import { ProblemDetails } from "./problem.ts";
import { Session } from "./session.ts";
import { Sheet } from "./sheet.ts";
import { SYNC_LINES } from "./sync-response.ts";
import { Start } from "./time.ts";

/**
 * What a phone checks of what it is told, by the name under which the SDK asks for it. Fields that it shows or hands on as they are, and decides nothing by
 * alone, are left out: every byte of a shape is fetched over 2G.
 */
export const TOLD_KINDS = {
  account: Account,
  clinic: z.pick(Clinic, { id: true, name: true, lat: true, lng: true, zone: true }),
  doctor: z.omit(Doctor, { rules: true, fee: true }),
  patient: z.pick(Patient, { id: true, name: true, account: true, clinic: true }),
  availability: z.omit(Availability, { weekly: true, exceptions: true, bufferBeforeMinutes: true }),
  sheet: Sheet,
  appointment: z.omit(Appointment, {
    cancelledBy: true,
    visit: true,
    urgency: true,
    awaits: true,
    heldBy: true,
    wants: true,
    overbooked: true,
    patientBusy: true,
    queue: true,
    places: true,
    archived: true,
  }),
  conversation: z.pick(Conversation, { id: true, doctor: true }),
  message: z.pick(Message, { id: true, conversation: true, number: true }),
} as const;

/** The same, with what else it checks. */
export const TOLD = {
  ...TOLD_KINDS,
  start: Start,
  session: Session,
  problem: ProblemDetails,
  ...SYNC_LINES,
} as const;

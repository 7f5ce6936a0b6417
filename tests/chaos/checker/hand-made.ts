import type {
  DeviceLine,
  DeviceView,
  DocumentCopy,
  DocumentView,
  Edit,
  HeardOutcome,
  QueuedOperation,
  RigLine,
} from "../history.ts";
import { EMPTY_COPY } from "../document-copy.ts";
import type {
  AppointmentRow,
  DeviceEvidence,
  Evidence,
  MessageRow,
  OperationRow,
  PatientRow,
  Rows,
} from "./evidence.ts";

/** A small run written by hand, in which everything is as it should be; a test plants one fault in a copy. */
export interface HandMade {
  readonly lines: DeviceLine[];
  readonly rig: RigLine[];
  readonly view: DeviceView & {
    readonly entities: Record<string, object[]>;
    documents: DocumentView[];
  };
  readonly rows: { -readonly [Table in keyof Rows]: Rows[Table][number][] };
}

const CALM = 10_000;
const ACCOUNT = "accountaccountac.1";
const CLINIC = "clinicclinicclin.1";
export const DOCTOR = "doctordoctordoct.1";
export const STREAM = "streamstreamstre";
/** 2026-12-01T09:00+03:00 */
export const NINE = Date.UTC(2026, 11, 1, 6, 0);

export const queued = (number: number, more: Partial<QueuedOperation>): QueuedOperation => ({
  id: `${STREAM}.${number}`,
  ref: `d1-${number}`,
  type: "patient.register",
  lane: "normal",
  input: {},
  ...more,
});

export const heard = (number: number, more: Partial<HeardOutcome> = {}): HeardOutcome => ({
  id: `${STREAM}.${number}`,
  ref: `d1-${number}`,
  type: "",
  status: "applied",
  ...more,
});

export const appointment = (number: number, more: Partial<AppointmentRow> = {}): AppointmentRow => ({
  id: `${STREAM}.${number}`,
  tenant_id: "alpha",
  doctor_id: DOCTOR,
  clinic_id: CLINIC,
  patient_id: `${STREAM}.1`,
  start_at: NINE,
  offset_minutes: 180,
  minutes: 20,
  zone: "Africa/Nairobi",
  status: "booked",
  reason: `kingfisher d1-${number}`,
  cancel_reason: null,
  cancelled_by: null,
  visit: null,
  urgency: null,
  until_at: null,
  awaits: null,
  held_by: null,
  wants_from: null,
  wants_to: null,
  wants_part: null,
  wants_since: null,
  wants_until: null,
  overbooked: null,
  patient_busy: null,
  queue_number: null,
  places: null,
  ...more,
});

export const patient = (number: number, more: Partial<PatientRow> = {}): PatientRow => ({
  id: `${STREAM}.${number}`,
  tenant_id: "alpha",
  name: `kingfisher d1-${number}`,
  account_id: null,
  clinic_id: CLINIC,
  born: null,
  sex: null,
  phone: null,
  language: null,
  village: "counter",
  card_number: "n000001",
  ...more,
});

export const operation = (number: number, more: Partial<OperationRow> = {}): OperationRow => ({
  stream_id: STREAM,
  number,
  account_id: ACCOUNT,
  type: "",
  applied: 1,
  outcome: null,
  ...more,
});

/** A message in the conversation of the booking. */
export const message = (number: number, line: number, more: Partial<MessageRow> = {}): MessageRow => ({
  id: `${STREAM}.${number}`,
  conversation_id: `${STREAM}.2`,
  line_number: line,
  written_by: "clinic",
  account_id: ACCOUNT,
  doctor_id: null,
  at: 1_500 + line,
  text: `kingfisher d1-${number}`,
  reply_to: null,
  urgent: null,
  withdrawn: null,
  ...more,
});

/** The documents of the booking's consultation. */
export const INTAKE = `${STREAM}.2.intake`;
export const NOTES = `${STREAM}.2.notes`;

export const writes = (number: number, place: Edit["place"]): Edit => ({
  does: "writes",
  mark: `d1~${number}`,
  place,
});

/** What everybody has of the intake in the end: the fourth mark was struck out, the sixth was written on a phone that never came back. */
export const copy = (more: Partial<DocumentCopy> = {}): DocumentCopy => ({
  vector: "7:12 9:2",
  fields: ["d1~1", "d1~6"],
  lines: ["kingfisher d1~2"],
  text: "[kingfisher d1~3]",
  ...more,
});

const written = (number: number): QueuedOperation =>
  queued(number, {
    type: "message.send",
    lane: "urgent",
    input: { conversation: `${STREAM}.2`, text: `kingfisher d1-${number}` },
  });

const BOOKING = {
  doctor: DOCTOR,
  patient: `${STREAM}.1`,
  start: "2026-12-01T09:00+03:00",
  reason: "kingfisher d1-2",
};

const FIRST_EDITS: readonly Edit[] = [writes(1, "field"), writes(2, "line"), writes(4, "word")];
const SECOND_EDITS: readonly Edit[] = [writes(3, "word"), { does: "strikes", mark: "d1~4", place: "word" }];

/** Registers a patient, books for her, counts her card up, asks for a time that is taken, writes two messages, edits one document and tries to edit another. */
export function cleanRun(): HandMade {
  return {
    lines: [
      { at: 1_000, e: "open", life: 1, clock: 86_400_000, waiting: [], outcomes: [] },
      {
        at: 1_100,
        e: "queued",
        batch: 1,
        operations: [
          queued(1, { input: { name: "kingfisher d1-1", village: "counter", cardNumber: "n000000" } }),
          queued(2, { type: "appointment.book", input: BOOKING }),
          queued(3, {
            type: "patient.update",
            input: { patient: `${STREAM}.1`, cardNumber: "n000001" },
            after: [`${STREAM}.1`],
          }),
          queued(4, { type: "appointment.book", input: { ...BOOKING, reason: "kingfisher d1-4" } }),
          written(5),
          written(6),
        ],
      },
      { at: 2_000, e: "outcome", outcome: heard(1) },
      { at: 2_000, e: "outcome", outcome: heard(2, { type: "appointment.book" }) },
      { at: 2_000, e: "outcome", outcome: heard(3) },
      { at: 2_000, e: "outcome", outcome: heard(4, { status: "rejected", code: "slot_taken" }) },
      { at: 2_000, e: "outcome", outcome: heard(5, { type: "message.send", output: { number: 1 } }) },
      { at: 2_000, e: "outcome", outcome: heard(6, { type: "message.send", output: { number: 2 } }) },
      { at: 2_100, e: "acknowledged", ids: [1, 2, 3, 4, 5, 6].map((number) => `${STREAM}.${number}`) },
      {
        at: 2_200,
        e: "glimpse",
        glimpses: [
          { kind: "appointment", id: `${STREAM}.2`, shows: "booked", waiting: false },
          { kind: "patient", id: `${STREAM}.1`, shows: "n000001", waiting: false },
        ],
      },
      { at: 2_300, e: "searched", characters: 5_000, found: [] },
      { at: 2_400, e: "editing", document: INTAKE, edits: FIRST_EDITS },
      { at: 2_410, e: "kept", document: INTAKE, edits: FIRST_EDITS },
      { at: 2_500, e: "stored", document: INTAKE, edits: FIRST_EDITS },
      { at: 2_510, e: "editing", document: INTAKE, edits: SECOND_EDITS },
      { at: 2_520, e: "kept", document: INTAKE, edits: SECOND_EDITS },
      { at: 2_600, e: "editing", document: NOTES, edits: [writes(5, "line")] },
      { at: 2_600, e: "refused", document: NOTES, edits: [writes(5, "line")], code: "forbidden" },
      { at: 2_700, e: "editing", document: INTAKE, edits: [writes(6, "field")], visitor: true },
      { at: 2_800, e: "stored", document: INTAKE, edits: [writes(6, "field")] },
      { at: 2_810, e: "forcing", document: NOTES, mark: "d1~7" },
      { at: 2_820, e: "forced", document: NOTES, mark: "d1~7", taken: false },
      { at: 3_000, e: "open", life: 2, clock: 86_400_000, waiting: [], outcomes: [] },
      { at: 3_100, e: "reopened", document: INTAKE, marks: ["d1~1", "d1~2", "d1~3"] },
      { at: 3_200, e: "stored", document: INTAKE, edits: SECOND_EDITS },
      { at: CALM + 900, e: "drained", ms: 900, done: true },
      { at: CALM + 950, e: "documentsDrained", ms: 50, left: [], byHand: [] },
      {
        at: CALM + 2_000,
        e: "replay",
        id: `${STREAM}.2`,
        answers: ['"applied as asked"', '"applied as asked"'],
      },
      { at: CALM + 2_000, e: "replay", id: `${STREAM}.4`, answers: [SLOT_TAKEN, SLOT_TAKEN] },
    ],
    rig: [
      { at: 1_000, e: "phase", phase: "storm" },
      { at: 2_500, e: "poll", overlaps: 0, counters: { [`${STREAM}.1`]: "n000001" } },
      { at: 2_600, e: "restarted", acknowledged: 4, lost: [] },
      { at: 2_600, e: "documents", told: 3, lost: [] },
      { at: CALM, e: "phase", phase: "calm" },
    ],
    view: {
      device: "d1",
      tenant: "alpha",
      account: { id: ACCOUNT, role: "staff", clinics: [CLINIC] },
      follows: [DOCTOR],
      waiting: [],
      entities: {
        appointment: [
          {
            id: `${STREAM}.2`,
            doctor: DOCTOR,
            clinic: CLINIC,
            patient: `${STREAM}.1`,
            start: "2026-12-01T09:00+03:00",
            minutes: 20,
            zone: "Africa/Nairobi",
            status: "booked",
            reason: "kingfisher d1-2",
          },
        ],
        patient: [
          {
            id: `${STREAM}.1`,
            name: "kingfisher d1-1",
            clinic: CLINIC,
            village: "counter",
            cardNumber: "n000001",
          },
        ],
        doctor: [{ id: DOCTOR, name: "Dr A", clinic: CLINIC, specialities: ["surgery"], languages: ["sw"] }],
        sheet: [
          { id: `${DOCTOR}/2026-12-01`, zone: "Africa/Nairobi", runs: [[NINE / 60_000, 180, 20, 20, "bff"]] },
        ],
        availability: [{ id: DOCTOR, slotMinutes: 20, sheetsUntil: "2027-01-01" }],
        conversation: [{ id: `${STREAM}.2`, patient: `${STREAM}.1`, doctor: DOCTOR, doctorDelivered: 1 }],
        message: [messageShown(5, 1), messageShown(6, 2)],
      },
      documents: [
        { document: INTAKE, fresh: [copy(), copy()], shown: copy(), waiting: false },
        { document: NOTES, fresh: [EMPTY_COPY, EMPTY_COPY], shown: EMPTY_COPY, waiting: false },
      ],
    },
    rows: {
      appointments: [appointment(2)],
      patients: [patient(1)],
      operations: [
        operation(1),
        operation(2),
        operation(3),
        operation(4, { applied: 0, outcome: '{"code":"slot_taken"}' }),
        operation(5),
        operation(6),
      ],
      doctors: [
        {
          id: DOCTOR,
          name: "Dr A",
          clinic_id: CLINIC,
          specialities: ",surgery,",
          languages: ",sw,",
          rules: null,
        },
      ],
      sheets: [
        {
          id: `${DOCTOR}/2026-12-01`,
          doctor_id: DOCTOR,
          date: "2026-12-01",
          zone: "Africa/Nairobi",
          runs: JSON.stringify([[NINE / 60_000, 180, 20, 20, "bff"]]),
          held: null,
          leased: null,
          queue_number: null,
        },
      ],
      availabilities: [{ id: DOCTOR, plan: '{"slotMinutes":20}', sheets_until: "2027-01-01" }],
      conversations: [
        {
          id: `${STREAM}.2`,
          tenant_id: "alpha",
          patient_id: `${STREAM}.1`,
          doctor_id: DOCTOR,
          line_count: 2,
          closed: null,
          patient_delivered: null,
          patient_read: null,
          doctor_delivered: 1,
          doctor_read: null,
        },
      ],
      messages: [message(5, 1), message(6, 2)],
      documents: [{ document: INTAKE, copy: copy() }],
    },
  };
}

function messageShown(number: number, line: number): object {
  return {
    id: `${STREAM}.${number}`,
    conversation: `${STREAM}.2`,
    number: line,
    by: "clinic",
    account: ACCOUNT,
    at: 1_500 + line,
    text: `kingfisher d1-${number}`,
  };
}

const SLOT_TAKEN = '{"number":4,"problem":{"code":"slot_taken"}}';

export function evidenceOf({ lines, rig, view, rows }: HandMade): Evidence {
  const device: DeviceEvidence = { name: "d1", lines, view };
  return { devices: [device], rig, rows, rowsShown: rows };
}

import type {
  Account,
  Appointment,
  AttachmentMetadata,
  CalendarLink,
  Clinic,
  Conversation,
  Device,
  Doctor,
  InputOf,
  Message,
  OperationType,
  Patient,
  Sheet,
} from "@healthbridge/schema";

/** What the document shows: invented people at an invented clinic. A test holds every example against its schema. */

export const exampleStart = "2026-11-24T09:20+03:00";

export const exampleClinic: Clinic = {
  id: "ZnFtR2tYc0p3b1Nx.1",
  name: "Kijani Dispensary",
  level: "Level 2",
  county: "Homa Bay",
  lat: -0.5273,
  lng: 34.4571,
  zone: "Africa/Nairobi",
};

export const exampleDoctor: Doctor = {
  id: "ZnFtR2tYc0p3b1Nx.2",
  name: "Dr Achieng Odhiambo",
  clinic: exampleClinic.id,
  specialities: ["general-practice"],
  languages: ["en", "luo", "sw"],
  fee: { amount: 50_000, currency: "KES" },
};

export const examplePatient: Patient = {
  id: "aVdxT2lHdVNyQ2Rm.1",
  name: "Mary Wanjiru",
  clinic: exampleClinic.id,
  born: "1988-04-02",
  sex: "female",
  phone: "+254700000001",
  language: "sw",
};

export const exampleAppointment: Appointment = {
  id: "aVdxT2lHdVNyQ2Rm.2",
  doctor: exampleDoctor.id,
  clinic: exampleClinic.id,
  patient: examplePatient.id,
  start: exampleStart,
  minutes: 20,
  zone: "Africa/Nairobi",
  status: "booked",
  reason: "Cough for two weeks",
};

export const exampleConversation: Conversation = {
  id: exampleAppointment.id,
  patient: examplePatient.id,
  doctor: exampleDoctor.id,
  patientDelivered: 2,
  patientRead: 1,
  doctorDelivered: 2,
  doctorRead: 2,
};

export const exampleMessage: Message = {
  id: "aVdxT2lHdVNyQ2Rm.7",
  conversation: exampleConversation.id,
  number: 2,
  by: "patient",
  account: "Qm9ZdUxhV2hGc2pL.1",
  at: 1_795_500_000_000,
  text: "The fever is back since last night.",
};

export const exampleAttachment: AttachmentMetadata = {
  id: "uddtXiePRFN6_RgG.1",
  seal: "YSBzZWFsIG9mIDE2IGIuLg",
  conversation: exampleConversation.id,
  kind: "photo",
  type: "image/jpeg",
};

export const exampleAccount: Account = {
  id: "Qm9ZdUxhV2hGc2pL.1",
  login: "front.desk@kijani",
  name: "Kijani front desk",
  role: "staff",
  clinics: [exampleClinic.id],
  status: "active",
};

export const exampleSheet: Sheet = {
  id: `${exampleDoctor.id}/2026-11-24`,
  zone: "Africa/Nairobi",
  runs: [[29_925_000, 180, 20, 20, "fbf"]],
};

export const exampleDevice: Device = {
  id: "T3dKcEhsWmFxRXRu.1",
  account: exampleAccount.id,
  name: "Tablet at the front desk",
  status: "active",
};

export const exampleCalendarLink: CalendarLink = {
  id: "Y2FsZW5kYXJsaW5r.1",
  account: exampleAccount.id,
  device: exampleDevice.id,
  of: { doctor: exampleDoctor.id },
  names: true,
  status: "active",
  digest: "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg",
  madeAt: 1_795_417_200_000,
};

const { id: _clinic, ...clinicDetails } = exampleClinic;
const { id: _doctor, ...doctorDetails } = exampleDoctor;
const { id: _patient, ...patientDetails } = examplePatient;

/** Inputs of operations, path parameters included. */
export const EXAMPLE_INPUTS: Readonly<{ [T in OperationType]?: InputOf<T> }> = {
  "account.update": { account: exampleAccount.id, language: "sw" },
  "account.setStatus": { account: exampleAccount.id, status: "disabled" },
  "account.setClinics": { account: exampleAccount.id, clinics: [exampleClinic.id] },
  "device.revoke": { device: exampleDevice.id },
  "device.subscribePush": {
    device: exampleDevice.id,
    push: {
      endpoint: "https://push.example/send/4c9f1e",
      keys: {
        p256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        auth: "tBHItJI5svbpez7KI4CCXg",
      },
    },
  },
  "device.unsubscribePush": { device: exampleDevice.id },
  "clinic.register": clinicDetails,
  "clinic.update": { clinic: exampleClinic.id, level: "Level 3" },
  "clinic.setHolidays": {
    clinic: exampleClinic.id,
    holidays: [{ date: "2026-12-12", name: "Jamhuri Day" }],
  },
  "doctor.register": doctorDetails,
  "doctor.update": { doctor: exampleDoctor.id, languages: ["en", "sw"] },
  "doctor.setRules": {
    doctor: exampleDoctor.id,
    rules: { visits: [{ kind: "first", minutes: 40 }], noticeMinutes: 60, horizonDays: 28, freed: "offer" },
  },
  "patient.register": patientDetails,
  "patient.update": { patient: examplePatient.id, phone: "+254700000002" },
  "availability.set": {
    doctor: exampleDoctor.id,
    zone: "Africa/Nairobi",
    slotMinutes: 20,
    bufferMinutes: 0,
    weekly: [{ day: 2, hours: [{ from: "09:00", to: "13:00" }] }],
  },
  "availability.except": { doctor: exampleDoctor.id, dates: [{ date: "2026-12-25", hours: [] }] },
  "appointment.book": {
    doctor: exampleDoctor.id,
    patient: examplePatient.id,
    start: exampleStart,
    ifTaken: [
      { wish: "sameDay", partOfDay: "morning" },
      { wish: "sameDoctor", days: 7 },
      { wish: "anyDoctor", km: 25, language: "sw" },
      { wish: "waitingList", days: 14 },
    ],
    reason: "Cough for two weeks",
  },
  "appointment.hold": {
    doctor: exampleDoctor.id,
    patient: examplePatient.id,
    start: exampleStart,
    minutes: 10,
  },
  "appointment.confirm": { appointment: exampleAppointment.id },
  "appointment.decline": { appointment: exampleAppointment.id },
  "appointment.reschedule": { appointment: exampleAppointment.id, start: "2026-11-24T10:00+03:00" },
  "appointment.cancel": { appointment: exampleAppointment.id, reason: "The road is flooded" },
  "appointment.checkIn": { appointment: exampleAppointment.id },
  "appointment.undoCheckIn": { appointment: exampleAppointment.id },
  "appointment.walkIn": { doctor: exampleDoctor.id, patient: examplePatient.id, urgency: "soon" },
  "appointment.complete": { appointment: exampleAppointment.id },
  "appointment.markMissed": { appointment: exampleAppointment.id },
  "lease.take": {
    doctor: exampleDoctor.id,
    dates: ["2026-11-23"],
    until: "2026-11-23T17:00+03:00",
    most: 6,
  },
  "lease.giveBack": { doctor: exampleDoctor.id, starts: ["2026-11-23T16:20+03:00"] },
  "message.send": { conversation: exampleConversation.id, text: "The fever is back since last night." },
  "message.retract": { message: exampleMessage.id },
  "conversation.markDelivered": { conversation: exampleConversation.id, through: 2 },
  "conversation.markRead": { conversation: exampleConversation.id, through: 2 },
  "conversation.handOver": { conversation: exampleConversation.id, doctor: "ZnFtR2tYc0p3b1Nx.3" },
  "conversation.close": { conversation: exampleConversation.id },
  "conversation.reopen": { conversation: exampleConversation.id },
  "calendar.share": { digest: exampleCalendarLink.digest, of: { doctor: exampleDoctor.id }, names: true },
  "calendar.unshare": { link: exampleCalendarLink.id },
};

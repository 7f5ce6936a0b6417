// Made by `npm run shapes` from the zod schemas. Do not edit.
/* oxlint-disable eslint/no-control-regex -- the patterns are those of schema/src/shapes */
import { dateExists, endsLater, liesOnSteps, saysDays, saysPlace } from "../rules.ts";
import type { Shape } from "./shape.ts";

const EntityId: Shape = /^[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}$/;
const Login: Shape = ["t", 0, 64, /^[a-z0-9+][a-z0-9._@+-]{2,63}$/];
const Name: Shape = ["t", 1, 120, /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u, /\S/];
const Role: Shape = ["e", "patient doctor staff administrator"];
const clinics: Shape = ["a", 0, Infinity, EntityId];
const Language: Shape = /^[a-z]{2,3}$/;
const status: Shape = ["e", "active disabled"];
const Account: Shape = [
  "o",
  0,
  {
    id: EntityId,
    login: Login,
    name: Name,
    role: Role,
    clinics: clinics,
    doctor$: EntityId,
    language$: Language,
    status: status,
  },
];
const Latitude: Shape = ["n", -90, 90];
const Longitude: Shape = ["n", -180, 180];
const ZoneName: Shape = ["t", 0, 64, /^[A-Za-z]+([_+/-][A-Za-z0-9]+)*$/];
const VisitKind: Shape = ["t", 0, 40, /^[a-z]+(-[a-z]+)*$/];
const specialities: Shape = ["a", 1, 8, VisitKind];
const languages: Shape = ["a", 1, 8, Language];
const slotMinutes: Shape = ["i", 5, 240, 5];
const bufferMinutes: Shape = ["i", 0, 240, 5];
const CalendarDate: Shape = ["t", 0, Infinity, /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, dateExists];
const Text: Shape = ["t", 0, Infinity];
const Whole: Shape = ["i", -9007199254740991, 9007199254740991, 1];
const leasedItem: Shape = ["a", 0, Infinity, Whole];
const Start: Shape = [
  "t",
  0,
  Infinity,
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(Z|[+-](0\d|1[0-4]):[0-5]\d)$/,
  dateExists,
];
const reason: Shape = ["t", 1, 200, /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u, /\S/];
const number: Shape = ["i", 1, 9007199254740991, 1];
const WireCode: Shape = /^[a-z_]{2,40}$/;
const Reason: Shape = ["o", 0, { code: Text, path$: Text, wish$: Whole, detail$: Text }];
const reasons: Shape = ["a", 0, Infinity, Reason];
const alternatives: Shape = ["a", 0, Infinity, Text];
const code: Shape = ["t", 1, 20, /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u, /\S/];
const type: Shape = ["t", 1, 60, /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u, /\S/];
const owner: Shape = ["t", 1, 80, /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u, /\S/];
const amount: Shape = ["i", 0, 1000000000000, 1];
const Currency: Shape = /^[A-Z]{3}$/;
const Fee: Shape = ["o", 1, { amount: amount, currency: Currency }];
const minutes: Shape = ["i", 5, 480, 5];
const confirmMinutes: Shape = ["i", 5, 20160, 1];
const sex: Shape = ["e", "female male other unknown"];
const Phone: Shape = /^\+[1-9]\d{6,14}$/;
const Email: Shape = ["t", 0, 254, /^[\w.+-]+@[\w-]+\.[\w.-]+$/];
const NoticeWish: Shape = ["e", "off push sms voice email"];
const cardNumber: Shape = ["t", 1, 40, /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/u, /\S/];
const WallTime: Shape = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const places: Shape = ["i", 2, 35, 1];
const Hours: Shape = [
  "o",
  1,
  { from: WallTime, to: WallTime, overnight_: ["b"], slotMinutes_: slotMinutes, places_: places },
  [endsLater, "to"],
  [liesOnSteps, "from"],
];
const hours: Shape = ["a", 0, 6, Hours];
const wish: Shape = ["e", "sameDay sameDoctor anyDoctor waitingList giveUp"];
const days: Shape = ["i", 1, 28, 1];
const PartOfDay: Shape = ["e", "morning afternoon evening"];
const km: Shape = ["i", 1, 200, 1];
const Wish: Shape = [
  "o",
  1,
  { wish: wish, days_: days, partOfDay_: PartOfDay, km_: km, speciality_: VisitKind, language_: Language },
  [saysDays, "days"],
  [saysPlace, "km"],
];
const IfTaken: Shape = ["a", 0, 8, Wish];
const Urgency: Shape = ["e", "routine soon urgent"];
const appointmentConfirm: Shape = ["o", 1, { appointment: EntityId }];
const conversationMarkDelivered: Shape = ["o", 1, { conversation: EntityId, through: number }];
const conversationClose: Shape = ["o", 1, { conversation: EntityId }];

/** Entities a phone is told of, by kind. */
export const KINDS = {
  account: Account,
  clinic: ["o", 0, { id: EntityId, name: Name, lat$: Latitude, lng$: Longitude, zone: ZoneName }],
  doctor: [
    "o",
    0,
    { id: EntityId, name: Name, clinic: EntityId, specialities: specialities, languages: languages },
  ],
  patient: ["o", 0, { id: EntityId, name: Name, account$: EntityId, clinic$: EntityId }],
  availability: [
    "o",
    0,
    {
      id: EntityId,
      zone: ZoneName,
      slotMinutes: slotMinutes,
      bufferMinutes: bufferMinutes,
      sheetsUntil$: CalendarDate,
    },
  ],
  sheet: [
    "o",
    0,
    {
      id: /^[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}\/\d{4}-\d{2}-\d{2}$/,
      zone: Text,
      runs: ["a", 0, Infinity, ["u", [Whole, Whole, Whole, Whole, /^[fhbox0-9A-Z]+$/, Whole], 5]],
      held$: ["a", 0, Infinity, ["u", [Whole, Whole], 2]],
      leased$: ["a", 0, Infinity, ["u", [EntityId, Whole, leasedItem], 3]],
      queue$: Whole,
    },
  ],
  appointment: [
    "o",
    0,
    {
      id: EntityId,
      doctor: EntityId,
      clinic: EntityId,
      patient: EntityId,
      start: Start,
      minutes: Whole,
      zone: ZoneName,
      status: ["e", "pending booked arrived fulfilled cancelled noshow waitlist expired"],
      reason$: reason,
      cancelReason$: reason,
      until$: Whole,
    },
  ],
  conversation: ["o", 0, { id: EntityId, doctor: EntityId }],
  message: ["o", 0, { id: EntityId, conversation: EntityId, number: number }],
} as const satisfies Readonly<Record<string, Shape>>;

/** What a phone is told, by name. */
export const SHAPES = {
  ...KINDS,
  start: Start,
  session: [
    "o",
    0,
    {
      accessToken: Text,
      expiresIn: Whole,
      refreshToken: Text,
      refreshExpiresIn: Whole,
      account: Account,
      device: EntityId,
    },
  ],
  problem: [
    "o",
    0,
    {
      code: WireCode,
      path$: Text,
      detail$: Text,
      reasons$: reasons,
      alternatives$: alternatives,
      type: Text,
      title: Text,
      status: Whole,
      next$: Text,
      correlation$: Text,
    },
  ],
  head: [
    "o",
    0,
    {
      line: ["e", "head"],
      settled: Whole,
      outcomes$: [
        "a",
        0,
        Infinity,
        [
          "o",
          0,
          {
            number: ["i", 1, 4294967295, 1],
            problem$: [
              "o",
              0,
              { code: WireCode, path$: Text, detail$: Text, reasons$: reasons, alternatives$: alternatives },
            ],
            output$: ["*"],
            echo$: ["b"],
          },
        ],
      ],
      feeds$: ["a", 0, Infinity, ["o", 0, { name: Text, handle: Whole }]],
      refused$: alternatives,
      dropped$: leasedItem,
      reset$: leasedItem,
      fork$: ["b"],
      anew$: ["b"],
      serverTime: Whole,
      epoch: Whole,
      durableThrough$: Whole,
      pace$: Whole,
    },
  ],
  page: [
    "o",
    0,
    {
      line: ["e", "page"],
      feed: Whole,
      items: ["a", 0, Infinity, ["o", 0, { kind: Text, entity$: ["o", 0, { id: Text }], gone$: Text }]],
      cursor: Whole,
      begun$: Whole,
    },
  ],
  end: [
    "o",
    0,
    {
      line: ["e", "end"],
      cursors$: [
        "t",
        0,
        6000,
        /^([1-9]\d{0,11}:\d{1,15}(:\d{1,15})?(,[1-9]\d{0,11}:\d{1,15}(:\d{1,15})?)*)?$/,
      ],
      more$: ["b"],
    },
  ],
} as const satisfies Readonly<Record<string, Shape>>;

/** Inputs of the operations a device can queue, by type: those that every phone checks. */
export const INPUTS = {
  "account.update": ["o", 1, { account: EntityId, name_: Name, language_: Language }],
  "patient.register": [
    "o",
    1,
    {
      name: Name,
      born$: CalendarDate,
      sex$: sex,
      phone$: Phone,
      email$: Email,
      notices$: NoticeWish,
      language$: Language,
      village$: owner,
      cardNumber$: cardNumber,
      clinic$: EntityId,
    },
  ],
  "patient.update": [
    "o",
    1,
    {
      name_: Name,
      born$: CalendarDate,
      sex$: sex,
      phone$: Phone,
      email$: Email,
      notices$: NoticeWish,
      language$: Language,
      village$: owner,
      cardNumber$: cardNumber,
      patient: EntityId,
      clinic_: EntityId,
    },
  ],
  "appointment.book": [
    "o",
    1,
    {
      doctor: EntityId,
      patient: EntityId,
      start: Start,
      ifTaken$: IfTaken,
      reason$: reason,
      visit_: VisitKind,
      urgency_: Urgency,
      usefulUntil_: Start,
      overbook_: reason,
      leased_: ["o", 1, { device: EntityId, minutes: minutes }],
    },
  ],
  "appointment.reschedule": [
    "o",
    1,
    { appointment: EntityId, start: Start, ifTaken$: IfTaken, usefulUntil_: Start },
  ],
  "appointment.confirm": appointmentConfirm,
  "appointment.cancel": ["o", 1, { appointment: EntityId, reason$: reason, by_: ["e", "patient clinic"] }],
  "appointment.checkIn": appointmentConfirm,
  "appointment.undoCheckIn": appointmentConfirm,
  "appointment.complete": appointmentConfirm,
  "appointment.markMissed": appointmentConfirm,
  "appointment.hold": [
    "o",
    1,
    { doctor: EntityId, patient: EntityId, start: Start, visit_: VisitKind, minutes_: ["i", 1, 60, 1] },
  ],
  "appointment.decline": appointmentConfirm,
} as const satisfies Readonly<Record<string, Shape>>;

/** Inputs of what only a clinic's desk asks for, by type. */
export const DESK_INPUTS = {
  "clinic.register": [
    "o",
    1,
    {
      name: Name,
      code$: code,
      level$: code,
      type$: type,
      owner$: owner,
      county$: type,
      ward$: type,
      lat$: Latitude,
      lng$: Longitude,
      zone: ZoneName,
    },
  ],
  "clinic.update": [
    "o",
    1,
    {
      name_: Name,
      code$: code,
      level$: code,
      type$: type,
      owner$: owner,
      county$: type,
      ward$: type,
      lat$: Latitude,
      lng$: Longitude,
      zone_: ZoneName,
      clinic: EntityId,
    },
  ],
  "doctor.register": [
    "o",
    1,
    { name: Name, clinic: EntityId, specialities: specialities, languages: languages, fee$: Fee },
  ],
  "doctor.update": [
    "o",
    1,
    { doctor: EntityId, name_: Name, specialities_: specialities, languages_: languages, fee_: Fee },
  ],
  "doctor.setRules": [
    "o",
    1,
    {
      doctor: EntityId,
      rules: [
        "o",
        1,
        {
          visits_: ["a", 0, 12, ["o", 1, { kind: VisitKind, minutes: minutes }]],
          noticeMinutes_: ["i", 0, 20160, 1],
          horizonDays_: ["i", 1, 56, 1],
          perDay_: ["i", 1, 500, 1],
          perPatient_: ["i", 1, 50, 1],
          confirmMinutes_: confirmMinutes,
          freed_: ["e", "offer give"],
          offerMinutes_: confirmMinutes,
          overbooking_: ["e", "doctor staff"],
          leasePercent_: ["i", 0, 100, 1],
        },
      ],
    },
  ],
  "availability.set": [
    "o",
    1,
    {
      zone: ZoneName,
      slotMinutes: slotMinutes,
      bufferMinutes: bufferMinutes,
      bufferBeforeMinutes_: bufferMinutes,
      weekly: ["a", 0, 7, ["o", 1, { day: ["i", 1, 7, 1], hours: hours }]],
      doctor: EntityId,
    },
  ],
  "availability.except": [
    "o",
    1,
    { doctor: EntityId, dates: ["a", 1, 60, ["o", 1, { date: CalendarDate, hours: hours, extra_: ["b"] }]] },
  ],
  "lease.giveBack": ["o", 1, { doctor: EntityId, starts: ["a", 1, 100, Start], device_: EntityId }],
  "clinic.setHolidays": [
    "o",
    1,
    { clinic: EntityId, holidays: ["a", 0, 60, ["o", 1, { date: CalendarDate, name: type }]] },
  ],
  "appointment.walkIn": ["o", 1, { doctor: EntityId, patient: EntityId, reason$: reason, urgency_: Urgency }],
  "lease.take": [
    "o",
    1,
    {
      doctor: EntityId,
      dates: ["a", 1, 14, CalendarDate],
      until: Start,
      most_: ["i", 1, 100, 1],
      partOfDay_: PartOfDay,
    },
  ],
  "message.send": [
    "o",
    1,
    {
      conversation: EntityId,
      text_: ["t", 1, 2000, /^[^\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff]*$/u, /\S/],
      attachments_: ["a", 1, 4, EntityId],
      replyTo_: EntityId,
      urgent_: ["b"],
    },
  ],
  "message.retract": ["o", 1, { message: EntityId }],
  "conversation.markDelivered": conversationMarkDelivered,
  "conversation.markRead": conversationMarkDelivered,
  "conversation.handOver": ["o", 1, { conversation: EntityId, doctor: EntityId }],
  "conversation.close": conversationClose,
  "conversation.reopen": conversationClose,
} as const satisfies Readonly<Record<string, Shape>>;

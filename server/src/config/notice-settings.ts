import { Email, Phone } from "@healthbridge/schema";
import * as z from "zod";
import type { Call } from "../notices/carriers/gateway.ts";
import { parseGateway } from "../notices/carriers/gateway-account.ts";
import { parsePushKeys } from "../notices/carriers/web-push.ts";
import { CHANNELS, type Channel, isEmail } from "../notices/plan.ts";
import { TEXT_LANGUAGES } from "../notices/texts/texts.ts";
import { NAMED } from "../notices/write-letter.ts";
import { accepted, amount, list, setting, text } from "./setting.ts";

const MINUTES = { m: 1, h: 60, d: 1_440 } as const;
/** Reminders that one appointment can have. */
const MOST_REMINDERS = 5;

const reminder = text.regex(/^[1-9]\d{0,3}[mhd]$/).transform((value) => {
  const unit = value.slice(-1);
  return Number(value.slice(0, -1)) * (unit === "m" ? MINUTES.m : unit === "h" ? MINUTES.h : MINUTES.d);
});

/** People who are on call at one time. */
const MOST_ON_CALL = 10;

const QUIET = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;
const STANDARD_QUIET = { from: 21 * 60, to: 7 * 60 };

const quietHours = text
  .refine((value) => value === "off" || QUIET.test(value))
  .optional()
  .transform((value) => {
    if (value === undefined) return STANDARD_QUIET;
    const [, fromHour, fromMinute, toHour, toMinute] = QUIET.exec(value) ?? [];
    const from = Number(fromHour) * 60 + Number(fromMinute);
    const to = Number(toHour) * 60 + Number(toMinute);
    return value === "off" || from === to ? undefined : { from, to };
  });

function gateway(name: string, channel: Call["channel"], help: string) {
  return setting({
    name,
    help: `${help} A gateway of your own is asked with a signed webhook (Standard Webhooks); docs/guides/notices.md has the rest.`,
    example: "africastalking://clinics:key@default?from=CLINIC",
    expected:
      "https://whsec_SECRET@host/path, twilio://SID:TOKEN@default?from=NUMBER or africastalking://USER:KEY@default?from=SENDER",
    standard: "none",
    read: text
      .transform((value, context) => {
        const parsed = parseGateway(value, channel);
        if (parsed !== undefined) return parsed;
        context.addIssue({ code: "custom", message: "Invalid input" });
        return z.NEVER;
      })
      .optional(),
    show: (value) => (value === undefined ? "(none)" : `${value.gateway} (hidden)`),
  });
}

const pushKeys = text.transform((value, context) => {
  const parsed = parsePushKeys(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "Invalid input" });
  return z.NEVER;
});

/** How patients are told of their appointments. */
export const NOTICE_SETTINGS = {
  noticeChannels: setting({
    name: "HEALTHBRIDGE_NOTICES",
    help: "By what patients are told of their appointments, in the order in which it is tried. Nobody is told of anything where this is left out.",
    example: "push,sms",
    expected: `some of ${CHANNELS.join(", ")}, with commas between`,
    standard: "none; the demo shows what would be sent at /demo/notices",
    read: list(z.enum(CHANNELS)),
    show: (value) => value.join(",") || "(none)",
  }),
  noticeMode: setting({
    name: "HEALTHBRIDGE_NOTICE_MODE",
    help: "Whether a patient is told by the first of them that reaches her, or by all that do.",
    example: "all",
    expected: "first or all",
    standard: "first",
    read: text
      .pipe(z.enum(["first", "all"]))
      .optional()
      .transform((value) => value ?? "first"),
  }),
  reminderMinutes: setting({
    name: "HEALTHBRIDGE_REMINDERS",
    help: "How long before the start patients are reminded, each time a message: minutes (m), hours (h) or days (d).",
    example: "3d,24h,2h",
    expected: `at most ${String(MOST_REMINDERS)} times such as 24h or 90m, with commas between, or none`,
    standard: "24h,2h",
    read: list(reminder.or(z.literal("none")), "24h,2h")
      .transform((times) => times.filter((time) => time !== "none"))
      .refine((times) => times.length <= MOST_REMINDERS),
    show: (value) => value.map((minutes) => `${String(minutes)}m`).join(",") || "none",
  }),
  quietHours: setting({
    name: "HEALTHBRIDGE_QUIET_HOURS",
    help: "Hours on the clinic's wall in which nobody is woken. What cannot wait for the morning (a cancellation for the coming hours) is sent all the same.",
    example: "21:00-07:00",
    expected: "two times of day such as 21:00-07:00, or off",
    standard: "21:00-07:00",
    read: quietHours,
    show: (value) => (value === undefined ? "off" : `${wall(value.from)}-${wall(value.to)}`),
  }),
  noticeLanguage: setting({
    name: "HEALTHBRIDGE_NOTICE_LANGUAGE",
    help: "The language for patients who name none that messages are written in, and whose account names none.",
    example: "sw",
    expected: TEXT_LANGUAGES.join(", "),
    standard: "en",
    read: text
      .pipe(z.enum(TEXT_LANGUAGES))
      .optional()
      .transform((value) => value ?? "en"),
  }),
  noticeNames: setting({
    name: "HEALTHBRIDGE_NOTICE_NAMES",
    help: "Whose names a message may hold. A phone is often a family's: by standard none, and why somebody comes is never in it.",
    example: "clinic",
    expected: `some of ${NAMED.join(", ")}, with commas between`,
    standard: "none",
    read: list(z.enum(NAMED)).transform((value) => new Set(value)),
    show: (value) => [...value].join(",") || "(none)",
  }),
  onCall: setting({
    name: "HEALTHBRIDGE_ON_CALL",
    help: "Who is told when an urgent message has reached no device in time: by SMS or, where that cannot be, by a call, or by e-mail, at any hour. Nobody is where this is left out.",
    example: "+254700000001,oncall@clinics.example",
    expected: `at most ${String(MOST_ON_CALL)} telephone numbers such as +254700000001 or e-mail addresses, with commas between`,
    standard: "none",
    read: list(z.union([Phone, Email]))
      .transform((entries) => [...new Set(entries)])
      .refine((entries) => entries.length <= MOST_ON_CALL),
    show: (value) => (value.length === 0 ? "(none)" : `${String(value.length)} (hidden)`),
  }),
  urgentMinutes: amount(
    "HEALTHBRIDGE_URGENT_MINUTES",
    [1, 240, 10],
    "minutes",
    "How long an urgent message may be on its way before who is on call is told.",
  ),
  pushKeys: setting({
    name: "HEALTHBRIDGE_PUSH_KEYS",
    help: "The keys by which push services know this server (VAPID). Make them once with: npx web-push generate-vapid-keys. Browsers that subscribed with others have to subscribe anew.",
    example: "<public key>:<private key>",
    expected: "public:private, both in base64url",
    standard: "none",
    read: pushKeys.optional(),
    show: (value) => (value === undefined ? "(none)" : `${value.publicKey}:(hidden)`),
  }),
  pushContact: setting({
    name: "HEALTHBRIDGE_PUSH_CONTACT",
    help: "How push services reach you when something is wrong.",
    example: "mailto:it@clinics.example",
    expected: "mailto:somebody@somewhere or an https address",
    standard: "none",
    read: text.regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/).optional(),
    show: (value) => value ?? "(none)",
  }),
  smsGateway: gateway("HEALTHBRIDGE_SMS", "sms", "The gateway that sends SMS."),
  voiceGateway: gateway("HEALTHBRIDGE_VOICE", "voice", "The gateway that calls people and reads to them."),
  smtpUrl: setting({
    name: "HEALTHBRIDGE_SMTP_URL",
    help: "The mail server that takes e-mails.",
    example: "smtp://user:password@mail.example:587",
    expected: "smtp://user:password@host:port or smtps://user:password@host:port",
    standard: "none",
    read: text.refine(accepted((value) => /^smtps?:$/.exec(new URL(value).protocol)?.[0])).optional(),
    show: (value) => (value === undefined ? "(none)" : value.replace(/^(smtps?:\/\/).*@/, "$1(hidden)@")),
  }),
  mailFrom: setting({
    name: "HEALTHBRIDGE_MAIL_FROM",
    help: "The address e-mails come from.",
    example: "appointments@clinics.example",
    expected: "an e-mail address",
    standard: "none",
    read: text.regex(/^[^\s@<>]+@[^\s@<>]+$/).optional(),
    show: (value) => value ?? "(none)",
  }),
} as const;

type NoticeSettings = {
  readonly [K in keyof typeof NOTICE_SETTINGS]: z.output<(typeof NOTICE_SETTINGS)[K]["read"]>;
};

/** What each channel cannot do without. */
const NEEDED: Readonly<Record<Channel, readonly (keyof NoticeSettings)[]>> = {
  push: ["pushKeys", "pushContact"],
  sms: ["smsGateway"],
  voice: ["voiceGateway"],
  email: ["smtpUrl", "mailFrom"],
};

interface Fault {
  readonly name: string;
  readonly expected: string;
}

/** Settings that are missing for a channel, or somebody on call, that is named. */
export function noticeFaults(settings: NoticeSettings): readonly Fault[] {
  const faults = channelFaults(settings);
  const known = new Set(faults.map(({ name }) => name));
  return [...faults, ...onCallFaults(settings).filter(({ name }) => !known.has(name))];
}

function channelFaults(settings: NoticeSettings): readonly Fault[] {
  // A setting that could not be read is told of already.
  const channels: readonly Channel[] = settings.noticeChannels ?? [];
  return channels.flatMap((channel) =>
    NEEDED[channel]
      .filter((key) => settings[key] === undefined)
      .map((key) => ({
        name: NOTICE_SETTINGS[key].name,
        expected: `a value, because HEALTHBRIDGE_NOTICES names ${channel}`,
      })),
  );
}

/** A number needs what sends SMS or calls, an address a mail server. */
function onCallFaults(settings: NoticeSettings): readonly Fault[] {
  // A setting that could not be read is told of already.
  const entries: readonly string[] = settings.onCall ?? [];
  const { onCall, smsGateway, voiceGateway } = NOTICE_SETTINGS;
  const mute = settings.smsGateway === undefined && settings.voiceGateway === undefined;
  const number = {
    name: smsGateway.name,
    expected: `a value, or ${voiceGateway.name} one, because ${onCall.name} names a number`,
  };
  const address = NEEDED.email
    .filter((key) => settings[key] === undefined)
    .map((key) => ({
      name: NOTICE_SETTINGS[key].name,
      expected: `a value, because ${onCall.name} names an e-mail address`,
    }));
  return [
    ...(mute && entries.some((entry) => !isEmail(entry)) ? [number] : []),
    ...(entries.some(isEmail) ? address : []),
  ];
}

function wall(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

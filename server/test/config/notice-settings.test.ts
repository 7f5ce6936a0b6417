import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import webPush from "web-push";
import { ConfigError, type Environment, readConfig } from "../../src/config/config.ts";
import { describeConfig } from "../../src/config/describe.ts";

const good = { HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}` };
const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const secret = `whsec_${randomBytes(32).toString("base64url")}`;

function faultsOf(environment: Environment, options = {}): readonly string[] {
  try {
    readConfig({ ...good, ...environment }, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ name }) => name);
    throw error;
  }
  return [];
}

describe("the settings of notices", () => {
  it("tell nobody of anything by standard, and are a day, two hours and quiet nights where they do", () => {
    expect(readConfig(good)).toMatchObject({
      noticeChannels: [],
      noticeMode: "first",
      reminderMinutes: [1_440, 120],
      quietHours: { from: 1_260, to: 420 },
      noticeLanguage: "en",
      noticeNames: new Set(),
    });
  });

  it("are read as they are written", () => {
    const environment = {
      HEALTHBRIDGE_NOTICES: "push, sms",
      HEALTHBRIDGE_PUSH_KEYS: `${publicKey}:${privateKey}`,
      HEALTHBRIDGE_PUSH_CONTACT: "mailto:it@clinics.example",
      HEALTHBRIDGE_SMS: "twilio://AC1:token@default?from=%2B15550001111",
      HEALTHBRIDGE_REMINDERS: "3d,90m",
      HEALTHBRIDGE_QUIET_HOURS: "20:30-06:00",
      HEALTHBRIDGE_NOTICE_NAMES: "clinic,doctor",
    };
    expect(readConfig({ ...good, ...environment })).toMatchObject({
      noticeChannels: ["push", "sms"],
      pushKeys: { publicKey, privateKey },
      smsGateway: { gateway: "twilio", from: "+15550001111" },
      reminderMinutes: [4_320, 90],
      quietHours: { from: 1_230, to: 360 },
      noticeNames: new Set(["clinic", "doctor"]),
    });
  });

  it("can do without reminders and without quiet hours", () => {
    const config = readConfig({ ...good, HEALTHBRIDGE_REMINDERS: "none", HEALTHBRIDGE_QUIET_HOURS: "off" });
    expect(config).toMatchObject({ reminderMinutes: [], quietHours: undefined });
  });

  it.each([
    ["HEALTHBRIDGE_NOTICES", "sms,pigeon"],
    ["HEALTHBRIDGE_NOTICE_MODE", "some"],
    ["HEALTHBRIDGE_REMINDERS", "soon"],
    ["HEALTHBRIDGE_REMINDERS", "1d,2d,3d,4d,5d,6d"],
    ["HEALTHBRIDGE_QUIET_HOURS", "21:00-25:00"],
    ["HEALTHBRIDGE_NOTICE_LANGUAGE", "fr"],
    ["HEALTHBRIDGE_NOTICE_NAMES", "reason"],
    ["HEALTHBRIDGE_PUSH_KEYS", `${webPush.generateVAPIDKeys().publicKey}:${privateKey}`],
    ["HEALTHBRIDGE_PUSH_CONTACT", "it"],
    ["HEALTHBRIDGE_SMS", "https://gateway.example/send"],
    ["HEALTHBRIDGE_VOICE", "twilio://AC1:token@default"],
    ["HEALTHBRIDGE_SMTP_URL", "mail.example"],
    ["HEALTHBRIDGE_MAIL_FROM", "desk"],
  ])("refuse %s=%s, without quoting it", (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([name]);
    expect(() => readConfig({ ...good, [name]: value })).not.toThrow(value);
  });

  it("miss what a channel that is named cannot do without, except in the demo, which sends nothing", () => {
    const named = { HEALTHBRIDGE_NOTICES: "push,sms,voice,email" };
    expect(faultsOf(named).toSorted()).toEqual([
      "HEALTHBRIDGE_MAIL_FROM",
      "HEALTHBRIDGE_PUSH_CONTACT",
      "HEALTHBRIDGE_PUSH_KEYS",
      "HEALTHBRIDGE_SMS",
      "HEALTHBRIDGE_SMTP_URL",
      "HEALTHBRIDGE_VOICE",
    ]);
    expect(faultsOf(named, { demo: true })).toEqual([]);
  });

  it("hide their secrets when they are told", () => {
    const told = describeConfig(
      readConfig({
        ...good,
        HEALTHBRIDGE_PUSH_KEYS: `${publicKey}:${privateKey}`,
        HEALTHBRIDGE_SMS: `https://${secret}@gateway.example/send`,
        HEALTHBRIDGE_VOICE: "twilio://AC1:canary@default?from=1",
        HEALTHBRIDGE_SMTP_URL: "smtp://user:canary@mail.example:587",
      }),
    ).join("\n");
    expect(told).toContain("HEALTHBRIDGE_SMTP_URL=smtp://(hidden)@mail.example:587");
    expect(told).toContain("HEALTHBRIDGE_SMS=webhook (hidden)");
    for (const hidden of ["canary", secret, privateKey]) expect(told).not.toContain(hidden);
  });
});

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
      onCall: [],
      urgentMinutes: 10,
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
      HEALTHBRIDGE_ON_CALL: "+254711000001, +254711000002,+254711000001",
      HEALTHBRIDGE_URGENT_MINUTES: "5",
    };
    expect(readConfig({ ...good, ...environment })).toMatchObject({
      noticeChannels: ["push", "sms"],
      pushKeys: { publicKey, privateKey },
      smsGateway: { gateway: "twilio", from: "+15550001111" },
      reminderMinutes: [4_320, 90],
      quietHours: { from: 1_230, to: 360 },
      noticeNames: new Set(["clinic", "doctor"]),
      onCall: ["+254711000001", "+254711000002"],
      urgentMinutes: 5,
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
    ["HEALTHBRIDGE_ON_CALL", "+254711000001,desk"],
    ["HEALTHBRIDGE_ON_CALL", "0711000001"],
    ["HEALTHBRIDGE_ON_CALL", Array.from({ length: 11 }, (_, at) => `+25471100000${at}`).join(",")],
    ["HEALTHBRIDGE_URGENT_MINUTES", "241"],
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

  it("let an urgent message wait between one minute and four hours", () => {
    const minutes = (text: string) => faultsOf({ HEALTHBRIDGE_URGENT_MINUTES: text });
    expect(["1", "240"].map(minutes)).toEqual([[], []]);
    expect(["0", "241", "2.5", "soon"].flatMap(minutes)).toEqual(
      Array.from({ length: 4 }, () => "HEALTHBRIDGE_URGENT_MINUTES"),
    );
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

  it.each([
    { list: "+254711000001", given: {}, missing: ["HEALTHBRIDGE_SMS"] },
    { list: "+254711000001", given: { HEALTHBRIDGE_SMS: "twilio://AC1:t@default?from=1" }, missing: [] },
    { list: "+254711000001", given: { HEALTHBRIDGE_VOICE: "twilio://AC1:t@default?from=1" }, missing: [] },
    { list: "it@clinics.example", given: {}, missing: ["HEALTHBRIDGE_MAIL_FROM", "HEALTHBRIDGE_SMTP_URL"] },
    {
      list: "it@clinics.example",
      given: { HEALTHBRIDGE_SMTP_URL: "smtp://mail.example", HEALTHBRIDGE_MAIL_FROM: "a@b.example" },
      missing: [],
    },
  ])(
    "miss what reaches $list, with $given, where patients are told of nothing",
    ({ list, given, missing }) => {
      const environment = { ...given, HEALTHBRIDGE_ON_CALL: list };
      expect(faultsOf(environment).toSorted()).toEqual(missing);
      expect(faultsOf(environment, { demo: true })).toEqual([]);
    },
  );

  it("say why a gateway is missing, once, also where patients are told by it", () => {
    const environment = { HEALTHBRIDGE_ON_CALL: "+254711000001,it@clinics.example" };
    expect(() => readConfig({ ...good, ...environment })).toThrow(
      "HEALTHBRIDGE_SMS: expected a value, or HEALTHBRIDGE_VOICE one, because HEALTHBRIDGE_ON_CALL names a number",
    );
    expect(faultsOf({ ...environment, HEALTHBRIDGE_NOTICES: "sms,email" }).toSorted()).toEqual([
      "HEALTHBRIDGE_MAIL_FROM",
      "HEALTHBRIDGE_SMS",
      "HEALTHBRIDGE_SMTP_URL",
    ]);
  });

  it("hide their secrets when they are told", () => {
    const told = describeConfig(
      readConfig({
        ...good,
        HEALTHBRIDGE_PUSH_KEYS: `${publicKey}:${privateKey}`,
        HEALTHBRIDGE_SMS: `https://${secret}@gateway.example/send`,
        HEALTHBRIDGE_VOICE: "twilio://AC1:canary@default?from=1",
        HEALTHBRIDGE_SMTP_URL: "smtp://user:canary@mail.example:587",
        HEALTHBRIDGE_ON_CALL: "+254711000001",
      }),
    ).join("\n");
    expect(told).toContain("HEALTHBRIDGE_SMTP_URL=smtp://(hidden)@mail.example:587");
    expect(told).toContain("HEALTHBRIDGE_SMS=webhook (hidden)");
    expect(told).toContain("HEALTHBRIDGE_ON_CALL=1 (hidden)");
    for (const hidden of ["canary", secret, privateKey, "254711000001"]) expect(told).not.toContain(hidden);
  });
});

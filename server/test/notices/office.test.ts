import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { createCatcher } from "../../src/notices/carriers/catcher.ts";
import { noticePlan, type OfficeParts, sendingBy } from "../../src/notices/office.ts";

const KEYS = { HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}` };
const GATEWAYS = {
  HEALTHBRIDGE_SMS: "twilio://AC1:token@default?from=1",
  HEALTHBRIDGE_VOICE: "twilio://AC1:token@default?from=1",
};
const clock = { now: () => 0, monotonic: () => 0 };
const operations: OfficeParts["operations"] = { submit: () => Promise.reject(new Error("not asked")) };

/** The plan of an environment, and by what who is told of it. */
function planned(environment: Readonly<Record<string, string>>, demo = false) {
  const config = readConfig({ ...KEYS, ...environment }, { demo });
  const plan = noticePlan(config);
  const catcher = demo ? createCatcher(clock) : undefined;
  const sending = plan && sendingBy(config, plan, { clock, operations, catcher });
  const by = (carriers: typeof sending extends { readonly carriers: infer C } | undefined ? C : never) =>
    carriers.map(({ channel }) => channel);
  return {
    plan,
    patients: by(sending?.carriers ?? []),
    onCall: by(sending?.onCall ?? []),
  };
}

describe("who is told, by what the settings say", () => {
  test("nobody, where they say nothing", () => {
    expect(planned(GATEWAYS).plan).toBeUndefined();
  });

  test("who is on call alone, where patients are told of nothing", () => {
    const { plan, patients, onCall } = planned({ ...GATEWAYS, HEALTHBRIDGE_ON_CALL: "+254711000001" });
    expect(plan).toMatchObject({ channels: [], onCall: { list: ["+254711000001"], minutes: 10 } });
    expect({ patients, onCall }).toEqual({ patients: [], onCall: ["sms", "voice"] });
  });

  test("patients alone, where nobody is on call", () => {
    const { plan, patients, onCall } = planned({ ...GATEWAYS, HEALTHBRIDGE_NOTICES: "voice" });
    expect(plan?.onCall).toBeUndefined();
    expect({ patients, onCall }).toEqual({ patients: ["voice"], onCall: [] });
  });

  test("in the demo patients by everything; who is on call where somebody is", () => {
    const everything = ["push", "sms", "voice", "email"];
    expect(planned({}, true)).toMatchObject({ patients: everything, onCall: [] });
    const { plan, patients, onCall } = planned({ HEALTHBRIDGE_ON_CALL: "it@clinics.example" }, true);
    expect(plan?.onCall?.list).toEqual(["it@clinics.example"]);
    expect({ patients, onCall }).toEqual({ patients: everything, onCall: ["sms", "voice", "email"] });
  });
});

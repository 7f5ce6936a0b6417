import { describe, expect, test } from "vitest";
import { type Clinic, type Context, OPERATIONS } from "../../src/index.ts";
import { Draft } from "../../src/operations/draft.ts";
import { rejected } from "../../src/operations/definition.ts";

const CLINIC: Clinic = { id: "aVdxT2lHdVNyQ2Rm.1", name: "Olympus Mons", zone: "Mars/Olympus" };
const DEVICE: Context = {
  actor: { account: "aVdxT2lHdVNyQ2Rm.2", role: "administrator", clinics: [] },
  now: 0,
  id: CLINIC.id,
};
const UNKNOWN = rejected("zone_unknown", "input.zone");
const SERVER: Context = {
  ...DEVICE,
  refuseZone: (zone) => (zone === "Africa/Nairobi" ? undefined : UNKNOWN),
};
const STATE = new Draft({ get: () => undefined });
STATE.put({ kind: "clinic", entity: CLINIC });

const register = (zone: string, context: Context) =>
  OPERATIONS["clinic.register"].decide(STATE, { name: CLINIC.name, zone }, context);

describe("a clinic's time zone", () => {
  test("is one that the server knows", () => {
    expect(register("Africa/Nairobi", SERVER)).toMatchObject({ status: "applied" });
    expect(register("Mars/Olympus", SERVER)).toEqual(UNKNOWN);
  });

  test("is left to the server by a device, which foresees nothing wrong", () => {
    expect(register("Mars/Olympus", DEVICE)).toMatchObject({ status: "applied" });
  });

  test("that is unknown from before is in the way of no other correction", () => {
    const correct = (corrections: Partial<Omit<Clinic, "id">>) =>
      OPERATIONS["clinic.update"].decide(STATE, { clinic: CLINIC.id, ...corrections }, SERVER);
    expect(correct({ name: "Olympus" })).toMatchObject({ status: "applied" });
    expect(correct({ zone: "Mars/Olympus" })).toEqual(UNKNOWN);
    expect(correct({ zone: "Africa/Nairobi" })).toMatchObject({ status: "applied" });
  });
});

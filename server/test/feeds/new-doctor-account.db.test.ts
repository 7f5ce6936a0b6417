import type { EntityId } from "@healthbridge/schema";
import { beforeAll, describe, expect, test } from "vitest";
import { Follower } from "../../../tests/setup/follower.ts";
import { everyDay, type Person, ZONE } from "../../../tests/setup/world.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { came, openSchedule } from "../scheduling/schedule.ts";

const schedule = await openSchedule();
const { ask, world, staff } = schedule;
const service = createSyncService(world);

/** a doctor who has worked for a while without an account */
let doctor: EntityId;
let patient: EntityId;
let appointment: EntityId;
let lines: readonly EntityId[];
let herself: Person;

beforeAll(async () => {
  const input = {
    name: "Dr Barasa",
    clinic: world.clinic,
    specialities: ["general-practice"],
    languages: ["sw"],
  };
  [doctor = ""] = await world.asSystem([{ type: "doctor.register", input }]);
  const week = { zone: ZONE, slotMinutes: 20, bufferMinutes: 0, weekly: everyDay("08:00", "17:00") };
  await ask(staff, "availability.set", { doctor, ...week });
  patient = await schedule.patient();
  const start = "2027-03-08T09:00+03:00";
  ({ id: appointment } = await ask(staff, "appointment.book", { doctor, patient, start }));
  lines = [];
  for (let at = 1; at <= 3; at++) {
    const { id } = await ask(staff, "message.send", { conversation: appointment, text: `line ${at}` });
    lines = [...lines, id];
  }
  herself = await world.person("doctor", { doctor });
});

describe("a doctor whose account is opened later", () => {
  test("is shown her week, her appointments and their patients", async () => {
    const device = await new Follower(service, herself).pull({ follow: ["me"] });
    expect(device.held("me", "availability", doctor)).toMatchObject({ slotMinutes: 20 });
    expect(device.held("me", "appointment", appointment)).toMatchObject({ doctor });
    expect(device.held("me", "patient", patient)).toMatchObject({ id: patient });
  });

  test("is shown the conversations she answers, and what was said in them", async () => {
    const device = await new Follower(service, herself).pull({ follow: ["me"] });
    expect(device.held("me", "conversation", appointment)).toMatchObject({ doctor });
    for (const id of lines)
      expect(device.held("me", "message", id)).toMatchObject({ conversation: appointment });
    expect(came(await ask(herself, "message.send", { conversation: appointment, text: "I am here" }))).toBe(
      "applied",
    );
  });

  test("is shown nothing of other doctors'", async () => {
    const { id } = await ask(staff, "appointment.book", {
      doctor: world.doctor,
      patient: await schedule.patient(),
      start: "2027-03-08T09:00+03:00",
    });
    await ask(staff, "message.send", { conversation: id, text: "not for her" });
    const device = await new Follower(service, herself).pull({ follow: ["me"] });
    expect(device.held("me", "conversation", id)).toBeUndefined();
    expect(device.held("me", "appointment", id)).toBeUndefined();
  });
});

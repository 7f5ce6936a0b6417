import type { EntityId } from "@healthbridge/schema";
import { beforeEach, expect, test } from "vitest";
import { Follower } from "../../../tests/setup/follower.ts";
import type { Person } from "../../../tests/setup/world.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { came, DAY, MONDAY_SEVEN, openSchedule } from "../scheduling/schedule.ts";

/** Who answers a conversation knows whom she speaks with, for as long as she answers it. */

const schedule = await openSchedule();
const { ask, clock, world, staff, doctorHerself } = schedule;
const service = createSyncService(world);

let hour = 8;
let patient: EntityId;
let conversation: EntityId;
let next: EntityId;
let herself: Person;

beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  hour += 1;
  patient = await schedule.patient();
  const start = `2027-03-02T${String(hour).padStart(2, "0")}:00+03:00`;
  ({ id: conversation } = await ask(staff, "appointment.book", { doctor: world.doctor, patient, start }));
  await ask(staff, "message.send", { conversation, text: "one" });
  const input = { name: "Dr Next", clinic: world.clinic, specialities: ["surgery"], languages: ["sw"] };
  [next = ""] = await world.asSystem([{ type: "doctor.register", input }]);
  herself = await world.person("doctor", { doctor: next });
});

const device = (who: Person) => new Follower(service, who).pull({ follow: ["me"] });
const handOver = (doctor: EntityId) => ask(staff, "conversation.handOver", { conversation, doctor });

test("to whom it was handed over sees the patient, until she hands it on", async () => {
  const joiner = await device(herself);
  await handOver(next);
  expect((await joiner.pull()).held("me", "patient", patient)).toMatchObject({ name: "Wanjiru" });
  expect((await device(herself)).held("me", "patient", patient)).toBeDefined();
  await handOver(world.doctor);
  expect((await joiner.pull()).held("me", "patient", patient)).toBeUndefined();
  expect((await device(herself)).held("me", "patient", patient)).toBeUndefined();
});

test("handed over and back in one batch shows the patient to nobody in between", async () => {
  const joiner = await device(herself);
  const former = await device(doctorHerself);
  const over = (doctor: EntityId) => ({ type: "conversation.handOver", input: { conversation, doctor } });
  const desk = await world.person("staff", { clinics: [world.clinic] });
  const { outcomes } = await world.submit(desk, 1, [over(next), over(world.doctor)]);
  expect(outcomes.map(came).filter((each) => each !== "applied")).toEqual([]);
  expect((await joiner.pull()).held("me", "patient", patient)).toBeUndefined();
  expect((await former.pull()).held("me", "patient", patient)).toBeDefined();
});

test("who hands it over goes on seeing a patient whom she expects", async () => {
  const former = await device(doctorHerself);
  await handOver(next);
  expect((await former.pull()).held("me", "patient", patient)).toMatchObject({ id: patient });
  expect(former.held("me", "appointment", conversation)).toBeDefined();
});

test("she sees the patient wherever her card goes, and what it says by then", async () => {
  const [other = ""] = await world.asSystem([
    { type: "clinic.register", input: { name: "Mwingi", zone: "Africa/Nairobi", lat: -0.9, lng: 38 } },
  ]);
  await handOver(next);
  const joiner = await device(herself);
  const both = await world.person("staff", { clinics: [world.clinic, other] });
  await ask(both, "patient.update", { patient, clinic: other, name: "Wanjiru Kamau" });
  expect((await joiner.pull()).held("me", "patient", patient)).toMatchObject({ name: "Wanjiru Kamau" });
  await ask(both, "patient.update", { patient, name: "Wanjiru K." });
  expect((await joiner.pull()).held("me", "patient", patient)).toMatchObject({ name: "Wanjiru K." });
});

test("she sees the patient when the appointment is put away, and the conversation goes on", async () => {
  const doctor = await device(doctorHerself);
  await ask(staff, "appointment.cancel", { appointment: conversation });
  clock.now += 60 * DAY;
  const away = await schedule.asServer("appointment.archive", { appointments: [conversation] });
  expect(came(away)).toBe("applied");
  await doctor.pull();
  expect(doctor.held("me", "appointment", conversation)).toBeUndefined();
  expect(doctor.held("me", "patient", patient)).toMatchObject({ id: patient });
  expect(came(await ask(doctorHerself, "message.send", { conversation, text: "How are you?" }))).toBe(
    "applied",
  );
  await handOver(next);
  expect((await doctor.pull()).held("me", "patient", patient)).toBeUndefined();
});

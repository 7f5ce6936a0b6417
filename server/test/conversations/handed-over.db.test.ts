import { type EntityId, Message } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import type { Person } from "../../../tests/setup/world.ts";
import { came, MONDAY_SEVEN, openSchedule } from "../scheduling/schedule.ts";
import { talkIn, texts } from "./talk.ts";

/** A conversation that comes to others. */

const schedule = await openSchedule();
const { ask, clock, world, staff, doctorHerself, family } = schedule;
const { booked, device, anotherDoctor } = talkIn(schedule);

/** an appointment of a patient whose card the clinic keeps */
let conversation: EntityId;
let patient: EntityId;

beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  patient = await schedule.patient();
  conversation = await booked(staff, patient);
});

async function say(who: Person, text: string, about = conversation) {
  return ask(who, "message.send", { conversation: about, text });
}

describe("another doctor", () => {
  test("to whom it is handed over sees what was said, and the former one sees it no longer", async () => {
    const next = await anotherDoctor("Dr Next");
    const herself = await world.person("doctor", { doctor: next });
    const about = await booked(family, schedule.mother);
    await say(family, "one", about);
    await say(doctorHerself, "two", about);
    const former = await device(doctorHerself);
    const joiner = await device(herself);
    const over = { conversation: about, doctor: next };
    expect(came(await ask(doctorHerself, "conversation.handOver", over))).toBe("applied");
    expect(texts((await joiner.pull()).all("me", "message"))).toEqual(["one", "two"]);
    expect(joiner.held("me", "conversation", about)).toMatchObject({ doctor: next });
    await former.pull();
    expect(former.held("me", "conversation", about)).toBeUndefined();
    expect(former.all("me", "message").filter((each) => inConversation(each, about))).toEqual([]);
    expect(came(await say(doctorHerself, "still me?", about))).toBe("forbidden");
    expect(await say(herself, "three", about)).toMatchObject({ output: { number: 3 } });
  });

  test("is shown the newest fifty messages", async () => {
    const next = await anotherDoctor("Dr Newest");
    const herself = await world.person("doctor", { doctor: next });
    const joiner = await device(herself);
    for (let at = 1; at <= 60; at++) await say(staff, `line ${at}`);
    await ask(staff, "conversation.handOver", { conversation, doctor: next });
    const held = texts((await joiner.pull()).all("me", "message"));
    expect(held).toHaveLength(50);
    expect(held[0]).toBe("line 11");
  });

  test("is not chosen by the patient, nor by a stranger", async () => {
    const next = await anotherDoctor("Dr Third");
    const about = await booked(family, schedule.mother);
    await say(family, "hello", about);
    const over = { conversation: about, doctor: next };
    expect(came(await ask(family, "conversation.handOver", over))).toBe("forbidden");
    expect(came(await ask(await world.person("patient"), "conversation.handOver", over))).toBe("not_found");
  });

  test("whom the appointment came to answers it", async () => {
    const next = await anotherDoctor("Dr Nearby");
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((each) => ({
      day: each,
      hours: [{ from: "08:00", to: "17:00" }],
    }));
    const plan = { zone: "Africa/Nairobi", slotMinutes: 20, bufferMinutes: 0, weekly };
    await ask(staff, "availability.set", { doctor: next, ...plan });
    await say(staff, "before the move");
    const herself = await device(await world.person("doctor", { doctor: next }));
    const taken = await booked(staff, await schedule.patient());
    const { start } = await schedule.appointment(taken);
    const moved = await ask(staff, "appointment.reschedule", {
      appointment: conversation,
      start,
      ifTaken: [{ wish: "anyDoctor", km: 5, days: 1 }],
    });
    expect(moved).toMatchObject({ output: { doctor: next } });
    expect(texts((await herself.pull()).all("me", "message"))).toEqual(["before the move"]);
  });
});

function inConversation(entity: unknown, id: string): boolean {
  return Message.parse(entity).conversation === id;
}

describe("a patient's card", () => {
  test("that moves takes the conversation along to the clinic it comes to, from the one it leaves", async () => {
    const [other = ""] = await world.asSystem([
      { type: "clinic.register", input: { name: "Mwingi", zone: "Africa/Nairobi", lat: -0.9, lng: 38 } },
    ]);
    const both = await world.person("staff", { clinics: [world.clinic, other] });
    const there = await device(await world.person("staff", { clinics: [other] }), other);
    const here = await device(await world.person("staff", { clinics: [world.clinic] }), world.clinic);
    const { id } = await say(staff, "said here");
    await here.pull();
    expect(here.held(`clinic:${world.clinic}`, "message", id)).toBeDefined();
    await ask(both, "patient.update", { patient, clinic: other });
    expect((await there.pull()).held(`clinic:${other}`, "message", id)).toMatchObject({ text: "said here" });
    await here.pull();
    expect(here.held(`clinic:${world.clinic}`, "message", id)).toBeUndefined();
    expect(here.held(`clinic:${world.clinic}`, "conversation", conversation)).toBeUndefined();
  });
});

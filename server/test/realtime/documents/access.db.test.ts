import type { EntityId } from "@healthbridge/schema";
import { beforeEach, describe, expect, it } from "vitest";
import type { Person } from "../../../../tests/setup/world.ts";
import { documentAccess, type DocumentHolder } from "../../../src/realtime/documents/access.ts";
import { DAY, MONDAY_SEVEN, openSchedule } from "../../scheduling/schedule.ts";

const schedule = await openSchedule();
const { ask, clock, world, staff, doctorHerself, family } = schedule;
const access = documentAccess(world.pool);

let day = 0;
/** an appointment of the family's patient */
let conversation: EntityId;

beforeEach(async () => {
  clock.now = MONDAY_SEVEN;
  day += 1;
  const date = new Date(MONDAY_SEVEN + day * DAY).toISOString().slice(0, 10);
  const start = `${date}T09:20+03:00`;
  const made = await ask(family, "appointment.book", {
    doctor: world.doctor,
    patient: schedule.mother,
    start,
  });
  conversation = made.id;
});

const holder = ({ submitter, account }: Person): DocumentHolder => ({ tenant: submitter.tenant, account });

async function mayBoth(who: DocumentHolder, about = conversation): Promise<readonly (string | undefined)[]> {
  const kinds = ["intake", "notes"] as const;
  const rights = await access.of(
    kinds.map((kind) => ({ holder: who, address: { conversation: about, kind } })),
  );
  return rights.map((right) => right && `${right.side} ${right.may}s`);
}

describe("the documents of a consultation", () => {
  it("are there as soon as there is an appointment: the patient and the doctor write the intake, the doctor the notes", async () => {
    expect(await mayBoth(holder(family))).toEqual(["patient writes", undefined]);
    expect(await mayBoth(holder(doctorHerself))).toEqual(["doctor writes", "doctor writes"]);
  });

  it("do not exist for anybody else: strangers, other clinics, other tenants, an administrator", async () => {
    const stranger = await world.person("patient");
    const nothing = [undefined, undefined];
    expect(await mayBoth(holder(stranger))).toEqual(nothing);
    expect(await mayBoth(holder(await world.person("administrator")))).toEqual(nothing);
    // The family keeps its card itself: the clinic at which it is expected sees the appointment, not what is said.
    expect(await mayBoth(holder(staff))).toEqual(nothing);
    expect(await mayBoth({ ...holder(family), tenant: "another" })).toEqual(nothing);
    expect(await mayBoth(holder(doctorHerself), "AAAAAAAAAAAAAAAA.1")).toEqual(nothing);
  });

  it("of a patient whose card a clinic keeps: its people write the intake for her, and read the notes", async () => {
    const patient = await schedule.patient();
    const start = `${new Date(MONDAY_SEVEN + day * DAY).toISOString().slice(0, 10)}T10:20+03:00`;
    const { id } = await ask(staff, "appointment.book", { doctor: world.doctor, patient, start });
    expect(await mayBoth(holder(staff), id)).toEqual(["clinic writes", "clinic reads"]);
    const elsewhere = await world.person("staff");
    expect(await mayBoth(holder(elsewhere), id)).toEqual([undefined, undefined]);
    // Many at once, each for herself.
    const address = { conversation: id, kind: "notes" } as const;
    const asked = [staff, elsewhere, doctorHerself, family].map((who) => ({ holder: holder(who), address }));
    expect((await access.of(asked)).map((right) => right?.may)).toEqual([
      "read",
      undefined,
      "write",
      undefined,
    ]);
  });

  it("are read only once the conversation is closed", async () => {
    await ask(doctorHerself, "message.send", { conversation, text: "Rest." });
    await ask(doctorHerself, "conversation.close", { conversation });
    expect(await mayBoth(holder(family))).toEqual(["patient reads", undefined]);
    expect(await mayBoth(holder(doctorHerself))).toEqual(["doctor reads", "doctor reads"]);
  });

  it("go with the conversation when it is handed over", async () => {
    const [next = ""] = await world.asSystem([
      {
        type: "doctor.register",
        input: { name: "Dr Otieno", clinic: world.clinic, specialities: ["paediatrics"], languages: ["en"] },
      },
    ]);
    await ask(doctorHerself, "conversation.handOver", { conversation, doctor: next });
    expect(await mayBoth(holder(doctorHerself))).toEqual([undefined, undefined]);
    const colleague = await world.person("doctor", { doctor: next });
    expect(await mayBoth(holder(colleague))).toEqual(["doctor writes", "doctor writes"]);
  });

  it("stay where they are, to be read, when the appointment is put away", async () => {
    clock.now = MONDAY_SEVEN + (day + 1) * DAY;
    await ask(doctorHerself, "appointment.complete", { appointment: conversation });
    clock.now = MONDAY_SEVEN + 400 * DAY;
    const put = await schedule.asServer("appointment.archive", { appointments: [conversation] });
    expect(put.status).toBe("applied");
    expect(await mayBoth(holder(family))).toEqual(["patient reads", undefined]);
    expect(await mayBoth(holder(doctorHerself))).toEqual(["doctor reads", "doctor reads"]);
  });

  it("tell whose account is disabled, and so signed out, from who has no access", async () => {
    const stranger = await world.person("patient");
    const leaver = await world.person("patient");
    await world.asSystem([
      { type: "account.setStatus", input: { account: leaver.account, status: "disabled" } },
    ]);
    const active = await access.active([stranger.account, leaver.account, stranger.account]);
    expect([...active]).toEqual([stranger.account]);
  });

  it("know everybody by the name of her account", async () => {
    const address = { conversation, kind: "intake" } as const;
    expect(await access.of([{ holder: holder(doctorHerself), address }])).toMatchObject([{ name: "Test" }]);
    expect(await access.of([])).toEqual([]);
  });
});

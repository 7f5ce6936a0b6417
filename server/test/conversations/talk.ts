import { type EntityId, Message } from "@healthbridge/schema";
import { Follower } from "../../../tests/setup/follower.ts";
import type { Person } from "../../../tests/setup/world.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { DAY, MONDAY_SEVEN, type Schedule } from "../scheduling/schedule.ts";

/** What tests of conversations do with a schedule. */
export function talkIn(schedule: Schedule) {
  const { ask, world } = schedule;
  const service = createSyncService(world);
  let day = 0;
  return {
    /** Books the next free time of a doctor. */
    async booked(who: Person, whose: EntityId, doctor = world.doctor): Promise<EntityId> {
      day += 1;
      const date = new Date(MONDAY_SEVEN + (day % 50) * DAY).toISOString().slice(0, 10);
      const time = `${String(8 + Math.floor(day / 50)).padStart(2, "0")}:20`;
      const start = `${date}T${time}+03:00`;
      const made = await ask(who, "appointment.book", { doctor, patient: whose, start });
      if (made.status === "rejected") throw new Error(JSON.stringify(made.problem));
      return made.id;
    },

    /** The lines of a conversation as the database has them. */
    async messages(about: EntityId): Promise<readonly Message[]> {
      const rows = await schedule.rows<Record<string, unknown>>(
        `SELECT id, conversation_id AS conversation, line_number AS number, written_by AS \`by\`, account_id AS account, doctor_id AS doctor, at, text
     FROM message WHERE conversation_id = ? ORDER BY line_number`,
        [about],
      );
      return rows.map((row) =>
        Message.parse(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))),
      );
    },

    /** Somebody's device that follows her own feed and her clinics'. */
    async device(who: Person, ...clinics: readonly EntityId[]): Promise<Follower> {
      return new Follower(service, who).pull({
        follow: ["me", ...clinics.map((id) => `clinic:${id}` as const)],
      });
    },

    /** Another doctor, who has no hours. */
    async anotherDoctor(name: string, clinic = world.clinic): Promise<EntityId> {
      const input = { name, clinic, specialities: ["general-practice"], languages: ["sw"] };
      return (await world.asSystem([{ type: "doctor.register", input }]))[0] ?? "";
    },
  };
}

/** What lines say, in their order. */
export function texts(held: readonly unknown[]): readonly (string | undefined)[] {
  return held
    .map((each) => Message.parse(each))
    .toSorted((left, right) => left.number - right.number)
    .map(({ text }) => text);
}

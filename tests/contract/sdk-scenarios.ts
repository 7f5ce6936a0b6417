import { type HealthBridge, type MemoryDisk, memoryDisk } from "@healthbridge/client-sdk";
import { describe, expect, test } from "vitest";
import { startIn } from "../setup/world.ts";

const PASSWORD = "a sentence that only I know";

/** A server with a doctor, and a way to it for devices. */
export interface Place {
  readonly doctor: string;
  /** Opens the SDK on a disk; a fresh one where none is named. */
  open(disk?: MemoryDisk): Promise<HealthBridge>;
}

/** What the SDK does with any server of ours, the real one and the fake one. */
export function describePatientWithPhone(place: () => Place): void {
  describe("a patient with a phone", () => {
    test("opens an account, books for her child and is told the truth by both", async () => {
      const hb = await place().open();
      expect(
        await hb.register({ login: "wanjiru", name: "Wanjiru Kamau", password: PASSWORD }),
      ).toBeUndefined();
      const account = await hb.signIn({ login: "wanjiru", password: PASSWORD });
      expect(account).toMatchObject({ login: "wanjiru", role: "patient" });
      await hb.follow("directory", `calendar:${place().doctor}`);
      await hb.sync();
      const child = await hb.registerPatient({ name: "Baraka Kamau" });
      const booking = await hb.book({
        doctor: place().doctor,
        patient: child.id,
        start: startIn(2, "09:00"),
      });
      expect(booking.forecast).toBe("applied");
      await hb.sync();
      expect(await booking.outcome()).toMatchObject({ status: "applied" });
      const other = await place().open();
      await other.signIn({ login: "wanjiru", password: PASSWORD });
      await other.sync();
      expect(other.get("appointment", booking.id)).toEqual(hb.get("appointment", booking.id));
      await hb.close();
      await other.close();
    });

    test("goes on where it was after the phone was switched off with work queued", async () => {
      const disk = memoryDisk();
      const before = await place().open(disk);
      await before.register({ login: "achieng", name: "Achieng", password: PASSWORD });
      await before.signIn({ login: "achieng", password: PASSWORD });
      const patient = await before.registerPatient({ name: "Achieng" });
      disk.crash();
      const after = await place().open(disk);
      expect(after.status.get().waiting.total).toBe(1);
      await after.sync();
      expect(await after.outcomes()).toMatchObject([{ id: patient.id, status: "applied" }]);
      await after.close();
    });

    test("finds a name that is taken only by signing in: whether it was free is not told", async () => {
      const hb = await place().open();
      expect(
        await hb.register({ login: "wanjiru", name: "Somebody else", password: `${PASSWORD}, too` }),
      ).toBeUndefined();
      await expect(hb.signIn({ login: "wanjiru", password: `${PASSWORD}, too` })).rejects.toMatchObject({
        code: "credentials_wrong",
      });
      await hb.close();
    });

    test("hears that somebody was faster, and what is free instead", async () => {
      const phones = [];
      for (const login of ["njeri", "otieno"]) {
        const hb = await place().open();
        await hb.register({ login, name: login, password: PASSWORD });
        await hb.signIn({ login, password: PASSWORD });
        await hb.follow(`calendar:${place().doctor}`);
        await hb.sync();
        phones.push(hb);
      }
      const bookings = [];
      for (const hb of phones) {
        const { id: patient } = await hb.registerPatient({ name: "Herself" });
        const booking = await hb.book({ doctor: place().doctor, patient, start: startIn(3, "10:00") });
        expect(booking.forecast).toBe("applied");
        bookings.push(booking);
      }
      const outcomes = [];
      for (const [at, hb] of phones.entries()) {
        await hb.sync();
        outcomes.push(await bookings[at]?.outcome());
      }
      expect(outcomes).toMatchObject([
        { status: "applied" },
        {
          status: "rejected",
          problem: {
            code: "slot_taken",
            alternatives: [startIn(3, "09:40"), startIn(3, "10:20"), startIn(3, "09:20")],
          },
        },
      ]);
      for (const hb of phones) await hb.close();
    });

    test("signs out, and what was queued goes on when she is back", async () => {
      const hb = await place().open();
      await hb.register({ login: "kamau", name: "Kamau", password: PASSWORD });
      await hb.signIn({ login: "kamau", password: PASSWORD });
      const patient = await hb.registerPatient({ name: "Kamau" });
      expect(await hb.signOut()).toEqual({ waiting: 1, discarded: 0 });
      await hb.signIn({ login: "kamau", password: PASSWORD });
      expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
      expect(hb.get("patient", patient.id)).toMatchObject({ name: "Kamau" });
      await hb.close();
    });
  });
}

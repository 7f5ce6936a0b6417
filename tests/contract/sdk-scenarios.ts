import { type HealthBridge, type MemoryDisk, memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { exportQueue, importQueue } from "@healthbridge/client-sdk/transfer";
import { describe, expect, test } from "vitest";
import { startIn } from "../setup/world.ts";

const PASSWORD = "a sentence that only I know";

/** A server with a doctor, and a way to it for devices. */
export interface Place {
  readonly doctor: string;
  readonly url: string;
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

    test(
      "carries what waits to another phone in a file; both send it, and it is there once",
      { timeout: 30_000 },
      async () => {
        const { url, doctor, open } = place();
        const phones = [];
        for (const login of ["mumbi", "mumbi"]) {
          const disk = memoryDisk();
          const hb = await open(disk);
          if (phones.length === 0) await hb.register({ login, name: "Mumbi", password: PASSWORD });
          await hb.signIn({ login, password: PASSWORD });
          await hb.follow(`calendar:${doctor}`);
          await hb.sync();
          phones.push({ hb, url, store: memoryStore(disk) });
        }
        const [first, second] = phones;
        if (first === undefined || second === undefined) throw new Error("there are two");
        const { id: patient } = await first.hb.registerPatient({ name: "Mumbi" });
        const { id } = await first.hb.book(
          { doctor, patient, start: startIn(4, "11:00") },
          { lane: "urgent" },
        );
        const passphrase = "four goats on the roof";
        const file = await exportQueue(first, { passphrase });
        expect(await importQueue(second, file, { passphrase })).toEqual({ taken: 2, known: 0, refused: 0 });
        await Promise.all([first.hb.sync(), second.hb.sync()]);
        const moved: unknown[] = [];
        for (const { hb } of phones) {
          hb.on("moved", (moves) => moved.push(moves));
          const { id: next } = await hb.registerPatient({ name: `Goes on, ${String(moved.length)}` });
          expect(await hb.sync()).toMatchObject({ done: true, waiting: 0 });
          const outcomes = new Map((await hb.outcomes()).map((outcome) => [outcome.id, outcome.status]));
          expect([patient, id, next].map((each) => outcomes.get(each))).toEqual([
            "applied",
            "applied",
            "applied",
          ]);
        }
        for (const { hb } of phones) await hb.sync();
        expect(moved).toEqual([]);
        expect(first.hb.list("appointment")).toMatchObject([{ id, patient, status: "booked" }]);
        expect(second.hb.list("appointment")).toEqual(first.hb.list("appointment"));
        expect(second.hb.list("patient")).toEqual(first.hb.list("patient"));
        for (const { hb } of phones) await hb.close();
      },
    );

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

import type { Held, Waiting } from "@healthbridge/client-sdk";
import { createWords } from "@healthbridge/example-design/shell";
import { describe, expect, test } from "vitest";
import { certaintyOf, moveReference, unseenBookings } from "../src/logic/certainty.ts";
import { atPresent, plainly } from "../src/logic/certainty-words.ts";
import { en, type Key } from "../src/words/en.ts";
import { hi } from "../src/words/hi.ts";
import { sw } from "../src/words/sw.ts";

const NOW = Date.parse("2026-11-30T06:00:00Z");
const MOMENT = { now: NOW, heardLately: false };
const ID = "appointmentappoi.1";
const OTHERS = { sw: async () => sw, hi: async () => hi };

function appointment(more: Partial<Held<"appointment">> = {}): Held<"appointment"> {
  return {
    id: ID,
    doctor: "doctordoctordoct.1",
    clinic: "clinicclinicclin.1",
    patient: "patientpatientpa.1",
    start: "2026-12-01T09:20+03:00",
    minutes: 20,
    zone: "Africa/Nairobi",
    status: "booked",
    ...more,
  };
}

function waiting(type: string, more: Partial<Waiting> = {}): Waiting {
  return {
    id: "operationoperati.7",
    type,
    input: { appointment: ID },
    lane: "normal",
    madeAt: NOW,
    forecast: "applied",
    ...more,
  };
}

const keyOf = (...of: Parameters<typeof certaintyOf>) => certaintyOf(...of).key;

describe("a booking on its way", () => {
  const booking = waiting("appointment.book", { id: ID, input: {} });

  test("is never said to be booked, whatever the phone foresees", () => {
    expect(certaintyOf(appointment({ waiting: true }), [booking], MOMENT)).toEqual({
      key: "bookWaits",
      tone: "waiting",
    });
  });

  test("is doubtful where the phone foresees that it cannot be had, and says why", () => {
    const doubtful = { ...booking, forecast: "rejected", problem: { code: "patient_busy" } } as const;
    expect(certaintyOf(appointment({ waiting: true }), [doubtful], MOMENT)).toEqual({
      key: "bookDoubtful",
      tone: "trouble",
      doubt: "patient_busy",
    });
  });

  test("is unknown where the phone holds too little to say", () => {
    expect(keyOf(appointment({ waiting: true }), [{ ...booking, forecast: "unknown" }], MOMENT)).toBe(
      "bookUnknown",
    );
  });

  test("is certain only where the phone itself could confirm it", () => {
    expect(keyOf(appointment({ waiting: true, confirmed: true }), [booking], MOMENT)).toBe("certain");
  });

  test("is shown also where the phone foresees no appointment", () => {
    expect(unseenBookings([booking, waiting("message.send")], new Set())).toEqual([booking]);
    expect(unseenBookings([booking], new Set([ID]))).toEqual([]);
  });
});

describe("a change on its way", () => {
  test("a move names the time that stands until it is sent", () => {
    const move = waiting("appointment.reschedule", { ref: moveReference("a1b2", "2026-12-01T09:20+03:00") });
    expect(certaintyOf(appointment({ waiting: true }), [move], MOMENT)).toMatchObject({
      key: "moveWaits",
      tone: "waiting",
      stands: "2026-12-01T09:20+03:00",
    });
  });

  test("a move that the phone foresees to fail names the time she wants, and not the one the appointment has", () => {
    const move = waiting("appointment.reschedule", {
      input: { appointment: ID, start: "2026-12-02T11:00+03:00" },
      ref: moveReference("a1b2", "2026-12-01T09:20+03:00"),
      forecast: "rejected",
      problem: { code: "slot_taken" },
    });
    const certainty = certaintyOf(appointment({ waiting: true }), [move], MOMENT);
    expect(certainty).toMatchObject({ key: "moveWaits", wants: "2026-12-02T11:00+03:00" });
    const said = plainly(certainty, createWords<Key>(en, OTHERS).speech("en"));
    expect(said).toMatch(
      /^You want to move it to Wed,? 2 Dec, 11:00\. .* Until it is sent, Tue,? 1 Dec, 09:20 stands\.$/,
    );
  });

  test("a cancellation is not done before it is sent", () => {
    const cancel = waiting("appointment.cancel");
    expect(keyOf(appointment({ status: "cancelled", waiting: true }), [cancel], MOMENT)).toBe("cancelWaits");
  });

  test("of several the last is what will be", () => {
    const changes = [waiting("appointment.reschedule"), waiting("appointment.cancel")];
    expect(keyOf(appointment({ waiting: true }), changes, MOMENT)).toBe("cancelWaits");
  });

  describe("after a move that waits, what stands is the time from before it", () => {
    const before = "2026-12-03T14:00+03:00";
    const move = waiting("appointment.reschedule", {
      input: { appointment: ID, start: "2026-12-02T15:20+03:00" },
      ref: moveReference("a1b2", before),
    });
    const moved = appointment({ start: "2026-12-02T15:20+03:00", waiting: true });

    test("for another move", () => {
      const again = waiting("appointment.reschedule", {
        input: { appointment: ID, start: "2026-12-01T16:20+03:00" },
        ref: moveReference("c3d4", moved.start),
      });
      expect(certaintyOf({ ...moved, start: "2026-12-01T16:20+03:00" }, [move, again], MOMENT)).toMatchObject(
        {
          key: "moveWaits",
          stands: before,
          wants: "2026-12-01T16:20+03:00",
        },
      );
    });

    test.each([
      ["en", /^You want to cancel it\. .* until then Thu,? 3 Dec, 14:00 stands\.$/],
      ["sw", /14:00 inabaki\.$/],
      ["hi", /14:00 ही रहेगा।$/],
    ] as const)("for a cancellation, which says it (%s)", async (language, stands) => {
      const cancel = waiting("appointment.cancel");
      const certainty = certaintyOf({ ...moved, status: "cancelled" }, [move, cancel], MOMENT);
      expect(certainty).toMatchObject({ key: "cancelWaits", stands: before });
      const words = createWords<Key>(en, OTHERS);
      await words.load(language);
      expect(plainly(certainty, words.speech(language))).toMatch(stands);
    });
  });

  test("before it is moved again, what waits is said instead of a time that nobody has booked", () => {
    const speech = createWords<Key>(en, OTHERS).speech("en");
    const before = appointment({ start: "2026-12-03T14:00+03:00" });
    const sure = certaintyOf(before, [], MOMENT);
    expect(atPresent({ ...before, certainty: sure }, speech)).toMatch(/^Now: Thu,? 3 Dec, 14:00$/);
    const move = waiting("appointment.reschedule", {
      input: { appointment: ID, start: "2026-12-02T15:20+03:00" },
      ref: moveReference("a1b2", before.start),
    });
    const moved = appointment({ start: "2026-12-02T15:20+03:00", waiting: true });
    const certainty = certaintyOf(moved, [move], MOMENT);
    const said = atPresent({ ...moved, certainty }, speech);
    expect(said).not.toContain("Now:");
    expect(said).toMatch(
      /^You want to move it to Wed,? 2 Dec, 15:20\. .* Until it is sent, Thu,? 3 Dec, 14:00 stands\.$/,
    );
  });

  test("nothing stands of a booking that waits itself", () => {
    const booking = waiting("appointment.book", { id: ID, input: {} });
    for (const change of [
      waiting("appointment.reschedule", { ref: moveReference("a1b2", "2026-12-01T09:20+03:00") }),
      waiting("appointment.cancel"),
    ])
      expect(certaintyOf(appointment({ waiting: true }), [booking, change], MOMENT).stands).toBeUndefined();
  });

  test("what is asked of another appointment says nothing of this one", () => {
    const other = waiting("appointment.cancel", { input: { appointment: "appointmentappoi.2" } });
    expect(keyOf(appointment(), [other], MOMENT)).toBe("booked");
  });
});

describe("what the server has said", () => {
  test("pending waits for the clinic, or for her own answer to an offer", () => {
    const until = NOW + 60_000;
    const wants = { from: "2026-12-01", to: "2026-12-03", since: NOW, until };
    expect(keyOf(appointment({ status: "pending", awaits: "clinic", until }), [], MOMENT)).toBe("toConfirm");
    expect(keyOf(appointment({ status: "pending", awaits: "patient", until, wants }), [], MOMENT)).toBe(
      "offered",
    );
    expect(keyOf(appointment({ status: "pending", awaits: "patient", until }), [], MOMENT)).toBe("held");
  });

  test("an offer is over with its instant, whether or not anybody has noted it", () => {
    expect(keyOf(appointment({ status: "pending", awaits: "patient", until: NOW }), [], MOMENT)).toBe("over");
    expect(keyOf(appointment({ status: "waitlist", until: NOW }), [], MOMENT)).toBe("over");
  });

  test("by the phone's clock alone nothing is over that the server, heard a moment ago, still offers", () => {
    const offer = appointment({ status: "pending", awaits: "patient", until: NOW - 1 });
    expect(keyOf(offer, [], { now: NOW, heardLately: true })).toBe("held");
  });

  test.each(["booked", "arrived", "fulfilled"] as const)("%s is sure", (status) => {
    expect(certaintyOf(appointment({ status }), [], MOMENT)).toEqual({ key: status, tone: "sure" });
  });
});

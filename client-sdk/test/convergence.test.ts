/* oxlint-disable typescript/no-non-null-assertion -- indices drawn within bounds */
import * as fc from "fast-check";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { clinic, doctor, otieno, sheet, slot, wanjiru } from "./support/clinic.ts";
import { scene, useNetwork } from "./support/scene.ts";

useNetwork();
const RUNS = Number(process.env["CONVERGENCE_RUNS"] ?? 15);

const patients = fc.constantFrom(wanjiru.id, otieno.id);
const lane = fc.constantFrom("urgent" as const, "normal" as const, "bulk" as const);
const step = fc.oneof(
  fc.record({
    do: fc.constant("book" as const),
    slot: fc.nat(11),
    patient: patients,
    wish: fc.boolean(),
    lane,
  }),
  fc.record({ do: fc.constant("cancel" as const), pick: fc.nat(9), lane }),
  fc.record({ do: fc.constant("move" as const), pick: fc.nat(9), slot: fc.nat(11), lane }),
  fc.record({
    do: fc.constant("sync" as const),
    device: fc.nat(1),
    fault: fc.constantFrom("none" as const, "before" as const, "after" as const, "cut" as const),
    budget: fc.constantFrom(undefined, 1_024),
  }),
  fc.record({ do: fc.constant("restart" as const) }),
);

test("whatever two devices do and the network does to it, both end with the server's view and one outcome per operation", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), step), { minLength: 4, maxLength: 25 }), async (story) => {
      const one = scene();
      const devices = [
        await one.ready(),
        await one.ready({ store: (await import("../src/index.ts")).memoryStore() }),
      ];
      const made = new Set<string>();
      for (const [who, act] of story) {
        const hb = devices[who]!;
        const booked = hb.list("appointment");
        if (act.do === "book") {
          const ifTaken = act.wish ? [{ wish: "sameDay" as const }] : [];
          made.add(
            (
              await hb.book(
                { doctor: doctor.id, patient: act.patient, start: slot(act.slot), ifTaken },
                { lane: act.lane },
              )
            ).id,
          );
        } else if (act.do === "cancel" && booked.length > 0) {
          const appointment = booked[act.pick % booked.length]!.id;
          made.add((await hb.cancel({ appointment }, { lane: act.lane })).id);
        } else if (act.do === "move" && booked.length > 0) {
          const appointment = booked[act.pick % booked.length]!.id;
          made.add((await hb.reschedule({ appointment, start: slot(act.slot) }, { lane: act.lane })).id);
        } else if (act.do === "sync") {
          if (act.fault === "before") one.line.faults.push(() => HttpResponse.error());
          if (act.fault === "after")
            one.line.faults.push(async (_, go) => go().then(() => HttpResponse.error()));
          if (act.fault === "cut") {
            one.line.faults.push(async (_, go) => {
              const answer = await go();
              const text = await answer.text();
              return new HttpResponse(text.slice(0, text.length / 2), {
                headers: { "content-type": answer.headers.get("content-type") ?? "" },
              });
            });
          }
          await devices[act.device]!.sync({ budget: act.budget });
        }
      }
      one.line.faults.length = 0;
      for (const hb of [...devices, ...devices])
        expect(await hb.sync()).toMatchObject({ done: true, waiting: 0 });
      const theirs = one.server.list("appointment").toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const told: string[] = [];
      for (const hb of devices) {
        expect(hb.list("appointment")).toEqual(theirs);
        expect(hb.get("sheet", sheet.id)).toEqual(one.server.get("sheet", sheet.id));
        expect(hb.get("clinic", clinic.id)).toEqual(clinic);
        told.push(...(await hb.outcomes()).map(({ id }) => id));
        await hb.close();
      }
      expect(told.toSorted()).toEqual([...made].toSorted());
    }),
    { numRuns: RUNS, timeout: 4_000, endOnFailure: true },
  );
}, 60_000);

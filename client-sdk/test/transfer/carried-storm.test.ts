import * as fc from "fast-check";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { type HealthBridge, memoryStore, type OpenOptions } from "../../src/index.ts";
import type { Backup } from "../../src/testing/index.ts";
import { exportQueue, importQueue } from "../../src/transfer/index.ts";
import { clinic, doctor, otieno, slot, wanjiru } from "../support/clinic.ts";
import { FakeRuntime } from "../support/fake-runtime.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();
const RUNS = Number(process.env["CARRIED_STORM_RUNS"] ?? 4);
const passphrase = "goats on the roof";

const who = fc.nat(2);
const lane = fc.constantFrom("urgent" as const, "normal" as const, "bulk" as const);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("register" as const), who, lane }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("book" as const), who, lane, slot: fc.nat(11) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("sync" as const),
      who,
      fault: fc.constantFrom("none" as const, "before" as const, "after" as const),
    }),
  },
  /** `later`: the file is imported some steps after it was made */
  { weight: 4, arbitrary: fc.record({ do: fc.constant("carry" as const), who, to: who, later: fc.nat(4) }) },
  fc.record({ do: fc.constant("acknowledge" as const), who }),
);
const story = fc.record({
  steps: fc.array(step, { minLength: 5, maxLength: 18 }),
  /** the server is set back at this step to what it was at that one; beyond the end: never */
  backupAt: fc.nat(20),
  restoreAfter: fc.integer({ min: 1, max: 30 }),
});

interface Device extends Pick<OpenOptions, "url" | "store" | "runtime"> {
  readonly hb: HealthBridge;
}

test(
  "whatever is carried between three devices of one account, late or twice, and whoever sends: each operation is there once",
  { timeout: 180_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ steps, backupAt, restoreAfter }) => {
        const place = scene();
        const devices: Device[] = [];
        for (const name of ["one", "two", "three"]) {
          const store = memoryStore();
          const runtime = new FakeRuntime(name);
          devices.push({ hb: await place.ready({ store, runtime }), store, runtime, url: place.line.url });
        }
        const of = (index: number): Device => {
          const device = devices[index];
          if (device === undefined) throw new Error("there are three");
          return device;
        };
        const names: string[] = [];
        const moved: unknown[] = [];
        for (const { hb } of devices) hb.on("moved", (moves) => moved.push(moves));
        const onTheirWay: { readonly at: number; readonly to: Device; readonly file: Uint8Array }[] = [];
        let backup: Backup | undefined;
        let isRestored = false;
        for (const [at, act] of steps.entries()) {
          if (at === backupAt) backup = place.server.backup();
          if (backup !== undefined && at === backupAt + restoreAfter) {
            place.server.restoreFrom(backup);
            isRestored = true;
          }
          for (const { to, file } of onTheirWay.filter((each) => each.at === at))
            await importQueue(to, file, { passphrase });
          const device = of(act.who);
          const { hb } = device;
          if (act.do === "register") {
            names.push(`Patient ${at}`);
            await hb.registerPatient({ name: `Patient ${at}`, clinic: clinic.id }, { lane: act.lane });
          } else if (act.do === "book") {
            const patient = at % 2 === 0 ? wanjiru.id : otieno.id;
            const reason = `Visit ${at}`;
            await hb.book({ doctor: doctor.id, patient, start: slot(act.slot), reason }, { lane: act.lane });
          } else if (act.do === "sync") {
            if (act.fault !== "none")
              place.line.faults.push(async (_, go) => {
                if (act.fault === "after") await go();
                return HttpResponse.error();
              });
            await hb.sync();
            place.line.faults.length = 0;
          } else if (act.do === "carry") {
            const file = await exportQueue(device, { passphrase });
            onTheirWay.push({ at: at + act.later + 1, to: of(act.to), file });
          } else await hb.acknowledge((await hb.outcomes()).map(({ id }) => id));
        }
        for (let round = 0; round < 3; round += 1) for (const { hb } of devices) await hb.sync();
        for (const { hb } of devices) expect(hb.waiting()).toEqual([]);
        const kept = place.server.list("patient").map(({ name }) => name);
        expect(kept.filter((name) => name.startsWith("Patient")).toSorted()).toEqual(names.toSorted());
        const reasons = place.server.list("appointment").map(({ reason }) => reason);
        expect(new Set(reasons).size).toBe(reasons.length);
        // Only a server that has forgotten what nobody holds any more makes a device leave its line.
        expect(isRestored ? [] : moved).toEqual([]);
        for (const { hb } of devices) {
          expect(hb.list("patient")).toEqual(devices[0]?.hb.list("patient"));
          expect(hb.list("appointment")).toEqual(devices[0]?.hb.list("appointment"));
        }
        for (const { hb } of devices) await hb.close();
      }),
      { numRuns: RUNS },
    );
  },
);

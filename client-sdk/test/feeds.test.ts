import { withLetter } from "@healthbridge/schema";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { memoryStore } from "../src/index.ts";
import { amina, clinic, doctor, otieno, password, sheet, slot, wanjiru } from "./support/clinic.ts";
import { json, withMore } from "./support/line.ts";
import { scene, useNetwork } from "./support/scene.ts";

useNetwork();

test("an entity is held while any feed holds it", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  const { clinic: _clinic, ...elsewhere } = wanjiru;
  server.put("patient", { ...wanjiru, account: amina.id });
  const hers = server.put("patient", { ...elsewhere, account: amina.id });
  await hb.sync();
  expect(hb.get("patient", wanjiru.id)).toEqual(hers);
  server.put("patient", elsewhere);
  await hb.sync();
  expect(hb.get("patient", wanjiru.id)).toBeUndefined();
});

test("a feed that is unfollowed while its first page is on its way is not read on for ever", async () => {
  const { open, line } = scene();
  const hb = await open();
  await hb.signIn({ login: "amina", password });
  await hb.sync();
  await hb.follow("directory");
  line.faults.push(async (_, go) => {
    const answer = await go();
    await hb.unfollow("directory");
    return answer;
  });
  await hb.sync();
  expect(hb.list("clinic")).toEqual([]);
  expect(hb.isComplete("directory")).toBe(false);
  await hb.follow("directory"); // and comes when it is wanted again
  await hb.sync();
  expect(hb.list("clinic")).toHaveLength(1);
});

test("a dropped feed takes with it what only it held, own bookings included, and leaves the queue alone", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  const own = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await hb.sync();
  expect(hb.get("patient", own.id)).toMatchObject({ name: "Kamau" });
  await hb.registerPatient({ name: "Queued", clinic: clinic.id });
  server.put("account", { ...amina, clinics: [] });
  await hb.sync();
  expect(hb.list("patient").filter(({ waiting }) => waiting !== true)).toEqual([]);
  expect(hb.get("sheet", sheet.id)).toEqual(sheet);
  expect((await hb.outcomes()).length + hb.waiting().length).toBe(2);
});

test("a dropped feed that nobody follows takes nothing with it, whatever its handle", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  const own = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await hb.sync();
  line.faults.push(async (_, go) => json({ ...(await (await go()).json()), dropped: [0, 99] }));
  line.seen.length = 0;
  await hb.sync();
  expect(line.syncs).toHaveLength(1); // nothing is read anew
  expect(hb.get("patient", own.id)).toMatchObject({ name: "Kamau" });
});

test("a clinic that is lost before its feed was ever read takes with it what was registered there", async () => {
  const { ready, server, line } = scene();
  server.put("account", { ...amina, clinics: [] });
  const hb = await ready();
  server.put("account", amina);
  // She hears of her clinic; its feed does not arrive.
  line.faults.push((_, go) => go(), HttpResponse.error);
  await hb.sync().catch(() => undefined);
  const own = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  // Neither does what became of that, and then the clinic is hers no more.
  line.faults.push(async (_, go) => {
    await go();
    server.put("account", { ...amina, clinics: [] });
    return HttpResponse.error();
  });
  await hb.sync().catch(() => undefined);
  expect(hb.get("patient", own.id)).toMatchObject({ name: "Kamau" });
  await hb.sync();
  expect(await hb.outcomes()).toMatchObject([{ id: own.id, status: "applied" }]);
  expect(hb.list("patient")).toEqual([]);
});

test("a reset feed is read anew, with what this device made itself, and stays in sight meanwhile", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  const own = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await hb.sync();
  const { clinic: _clinic, ...elsewhere } = wanjiru;
  server.put("patient", elsewhere);
  server.forgetDeletions();
  // The feed begins anew with an answer that holds nothing yet.
  line.faults.push(async (_, go) =>
    json({ ...(await (await go()).json()), changes: [], cursors: "", more: true }),
  );
  await hb.sync();
  expect(hb.get("patient", own.id)).toMatchObject({ name: "Kamau" });
  expect(hb.get("patient", wanjiru.id)).toBeUndefined();
  expect(hb.list("doctor")).toHaveLength(1);
});

test("what one feed says is gone while all is read anew stays in sight where another one goes on to show it", async () => {
  const { ready, server, line } = scene();
  server.put("patient", { ...wanjiru, account: amina.id });
  const hb = await ready();
  const { clinic: _clinic, ...elsewhere } = wanjiru;
  server.put("patient", { ...elsewhere, account: amina.id });
  server.forgetDeletions();
  const shown = new Set<unknown>();
  hb.on("changed", () => shown.add(hb.get("patient", wanjiru.id)?.id));
  // Of her clinic's feed comes that the card went elsewhere; that it is her own is read after it.
  line.faults.push(
    (_, go) => go(),
    async (_, go) =>
      withMore(await go(), (text) =>
        text
          .replace(/^.*Wanjiru.*\n/m, "")
          .replace(`"entity":${JSON.stringify(otieno)}`, `"gone":"${wanjiru.id}"`),
      ),
  );
  expect(await hb.sync()).toMatchObject({ done: true });
  expect([...shown]).toEqual([wanjiru.id]);
  expect(hb.get("patient", wanjiru.id)).not.toHaveProperty("clinic");
});

test("what was done while all is read anew, and may be seen no more when that is read, does not stay in sight", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  const elsewhere = ({ clinic: _clinic, ...rest }: typeof wanjiru) => rest;
  server.put("patient", elsewhere(otieno));
  server.forgetDeletions();
  const update = { type: "patient.update", input: { patient: wanjiru.id, village: "Mbui Nzau" } } as const;
  line.faults.push(
    // Everything is to be read anew, and nothing of it comes yet; she goes on working.
    async (_, go) => {
      const answer = await (await go()).json();
      await hb.enqueueMany([update]);
      return json({ ...answer, changes: [], cursors: "", more: true });
    },
    // What she did was done; then that card goes elsewhere.
    async (_, go) => {
      const answer = await go();
      server.put("patient", elsewhere(wanjiru));
      return answer;
    },
  );
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(line.syncs[1]?.body["operations"]).toMatchObject([{ type: "patient.update" }]);
  expect(hb.list("patient")).toEqual([]);
});

test("a feed is read from its beginning in many small answers, whatever the server has forgotten before", async () => {
  const { open, server, line } = scene();
  const { clinic: _clinic, ...elsewhere } = wanjiru;
  const kept = Array.from({ length: 20 }, (_, at) =>
    server.put("patient", { id: `patientpatientpb.${at + 1}`, name: `Patient ${at}`, clinic: clinic.id }),
  );
  server.put("patient", elsewhere);
  server.forgetDeletions();
  const hb = await open();
  await hb.signIn({ login: "amina", password });
  expect(await hb.sync({ budget: 200 })).toMatchObject({ done: true });
  expect(hb.list("patient").map(({ id }) => id)).toEqual(expect.arrayContaining(kept.map(({ id }) => id)));
  expect(hb.list("patient")).toHaveLength(kept.length + 1);
  expect(line.syncs.length).toBeGreaterThan(5);
  expect(line.syncs.length).toBeLessThan(40);
});

test("a clinic that was lost and given back is read again, though it was refused meanwhile", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  server.put("account", { ...amina, clinics: [] });
  await hb.sync();
  await hb.follow(`clinic:${clinic.id}`); // refused
  await hb.sync();
  expect(hb.list("patient")).toEqual([]);
  server.put("account", amina);
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(hb.list("patient")).toHaveLength(2);
});

test("a feed that may not be read is not asked for again and again", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  await hb.follow("calendar:doctordoctordoct.9");
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(line.syncs).toHaveLength(1);
  await hb.sync();
  expect(line.syncs[1]?.body["follow"]).toBeUndefined();
});

test("what is no name of a feed is not followed, and holds up nothing", async () => {
  const { ready } = scene();
  const hb = await ready();
  // As an app in plain JavaScript may.
  await Reflect.apply(hb.follow, hb, ["calender:oops"]);
  for (const name of ["A", "B", "C", "D", "E"]) {
    await hb.registerPatient({ name, clinic: clinic.id });
    expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  }
});

test("unfollowing forgets what only that feed held", async () => {
  const { ready } = scene();
  const hb = await ready();
  await hb.unfollow(`calendar:${doctor.id}`);
  expect(hb.list("sheet")).toEqual([]);
  expect(hb.list("patient")).toHaveLength(2);
});

test("others' changes win over the forecast, and what is still queued is laid over them again", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  const shown: string[] = [];
  hb.watch({ kind: "sheet", id: sheet.id }, ([held]) => shown.push(held?.runs[0]?.[4] ?? ""));
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0), ifTaken: [{ wish: "sameDay" }] });
  server.put("sheet", withLetter(sheet, sheet.runs[0]?.[0] ?? 0, "b"));
  expect(await hb.sync()).toMatchObject({ applied: 1 });
  const [outcome] = await hb.outcomes();
  expect(outcome).toMatchObject({ status: "applied", output: { start: slot(1), wish: 1 } });
  expect(hb.get("sheet", sheet.id)?.runs[0]?.[4]).toBe("bbffffffffff");
  expect(hb.get("appointment", outcome?.id ?? "")).toMatchObject({ start: slot(1) });
  expect(shown.at(0)).toBe("ffffffffffff");
  expect(shown.at(-1)).toBe("bbffffffffff");
});

test("what no server can read as a feed's name is never asked for, and stops nothing else", async () => {
  const { open, disk, line } = scene();
  const hb = await open();
  await hb.signIn({ login: "amina", password });
  // An app in JavaScript, say.
  const odd: readonly unknown[] = [undefined, null, 5, {}, "x".repeat(1_000), "a\u0000b", "a\ud800b"];
  for (const name of odd) await Reflect.apply(hb.follow, hb, [name]);
  await hb.follow("directory", "no-such-feed");
  expect(await hb.sync()).toMatchObject({ done: true, problem: undefined });
  expect(hb.isComplete("directory")).toBe(true);
  const again = await open({ store: memoryStore(disk) });
  expect(await again.sync()).toMatchObject({ done: true });
  line.seen.length = 0;
  await again.sync();
  expect(line.syncs).toHaveLength(1); // it is not asked for again and again
});

test.each([-5, 0, 0.5, 1e12, Number.NaN])(
  "a sync with a budget of %s counts as one without, and is no trouble to others",
  async (budget) => {
    const { ready, server } = scene();
    const hb = await ready();
    server.put("patient", { ...wanjiru, name: "Wanjiru Kamau" });
    const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    const [odd, other] = await Promise.all([hb.sync({ budget }), hb.sync()]);
    expect([odd, other]).toMatchObject([
      { done: true, problem: undefined },
      { done: true, problem: undefined },
    ]);
    expect(hb.get("patient", wanjiru.id)).toMatchObject({ name: "Wanjiru Kamau" });
    expect((await hb.outcomes()).map((each) => each.id)).toEqual([id]);
  },
);

test("a sync that only sends can name a budget of nothing, and whoever wants all that is new meanwhile has it", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  server.put("patient", { ...wanjiru, name: "Wanjiru Kamau" });
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  expect(await hb.sync({ until: "settled", budget: 0 })).toMatchObject({ done: true, applied: 1 });
  expect(hb.get("patient", wanjiru.id)).toMatchObject({ name: wanjiru.name });
  await hb.registerPatient({ name: "Achieng", clinic: clinic.id });
  const [, all] = await Promise.all([hb.sync({ until: "settled", budget: 0 }), hb.sync()]);
  expect(all).toMatchObject({ done: true });
  expect(hb.get("patient", wanjiru.id)).toMatchObject({ name: "Wanjiru Kamau" });
});

import { problemDetails } from "@healthbridge/schema";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { memoryStore } from "../src/index.ts";
import { amina, clinic, doctor, otieno, password, slot, wanjiru } from "./support/clinic.ts";
import { problem } from "./support/line.ts";
import { scene, useNetwork } from "./support/scene.ts";
import { settled } from "./support/fake-runtime.ts";

useNetwork();

test("signing out keeps the queue sealed: another account neither sees nor sends it, and its owner finds it again", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  expect(await hb.signOut()).toEqual({ waiting: 1, discarded: 0 });
  expect(hb.list("patient")).toEqual([]);
  await settled();
  expect(line.seen.map(({ path }) => path)).toContain("/v1/sessions/current");
  await hb.signIn({ login: "baraka", password });
  expect(hb.waiting()).toEqual([]);
  expect(hb.status.get().waiting.total).toBe(0);
  expect(await hb.sync()).toMatchObject({ done: true, applied: 0 });
  expect(server.get("appointment", booked.id)).toBeUndefined();
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await hb.sync();
  const streams = line.syncs
    .filter(({ body }) => body["operations"] !== undefined)
    .map(({ body }) => body["stream"]);
  expect(streams).not.toContain(booked.id.split(".")[0]);
  await hb.signOut();
  await hb.signIn({ login: "amina", password });
  expect(hb.waiting()).toMatchObject([{ id: booked.id }]);
  expect(await hb.outcomes()).toEqual([]);
  expect(await hb.sync()).toMatchObject({ applied: 1 });
  expect(await hb.outcomes()).toMatchObject([{ id: booked.id, status: "applied" }]);
});

test("what is heard of an operation after its owner has signed out shows the next one nothing of it", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  line.faults.push(async (_, go) => {
    const answer = await go();
    await hb.signOut();
    return answer;
  });
  await hb.sync().catch(() => undefined);
  expect(hb.list("patient")).toEqual([]);
  await hb.signIn({ login: "amina", password });
  expect(await hb.outcomes()).toMatchObject([{ id, status: "applied" }]);
});

test("a refusal that was meant for who was signed in before asks nothing of who is here now", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  const codes: string[] = [];
  hb.on("signInNeeded", ({ code }) => codes.push(code));
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  line.faults.push(async () => {
    await hb.signOut();
    await hb.signIn({ login: "baraka", password });
    return problem(401, "device_revoked");
  });
  await hb.sync();
  expect(codes).toEqual([]);
  expect(hb.status.get()).toMatchObject({ state: "offline", account: { login: "baraka" } });
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(hb.status.get().state).toBe("online");
});

test("what one account has queued is not sent in the name of another that leaves at this moment", async () => {
  const { ready, open, disk, line } = scene();
  const other = await ready();
  await other.signOut();
  await other.signIn({ login: "baraka", password });
  await other.registerPatient({ name: "Kamau", clinic: clinic.id });
  await other.signOut();
  await other.signIn({ login: "amina", password });
  await other.registerPatient({ name: "Achieng", clinic: clinic.id });
  const store = memoryStore(disk);
  let leaves = false;
  const hb = await open({
    store: {
      transaction: async (mode, work) => {
        if (mode === "write" && leaves) {
          leaves = false;
          await other.signIn({ login: "baraka", password });
        }
        return store.transaction(mode, work);
      },
      close: () => store.close(),
    },
  });
  line.seen.length = 0;
  leaves = true;
  await hb.sync();
  await hb.sync();
  expect(await hb.outcomes()).toMatchObject([{ status: "applied" }]);
  const tokens = new Set(
    line.syncs.filter(({ body }) => body["operations"] !== undefined).map(({ token }) => token),
  );
  expect(tokens).toEqual(new Set([line.syncs.at(-1)?.token]));
});

test("what names an operation that another account has queued does not wait for her to come back", async () => {
  const { ready } = scene();
  const hb = await ready();
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await hb.signOut();
  await hb.signIn({ login: "baraka", password });
  await hb.registerPatient({ name: "Achieng", clinic: clinic.id }, { after: [id], lane: "urgent" });
  expect(await hb.sync()).toMatchObject({ done: true, rejected: 1 });
  expect(await hb.outcomes()).toMatchObject([{ problem: { code: "dependency_failed" } }]);
});

test("a colleague builds on what was queued on a shared device, a patient on her own account's operations alone", async () => {
  const { ready, server } = scene();
  server.addAccount({ login: "mary", password, role: "patient" });
  const hb = await ready();
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await hb.sync();
  await hb.signOut();
  await hb.signIn({ login: "baraka", password });
  await hb.registerPatient({ name: "Achieng", clinic: clinic.id }, { after: [id] });
  expect(await hb.sync()).toMatchObject({ applied: 1 });
  await hb.signOut();
  await hb.signIn({ login: "mary", password });
  const own = await hb.registerPatient({ name: "Mary" });
  await hb.sync();
  await hb.registerPatient({ name: "Njeri" }, { after: [own.id], lane: "urgent" });
  await hb.registerPatient({ name: "Wairimu" }, { after: [id] });
  expect(await hb.sync()).toMatchObject({ applied: 1, rejected: 1 });
  expect((await hb.outcomes()).at(-1)).toMatchObject({ problem: { code: "dependency_failed" } });
});

test("an account that was disabled signs in anew when it is enabled again, and what its devices had queued goes then", async () => {
  const { ready, server } = scene();
  const hb = await ready();
  const codes: string[] = [];
  hb.on("signInNeeded", ({ code }) => codes.push(code));
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  for (const status of ["disabled", "active"] as const)
    server.apply("account.setStatus", { account: amina.id, status });
  expect(await hb.sync()).toMatchObject({ done: false, waiting: 1 });
  expect(codes).toEqual(["device_revoked"]);
  await hb.signIn({ login: "amina", password });
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(await hb.outcomes()).toMatchObject([{ id, status: "applied" }]);
});

test("signing out works offline, and the server is told at the next chance", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  line.faults.push(() => HttpResponse.error());
  expect(await hb.signOut()).toEqual({ waiting: 0, discarded: 0 });
  await settled();
  line.seen.length = 0;
  await hb.signIn({ login: "amina", password });
  await hb.sync();
  expect(line.seen.map(({ path }) => path)).toContain("/v1/sessions/current");
});

test("only who asks for it throws the queue away, and the numbers stay gapless", async () => {
  const { ready } = scene();
  const hb = await ready();
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id }, { ref: "row 1" });
  expect(await hb.signOut({ discardQueued: true })).toEqual({ waiting: 0, discarded: 1 });
  await hb.signIn({ login: "amina", password });
  expect(hb.waiting()).toEqual([]);
  const again = await hb.registerPatient({ name: "Kamau", clinic: clinic.id }, { ref: "row 1" });
  expect(again).toMatchObject({ number: 1 });
  expect(again.known).toBeUndefined();
  expect(await hb.sync()).toMatchObject({ applied: 1, done: true });
});

test("who threw her queue away reads on when she is back, also where an answer was lost before", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  const { id } = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  line.faults.push(async (_, go) => {
    await go();
    return HttpResponse.error();
  });
  await hb.sync();
  expect(await hb.signOut({ discardQueued: true })).toEqual({ waiting: 0, discarded: 1 });
  await hb.signIn({ login: "amina", password });
  expect(await hb.sync()).toMatchObject({ done: true, problem: undefined });
  expect(hb.get("patient", id)).toMatchObject({ name: "Kamau" }); // it had arrived
  expect(hb.list("patient").length).toBeGreaterThan(1);
});

test("what was queued before anybody signed in belongs to the first who does", async () => {
  const { open, server } = scene();
  const hb = await open();
  const kept = await hb.registerPatient({ name: "Kamau", clinic: clinic.id }, { ref: "row 1" });
  expect(await hb.sync()).toMatchObject({ done: false, waiting: 1, problem: { code: "not_signed_in" } });
  await hb.signIn({ login: "amina", password });
  expect(hb.waiting()).toMatchObject([{ id: kept.id }]);
  expect(await hb.registerPatient({ name: "Kamau", clinic: clinic.id }, { ref: "row 1" })).toMatchObject({
    known: true,
    id: kept.id,
  });
  expect(await hb.sync()).toMatchObject({ applied: 1 });
  expect(server.get("patient", kept.id)?.name).toBe("Kamau");
});

test("what nobody is signed in for yet is neither foreseen as applied nor as refused, until somebody is", async () => {
  const { open } = scene();
  const hb = await open();
  const kept = await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  const booked = await hb.book({ doctor: doctor.id, patient: kept.id, start: slot(0) });
  expect([kept, booked]).toMatchObject([{ forecast: "unknown" }, { forecast: "unknown" }]);
  expect([kept.problem, booked.problem]).toEqual([undefined, undefined]);
  expect(hb.waiting()).toMatchObject([{ forecast: "unknown" }, { forecast: "unknown" }]);
  await hb.signIn({ login: "amina", password });
  expect(hb.waiting()).toMatchObject([{ id: kept.id, forecast: "applied" }, { forecast: "unknown" }]);
  expect(hb.list("patient")).toMatchObject([{ id: kept.id, name: "Kamau", waiting: true }]);
  expect(await hb.sync()).toMatchObject({ applied: 2, rejected: 0 });
});

test("a wrong password is said so, and a lost answer to a sign-in is asked for with the same nonce", async () => {
  const { open, line } = scene();
  const hb = await open();
  await expect(hb.signIn({ login: "amina", password: "wrong" })).rejects.toMatchObject({
    code: "credentials_wrong",
  });
  line.seen.length = 0;
  line.faults.push(async (_, go) => {
    await go();
    return HttpResponse.error();
  });
  await expect(hb.signIn({ login: "amina", password })).rejects.toMatchObject({
    code: "offline",
    retry: "later",
  });
  await hb.signIn({ login: "amina", password });
  expect(line.seen[0]?.body["nonce"]).toBe(line.seen[1]?.body["nonce"]);
});

test.each(["key_reused", "outcome_pruned"] as const)(
  "a sign-in whose answer was lost begins anew where the server says %s",
  async (code) => {
    const { open, line } = scene();
    const hb = await open();
    line.faults.push(() => HttpResponse.error());
    await expect(hb.signIn({ login: "amina", password })).rejects.toMatchObject({ code: "offline" });
    line.seen.length = 0;
    const details = problemDetails({ code });
    const headers = { "content-type": "application/problem+json" };
    line.faults.push(() => HttpResponse.json(details, { status: details.status, headers }));
    await hb.signIn({ login: "amina", password });
    expect(line.seen[0]?.body["nonce"]).not.toBe(line.seen[1]?.body["nonce"]);
  },
);

test("two tabs: one sends for both, and both see what became of it", async () => {
  const { ready, open, line } = scene();
  const one = await ready();
  const two = await open();
  one.start();
  two.start();
  await settled();
  line.seen.length = 0;
  const [a, b] = await Promise.all([
    one.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) }),
    two.book({ doctor: doctor.id, patient: otieno.id, start: slot(1) }),
  ]);
  await settled();
  await settled();
  expect(new Set([a.id, b.id]).size).toBe(2);
  const sent = line.syncs.flatMap(({ body }) =>
    (body["operations"] ?? []).map((_: unknown, at: number) => body["from"] + at),
  );
  expect(new Set(sent)).toEqual(new Set([1, 2]));
  expect(sent).toHaveLength(2);
  expect(one.get("appointment", b.id)).toMatchObject({ status: "booked" });
  expect(two.get("appointment", a.id)).toMatchObject({ status: "booked" });
  expect(two.waiting()).toEqual([]);
  expect(one.waiting()).toEqual([]);
});

test("two processes without common locks: the lease lets one send at a time, and a killed one holds it only for a while", async () => {
  const { ready, open, runtime, line } = scene();
  runtime.locksReachAll = false;
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  line.faults.push(() => new Promise<Response>(() => undefined));
  void hb.sync();
  await settled();
  const { FakeRuntime } = await import("./support/fake-runtime.ts");
  const other = new FakeRuntime();
  other.locksReachAll = false;
  other.withLock = (_name, _options, work) => work();
  const second = await open({ runtime: other });
  const report = second.sync();
  await settled();
  expect(line.syncs).toHaveLength(1);
  for (let turn = 0; turn < 21; turn++) await other.advance(500);
  expect(await report).toMatchObject({ done: true, applied: 1 });
});

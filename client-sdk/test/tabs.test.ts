import { expect, test } from "vitest";
import { memoryStore, type Outcome, type Store, type SyncState } from "../src/index.ts";
import { clinic, password } from "./support/clinic.ts";
import { settled } from "./support/fake-runtime.ts";
import { scene, useNetwork } from "./support/scene.ts";

useNetwork();

const kamau = { name: "Kamau", clinic: clinic.id };

test("somebody who signs in in one tab is signed in in all, and a tab that is left alone then sends by itself", async () => {
  const { open } = scene();
  const one = await open();
  const two = await open();
  one.start();
  two.start();
  await settled();
  expect(one.status.get().state).toBe("needs-sign-in");
  await two.signIn({ login: "amina", password });
  await settled();
  await two.close();
  await one.registerPatient(kamau);
  await settled();
  expect(one.waiting()).toEqual([]);
  expect(one.status.get()).toMatchObject({ state: "online", account: { login: "amina" } });
});

test("nobody who signs in is told that the app is too old", async () => {
  const { open } = scene();
  const one = await open();
  const two = await open();
  const states = new Set<SyncState>();
  for (const hb of [one, two]) {
    hb.start();
    hb.status.subscribe(({ state }) => states.add(state));
  }
  await settled();
  await two.signIn({ login: "amina", password });
  await settled();
  expect(states).not.toContain("upgrade-needed");
});

test("whoever waits for an outcome hears it, whichever tab has sent the operation", async () => {
  const { ready, open } = scene();
  const one = await ready();
  const two = await open();
  const { id, outcome } = await two.registerPatient(kamau);
  const heard: Outcome[] = [];
  void outcome().then((each) => heard.push(each));
  await settled();
  await one.sync();
  await expect.poll(() => heard).toMatchObject([{ id, status: "applied" }]);
});

test("what is asked for is never queued in the name of somebody who has signed in in another tab meanwhile", async () => {
  const { ready, open, disk } = scene();
  const one = await ready();
  const inner = memoryStore(disk);
  let leaves = false;
  const two = await open({
    store: {
      transaction: async (mode, work) => {
        if (mode === "write" && leaves) {
          leaves = false;
          await one.signOut();
          await one.signIn({ login: "baraka", password });
        }
        return inner.transaction(mode, work);
      },
      close: () => inner.close(),
    },
  });
  leaves = true;
  await expect(two.registerPatient(kamau)).rejects.toMatchObject({
    code: "not_signed_in",
    retry: "after-auth",
  });
  expect(one.waiting()).toEqual([]);
});

test("a tab that reads anew what another one wrote shows all of it or what was before, never nobody", async () => {
  const { ready, open, disk } = scene();
  const one = await ready();
  let gate = Promise.resolve();
  const two = await open({ store: slowToList(memoryStore(disk), () => gate) });
  const logins = new Set<string | undefined>();
  two.status.subscribe(({ account }) => logins.add(account?.login));
  const patients = two.list("patient").length;

  const listed = Promise.withResolvers<void>();
  gate = listed.promise;
  await one.registerPatient(kamau);
  await settled(); // the other tab is reading it
  two.stop(); // anything that has the status told anew
  expect(two.list("patient")).toHaveLength(patients);
  listed.resolve();
  await expect.poll(() => two.waiting()).toHaveLength(1);
  expect([...logins]).toEqual(["amina"]);
});

/** A store whose lists come when a gate lets them. */
function slowToList(store: Store, gate: () => Promise<void>): Store {
  return {
    transaction: (mode, work) =>
      store.transaction(mode, (tx) =>
        work({
          get: (table, key) => tx.get(table, key),
          list: async (table, range) => {
            await gate();
            return tx.list(table, range);
          },
          put: (table, key, value) => tx.put(table, key, value),
          delete: (table, key) => tx.delete(table, key),
          clear: (table, prefix) => tx.clear(table, prefix),
        }),
      ),
    close: () => store.close(),
  };
}

test("two tabs on a slow line come to rest, and whoever waits for a sync has its report", async () => {
  const { ready, open, line, runtime } = scene();
  const one = await ready();
  const two = await open();
  const slow = async (_: Request, go: () => Promise<Response>): Promise<Response> => {
    await runtime.sleep(2_000);
    return go();
  };
  line.faults.push(...Array.from({ length: 100 }, () => slow));
  one.start();
  two.start();
  runtime.goOnline();
  await settled();
  let reported = false;
  void one.sync().then(() => (reported = true));
  for (let half = 0; half < 60; half += 1) await runtime.advance(500);
  expect(reported).toBe(true);
  expect(line.syncs.length).toBeLessThanOrEqual(6);
});

test("what is asked for in a tab that rests after failures is sent by one that has the server again", async () => {
  const { ready, open, line } = scene();
  const one = await ready();
  const two = await open();
  line.faults.push(...Array.from({ length: 4 }, () => async () => Response.error()));
  two.start();
  await settled();
  for (let failure = 0; failure < 3; failure += 1) await two.sync();
  await settled(); // it has given the sender's turn back
  expect(two.status.get()).toMatchObject({ state: "offline", nextAttempt: expect.any(Number) });
  one.start();
  await settled();
  await two.registerPatient(kamau);
  await expect.poll(() => two.waiting()).toEqual([]);
});

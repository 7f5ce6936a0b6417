import { HealthBridgeError, type HealthBridge } from "@healthbridge/client-sdk";
import { describe, expect, test } from "vitest";
import { Entrance } from "../src/shell/entrance.ts";
import type { Stage } from "../src/shell/stage.ts";
import { fakeDevice, PASSWORD, PIN } from "./support/fake-device.ts";

/** The way into an app for clinic staff, on a device in memory. */
function device(options: Parameters<typeof fakeDevice>[0] = {}) {
  const { parts, ...fake } = fakeDevice(options);
  const app = { begun: 0, ended: 0, failsToEnd: false, fetched: Promise.resolve() };
  const entrance = new Entrance<string>({
    ...parts,
    begin: async () => {
      app.begun += 1;
      await app.fetched;
      return `parts ${app.begun}`;
    },
    end: async () => {
      app.ended += 1;
      if (app.failsToEnd) throw new HealthBridgeError("store_locked");
    },
    roles: ["staff"],
  });
  const at = (): Stage<string>["at"] => entrance.stage.get().at;
  const opened = (): HealthBridge => {
    const stage = entrance.stage.get();
    if (stage.at !== "open") throw new Error(`not open but ${JSON.stringify(stage)}`);
    return stage.used.hb;
  };
  const enter = async (): Promise<HealthBridge> => {
    await entrance.start();
    if (at() !== "newcomer") entrance.newcomer();
    await entrance.signIn({ login: "amina", password: PASSWORD });
    await entrance.choosePin(PIN);
    return opened();
  };
  return { entrance, app, at, enter, opened, ...fake };
}

describe("whoever is new on a device", () => {
  test("signs in, chooses a PIN and is in; the next time her PIN is enough, without a network", async () => {
    const { entrance, world, app, at, enter, opened } = device();
    await enter();
    expect(app.begun).toBe(1);
    await entrance.lock();
    expect([at(), app.ended]).toEqual(["locked", 1]);
    world.online = false;
    await entrance.unlock(PIN);
    expect(opened().status.get().account?.login).toBe("amina");
  });

  test("with a wrong password is told so before she is asked for a PIN, and nothing of her stays", async () => {
    const { entrance, kept, at } = device();
    await entrance.start();
    await entrance.signIn({ login: "amina", password: "wrong wrong wrong" });
    expect(entrance.stage.get()).toMatchObject({
      at: "newcomer",
      busy: false,
      refusal: { code: "credentials_wrong" },
    });
    await entrance.signIn({ login: "amina", password: PASSWORD });
    expect([at(), kept.size]).toEqual(["newPin", 0]);
  });

  test("chooses her PIN without a network as well, once her password was right; it is asked for once", async () => {
    const { entrance, world, opened } = device();
    await entrance.start();
    await entrance.signIn({ login: "amina", password: PASSWORD });
    world.online = false;
    await entrance.choosePin(PIN);
    const hb = opened();
    expect(hb.status.get().account?.login).toBe("amina");
    world.online = true;
    expect((await hb.sync()).problem).toBeUndefined();
    expect(world.asked.filter((each) => each === "POST /v1/sessions")).toHaveLength(1);
  });

  test("who goes back instead of choosing a PIN is signed out, and who comes next is asked for her own", async () => {
    const { entrance, at, kept, opened, server, world } = device();
    await entrance.start();
    await entrance.signIn({ login: "amina", password: PASSWORD });
    await entrance.showPeople();
    expect([at(), kept.size]).toEqual(["newcomer", 0]);
    await expect.poll(() => world.asked).toContain("DELETE /v1/sessions/current");
    await entrance.choosePin(PIN);
    expect(at()).toBe("newcomer");
    server.addAccount({ login: "peter", password: PASSWORD, role: "staff", clinics: [] });
    await entrance.signIn({ login: "peter", password: PASSWORD });
    await entrance.choosePin(PIN);
    expect(opened().status.get().account?.login).toBe("peter");
  });

  test("who goes back while the server is still asked is not led on", async () => {
    const { entrance, at, kept, world } = device();
    await entrance.start();
    const answer = Promise.withResolvers<void>();
    world.answer = answer.promise;
    const signingIn = entrance.signIn({ login: "amina", password: PASSWORD });
    await expect.poll(() => entrance.stage.get()).toMatchObject({ at: "newcomer", busy: true });
    await entrance.showPeople();
    answer.resolve();
    await signingIn;
    expect([at(), kept.size]).toEqual(["newcomer", 0]);
    expect(entrance.stage.get()).not.toHaveProperty("busy");
  });

  test("without a network is told that this one step needs it", async () => {
    const { entrance, world } = device();
    world.online = false;
    await entrance.start();
    await entrance.signIn({ login: "amina", password: PASSWORD });
    expect(entrance.stage.get()).toMatchObject({ at: "newcomer", refusal: { code: "offline" } });
  });

  test("with an account that is for another app is told which, and is not in", async () => {
    const { entrance, kept } = device();
    await entrance.start();
    await entrance.signIn({ login: "achieng", password: PASSWORD });
    expect(entrance.stage.get()).toMatchObject({
      at: "newcomer",
      refusal: { code: "other_app", role: "doctor" },
    });
    expect(kept.size).toBe(0);
  });

  test("where what she signed in with cannot be kept nothing of it stays", async () => {
    const { entrance, kept, world } = device();
    await entrance.start();
    await entrance.signIn({ login: "amina", password: PASSWORD });
    world.full = true;
    await entrance.choosePin(PIN);
    expect(entrance.stage.get()).toMatchObject({ at: "broken", code: "store_full" });
    expect(kept.size).toBe(0);
  });
});

describe("on a device that several people use", () => {
  test("everybody chooses her name first, and her PIN opens hers alone", async () => {
    const { entrance, at } = device({ others: ["grace", "peter"] });
    await entrance.start();
    expect(entrance.stage.get()).toMatchObject({
      at: "people",
      people: [{ label: "grace" }, { label: "peter" }],
    });
    await entrance.choose({ name: "peter", label: "peter" });
    await entrance.unlock("000001");
    expect(entrance.stage.get()).toMatchObject({
      at: "locked",
      refusal: { code: "pin_wrong", triesLeft: 4 },
    });
    await entrance.unlock(PIN);
    expect(at()).toBe("signIn"); // nobody has ever signed in to this store
  });

  test("who comes to sign in and is here already is led to what she has here, and not given a second place", async () => {
    const { entrance, kept, enter } = device();
    await enter();
    await entrance.lock();
    entrance.newcomer();
    await entrance.signIn({ login: "amina", password: PASSWORD });
    expect(entrance.stage.get()).toMatchObject({ at: "locked", isBack: true, person: { label: "amina" } });
    expect(kept.size).toBe(1);
  });

  test("the lock screen says how much of whose waits, photos with the rest", async () => {
    const { entrance, enter, at, safes } = device({ others: ["grace"] });
    const hb = await enter();
    await hb.enqueue("patient.register", { name: "Wanjiru Kamau", clinic: "aVdxT2lHdVNyQ2Rm.2" });
    await safes
      .at(-1)
      ?.beside("files")
      .transaction("write", (tx) => tx.put("outbox", "photo 1", { seal: "drawn", status: "waiting" }));
    await entrance.lock();
    expect(at()).toBe("people");
    expect(entrance.stage.get()).toMatchObject({
      people: [{ label: "grace" }, { label: "amina", waiting: 2 }],
    });
  });
});

/** Her PIN was right, and the app is still being fetched. */
async function onHerWayIn() {
  const { enter, ...rest } = device({ others: ["grace"] });
  const { entrance, app } = rest;
  await enter();
  await entrance.lock();
  const slow = Promise.withResolvers<void>();
  app.fetched = slow.promise;
  await entrance.choose({ name: "person 1", label: "amina" });
  const entering = entrance.unlock(PIN);
  await expect.poll(() => app.begun).toBe(2);
  return { ...rest, slow, entering };
}

describe("who goes back while her PIN opens the app", () => {
  test("is not let in: nobody stands before her things who has not given her PIN", async () => {
    const { entrance, app, at, safes, slow, entering } = await onHerWayIn();
    await entrance.showPeople();
    expect(at()).toBe("people");
    expect(safes.at(-1)?.state.get().state).toBe("locked");
    slow.resolve();
    await entering;
    expect([at(), app.ended]).toEqual(["people", 2]);
  });

  test("hears nothing of what breaks behind her, and the next one is not pushed off her screen", async () => {
    const { entrance, slow, entering } = await onHerWayIn();
    await entrance.choose({ name: "grace", label: "grace" });
    slow.reject(new HealthBridgeError("store_locked"));
    await entering;
    expect(entrance.stage.get()).toMatchObject({ at: "locked", person: { label: "grace" } });
    await entrance.unlock(PIN);
    expect(entrance.stage.get()).toMatchObject({ at: "signIn", person: { label: "grace" } });
  });

  test("or tries a passkey as well is in once, and is not shown the lock again", async () => {
    const { entrance, app, at, enter } = device();
    await enter();
    await entrance.lock();
    const [byPin, byPasskey] = [entrance.unlock(PIN), entrance.unlockWithPasskey()];
    await Promise.all([byPin, byPasskey]);
    expect([at(), app.begun]).toEqual(["open", 2]);
  });
});

describe("who leaves", () => {
  test("with everything sent leaves nothing behind", async () => {
    const { entrance, kept, enter, app, quiet } = device();
    await enter();
    await entrance.signOut();
    expect(quiet).toEqual(["amina"]); // no reminder of hers appears here any more
    expect(kept.size).toBe(0);
    expect(app.ended).toBe(1);
    expect(entrance.stage.get()).toMatchObject({ at: "newcomer" });
  });

  test("with work queued leaves it under her PIN, is told so, and finds it again", async () => {
    const { entrance, enter, world, opened } = device();
    const hb = await enter();
    world.online = false;
    await hb.enqueue("patient.register", { name: "Wanjiru Kamau", clinic: "aVdxT2lHdVNyQ2Rm.2" });
    await entrance.signOut();
    const stage = entrance.stage.get();
    const people = [{ label: "amina", waiting: 1 }];
    expect(stage).toMatchObject({ at: "people", people, left: { label: "amina", waiting: 1 } });
    if (stage.at !== "people" || stage.people[0] === undefined) return;
    await entrance.choose(stage.people[0]);
    await entrance.unlock(PIN);
    expect(entrance.stage.get()).toMatchObject({ at: "signIn" });
    world.online = true;
    await entrance.signIn({ login: "amina", password: PASSWORD });
    expect(opened().waiting()).toMatchObject([{ type: "patient.register" }]);
  });

  test("with a photo still to be sent, or a document of which the server lacks something, finds it again", async () => {
    const { entrance, enter, kept, safes } = device();
    await enter();
    const safe = safes.at(-1);
    await safe?.beside("files").transaction("write", async (tx) => {
      await tx.put("outbox", "photo 1", { seal: "drawn", status: "waiting" });
      await tx.put("outbox", "photo 2", { seal: "drawn", status: "sent" });
    });
    await safe?.store.transaction("write", async (tx) => {
      await tx.put("document", "mine:amina:intake:1", { update: "AAA=" });
      await tx.put("document", "mine:amina:intake:2", { update: "AAA=" });
    });
    await entrance.signOut();
    expect(entrance.stage.get()).toMatchObject({ at: "people", left: { label: "amina", waiting: 2 } });
    expect([...kept.values()]).toMatchObject([{ person: { waiting: 2 } }]);
  });

  test("finds her work again though somebody else tried to sign in to what is hers", async () => {
    const { entrance, enter, server, opened } = device();
    server.addAccount({ login: "peter", password: PASSWORD, role: "staff", clinics: [] });
    const hb = await enter();
    await hb.enqueue("patient.register", { name: "Wanjiru Kamau", clinic: "aVdxT2lHdVNyQ2Rm.2" });
    await entrance.signOut();
    const stage = entrance.stage.get();
    if (stage.at !== "people" || stage.people[0] === undefined) throw new Error("nobody is there");
    await entrance.choose(stage.people[0]);
    await entrance.unlock(PIN);
    await entrance.signIn({ login: "peter", password: PASSWORD });
    expect(opened().status.get().account?.login).toBe("amina"); // the password is the same; it is her name that counts
    expect(opened().waiting()).toMatchObject([{ type: "patient.register" }]);
  });

  test("who is asked for her password again is locked out like everybody else when nobody types", async () => {
    const { entrance, at, safes } = device({ others: ["peter"] });
    await entrance.start();
    await entrance.unlock(PIN);
    expect(at()).toBe("signIn");
    safes.at(-1)?.lock();
    await expect.poll(at).toBe("locked");
  });

  test("is out, and her key gone, though the app cannot close what it has open", async () => {
    const { entrance, enter, app, at, safes } = device();
    const hb = await enter();
    app.failsToEnd = true;
    await entrance.lock();
    expect([at(), safes.at(-2)?.state.get().state]).toEqual(["locked", "locked"]);
    await expect(hb.enqueue("patient.register", { name: "Wanjiru" })).rejects.toMatchObject({
      code: "store_closed",
    });
  });

  test("is out at once when the safe locks by itself", async () => {
    const { entrance, enter, at, safes } = device();
    await enter();
    safes.at(-1)?.lock();
    await expect.poll(at).toBe("locked");
    expect(entrance.stage.get()).toMatchObject({ person: { label: "amina" } });
  });

  test("who has forgotten her PIN starts over", async () => {
    const { entrance, kept, enter, at } = device();
    await enter();
    await entrance.lock();
    await entrance.startOver();
    expect([kept.size, at()]).toEqual([0, "newcomer"]);
  });
});

test("what cannot be opened says why, and leaves nothing half open on the screen", async () => {
  const entrance = new Entrance<string>({
    people: () => Promise.reject(new HealthBridgeError("store_blocked")),
    safe: () => Promise.reject(new Error("unused")),
    newPerson: (label) => ({ name: label, label }),
    openDevice: () => Promise.reject(new Error("unused")),
    memory: () => Promise.reject(new Error("unused")),
    carry: () => Promise.reject(new Error("unused")),
    endMessages: async () => undefined,
    begin: async () => "",
    end: async () => undefined,
    roles: [],
  });
  await entrance.start();
  expect(entrance.stage.get()).toEqual({ at: "broken", code: "store_blocked" });
});

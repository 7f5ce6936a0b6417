import { describe, expect, it } from "vitest";
import { HealthBridgeError, memoryStore, type Store } from "../../src/index.ts";
import { settled, whileBusy } from "../support/fake-runtime.ts";
import { useNetwork } from "../support/scene.ts";
import { CONVERSATION, device, INTAKE, NAME, read, write } from "./device.ts";
import { problem } from "./document-server.ts";

useNetwork();

describe("a document on a device", () => {
  it("is kept at once, and is there after a restart without a network", async () => {
    const { open, server } = await device();
    server.away = true;
    const first = await (await open()).open(INTAKE);
    write(first.doc, "fever");
    write(first.doc, " since Monday");
    await first.kept();
    const again = await (await open()).open(INTAKE);
    expect(read(again.doc)).toBe("fever since Monday");
    expect(again.status.get()).toMatchObject({ waiting: true, live: false });
  });

  it("is kept also where it was closed and opened again between two edits", async () => {
    const { open, server } = await device();
    server.away = true;
    const documents = await open();
    const first = await documents.open(INTAKE);
    write(first.doc, "fever");
    await first.kept();
    await first.close();
    const second = await documents.open(INTAKE);
    write(second.doc, " since Monday");
    await second.kept();
    const restarted = await (await open()).open(INTAKE);
    expect(read(restarted.doc)).toBe("fever since Monday");
  });

  it("merges with what others wrote when a line appears, and knows that the server has it", async () => {
    const { open, server, rows } = await device();
    server.away = true;
    write(server.doc(NAME), "pulse 70. ");
    const intake = await (await open()).open(INTAKE);
    write(intake.doc, "fever. ");
    await intake.kept();
    await expect(intake.sync()).rejects.toMatchObject({ code: "offline" });
    server.away = false;
    await intake.sync();
    expect(read(intake.doc)).toBe(server.text(NAME));
    expect(read(intake.doc)).toContain("pulse 70. ");
    expect(read(intake.doc)).toContain("fever. ");
    expect(intake.status.get()).toMatchObject({ waiting: false, may: "write", problem: undefined });
    expect(await rows("mine")).toEqual([]);
    expect((await rows("base")).length).toBeGreaterThan(0);
  });

  it("sends a deletion alone, and is not said to be sent before it is", async () => {
    const { open, server } = await device();
    write(server.doc(NAME), "10 tablets");
    const intake = await (await open()).open(INTAKE);
    await intake.sync();
    server.away = true;
    intake.doc.getText("text").delete(0, 1);
    await intake.kept();
    expect(intake.status.get().waiting).toBe(true);
    server.away = false;
    await intake.sync();
    expect(server.text(NAME)).toBe("0 tablets");
    expect(intake.status.get().waiting).toBe(false);
  });

  it("goes by itself a moment after an edit, where no line lives", async () => {
    const { open, server, runtime } = await device();
    const intake = await (await open()).open(INTAKE);
    await settled();
    const before = server.posts.length;
    write(intake.doc, "a");
    write(intake.doc, "b");
    await settled();
    expect(server.posts.length).toBe(before);
    await runtime.advance(2_000);
    await expect.poll(() => server.text(NAME)).toBe("ab");
    expect(server.posts.length).toBe(before + 1);
  });

  it("that was closed with something waiting is sent once there is a network, though nobody opens it", async () => {
    const { open, server, hb } = await device();
    server.away = true;
    const documents = await open();
    const intake = await documents.open(INTAKE);
    write(intake.doc, "fever");
    await intake.close();
    expect(await documents.waiting()).toEqual([INTAKE]);
    await documents.close();
    server.away = false;
    const later = await open();
    await hb.sync();
    await expect.poll(() => server.text(NAME)).toBe("fever");
    await expect.poll(() => later.waiting()).toEqual([]);
  });

  it.each([
    ["the document", "/v1/documents/"],
    ["what is queued", "/v1/sync"],
  ])("is waited for by a close no longer than a moment, and is kept (no answer for %s)", async (_, path) => {
    const { open, server, runtime, rows } = await device();
    server.away = true;
    const first = await open();
    const intake = await first.open(INTAKE);
    write(intake.doc, "fever");
    await intake.kept();
    await first.close();
    server.away = false;
    const { fetch } = runtime;
    const cut = Promise.withResolvers<never>();
    const asked = Promise.withResolvers<void>();
    runtime.fetch = async (url, init) => {
      if (!url.includes(path)) return fetch(url, init);
      asked.resolve();
      init.signal?.addEventListener("abort", () => cut.reject(new TypeError("ended")));
      return cut.promise;
    };
    const documents = await open(); // sends what waits
    await asked.promise;
    const closing = documents.close();
    await runtime.advance(2_000);
    await closing;
    cut.reject(new TypeError("cut"));
    expect(await rows("mine")).toHaveLength(1);
    runtime.fetch = fetch;
    await (await (await open()).open(INTAKE)).sync();
    expect(server.text(NAME)).toBe("fever");
  });

  it("is the same in two tabs", async () => {
    const { open, server } = await device();
    server.away = true;
    const one = await (await open()).open(INTAKE);
    const two = await (await open()).open(INTAKE);
    write(one.doc, "from one tab");
    await expect.poll(() => read(two.doc)).toBe("from one tab");
    write(two.doc, ", from the other");
    await expect.poll(() => read(one.doc)).toBe("from one tab, from the other");
  });

  it("gives a server that was restored from a backup what it lost", async () => {
    const { open, server } = await device();
    const intake = await (await open()).open(INTAKE);
    write(intake.doc, "before ");
    await intake.sync();
    server.docs.clear();
    write(intake.doc, "after");
    await intake.sync();
    expect(server.text(NAME)).toBe("before after");
    expect(intake.status.get().waiting).toBe(false);
  });

  it("gives a restored server what was written here though nothing waits, and leaves to others what is theirs", async () => {
    const { open, server } = await device();
    server.doc(NAME).getMap("theirs").set("pulse", 70);
    const intake = await (await open()).open(INTAKE);
    intake.doc.getMap("ours").set("fever", "since Monday");
    await intake.sync();
    expect(intake.doc.getMap("theirs").get("pulse")).toBe(70);
    server.docs.clear();
    await intake.sync();
    expect(server.doc(NAME).getMap("ours").get("fever")).toBe("since Monday");
    expect(server.doc(NAME).getMap("theirs").size).toBe(0);
  });

  it("waits, and says why, where the server never says that it has all of it", async () => {
    const { open, server } = await device();
    const intake = await (await open()).open(INTAKE);
    await intake.sync();
    server.admits = false;
    write(intake.doc, "fever");
    await expect(intake.sync()).rejects.toMatchObject({ code: "unavailable" });
    expect(intake.status.get()).toMatchObject({ waiting: true, problem: "unavailable" });
    server.admits = true;
    await intake.sync();
    expect(intake.status.get()).toMatchObject({ waiting: false, problem: undefined });
  });

  it("stays small in the store, however much is written", async () => {
    const { open, server, rows } = await device();
    server.away = true;
    const intake = await (await open()).open(INTAKE);
    for (let times = 0; times < 100; times += 1) {
      write(intake.doc, "x");
      await intake.kept();
    }
    expect((await rows()).length).toBeLessThanOrEqual(41);
    server.away = false;
    await intake.sync();
    expect(server.text(NAME)).toBe("x".repeat(100));
  });

  it("that cannot be kept says so, and is kept once there is room", async () => {
    const { open, server, disk, rows } = await device();
    server.away = true;
    const intake = await (await open()).open(INTAKE);
    disk.capacity = 0;
    write(intake.doc, "fever");
    await expect(intake.kept()).rejects.toMatchObject({ code: "store_full" });
    expect(intake.status.get()).toMatchObject({ waiting: true });
    await expect(intake.sync()).rejects.toMatchObject({ code: "store_full" });
    expect(intake.status.get()).toMatchObject({ waiting: true, problem: "store_full" });
    disk.capacity = Infinity;
    await intake.kept();
    expect(await rows("mine")).toHaveLength(1);
    expect(intake.status.get()).toMatchObject({ waiting: true, problem: undefined });
  });
});

describe("documents and the line", () => {
  it.each([
    ["go well", 200],
    ["fail", 503],
  ])("do not wake each other where no socket lives, whether their exchanges %s", async (_, status) => {
    const { open, server, runtime } = await device();
    const documents = await open();
    const intake = await documents.open(INTAKE);
    await documents.open({ ...INTAKE, conversation: "appointmentappoi.2" });
    await settled();
    const { fetch } = runtime;
    let asked = 0;
    // What is queued takes longer than a document: each is done when it hears that the other was answered.
    runtime.fetch = async (url, init) => {
      runtime.wall += 1;
      const isDocument = url.includes("/v1/documents/");
      if (!isDocument) await whileBusy(new Promise((resolve) => setTimeout(resolve, 20)));
      if (isDocument) asked += 1;
      // Should they go on for ever, this ends them.
      if (asked > 20) server.away = true;
      return isDocument && status !== 200 ? new Response("busy", { status }) : fetch(url, init);
    };
    write(intake.doc, "fever");
    await runtime.advance(2_000);
    await settled();
    expect(asked).toBe(1);
  });

  it.each(["open", "closed"])(
    "leave a server alone for as long as it asks, whoever else is answered meanwhile (%s)",
    async (state) => {
      const { open, server, runtime, hb } = await device();
      const intake = await (await open()).open(INTAKE);
      await settled();
      const { fetch } = runtime;
      let asked = 0;
      runtime.fetch = async (url, init) => {
        if (!url.includes("/v1/documents/")) return fetch(url, init);
        asked += 1;
        return new Response("busy", { status: 503, headers: { "retry-after": "300" } });
      };
      write(intake.doc, "fever");
      await intake.kept();
      if (state === "closed") await intake.close();
      for (const ms of [2_000, 120_000]) {
        await runtime.advance(ms);
        await hb.sync();
        await settled();
        expect(asked).toBe(1);
      }
      runtime.fetch = fetch;
      await runtime.advance(300_000);
      await hb.sync();
      await expect.poll(() => server.text(NAME)).toBe("fever");
    },
  );

  it("are all sent at once when it is back, whichever of them found out", async () => {
    const { open, server, runtime } = await device();
    const documents = await open();
    const first = await documents.open(INTAKE);
    const second = await documents.open({ ...INTAKE, conversation: "appointmentappoi.2" });
    await settled();
    server.away = true;
    write(second.doc, "fever");
    await runtime.advance(2_000);
    expect(second.status.get().problem).toBe("offline");
    server.away = false;
    runtime.wall += 1;
    await first.sync();
    await settled();
    expect(second.status.get()).toMatchObject({ waiting: false, problem: undefined });
  });

  it("are sent with a new token where the server says that this one is over, whatever the clock here says", async () => {
    const { open, server, runtime } = await device();
    const { fetch } = runtime;
    let renewals = 0;
    runtime.fetch = async (url, init) => {
      if (url.endsWith("/v1/sessions/refresh")) renewals += 1;
      const isOver = url.includes("/v1/documents/") && renewals === 0;
      return isOver ? problem(401, "token_expired") : fetch(url, init);
    };
    const intake = await (await open()).open(INTAKE);
    write(intake.doc, "fever");
    await intake.sync();
    expect(server.text(NAME)).toBe("fever");
    expect(renewals).toBe(1);
  });

  it("are said to wait while they are being kept, whatever a server answers meanwhile", async () => {
    const { open, disk, runtime } = await device();
    const plain = memoryStore(disk);
    const slow = Promise.withResolvers<void>();
    let isSlow = false;
    const store: Store = {
      close: () => plain.close(),
      async transaction(mode, work) {
        if (isSlow && mode === "write") await slow.promise;
        return await plain.transaction(mode, work);
      },
    };
    const intake = await (await open({ store })).open(INTAKE);
    await settled();
    const answer = Promise.withResolvers<void>();
    const { fetch } = runtime;
    runtime.fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (url.includes("/v1/documents/")) await answer.promise;
      return response;
    };
    const exchanged = intake.sync();
    await settled();
    isSlow = true;
    write(intake.doc, "fever");
    await settled();
    answer.resolve();
    await settled();
    expect(intake.status.get()).toMatchObject({ waiting: true });
    slow.resolve();
    await exchanged;
  });
});

describe("a document that may only be read", () => {
  it("throws at the edit, keeps nothing of it, and goes on taking what others write", async () => {
    const { open, server, rows } = await device();
    server.may = "read";
    write(server.doc(NAME), "rest");
    const intake = await (await open()).open(INTAKE);
    await intake.sync();
    expect(() => write(intake.doc, " and whisky")).toThrow(HealthBridgeError);
    expect(() => intake.doc.getMap("form").set("pulse", 1)).toThrow("forbidden");
    expect(read(intake.doc)).toBe("rest");
    expect(await rows("mine")).toEqual([]);
    write(server.doc(NAME), " a week");
    await intake.sync();
    expect(read(intake.doc)).toBe("rest a week");
  });

  it("can be read, whatever is in it, also before the server was asked", async () => {
    const { open, server } = await device();
    server.may = "read";
    server.doc(NAME).getArray("list").push(["rest"]);
    const intake = await (await open()).open(INTAKE);
    await intake.sync();
    const list = intake.doc.getArray("list");
    expect(list.toArray()).toEqual(["rest"]);
    expect(() => list.push(["whisky"])).toThrow("forbidden");
    expect(list.toArray()).toEqual(["rest"]);
    server.away = true;
    const notes = await (await open()).open({ conversation: CONVERSATION, kind: "notes" });
    expect(notes.doc.getXmlFragment("page").toJSON()).toBe("");
    expect(() => notes.doc.getArray("list").push(["whisky"])).toThrow("forbidden");
  });

  it("takes formats that others changed, which Yjs tidies up by itself", async () => {
    const { open, server } = await device();
    server.may = "read";
    const theirs = server.doc(NAME).getText("text");
    theirs.insert(0, "rest a week", { bold: true });
    const intake = await (await open()).open(INTAKE);
    await intake.sync();
    theirs.format(0, 11, { bold: null });
    theirs.format(0, 4, { bold: true });
    theirs.format(0, 4, { bold: null });
    await intake.sync();
    expect(intake.doc.getText("text").toDelta()).toEqual(theirs.toDelta());
    expect(intake.status.get().waiting).toBe(false);
  });

  it("is, of the notes, what nobody but a doctor can write before the server was asked", async () => {
    const { open, server } = await device();
    server.away = true;
    const notes = await (await open()).open({ conversation: CONVERSATION, kind: "notes" });
    expect(() => write(notes.doc, "x")).toThrow("forbidden");
  });

  it("because the conversation was closed meanwhile keeps what waits, says why it does not go, and goes on taking what others write", async () => {
    const { open, server } = await device();
    server.away = true;
    const intake = await (await open()).open(INTAKE);
    write(intake.doc, "too late");
    await intake.kept();
    await expect(intake.sync()).rejects.toMatchObject({ code: "offline" });
    server.away = false;
    server.may = "read";
    write(server.doc(NAME), "rest. ");
    await expect(intake.sync()).rejects.toMatchObject({ code: "forbidden" });
    expect(intake.status.get()).toMatchObject({ waiting: true, may: "read", problem: "forbidden" });
    expect(read(intake.doc)).toContain("rest. ");
    expect(server.text(NAME)).toBe("rest. ");
    await intake.discard();
    const again = await (await open()).open(INTAKE);
    await again.sync();
    expect(read(again.doc)).toBe("rest. ");
  });
});

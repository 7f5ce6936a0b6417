import { describe, expect, test } from "vitest";
import { takePicture } from "../../src/devtools/picture.ts";
import { type Row, type ViewId, VIEWS } from "../../src/devtools/views.ts";
import { inspectable } from "../../src/devtools/inspectable.ts";
import { HealthBridge, memoryDisk, memoryStore, type Store } from "../../src/index.ts";
import { openClinic, PASSWORD } from "../react/support/clinic.ts";

const EVERYTHING = { kind: undefined, text: "" };

/** A device on which everything happens that an inspector shows. */
async function inspected() {
  const at = await openClinic();
  const { lab, desk, clinic, doctor } = at;
  const runtime = inspectable(desk.open.runtime);
  const store = memoryStore(memoryDisk());
  const hb = await HealthBridge.open({ url: desk.open.url, store, runtime, autoSync: false });
  await lab.time.run(hb.signIn({ login: "amina", password: PASSWORD }));
  await hb.follow("directory", `calendar:${doctor}`);
  await hb.registerPatient({ name: "Akinyi", clinic });
  await lab.time.run(hb.sync());
  await hb.follow("calendar:nobodynobodynobo.1");
  const waits = await hb.registerPatient({ name: "Otieno", clinic });
  const behind = await hb.updatePatient(
    { patient: at.patient, name: "Wanjiru Kamau" },
    { lane: "bulk", after: [waits.id] },
  );
  return {
    ...at,
    hb,
    store,
    runtime,
    waits,
    behind,
    async [Symbol.asyncDispose]() {
      await hb.close();
      await at[Symbol.asyncDispose]();
    },
  };
}

const rowsOf = (
  picture: Awaited<ReturnType<typeof takePicture>>,
  id: ViewId,
  question = EVERYTHING,
): readonly Row[] => VIEWS.find((view) => view.id === id)?.rows(picture, question) ?? [];

describe("a picture of an instance", () => {
  test("has everything there is, and nothing that could be used to sign in", async () => {
    await using at = await inspected();
    const { hb, store, runtime, waits, behind } = at;
    const picture = await takePicture({ hb, store, runtime });
    expect(picture.queue.map(({ id, lane, after }) => [id, lane, after])).toEqual([
      [waits.id, "normal", []],
      [behind.id, "bulk", [waits.id]],
    ]);
    expect(picture.outcomes.map(({ type }) => type)).toEqual(["patient.register"]);
    expect(picture.feeds?.feeds.find(({ name }) => name === "directory")).toMatchObject({ complete: true });
    expect(new Map(picture.entities).get("patient")).toHaveLength(3);
    expect(picture.line).toBe("normal");
    expect(picture.requests?.length).toBeGreaterThan(0);
    expect(picture.problem).toBeUndefined();
    const tokens = await store.transaction("read", (tx) => tx.get("meta", "session"));
    const text = JSON.stringify(picture);
    for (const name of ["accessToken", "refreshToken"] as const) {
      const token = (tokens as Record<string, string>)[name] ?? "";
      expect(token.length).toBeGreaterThan(10);
      expect(text).not.toContain(token);
    }
    expect(text).not.toContain(PASSWORD);
  });

  test("without store and runtime says that it does not know", async () => {
    await using at = await inspected();
    const picture = await takePicture({ hb: at.hb });
    expect(picture).toMatchObject({ feeds: undefined, requests: undefined, line: undefined });
    expect(picture.queue[0]?.after).toBeUndefined();
  });

  test("is taken all the same where the store cannot be read, and says so", async () => {
    await using at = await inspected();
    const broken: Store = {
      transaction: () => Promise.reject(new Error("disk on fire")),
      close: () => Promise.resolve(),
    };
    const picture = await takePicture({ hb: at.hb, store: broken });
    expect(picture.queue).toHaveLength(2);
    expect(picture.feeds).toBeUndefined();
    expect(picture.problem).toContain("disk on fire");
  });
});

describe("the pages", () => {
  test("say of each operation in the queue why it waits", async () => {
    await using at = await inspected();
    const picture = await takePicture(at);
    const [first, second] = rowsOf(picture, "queue");
    expect(first).toMatchObject({ title: "patient.register", badge: ["normal", "waits"] });
    expect(first?.facts[0]).toContain("syncing in the background is off");
    expect(second?.facts[0]).toContain(`needs ${at.waits.id} to be applied first`);
  });

  test("show outcomes, feeds, requests and the status", async () => {
    await using at = await inspected();
    const picture = await takePicture(at);
    expect(rowsOf(picture, "outcomes")).toMatchObject([
      { title: "patient.register", badge: ["applied", "good"] },
    ]);
    const feeds = new Map(rowsOf(picture, "feeds").map(({ title, badge }) => [title, badge?.[0]]));
    expect(feeds.get("directory")).toBe("complete");
    expect(feeds.get("calendar:nobodynobodynobo.1")).toBe("asked for");
    expect(rowsOf(picture, "requests")[0]).toMatchObject({ badge: ["200", "good"] });
    const status = new Map(rowsOf(picture, "status").map(({ title, facts }) => [title, facts]));
    expect(status.get("Account")).toEqual(["amina (amina), staff"]);
    expect(status.get("Waiting")).toEqual(["0 urgent, 1 normal, 1 in bulk"]);
  });

  test("find entities by kind and by a text", async () => {
    await using at = await inspected();
    const picture = await takePicture(at);
    const titles = (question: { kind: "patient" | undefined; text: string }): readonly string[] =>
      VIEWS.find(({ id }) => id === "entities")
        ?.rows(picture, question)
        .map(({ title }) => title) ?? [];
    expect(titles({ kind: "patient", text: "" }).toSorted()).toEqual(["Akinyi", "Otieno", "Wanjiru Kamau"]);
    expect(titles({ kind: undefined, text: "OTIENO" })).toEqual(["Otieno"]);
    expect(titles({ kind: "patient", text: "achieng" })).toEqual([]);
  });

  test("stop at two hundred lines and say how many there are", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const items = Array.from({ length: 230 }, (_, row) => ({
      type: "patient.register" as const,
      input: { name: `Patient ${row}`, clinic },
    }));
    await hb.enqueueMany(items);
    const picture = await takePicture({ hb });
    expect(rowsOf(picture, "queue")).toHaveLength(201);
    expect(rowsOf(picture, "queue").at(-1)?.title).toBe("30 more");
    expect(picture.queue).toHaveLength(230);
  });
});

import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { newStream, openWorld } from "../../../tests/setup/world.ts";
import { runningServer } from "../http/running-server.ts";
import { HandMovedTime } from "./hand-moved-time.ts";
import { hangUp, type LineClient, openLine } from "./line-client.ts";

const time = new HandMovedTime();
const server = await runningServer({ HEALTHBRIDGE_METRICS_TOKEN: "m".repeat(40) }, { socketTime: time });
// Another process on the same database: nobody tells the server what it writes.
const world = await openWorld(server.databaseUrl, {}, "demo");
await server.open("amina", "staff", { clinics: [world.clinic] });
const { accessToken: token } = await server.signIn("amina");

afterEach(hangUp);

const follow = ["me", `clinic:${world.clinic}`];

/** Registers patients in the name of Amina, over HTTP, in the server's own process. */
async function register(...names: readonly string[]): Promise<void> {
  const operations = names.map((name) => ({
    type: "patient.register",
    input: { name, clinic: world.clinic },
    madeAt: 0,
  }));
  const json = { protocol: 1, stream: newStream(), from: 1, operations };
  expect((await server.send("POST", "/v1/sync", { json, token })).body.settled).toBe(names.length);
}

/** The cursors after an answer that held everything. */
function cursorsOf({ json: { answer, page } }: Awaited<ReturnType<LineClient["next"]>>): string {
  const { changes = [], cursors = "" } = answer ?? page;
  const known = new Map<string, string>(
    cursors === "" ? [] : cursors.split(",").map((one: string) => one.split(":")),
  );
  for (const { feed, cursor } of changes) known.set(String(feed), String(cursor));
  return [...known].map((pair) => pair.join(":")).join(",");
}

const namesIn = (changes: ReadonlyArray<{ items: ReadonlyArray<{ entity?: { name?: string } }> }>) =>
  changes.flatMap(({ items }) => items.map(({ entity }) => entity?.name));

describe("a sync over the line", () => {
  it("is answered as over HTTP", async () => {
    const line = await openLine(server, token);
    const stream = newStream();
    const { json } = await line.sync({ stream, follow: ["me", "clinic:AAAAAAAAAAAAAAAA.1"] });
    const request = { protocol: 1, stream, from: 1, follow: ["me", "clinic:AAAAAAAAAAAAAAAA.1"] };
    const { text } = await server.send("POST", "/v1/sync", { json: request, token });
    expect({ ...json["answer"], serverTime: 0 }).toEqual({ ...JSON.parse(text), serverTime: 0 });
  });

  it("has its effect once, whatever carries it again", async () => {
    const line = await openLine(server, token);
    const request = {
      protocol: 1,
      stream: newStream(),
      from: 1,
      operations: [
        { type: "patient.register", input: { name: "Only Once", clinic: world.clinic }, madeAt: 1 },
        { type: "patient.register", input: { nmae: "Never", clinic: world.clinic }, madeAt: 1 },
      ],
    };
    const first = await line.sync(request);
    expect(first.json["answer"]).toMatchObject({ settled: 2, outcomes: [{ number: 2 }] });
    const again = await server.send("POST", "/v1/sync", { json: request, token });
    expect(again.body).toMatchObject({ settled: 2, outcomes: first.json["answer"].outcomes });
    const found = await server.send("GET", `/v1/patients?clinic=${world.clinic}&limit=100`, { token });
    expect(found.text.split("Only Once")).toHaveLength(2);
  });

  it("may come packed, and its answer too", async () => {
    const line = await openLine(server, token);
    const sync = { protocol: 1, stream: newStream(), from: 1, follow };
    line.send(gzipSync(JSON.stringify({ id: 7, sync, gzip: true })));
    const { packed, bytes, json } = await line.next();
    expect(json).toMatchObject({ id: 7, answer: { settled: 0 } });
    expect(packed).toBe(true);
    expect(bytes).toBeLessThan(JSON.stringify(json).length);
  });

  it("brings fifty that were missed in one round trip of less than 3 kB", async () => {
    const cursors = cursorsOf(await (await openLine(server, token)).sync({ follow }));
    await register(...Array.from({ length: 50 }, (_, at) => `Patient who came number ${String(at)}`));
    const line = await openLine(server, token);
    const { json, bytes } = await line.sync({ cursors }, { gzip: true });
    expect(namesIn(json["answer"].changes)).toHaveLength(50);
    expect(json["answer"].more).toBeUndefined();
    expect(bytes).toBeLessThan(3_000);
  });

  it("that is large comes in parts, each asked for", async () => {
    await register(
      ...Array.from({ length: 300 }, (_, at) => `Patient with a name that is long ${String(at)}`),
    );
    const line = await openLine(server, token);
    const { json, bytes } = await line.sync({ follow, budget: 524_288 });
    expect(json["answer"].more).toBe(true);
    expect(bytes).toBeLessThan(40_000);
  });
});

describe("what a line is told unasked", () => {
  it("a page of what is new, from where it stands", async () => {
    const line = await openLine(server, token);
    const first = await line.sync({ follow }, { push: true });
    await finish(line, first);
    await register("Pushed Patient");
    const { json } = await line.next(({ page }) => page !== undefined);
    expect(namesIn(json["page"].changes)).toEqual(["Pushed Patient"]);
    await register("Another One");
    const next = await line.next(({ page }) => page !== undefined);
    expect(namesIn(next.json["page"].changes)).toEqual(["Another One"]);
    expect(next.json["since"]).toContain(`${json["page"].changes[0].feed}:${json["page"].changes[0].cursor}`);
  });

  it("only that something is new, where it wants no pages, and once until it asks", async () => {
    const line = await openLine(server, token);
    await finish(line, await line.sync({ follow }), {});
    await register("First News");
    await register("Second News");
    expect(await line.heard()).toEqual([{ moved: true }]);
  });

  it("what another process wrote, a second later", async () => {
    const line = await openLine(server, token);
    await finish(line, await line.sync({ follow }, { push: true }));
    await world.asSystem([
      { type: "patient.register", input: { name: "Written Elsewhere", clinic: world.clinic } },
    ]);
    const { json } = await nextWhileTimePasses(line, ({ page }) => page !== undefined);
    expect(namesIn(json["page"].changes)).toEqual(["Written Elsewhere"]);
  });

  it("nothing of what it wrote itself and foresaw, nor of what it does not follow", async () => {
    const line = await openLine(server, token);
    await finish(line, await line.sync({ follow: ["me"] }, { push: true }));
    await register("Not Followed");
    expect(await line.heard()).toEqual([]);
  });

  it("that the server is there, when nothing else was said for a while", async () => {
    const line = await openLine(server, token);
    const { json } = await nextWhileTimePasses(line, ({ beat }) => beat === true);
    expect(json).toEqual({ beat: true });
  });
});

describe("a frame that is wrong", () => {
  it.each([
    ["a request that is none", { id: 1, sync: { protocol: 1 } }, "malformed"],
    [
      "a later protocol",
      { id: 2, sync: { protocol: 99, stream: newStream(), from: 1 } },
      "protocol_unsupported",
    ],
    [
      "a field too many",
      { id: 3, sync: { protocol: 1, stream: newStream(), from: 1 }, as: "boss" },
      "unknown_field",
    ],
    ["a frame of a later version", { id: 4, dance: true }, "unsupported"],
    ["no object", [1, 2], "unsupported"],
    ["an id that is none", { id: "x", sync: {} }, "malformed"],
  ])("%s is answered with a problem, and the line goes on", async (_what, frame, code) => {
    const line = await openLine(server, token);
    line.send(frame);
    const { json } = await line.next();
    expect(json["problem"]).toMatchObject({ code, status: expect.any(Number) });
    const id = "id" in frame && typeof frame.id === "number" ? frame.id : undefined;
    expect(json["id"]).toBe(id);
    expect((await line.sync()).json["answer"]).toBeDefined();
  });

  it.each([
    ["not JSON", "hello"],
    ["deeply nested", "[".repeat(30_000)],
  ])("%s closes the line", async (_what, text) => {
    const line = await openLine(server, token);
    line.send(text);
    expect(await line.closed).toMatchObject({ code: 1008 });
  });

  it("a bomb is not unpacked further than a request may be long", async () => {
    const line = await openLine(server, token);
    line.send(gzipSync(Buffer.alloc(50_000_000, 0x20)));
    expect(await line.closed).toMatchObject({ code: 1009 });
  });
});

it("what goes over lines is counted", async () => {
  const { text } = await server.send("GET", "/metrics", { token: "m".repeat(40) });
  expect(text).toMatch(/^healthbridge_sockets_open \d+$/m);
  expect(text).toMatch(/^healthbridge_socket_messages_total\{route="\/v1\/realtime"\} [1-9]/m);
  expect(text).toMatch(/^healthbridge_socket_pushes_total\{what="page"\} [1-9]/m);
  expect(text).toMatch(/^healthbridge_socket_pushes_total\{what="moved"\} [1-9]/m);
  expect(text).toMatch(/^healthbridge_socket_closes_total\{route="\/v1\/realtime",code="1008"\} [1-9]/m);
});

/** Asks on until the line stands at the end of everything. */
async function finish(
  line: LineClient,
  answered: Awaited<ReturnType<LineClient["next"]>>,
  wishes: object = { push: true },
): Promise<void> {
  let last = answered;
  const known = new Map<string, string>();
  for (;;) {
    for (const part of cursorsOf(last).split(",")) {
      const [feed = "", cursor = ""] = part.split(":");
      if (feed !== "") known.set(feed, cursor);
    }
    if (last.json["answer"].more !== true) break;
    const begun = last.json["answer"].changes.at(-1);
    const cursors = [...known]
      .map(([feed, cursor]) =>
        String(begun.feed) === feed && begun.begun !== undefined
          ? `${feed}:${cursor}:${begun.begun}`
          : `${feed}:${cursor}`,
      )
      .join(",");
    last = await line.sync({ cursors }, wishes);
  }
  line.frames.length = 0;
}

/** Waits for a frame while time passes for sockets. */
async function nextWhileTimePasses(line: LineClient, accepts: Parameters<LineClient["next"]>[0]) {
  await expect
    .poll(async () => {
      await time.pass(1_000);
      return line.frames.some(({ json }) => accepts?.(json));
    })
    .toBe(true);
  return line.next(accepts);
}

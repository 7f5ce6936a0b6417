import { describe, expect, it, onTestFinished } from "vitest";
import { formatCursors, type SyncResponse } from "@healthbridge/schema";
import { openAttachments } from "../../src/attachments/index.ts";
import { HealthBridge, memoryStore } from "../../src/index.ts";
import { type HeardSignal, openLine, type Whisper } from "../../src/realtime/index.ts";
import { exportQueue } from "../../src/transfer/index.ts";
import { amina, clinic, otieno, password } from "../support/clinic.ts";
import { settled } from "../support/fake-runtime.ts";
import { FakeSockets } from "../support/fake-sockets.ts";
import { json, problem } from "../support/line.ts";
import { scene, type Scene, useNetwork } from "../support/scene.ts";
import { booking, liveScene, type LineScene } from "./live-scene.ts";

useNetwork();

/** Where the device stands, as it would write it. */
async function cursorsOf({ hb, sockets }: LineScene): Promise<string> {
  await hb.sync();
  const last = sockets.syncs.at(-1);
  if (last === undefined) throw new Error("it did not sync over the socket");
  return String(last.json["sync"].cursors);
}

/** A device with a line, on a store of this name. */
async function openNamed(parts: Scene, sockets: FakeSockets, name: string) {
  const store = Object.assign(memoryStore(), { name });
  const { runtime: real } = parts;
  const { url } = parts.line;
  const socketLine = openLine({ url, store, runtime: real, openSocket: sockets.openSocket });
  onTestFinished(() => socketLine.close());
  const hb = await HealthBridge.open({ url, store, runtime: socketLine.runtime });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "amina", password });
  return socketLine.state;
}

describe("a line", () => {
  it("is one for each store: two apps of one site have each their own, two tabs of an app share one", async () => {
    const parts = scene();
    const sockets = new FakeSockets(parts.line, parts.server);
    const patients = await openNamed(parts, sockets, "patient");
    await expect.poll(() => patients.get()).toBe("live");
    const doctors = await openNamed(parts, sockets, "doctor");
    await expect.poll(() => doctors.get()).toBe("live");
    const again = await openNamed(parts, sockets, "doctor");
    await settled();
    expect([patients.get(), doctors.get(), again.get(), sockets.all.length]).toEqual([
      "live",
      "live",
      "off",
      2,
    ]);
  });

  it("outlives what is opened beside the device and closed again, and ends with the device", async () => {
    const { hb, socketLine, line, disk } = await liveScene();
    const beside = { hb, url: line.url, store: memoryStore(disk), runtime: socketLine.runtime };
    const attachments = await openAttachments({ ...beside, files: memoryStore(), autoUpload: false });
    await attachments.end();
    await exportQueue(beside, { passphrase: "four goats on the roof" });
    expect(socketLine.state.get()).toBe("live");
    await hb.close();
    expect(socketLine.state.get()).toBe("off");
  });

  it("is opened once a sync has succeeded, with a ticket and the protocol's version, and resumes at once", async () => {
    const { sockets, socketLine } = await liveScene();
    expect(socketLine.state.get()).toBe("live");
    expect(sockets.all).toHaveLength(1);
    expect(sockets.last.protocols).toEqual(["healthbridge.1", "ticket.ticket-0"]);
    expect(sockets.last.binaryType).toBe("arraybuffer");
  });

  it("carries syncs instead of HTTP, packed where that is worth it", async () => {
    const { hb, sockets, line } = await liveScene();
    const { id } = await hb.book(booking(0));
    const report = await hb.sync();
    expect(report).toMatchObject({ done: true, waiting: 0 });
    expect(hb.get("appointment", id)).toMatchObject({ status: "booked" });
    expect(line.syncs).toEqual([]);
    expect(sockets.syncs.length).toBeGreaterThan(0);
    const [first] = sockets.syncs;
    expect(first).toMatchObject({ packed: true, json: { push: true, gzip: true, sync: { protocol: 1 } } });
  });

  it("leaves to HTTP what is larger than a frame", async () => {
    const { hb, sockets, line } = await liveScene();
    // Nothing that packing could make smaller.
    const text = (): string =>
      String.fromCharCode(
        ...Array.from({ length: 2_000 }, () => 0x4e00 + Math.floor(Math.random() * 20_000)),
      );
    await hb.enqueueMany(
      Array.from({ length: 25 }, () => ({
        type: "message.send" as const,
        input: { conversation: "nonenonenonenone.1", text: text() },
      })),
    );
    await hb.sync();
    const largest = Math.max(...line.syncs.map(({ bytes }) => bytes));
    expect(largest).toBeGreaterThan(65_536);
    expect(sockets.last.isOpen).toBe(true);
    expect(hb.waiting()).toEqual([]);
  });

  it("has the device sync when the server says that something is new", async () => {
    const parts = await liveScene();
    await cursorsOf(parts);
    const before = parts.sockets.syncs.length;
    parts.server.put("patient", { id: "patientpatientpa.9", name: "New Patient", clinic: clinic.id });
    parts.sockets.last.say({ moved: true });
    await settled();
    expect(parts.hb.get("patient", "patientpatientpa.9")).toMatchObject({ name: "New Patient" });
    expect(parts.sockets.syncs.length).toBe(before + 1);
    expect(parts.line.syncs).toEqual([]);
  });

  it("takes a page that comes unasked for the answer, and sends nothing", async () => {
    const parts = await liveScene();
    const since = await cursorsOf(parts);
    const before = parts.sockets.syncs.length;
    const [handle = "", cursor = ""] = since.split(",")[0]?.split(":") ?? [];
    const page = pageOf(Number(handle), Number(cursor) + 1, "Pushed Patient");
    parts.sockets.last.say({ page, since }, true);
    await settled();
    expect(parts.hb.get("patient", "pushedpushedpush.1")).toMatchObject({ name: "Pushed Patient" });
    // Once more from where that page ended.
    const next = since.replace(`${handle}:${cursor}`, `${handle}:${Number(cursor) + 1}`);
    parts.sockets.last.say({ page: pageOf(Number(handle), Number(cursor) + 2, "Renamed"), since: next });
    await settled();
    expect(parts.hb.get("patient", "pushedpushedpush.1")).toMatchObject({ name: "Renamed" });
    expect(parts.sockets.syncs.length).toBe(before);
    expect(parts.line.seen).toEqual([]);
  });

  it.each(["at once", "while it asks"])("takes one page after another that come %s", async (when) => {
    const parts = await liveScene();
    const since = await cursorsOf(parts);
    const before = parts.sockets.syncs.length;
    const [handle = "", cursor = ""] = since.split(",")[0]?.split(":") ?? [];
    const next = since.replace(`${handle}:${cursor}`, `${handle}:${Number(cursor) + 1}`);
    const push = (): void => {
      const { last } = parts.sockets;
      last.say({ page: pageOf(Number(handle), Number(cursor) + 1, "Pushed Patient"), since });
      last.say({ page: pageOf(Number(handle), Number(cursor) + 2, "Renamed"), since: next });
    };
    if (when === "at once") push();
    else {
      parts.sockets.faults.push((go) => {
        push();
        return go();
      });
      await parts.hb.sync();
    }
    await settled();
    expect(parts.hb.get("patient", "pushedpushedpush.1")).toMatchObject({ name: "Renamed" });
    expect(parts.sockets.syncs.length).toBe(before + (when === "at once" ? 0 : 1));
  });

  it("asks where something is new that no page says, though one has come as well", async () => {
    const parts = await liveScene();
    const since = await cursorsOf(parts);
    const before = parts.sockets.syncs.length;
    const [handle = "", cursor = ""] = since.split(",")[0]?.split(":") ?? [];
    parts.sockets.last.say({ page: pageOf(Number(handle), Number(cursor) + 1, "Pushed Patient"), since });
    parts.sockets.last.say({ moved: true });
    await settled();
    expect(parts.sockets.syncs.length).toBe(before + 1);
  });

  it("asks by itself where a page is for who stands elsewhere", async () => {
    const parts = await liveScene();
    await cursorsOf(parts);
    const before = parts.sockets.syncs.length;
    const since = formatCursors([[4_000, { cursor: 7 }]]);
    parts.sockets.last.say({ page: pageOf(4_000, 8, "Not For Us"), since });
    await settled();
    expect(parts.hb.get("patient", "pushedpushedpush.1")).toBeUndefined();
    expect(parts.sockets.syncs.length).toBe(before + 1);
  });

  it("passes the server's refusals on as HTTP would", async () => {
    const { hb, sockets } = await liveScene();
    sockets.faults.push((_go, socket) => {
      const id = socket.frames.at(-1)?.json["id"];
      const details = { type: "urn:x", title: "busy", status: 503, code: "unavailable" };
      socket.say({ id, problem: details, retryAfter: 4_000 });
    });
    const { problem: told } = await hb.sync();
    expect(told).toMatchObject({ code: "unavailable", retryAfter: 4_000 });
  });
});

describe("a line that breaks", () => {
  it("in the middle of a request: it goes on over HTTP and has its effect once", async () => {
    const { hb, sockets, line, server, runtime } = await liveScene();
    sockets.faults.push(async (go, socket) => {
      // The server has done it, and the answer is lost.
      socket.isOpen = false;
      await go();
      socket.end(1006);
    });
    const { id } = await hb.book(booking(1));
    await hb.sync();
    expect(hb.waiting()).toEqual([]);
    expect(hb.get("appointment", id)).toMatchObject({ status: "booked" });
    expect(server.list("appointment")).toHaveLength(1);
    expect(line.syncs.length).toBeGreaterThan(0);
    await runtime.advance(1_000);
    expect(sockets.all).toHaveLength(2);
  });

  it("before the server heard anything: likewise", async () => {
    const { hb, sockets, server } = await liveScene();
    sockets.faults.push((_go, socket) => socket.end(1006));
    await hb.book(booking(2));
    await hb.sync();
    expect(hb.waiting()).toEqual([]);
    expect(server.list("appointment")).toHaveLength(1);
  });

  it("is opened again, later and later while that fails, and at once when the network comes back", async () => {
    const { sockets, socketLine, runtime } = await liveScene();
    sockets.begin = (socket) => socket.end(1006);
    sockets.last.end(1006);
    await settled();
    expect(socketLine.state.get()).toBe("connecting");
    const tries: number[] = [];
    for (let at = 0; at < 40; at += 1) {
      const before = sockets.all.length;
      await runtime.advance(1_000);
      if (sockets.all.length > before) tries.push(at);
    }
    const pauses = tries.map((at, index) => at - (tries[index - 1] ?? 0)).slice(1);
    expect(pauses.length).toBeGreaterThan(2);
    expect(pauses.at(-1)).toBeGreaterThan(pauses[0] ?? 0);
    sockets.begin = (socket) => socket.open();
    runtime.goOnline();
    await settled();
    expect(socketLine.state.get()).toBe("live");
  });

  it("counts as broken after half a minute of silence, and not while the server is heard", async () => {
    const { sockets, socketLine, runtime } = await liveScene();
    for (let at = 0; at < 4; at += 1) {
      await runtime.advance(14_000);
      sockets.last.say({ beat: true });
      await settled();
    }
    expect(socketLine.state.get()).toBe("live");
    sockets.faults.push(
      () => undefined,
      () => undefined,
      () => undefined,
    );
    await runtime.advance(30_000);
    expect(socketLine.state.get()).toBe("connecting");
    await runtime.advance(1_000);
    expect(sockets.all).toHaveLength(2);
  });

  it("comes back when the server said it should", async () => {
    const { sockets, runtime } = await liveScene();
    sockets.last.end(1012, "4000");
    await settled();
    await runtime.advance(3_900);
    expect(sockets.all).toHaveLength(1);
    await runtime.advance(200);
    expect(sockets.all).toHaveLength(2);
  });

  it("because the session is over asks for nothing more until somebody is signed in", async () => {
    const { hb, sockets, socketLine, runtime, line } = await liveScene();
    line.faults.push(() => problem(401, "device_revoked"));
    sockets.last.end(4401);
    await settled();
    expect(hb.status.get().state).toBe("needs-sign-in");
    await runtime.advance(600_000);
    expect(sockets.all).toHaveLength(1);
    expect(socketLine.state.get()).not.toBe("live");
    await hb.signIn({ login: "amina", password });
    await settled();
    await runtime.advance(1_000);
    expect(sockets.all).toHaveLength(2);
    expect(socketLine.state.get()).toBe("live");
  });
});

describe("a line speaks for one session", () => {
  it("what somebody else on the device asks does not go over it", async () => {
    const { hb, sockets, line, runtime } = await liveScene();
    const hers = sockets.last;
    await hb.signOut();
    await hb.signIn({ login: "baraka", password });
    await hb.book(booking(3, otieno.id));
    await hb.sync();
    const sent = hers.frames.filter(({ json }) => (json["sync"]?.operations ?? []).length > 0);
    expect(sent).toEqual([]);
    expect(line.syncs.length).toBeGreaterThan(0);
    await runtime.advance(2_000);
    expect(sockets.all.length).toBeGreaterThan(1);
    expect(hers.isOpen).toBe(false);
    expect(amina.login).not.toBe("baraka");
  });

  it("and ends with the device", async () => {
    const { hb, sockets, socketLine, runtime } = await liveScene();
    await hb.close();
    expect(sockets.last.isOpen).toBe(false);
    expect(socketLine.state.get()).toBe("off");
    await runtime.advance(600_000);
    expect(sockets.all).toHaveLength(1);
  });

  it("one tab has it for all, and another takes it over", async () => {
    const { hb, line, disk, runtime, sockets, server } = await liveScene();
    const store = (): ReturnType<typeof memoryStore> => memoryStore(disk);
    const other = openLine({ url: line.url, store: store(), runtime, openSocket: sockets.openSocket });
    onTestFinished(() => other.close());
    const tab = await HealthBridge.open({ url: line.url, store: store(), runtime: other.runtime });
    onTestFinished(() => tab.close());
    await settled();
    expect(other.state.get()).toBe("off");
    expect(sockets.all).toHaveLength(1);
    server.put("patient", { id: "patientpatientpa.9", name: "For Both", clinic: clinic.id });
    sockets.last.say({ moved: true });
    await settled();
    expect(tab.get("patient", "patientpatientpa.9")).toMatchObject({ name: "For Both" });
    await hb.close();
    await settled();
    expect(other.state.get()).toBe("live");
    expect(sockets.all).toHaveLength(2);
  });

  it("without sockets everything goes over HTTP", async () => {
    const { line, disk, runtime } = scene();
    const none = openLine({
      url: line.url,
      store: memoryStore(disk),
      runtime,
      openSocket: () => {
        throw new Error("no sockets here");
      },
    });
    onTestFinished(() => none.close());
    const hb = await HealthBridge.open({ url: line.url, store: memoryStore(disk), runtime: none.runtime });
    onTestFinished(() => hb.close());
    await hb.signIn({ login: "amina", password });
    expect(await hb.sync()).toMatchObject({ done: true });
    expect(none.state.get()).not.toBe("live");
  });
});

it("what other participants do is told, and what the one here does is said", async () => {
  const { sockets, socketLine } = await liveScene();
  const heard: Whisper[] = [];
  socketLine.onWhisper((whisper) => heard.push(whisper));
  const conversation = "appointmentappoi.1";
  sockets.last.say({ typing: conversation, by: "doctordoctordoct.2" });
  sockets.last.say({ presence: conversation, by: "doctordoctordoct.2" });
  sockets.last.say({ presence: conversation, by: "doctordoctordoct.2", away: true });
  sockets.last.say({ dance: true });
  await settled();
  expect(heard.map(({ does }) => does)).toEqual(["typing", "here", "away"]);
  socketLine.typing(conversation);
  socketLine.present(conversation);
  socketLine.present(conversation, false);
  const said = sockets.last.frames.map(({ json }) => json).filter(({ sync }) => sync === undefined);
  expect(said).toEqual([
    { typing: conversation },
    { presence: conversation },
    { presence: conversation, away: true },
  ]);
});

it("what the other end of a call says is told, and what is said goes out as it is", async () => {
  const { sockets, socketLine, line } = await liveScene();
  const heard: HeardSignal[] = [];
  socketLine.onSignal((each) => heard.push(each));
  const call = { call: "callcall", conversation: "appointmentappoi.1" };
  const offer = { ...call, signal: { offer: "v=0" }, by: "doctordoctordoct.2", from: "linelinelin" };
  sockets.last.say(offer);
  await expect.poll(() => heard).toEqual([offer]);
  socketLine.signal({ ...call, signal: { answer: "v=0" }, to: offer.from });
  const said = sockets.last.frames.map(({ json }) => json).filter(({ sync }) => sync === undefined);
  expect(said).toEqual([{ ...call, signal: { answer: "v=0" }, to: offer.from }]);
  const relay = { urls: ["turn:turn.example:3478"], username: "1:x", credential: "y" };
  line.faults.push(() => json({ iceServers: [relay], expiresIn: 60 }));
  expect(await socketLine.relays()).toEqual([relay]);
});

it("relays are asked for once more, with a new token, where the server says that this one is over", async () => {
  const { socketLine, runtime, server } = await liveScene();
  const { fetch } = runtime;
  const relay = { urls: ["turn:turn.example:3478"], username: "1:x", credential: "y" };
  const tokens: Array<string | null> = [];
  runtime.fetch = async (url, init) => {
    if (!url.endsWith("/v1/realtime/relays")) return fetch(url, init);
    tokens.push(new Headers(init.headers).get("authorization"));
    return tokens.length === 1 ? problem(401, "token_expired") : json({ iceServers: [relay], expiresIn: 60 });
  };
  server.expireAccessTokens();
  const relays = socketLine.relays();
  for (let turn = 0; turn < 8; turn += 1) await runtime.advance(250);
  expect(await relays).toEqual([relay]);
  expect(new Set(tokens).size).toBe(2);
});

/** A page with one patient in it. */
function pageOf(feed: number, cursor: number, name: string): SyncResponse {
  const entity = { id: "pushedpushedpush.1", name, clinic: clinic.id };
  return {
    settled: 0,
    serverTime: Date.UTC(2026, 10, 20, 6, 0),
    epoch: 1,
    changes: [{ feed, items: [{ kind: "patient", entity }], cursor }],
  };
}

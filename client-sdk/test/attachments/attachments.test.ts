import type { EntityId } from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import type { Runtime } from "../../src/adapters/runtime.ts";
import { openChat } from "../../src/chat/index.ts";
import { openAttachments } from "../../src/attachments/index.ts";
import type { Lab, LabDevice } from "../../src/testing/index.ts";
import { bytesOf, jpeg, ogg } from "../support/files.ts";
import { PASSWORD, photo, scene } from "./scene.ts";

const MINUTE = 60_000;

describe("a photo", () => {
  test("is kept without a network, survives a killed app, and is whole on the other side once there is one", async () => {
    await using world = await scene();
    const { lab, desk, doctor, conversation } = world;
    desk.network.goOffline();
    const file = jpeg(150_000);
    const thumbnail = jpeg(3_000);
    const id = await (await world.open(desk)).attach(file, { ...photo(conversation), thumbnail });
    await (await openChat(desk.open)).send({ conversation, attachments: [id] });
    await desk.restart();
    const again = await world.open(desk);
    expect(again.list(conversation)).toMatchObject([{ id, state: "waiting", bytes: 153_000, sentBytes: 0 }]);
    expect((await bytesOf(await again.held(id))).equals(await bytesOf(file))).toBe(true);
    expect((await bytesOf(await again.held(id, "thumbnail"))).equals(await bytesOf(thumbnail))).toBe(true);
    expect(await lab.time.run(again.upload())).toMatchObject({ code: "offline" });
    desk.network.goOnline();
    expect(await lab.time.run(again.upload())).toBeUndefined();
    expect(again.list()).toMatchObject([{ id, state: "sent", bytes: 153_000, sentBytes: 153_000 }]);
    await lab.time.run(doctor.hb.sync());
    const [line] = (await openChat(doctor.open)).messages(conversation);
    expect(line).toMatchObject({ state: "received", attachments: [id] });
    expect(line?.text).toBeUndefined();
    const seen = await world.open(doctor);
    const fetched = await lab.time.run(seen.download(id));
    expect(fetched.type).toBe("image/jpeg");
    expect((await bytesOf(fetched)).equals(await bytesOf(file))).toBe(true);
    const small = await bytesOf(await lab.time.run(seen.download(id, "thumbnail")));
    expect(small.equals(await bytesOf(thumbnail))).toBe(true);
  });

  test("goes on from the byte the server has, however the line breaks, and is never made of anything but its own bytes", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    desk.network.use("3g");
    const file = jpeg(120_000);
    const attachments = await world.open(desk);
    const id = await attachments.attach(file, photo(conversation));
    const faults = [
      { kind: "cut-response", after: 0 },
      { kind: "cut-request", after: 700 },
      { kind: "bad-gateway", status: 502 },
      { kind: "busy", status: 503, retryAfter: "1" },
      { kind: "captive-portal", status: 200 },
      { kind: "captive-portal", status: 302 },
      { kind: "duplicate" },
      { kind: "echo", ms: 2_000 },
      { kind: "cut-response", after: 0 },
    ] as const;
    let failures = 0;
    for (let round = 0; attachments.list()[0]?.state === "waiting" && round < 60; round += 1) {
      const fault = faults[round];
      if (fault !== undefined) desk.network.next(fault);
      if ((await lab.time.run(attachments.upload())) !== undefined) failures += 1;
    }
    expect(failures).toBeGreaterThan(4);
    expect(attachments.list()).toMatchObject([{ id, state: "sent" }]);
    expect(Buffer.from(lab.server.attachment(id)?.content ?? []).equals(await bytesOf(file))).toBe(true);
  });

  test("costs no byte twice that had arrived", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    desk.network.use("2g");
    const attachments = await world.open(desk);
    await attachments.attach(jpeg(80_000), photo(conversation));
    const before = desk.network.carried.up;
    for (let round = 0; attachments.list()[0]?.state === "waiting" && round < 60; round += 1) {
      const uploading = attachments.upload();
      await lab.time.advance(7_000);
      desk.network.cut();
      await lab.time.run(uploading);
    }
    expect(attachments.list()).toMatchObject([{ state: "sent" }]);
    // Of each piece that was cut at most the piece itself again.
    expect(desk.network.carried.up - before).toBeLessThan(100_000);
  });

  test("whose thumbnail can be made is sent with it first: all thumbnails before the first photo", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    desk.network.use("2g");
    const attachments = await world.open(desk, { makeThumbnail: () => Promise.resolve(jpeg(2_000)) });
    const ids: EntityId[] = [];
    for (const size of [60_000, 50_000, 40_000])
      ids.push(await attachments.attach(jpeg(size), photo(conversation)));
    const uploading = attachments.upload();
    const arrived = (): readonly number[] => ids.map((id) => lab.server.attachment(id)?.content.length ?? 0);
    await lab.time.until(() => arrived().every((bytes) => bytes >= 2_000), 5 * MINUTE);
    expect(Math.max(...arrived())).toBeLessThanOrEqual(4_096);
    expect(await lab.time.run(uploading)).toBeUndefined();
    expect(arrived()).toEqual([62_000, 52_000, 42_000]);
  });
});

/** What of a photo was on the line: each request that carried some of it, from when until when. */
class Carried {
  readonly #requests: Array<{
    readonly from: number;
    until: number;
    readonly bytes: number;
    readonly signal: AbortSignal | null | undefined;
  }> = [];

  /** The device's runtime, with what it sends of photos noted. */
  runtime({ lab, device }: { readonly lab: Lab; readonly device: LabDevice }): Runtime {
    const { runtime } = device.open;
    if (runtime === undefined) throw new Error("the device is not running");
    return {
      ...runtime,
      fetch: async (url, init) => {
        const bytes = init.body instanceof Uint8Array ? init.body.length : 0;
        const request = { from: lab.time.elapsed(), until: Infinity, bytes, signal: init.signal };
        if (url.includes("/v1/attachments")) this.#requests.push(request);
        try {
          return await runtime.fetch(url, init);
        } finally {
          request.until = lab.time.elapsed();
        }
      },
    };
  }

  /** Bytes of photos in requests that were under way between two moments, or began there; those that were called off have left the line. */
  between(from: number, until: number): number {
    return this.#requests
      .filter((each) => each.from <= until && each.until >= from && each.signal?.aborted !== true)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get largest(): number {
    return Math.max(...this.#requests.map(({ bytes }) => bytes));
  }
}

describe("a message", () => {
  test.each([
    ["2g", 240_000, 4_096],
    ["3g", 1_000_000, 50_000],
    ["lan", 2_000_000, 262_144],
  ] as const)(
    "that is written while a photo is half sent overtakes it within 4 kB (%s)",
    async (line, size, piece) => {
      await using world = await scene();
      const { lab, desk, conversation } = world;
      desk.network.use(line);
      const carried = new Carried();
      const attachments = await world.open(desk, { runtime: carried.runtime({ lab, device: desk }) });
      const id = await attachments.attach(jpeg(size), photo(conversation));
      const arrived = (): number => lab.server.attachment(id)?.content.length ?? 0;
      const uploading = attachments.upload();
      for (const half of [30_000, 150_000, 151_000, 200_000]) {
        await lab.time.until(() => arrived() >= half, 60 * MINUTE);
        // In the middle of a piece, not just where one ends.
        await lab.time.advance(line === "lan" ? 3 : 150);
        const written = lab.time.elapsed();
        const { id: message } = await desk.hb.enqueue(
          "message.send",
          { conversation, text: "She has convulsions", urgent: true },
          { lane: "urgent" },
        );
        const there = (): boolean => lab.server.get("message", message) !== undefined;
        expect(await lab.time.until(there, MINUTE)).toBe(true);
        expect(carried.between(written, lab.time.elapsed())).toBeLessThanOrEqual(4_096);
      }
      expect(await lab.time.run(uploading, 120 * MINUTE)).toBeUndefined();
      expect(attachments.list()).toMatchObject([{ state: "sent" }]);
      expect(carried.largest).toBeGreaterThanOrEqual(piece);
    },
  );

  test("and everything else that waits goes before a photo that was attached first", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    desk.hb.stop();
    desk.network.use("2g");
    const attachments = await world.open(desk);
    const id = await attachments.attach(ogg(9_000), { conversation, kind: "voice" });
    const ids: EntityId[] = [];
    for (let number = 1; number <= 40; number += 1)
      ids.push((await desk.hb.enqueue("message.send", { conversation, text: `line ${number}` })).id);
    const uploading = attachments.upload();
    await lab.time.until(() => lab.server.attachment(id) !== undefined, 10 * MINUTE);
    expect(ids.filter((each) => lab.server.get("message", each) === undefined)).toEqual([]);
    expect(await lab.time.run(uploading)).toBeUndefined();
  });
});

describe("what is sent in the background", () => {
  test("goes out by itself, after an hour without a network too, and is told as it goes", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    desk.network.goOffline();
    const attachments = await openAttachments(desk.open);
    const told: number[] = [];
    attachments.watch(() => told.push(attachments.list()[0]?.sentBytes ?? 0));
    await attachments.attach(jpeg(30_000), photo(conversation));
    await lab.time.advance(60 * MINUTE);
    expect(attachments.list()).toMatchObject([{ state: "waiting" }]);
    desk.network.use("2g");
    expect(await lab.time.until(() => attachments.list()[0]?.state === "sent", 10 * MINUTE)).toBe(true);
    expect(new Set(told).size).toBeGreaterThan(5);
    expect(told.toSorted((left, right) => left - right)).toEqual(told);
    await attachments.end();
  });

  test("is sent by one of two tabs, and both show it", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    desk.network.use("2g");
    const first = await world.open(desk);
    const second = await world.open(desk);
    await first.attach(jpeg(30_000), photo(conversation));
    await lab.time.settle();
    expect(second.list()).toMatchObject([{ state: "waiting" }]);
    const before = desk.network.carried.up;
    await lab.time.run(Promise.all([first.upload(), second.upload()]));
    await lab.time.settle();
    expect([first.list()[0]?.state, second.list()[0]?.state]).toEqual(["sent", "sent"]);
    expect(desk.network.carried.up - before).toBeLessThan(31_000);
  });

  test("goes on when the token runs out in the middle", async () => {
    await using world = await scene({ server: { accessTokenSeconds: 20 } });
    const { lab, desk, conversation } = world;
    desk.network.use("2g");
    const attachments = await world.open(desk);
    await attachments.attach(jpeg(200_000), photo(conversation));
    expect(await lab.time.run(attachments.upload())).toBeUndefined();
    expect(attachments.list()).toMatchObject([{ state: "sent" }]);
  });

  test("belongs to whoever attached it: nobody else on the device sees or sends it, and she goes on where she was", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    const attachments = await world.open(desk);
    const id = await attachments.attach(jpeg(20_000), photo(conversation));
    await desk.hb.signOut();
    await expect(attachments.attach(jpeg(100), photo(conversation))).rejects.toMatchObject({
      code: "not_signed_in",
    });
    await lab.time.run(desk.hb.signIn({ login: "otieno", password: PASSWORD }));
    expect([attachments.list(), await attachments.held(id)]).toEqual([[], undefined]);
    await attachments.forget([id]);
    expect(await lab.time.run(attachments.upload())).toBeUndefined();
    expect(lab.server.attachment(id)).toBeUndefined();
    await desk.hb.signOut();
    await lab.time.run(desk.hb.signIn({ login: "amina", password: PASSWORD }));
    expect(await lab.time.run(attachments.upload())).toBeUndefined();
    expect(lab.server.attachment(id)).toMatchObject({ whole: true });
  });

  test("is not sent in the name of somebody who signs in while what goes first is sent", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    const attachments = await world.open(desk);
    const id = await attachments.attach(jpeg(20_000), photo(conversation));
    desk.network.next({ kind: "delay", ms: 5_000 });
    await desk.hb.registerPatient({ name: "Kamau" });
    await lab.time.settle(); // on its way
    const uploading = attachments.upload();
    await lab.time.run(desk.hb.signIn({ login: "otieno", password: PASSWORD }));
    await lab.time.run(uploading);
    expect(lab.server.attachment(id) === undefined).toBe(true);
    await lab.time.run(desk.hb.signIn({ login: "amina", password: PASSWORD }));
    expect(attachments.list()).toMatchObject([{ id, state: "waiting" }]);
    expect(await lab.time.run(attachments.upload())).toBeUndefined();
    expect(lab.server.attachment(id)).toMatchObject({ whole: true });
  });
});

describe("what cannot be", () => {
  test("is told at once, and nothing of it is kept", async () => {
    await using world = await scene();
    const { desk, conversation } = world;
    const attachments = await world.open(desk, { mostBytes: 30_000 });
    const refused = async (file: Blob, more: object = {}) => {
      const input = { ...photo(conversation), ...more };
      const error: unknown = await attachments.attach(file, input).catch((thrown: unknown) => thrown);
      return error instanceof Error && "code" in error ? [error.code, "path" in error && error.path] : error;
    };
    const page = new Blob(["<!doctype html><script>alert(1)</script>"], { type: "image/jpeg" });
    expect(await refused(page)).toEqual(["attachment_unfit", undefined]);
    expect(await refused(ogg(500))).toEqual(["attachment_unfit", undefined]);
    expect(await refused(jpeg(500), { thumbnail: page })).toEqual(["attachment_unfit", "thumbnail"]);
    expect(await refused(jpeg(500), { thumbnail: jpeg(16_385) })).toEqual(["attachment_unfit", "thumbnail"]);
    expect(await refused(jpeg(5_000_001))).toEqual(["too_large", undefined]);
    expect(await refused(jpeg(30_001))).toEqual(["attachment_limit", "device"]);
    desk.disk.fill();
    expect(await refused(jpeg(500))).toEqual(["store_full", undefined]);
    desk.disk.free();
    expect(attachments.list()).toEqual([]);
  });

  test("files in the SDK's own store are refused before they do harm there", async () => {
    await using world = await scene();
    const { store } = world.desk.open;
    await expect(world.open(world.desk, { files: store })).rejects.toMatchObject({
      code: "malformed",
      path: "files",
    });
  });

  test("is refused by the server once, with why; what follows goes on", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    const attachments = await world.open(desk);
    const lost = await attachments.attach(jpeg(9_000), photo("nobodys-visit___.1"));
    const good = await attachments.attach(jpeg(9_000), photo(conversation));
    expect(await lab.time.run(attachments.upload())).toBeUndefined();
    expect(attachments.list()).toMatchObject([
      { id: lost, state: "refused", problem: { code: "not_found", path: "upload-metadata.conversation" } },
      { id: good, state: "sent" },
    ]);
    await attachments.forget([lost]);
    expect(attachments.list()).toMatchObject([{ id: good }]);
  });

  test("what is at the server makes room for what is not, the oldest first; what still waits never does", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    const attachments = await world.open(desk, { mostBytes: 30_000 });
    const attach = () => attachments.attach(jpeg(10_000), photo(conversation));
    const [first, second, third] = [await attach(), await attach(), await attach()];
    await expect(attach()).rejects.toMatchObject({ code: "attachment_limit" });
    expect(await lab.time.run(attachments.upload())).toBeUndefined();
    const fourth = await attach();
    expect(attachments.list().map(({ id }) => id)).toEqual([second, third, fourth]);
    expect(await attachments.held(first)).toBeUndefined();
  });

  test("an upload that the server has forgotten begins anew", async () => {
    await using world = await scene();
    const { lab, desk, conversation } = world;
    const backup = lab.server.backup();
    const attachments = await world.open(desk);
    const id = await attachments.attach(jpeg(30_000), photo(conversation));
    desk.network.use("2g");
    const uploading = attachments.upload();
    await lab.time.until(() => (lab.server.attachment(id)?.content.length ?? 0) > 10_000, MINUTE);
    desk.network.cut();
    await lab.time.run(uploading);
    lab.server.restoreFrom(backup);
    await lab.time.run(desk.hb.sync());
    await lab.time.run(attachments.upload());
    expect(attachments.list()).toMatchObject([{ id, state: "sent" }]);
  });
});

describe("a download", () => {
  test("goes on where the line broke", async () => {
    await using world = await scene();
    const { lab, desk, doctor, conversation } = world;
    const file = jpeg(60_000);
    const attachments = await world.open(desk);
    const id = await attachments.attach(file, photo(conversation));
    await desk.hb.enqueue("message.send", { conversation, attachments: [id] });
    await lab.time.run(attachments.upload());
    const seen = await world.open(doctor);
    const before = doctor.network.carried.down;
    doctor.network.next({ kind: "cut-response", after: 20_000 }, { kind: "cut-response", after: 30_000 });
    expect((await bytesOf(await lab.time.run(seen.download(id)))).equals(await bytesOf(file))).toBe(true);
    expect(doctor.network.carried.down - before).toBeLessThan(62_000);
  });

  test("waits for what is on its way, hears when it has come, and asks no more often than that", async () => {
    await using world = await scene();
    const { lab, desk, doctor, conversation } = world;
    const attachments = await world.open(desk);
    desk.network.use("2g");
    const file = jpeg(60_000);
    const id = await attachments.attach(file, { ...photo(conversation), thumbnail: jpeg(2_000) });
    const { id: message } = await desk.hb.enqueue("message.send", { conversation, attachments: [id] });
    await lab.time.run(desk.hb.sync());
    let asked = 0;
    const { runtime } = doctor.open;
    if (runtime === undefined) throw new Error("the device is not running");
    const counted: Runtime = {
      ...runtime,
      fetch: (url, init) => {
        if (url.includes("/v1/attachments/")) asked += 1;
        return runtime.fetch(url, init);
      },
    };
    const seen = await world.open(doctor, { runtime: counted });
    await lab.time.run(doctor.hb.sync());
    let small: Blob | undefined;
    let whole: Blob | undefined;
    const waits = [
      seen.arrival(id, "thumbnail").then((found) => (small = found)),
      seen.arrival(id).then((found) => (whole = found)),
    ];
    const uploading = attachments.upload();
    await lab.time.until(() => (lab.server.attachment(id)?.content.length ?? 0) > 20_000, 10 * MINUTE);
    await lab.time.run(doctor.hb.sync());
    expect(doctor.hb.get("message", message)).toMatchObject({ thumbnails: [id] });
    await lab.time.until(() => small !== undefined, MINUTE);
    expect([small?.size, whole]).toEqual([2_000, undefined]);
    await lab.time.run(uploading);
    await lab.time.run(doctor.hb.sync());
    expect(doctor.hb.get("message", message)).toMatchObject({ thumbnails: [id], arrived: [id] });
    await lab.time.run(Promise.all(waits));
    expect((await bytesOf(whole)).equals(await bytesOf(file))).toBe(true);
    expect(asked).toBeLessThan(8);
  });

  test("of what is still on its way, or is nobody's business, finds nothing", async () => {
    await using world = await scene();
    const { lab, desk, doctor, conversation } = world;
    const attachments = await world.open(desk);
    const id = await attachments.attach(jpeg(60_000), photo(conversation));
    const seen = await world.open(doctor);
    await expect(lab.time.run(seen.download(id))).rejects.toMatchObject({ code: "not_found" });
    await lab.time.run(attachments.upload());
    await expect(lab.time.run(seen.download(id))).rejects.toMatchObject({ code: "not_found" });
    doctor.network.captivePortal();
    await expect(lab.time.run(seen.download(id))).rejects.toMatchObject({ code: "offline" });
  });

  test("of what its sender has named, and nobody else alone, finds it", async () => {
    await using world = await scene();
    const { lab, desk, doctor, conversation } = world;
    const attachments = await world.open(desk);
    const id = await attachments.attach(jpeg(6_000), photo(conversation));
    const { id: foreign } = await doctor.hb.enqueue("message.send", { conversation, attachments: [id] });
    await lab.time.run(doctor.hb.sync());
    await lab.time.run(attachments.upload());
    const seen = await world.open(doctor);
    await expect(lab.time.run(seen.download(id))).rejects.toMatchObject({ code: "not_found" });
    await desk.hb.enqueue("message.send", { conversation, attachments: [id] });
    await lab.time.run(desk.hb.sync());
    expect((await lab.time.run(seen.download(id))).size).toBe(6_000);
    await lab.time.run(doctor.hb.sync());
    expect(doctor.hb.get("message", foreign)).not.toHaveProperty("arrived");
  });
});

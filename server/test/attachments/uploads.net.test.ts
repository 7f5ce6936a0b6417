import { ATTACHMENT_LIMITS } from "@healthbridge/schema";
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { attachmentServer, PATH, type TusAnswer } from "./attachment-server.ts";
import { digestOf, FILES, metadataText, page, sealed, thumbnail } from "./files.ts";

const world = await attachmentServer({ HEALTHBRIDGE_METRICS_TOKEN: "m".repeat(40) });
const { server, tokens, begin, patch, offsetOf, get } = world;
const { mary, doctor, stranger } = tokens;
const photo = { kind: "photo", type: "image/jpeg" };
const OCTETS = "application/offset+octet-stream";
const codeOf = ({ text }: TusAnswer): unknown => JSON.parse(text === "" ? "{}" : text).code;

describe("an upload", () => {
  test("is whole in one request, and then everybody in the conversation sees just those bytes", async () => {
    const file = FILES["image/jpeg"](50_000);
    const { id, status, headers } = await begin(file, photo, { body: file });
    expect([status, headers.get("location"), headers.get("upload-offset")]).toEqual([
      201,
      `${PATH}/${id}`,
      "50000",
    ]);
    for (const token of [mary, doctor]) {
      const answer = await get(`${PATH}/${id}`, token);
      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer()).equals(file)).toBe(true);
    }
  });

  test("goes on by HEAD where it stopped, in pieces of any size, on another device too", async () => {
    const file = FILES["audio/ogg"](20_000);
    const { id } = await begin(file, { kind: "voice", type: "audio/ogg" });
    const phone = await world.otherDevice();
    let at = 0;
    for (const size of [1, 63, 1_400, 4_096, 7, 9_000, 20_000]) {
      const token = size % 2 === 0 ? mary : phone;
      expect(await offsetOf(id, token)).toBe(at);
      const piece = file.subarray(at, at + size);
      const answer = await patch(id, at, piece, token);
      expect(answer.status).toBe(204);
      at += piece.length;
      expect(answer.headers.get("upload-offset")).toBe(String(at));
    }
    const answer = await get(`${PATH}/${id}`, doctor);
    expect(answer.headers.get("content-type")).toBe("audio/ogg");
    expect(Buffer.from(await answer.arrayBuffer()).equals(file)).toBe(true);
  });

  test("whose line dies without a word at any byte keeps what came, and goes on from just there", async () => {
    const file = FILES["image/jpeg"](9_000);
    const { id } = await begin(file, photo);
    for (const cut of [0, 1, 500, 1_399, 4_096]) {
      const before = await offsetOf(id);
      const line = await halfSent(id, before, file.subarray(before), cut);
      await expect.poll(() => offsetOf(id)).toBe(before + cut);
      line.destroy();
    }
    const at = await offsetOf(id);
    expect((await patch(id, at, file.subarray(at))).status).toBe(204);
    const answer = await get(`${PATH}/${id}`, doctor);
    expect(digestOf(new Uint8Array(await answer.arrayBuffer()))).toBe(digestOf(file));
  });

  test("whose line is torn off again and again, at chance bytes, is never made of anything but its own bytes", async () => {
    const file = FILES["image/jpeg"](60_000);
    const { id } = await begin(file, photo);
    let at = 0;
    for (let round = 1; round <= 25; round += 1) {
      const cut = (round * 7_919) % 2_003;
      const line = await halfSent(id, at, file.subarray(at), cut);
      // Some of them while the server still looks up who asks, some while it reads.
      if (round % 2 === 0) await offsetOf(id);
      line.resetAndDestroy();
      const now = await offsetOf(id);
      expect(now).toBeGreaterThanOrEqual(at);
      expect(now).toBeLessThanOrEqual(at + cut);
      at = now;
    }
    expect((await patch(id, at, file.subarray(at))).status).toBe(204);
    const answer = await get(`${PATH}/${id}`, doctor);
    expect(digestOf(new Uint8Array(await answer.arrayBuffer()))).toBe(digestOf(file));
  });

  test("is begun once: who asks again goes on with the same; another file under the same id is refused", async () => {
    const file = FILES["image/jpeg"]();
    const { id, metadata } = await begin(file, photo);
    await patch(id, 0, file.subarray(0, 700));
    const again = (length: number, more = {}) =>
      world.tus("POST", PATH, mary, {
        "upload-length": String(length),
        "upload-metadata": metadataText({ ...metadata, ...more }),
      });
    expect((await again(file.length)).status).toBe(201);
    expect(await offsetOf(id)).toBe(700);
    expect(codeOf(await again(file.length + 1))).toBe("key_reused");
    expect(codeOf(await again(file.length, { type: "image/png" }))).toBe("key_reused");
  });

  test("whose second request comes while the first still hangs takes over from it", async () => {
    const file = FILES["image/jpeg"](30_000);
    const { id } = await begin(file, photo);
    const hanging = await halfSent(id, 0, file, 5_000);
    await expect
      .poll(async () => {
        const at = await offsetOf(id);
        return (await patch(id, at, file.subarray(at))).status;
      })
      .toBe(204);
    hanging.destroy();
    expect(await offsetOf(id)).toBe(30_000);
  });

  test("at another place than the server's is refused as a conflict and changes nothing", async () => {
    const file = FILES["image/jpeg"]();
    const { id } = await begin(file, photo);
    await patch(id, 0, file.subarray(0, 100));
    for (const offset of [0, 99, 101]) {
      const answer = await patch(id, offset, file.subarray(offset));
      expect([answer.status, codeOf(answer)]).toEqual([409, "conflict"]);
    }
    expect(await offsetOf(id)).toBe(100);
  });

  test("has its thumbnail first: the others see that while the photo is still on its way, and the photo only when it is whole", async () => {
    const small = thumbnail();
    const file = FILES["image/webp"](8_000);
    const whole = Buffer.concat([small, file]);
    const facts = {
      kind: "photo",
      type: "image/webp",
      thumbnail: String(small.length),
      digest: digestOf(file),
    };
    const { id } = await begin(whole, facts);
    const see = async (what: string) => (await get(`${PATH}/${id}${what}`, doctor)).status;
    await patch(id, 0, whole.subarray(0, small.length - 1));
    expect([await see("/thumbnail"), await see("")]).toEqual([404, 404]);
    await patch(id, small.length - 1, whole.subarray(small.length - 1, 4_000));
    expect([await see("/thumbnail"), await see("")]).toEqual([200, 404]);
    await patch(id, 4_000, whole.subarray(4_000));
    expect([await see("/thumbnail"), await see("")]).toEqual([200, 200]);
    const [first, second] = await Promise.all(
      ["/thumbnail", ""].map((what) => get(`${PATH}/${id}${what}`, doctor)),
    );
    expect(Buffer.from(await (first ?? new Response()).arrayBuffer()).equals(small)).toBe(true);
    expect(Buffer.from(await (second ?? new Response()).arrayBuffer()).equals(file)).toBe(true);
    expect(first?.headers.get("content-type")).toBe("image/jpeg");
  });

  test("can be given up by its sender while it is on its way, not when it is there", async () => {
    const file = FILES["image/jpeg"]();
    const { id } = await begin(file, photo);
    await patch(id, 0, file.subarray(0, 100));
    expect((await world.tus("DELETE", `${PATH}/${id}`, stranger)).status).toBe(404);
    expect((await world.tus("DELETE", `${PATH}/${id}`, mary)).status).toBe(204);
    expect((await world.tus("HEAD", `${PATH}/${id}`, mary)).status).toBe(404);
    const kept = await begin(file, photo, { body: file });
    expect((await world.tus("DELETE", `${PATH}/${kept.id}`, mary)).status).toBe(409);
    expect((await get(`${PATH}/${kept.id}`, doctor)).status).toBe(200);
  });
});

describe("what is no photo or voice note", () => {
  test.each(Object.keys(FILES))("a file that is %s is taken, and shown as that", async (type) => {
    const file = Object.entries(FILES).find(([name]) => name === type)?.[1]() ?? Buffer.alloc(0);
    const kind = type.startsWith("image/") ? "photo" : "voice";
    const { id, status } = await begin(file, { kind, type }, { body: file });
    expect(status).toBe(201);
    expect((await get(`${PATH}/${id}`, doctor)).headers.get("content-type")).toBe(type);
  });

  test("a page that calls itself a photo is refused by its first bytes, long before it is whole, and as often as its sender asks", async () => {
    const file = page(200_000);
    const { id } = await begin(file, photo);
    const answer = await patch(id, 0, file.subarray(0, 4_096));
    expect([answer.status, codeOf(answer)]).toEqual([415, "attachment_unfit"]);
    expect((await world.tus("HEAD", `${PATH}/${id}`, mary)).status).toBe(415);
    expect(codeOf(await patch(id, 4_096, file.subarray(4_096)))).toBe("attachment_unfit");
    expect((await get(`${PATH}/${id}`, doctor)).status).toBe(404);
  });

  test.each([
    ["another type than it says", "photo", "image/png", FILES["image/jpeg"]()],
    ["sound as a photo", "photo", "audio/ogg", FILES["audio/ogg"]()],
    ["a photo as sound", "voice", "image/jpeg", FILES["image/jpeg"]()],
    ["a picture that can hold script", "photo", "image/svg+xml", Buffer.from("<svg onload='alert(1)'/>")],
    [
      "a program",
      "voice",
      "audio/webm",
      Buffer.from("MZ\u0090\0 this cannot be run in DOS mode, nor anywhere else here ".repeat(3)),
    ],
    [
      "an archive in front of a photo",
      "photo",
      "image/jpeg",
      Buffer.concat([Buffer.from("PK\u0003\u0004"), FILES["image/jpeg"]()]),
    ],
  ])("%s is refused", async (_what, kind, type, file) => {
    const { id, status } = await begin(file, { kind, type }, { body: file });
    expect([400, 415]).toContain(status);
    expect((await get(`${PATH}/${id}`, mary)).status).toBe(404);
  });

  test("a photo with a page behind it is shown as a photo, as nothing else, and runs nothing", async () => {
    const file = Buffer.concat([FILES["image/jpeg"](), page()]);
    const { id } = await begin(file, photo, { body: file });
    const { headers } = await get(`${PATH}/${id}`, doctor);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "image/jpeg",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none';sandbox;frame-ancestors 'none'",
      "content-disposition": 'attachment; filename="photo.jpg"',
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "private, no-cache",
    });
  });

  test("bytes that are not those its sender counted are refused when it is whole", async () => {
    const file = FILES["image/jpeg"]();
    const { id, status } = await begin(file, { ...photo, digest: digestOf(page()) }, { body: file });
    expect(status).toBe(415);
    expect((await get(`${PATH}/${id}`, doctor)).status).toBe(404);
  });

  test("a thumbnail that is no picture is refused with the photo, and nobody sees it", async () => {
    const small = page(500);
    const whole = Buffer.concat([small, FILES["image/jpeg"]()]);
    const { id, status } = await begin(whole, { ...photo, thumbnail: String(small.length) }, { body: whole });
    expect(status).toBe(415);
    expect((await get(`${PATH}/${id}/thumbnail`, doctor)).status).toBe(404);
  });
});

describe("limits", () => {
  test("of sizes are kept before a byte is sent", async () => {
    const { photoBytes, voiceBytes, thumbnailBytes } = ATTACHMENT_LIMITS;
    const ask = (length: number, facts: Parameters<typeof begin>[1]) =>
      begin({ length } as Uint8Array, facts).then(({ status, text }) => [
        status,
        JSON.parse(text || "{}").code,
      ]);
    expect(await ask(photoBytes, photo)).toEqual([201, undefined]);
    expect(await ask(photoBytes + 1, photo)).toEqual([413, "too_large"]);
    expect(await ask(voiceBytes + 1, { kind: "voice", type: "audio/aac" })).toEqual([413, "too_large"]);
    expect(await ask(100_000, { ...photo, thumbnail: String(thumbnailBytes + 1) })).toEqual([
      400,
      "malformed",
    ]);
    expect(await ask(900, { ...photo, thumbnail: "900" })).toEqual([400, "malformed"]);
    expect(await ask(0, photo)).toEqual([400, "malformed"]);
  });

  test("of what an upload says: nothing that is not asked for, no id that is not its seal's", async () => {
    const headers = (metadata: Readonly<Record<string, string>>) => ({
      "upload-length": "100",
      "upload-metadata": metadataText(metadata),
    });
    const { metadata } = sealed(world.conversation, photo);
    const other = sealed(world.conversation, photo);
    const wrong = [
      { ...metadata, account: "somebody" },
      { ...metadata, id: other.id },
      { ...metadata, id: "../../etc/passwd" },
      { ...metadata, conversation: "no id" },
      {},
    ];
    for (const each of wrong)
      expect(codeOf(await world.tus("POST", PATH, mary, headers(each)))).toMatch(/malformed|unknown_field/);
    expect((await world.tus("POST", PATH, mary, { "upload-length": "100" })).status).toBe(400);
    expect(
      (await world.tus("POST", PATH, mary, { ...headers(metadata), "upload-length": "-1" })).status,
    ).toBe(400);
    expect(
      (await world.tus("POST", PATH, mary, { ...headers(metadata), "tus-resumable": "0.2.2" })).status,
    ).toBe(412);
  });

  test("of more bytes than were announced: none of them are kept behind the end", async () => {
    const file = FILES["image/jpeg"]();
    const { id } = await begin(file, photo);
    expect((await patch(id, 0, Buffer.concat([file, randomBytes(10)]))).status).toBe(413);
    expect(await offsetOf(id)).toBeLessThanOrEqual(file.length);
  });
});

describe("who takes no part in a conversation", () => {
  test("begins nothing there, sees nothing of it, and cannot tell a foreign id from none", async () => {
    const file = FILES["image/jpeg"]();
    const { id } = await begin(file, photo, { body: file });
    const none = sealed(world.conversation, photo).id;
    for (const path of ["", "/thumbnail"]) {
      const answers = await Promise.all([id, none].map((each) => get(`${PATH}/${each}${path}`, stranger)));
      const texts = await Promise.all(answers.map((answer) => answer.text()));
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      const [foreign, missing] = texts.map((text) => ({ ...JSON.parse(text), correlation: "" }));
      expect(foreign).toEqual(missing);
    }
    expect((await begin(file, photo, { token: stranger })).status).toBe(404);
    expect((await begin(file, photo, { conversation: world.foreign })).status).toBe(404);
    expect((await get(`${PATH}/${id}`, "")).status).toBe(401);
  });

  test("and who does sees what a message names: nothing before it is written, nothing once it is withdrawn", async () => {
    const file = FILES["image/jpeg"]();
    const small = thumbnail();
    const whole = Buffer.concat([small, file]);
    const facts = { ...photo, thumbnail: String(small.length) };
    const { id } = await begin(whole, facts, { body: whole, named: false });
    const see = async (token: string) =>
      Promise.all(["", "/thumbnail"].map(async (what) => (await get(`${PATH}/${id}${what}`, token)).status));
    expect([await see(doctor), await see(mary)]).toEqual([
      [404, 404],
      [200, 200],
    ]);
    const message = await world.name([id], { text: "The rash since Monday" });
    expect(await see(doctor)).toEqual([200, 200]);
    const list = await server.send("GET", `/v1/conversations/${world.conversation}/messages`, {
      token: doctor,
    });
    expect(list.body.items[0]).toMatchObject({ id: message, attachments: [id] });
    const headers = { "idempotency-key": "withdrawn-with-its-photo" };
    await server.send("DELETE", `/v1/messages/${message}`, { token: mary, headers });
    expect(await see(doctor)).toEqual([404, 404]);
  });

  test("and who does is told when what a message names has arrived, thumbnail and file, without asking", async () => {
    const small = thumbnail();
    const file = FILES["image/jpeg"](9_000);
    const whole = Buffer.concat([small, file]);
    const { id } = await begin(whole, { ...photo, thumbnail: String(small.length) });
    const said = async () => {
      const path = `/v1/conversations/${world.conversation}/messages?limit=5`;
      const { body } = await server.send("GET", path, { token: doctor });
      return body.items.find((each) => "attachments" in each && String(each.attachments) === id);
    };
    expect(await said()).not.toHaveProperty("thumbnails");
    await patch(id, 0, whole.subarray(0, 4_000));
    await expect.poll(said).toMatchObject({ thumbnails: [id] });
    expect(await said()).not.toHaveProperty("arrived");
    await patch(id, 4_000, whole.subarray(4_000));
    await expect.poll(said).toMatchObject({ thumbnails: [id], arrived: [id] });
  });

  test("a message says something: in words or by what is attached, and by no more than four", async () => {
    const write = async (json: object) => {
      const headers = { "idempotency-key": `says-something-${JSON.stringify(json).length}` };
      const path = `/v1/conversations/${world.conversation}/messages`;
      return (await server.send("POST", path, { token: mary, headers, json })).status;
    };
    const ids = [1, 2, 3, 4, 5].map(() => sealed(world.conversation, photo).id);
    expect(await write({})).toBe(400);
    expect(await write({ attachments: [] })).toBe(400);
    expect(await write({ attachments: ids })).toBe(400);
    expect(await write({ attachments: ids.slice(0, 4) })).toBe(200);
  });

  test("and who does goes on with nobody's upload but her own", async () => {
    const file = FILES["image/jpeg"]();
    const { id } = await begin(file, photo);
    for (const token of [doctor, stranger]) {
      expect((await patch(id, 0, file, token)).status).toBe(404);
      expect((await world.tus("HEAD", `${PATH}/${id}`, token)).status).toBe(404);
    }
    expect(await offsetOf(id)).toBe(0);
  });

  test("cannot take the place of an upload whose id she has seen", async () => {
    const { metadata, id } = sealed(world.conversation, photo);
    const { seal: _seal, ...seen } = metadata;
    const { metadata: own } = sealed(world.conversation, photo);
    const headers = { "upload-length": "100", "upload-metadata": metadataText({ ...own, ...seen, id }) };
    expect((await world.tus("POST", PATH, doctor, headers)).status).toBe(400);
  });
});

test.each(["%C5%BB", "%F0%9F%90%90", "no-id", "..%2F..", "%00", "%27%20OR%201"])(
  "what is no id is nothing that is there, whatever is asked of it: %s",
  async (id) => {
    const answers = await Promise.all([
      world.tus("HEAD", `${PATH}/${id}`, mary),
      world.tus("PATCH", `${PATH}/${id}`, mary, { "upload-offset": "0", "content-type": OCTETS }, page()),
      world.tus("DELETE", `${PATH}/${id}`, mary),
      world.tus("GET", `${PATH}/${id}`, mary),
      world.tus("GET", `${PATH}/${id}/thumbnail`, mary),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  },
);

test("what stands behind the path of an address names no other upload", async () => {
  const file = FILES["image/jpeg"]();
  const [one, other] = [await begin(file, photo), await begin(file, photo)];
  await patch(other.id, 0, file.subarray(0, 100));
  const path = `${PATH}/${one.id}?of=/${other.id}`;
  expect((await world.tus("HEAD", path, mary)).headers.get("upload-offset")).toBe("0");
  expect((await world.tus("DELETE", path, mary)).status).toBe(204);
  expect((await world.tus("HEAD", `${PATH}/${one.id}`, mary)).status).toBe(404);
  expect(await offsetOf(other.id)).toBe(100);
});

describe("a download", () => {
  test("goes on where it stopped, and costs nothing where nothing is new", async () => {
    const file = FILES["image/jpeg"](10_000);
    const { id } = await begin(file, photo, { body: file });
    const whole = await get(`${PATH}/${id}`, doctor);
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toBe(`"${digestOf(file)}"`);
    await whole.body?.cancel();
    const parts = ["bytes=0-999", "bytes=1000-", "bytes=-1"].map(async (range) => {
      const answer = await get(`${PATH}/${id}`, doctor, { range, "if-range": etag });
      return [
        answer.status,
        answer.headers.get("content-range"),
        Buffer.from(await answer.arrayBuffer()),
      ] as const;
    });
    const [first, rest, last] = await Promise.all(parts);
    expect([first?.[0], first?.[1]]).toEqual([206, "bytes 0-999/10000"]);
    expect([rest?.[0], rest?.[1]]).toEqual([206, "bytes 1000-9999/10000"]);
    expect(last?.[2].length).toBe(1);
    expect(Buffer.concat([first?.[2] ?? Buffer.alloc(0), rest?.[2] ?? Buffer.alloc(0)]).equals(file)).toBe(
      true,
    );
    const beyond = await get(`${PATH}/${id}`, doctor, { range: "bytes=10000-" });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */10000"]);
    const other = await get(`${PATH}/${id}`, doctor, { range: "bytes=0-9", "if-range": '"another"' });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, 10_000]);
    expect((await get(`${PATH}/${id}`, doctor, { "if-none-match": etag })).status).toBe(304);
    const head = await fetch(`${server.url}${PATH}/${id}`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${doctor}` },
    });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "10000"]);
  });
});

test("nothing is left of the parts of what is whole or refused, and only whole files are in the folder", async () => {
  const pool = openPool({ url: server.databaseUrl, size: 1 });
  const rows = await read(pool, (reader) =>
    reader.query<{ id: string; status: string; parts: number }>(
      "SELECT a.id, a.status, COUNT(p.attachment_id) AS parts FROM attachment a LEFT JOIN attachment_part p ON p.attachment_id = a.id GROUP BY a.id, a.status",
    ),
  );
  await pool.close();
  expect(rows.filter(({ status, parts }) => status !== "arriving" && parts > 0)).toEqual([]);
  const names = (await readdir(world.folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const ready = rows.filter(({ status }) => status === "ready").map(({ id }) => id);
  expect(ready.length).toBeGreaterThan(10);
  expect(names.filter((name) => !name.endsWith(".thumbnail")).toSorted()).toEqual(ready.toSorted());
});

test("the operator sees what came, what was refused, and how many bytes", async () => {
  const { text } = await server.send("GET", "/metrics", { token: "m".repeat(40) });
  expect(text).toMatch(/healthbridge_attachments_total\{kind="photo",what="ready"\} [1-9]/);
  expect(text).toMatch(/healthbridge_attachments_total\{kind="photo",what="refused"\} [1-9]/);
  expect(text).toMatch(/healthbridge_attachment_bytes_total\{direction="in"\} [1-9]/);
  expect(text).toMatch(/healthbridge_attachment_bytes_total\{direction="out"\} [1-9]/);
});

/** Sends the head of a PATCH and so many bytes of its body, and leaves it at that. */
async function halfSent(id: string, offset: number, rest: Uint8Array, count: number) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  const head = [
    `PATCH ${PATH}/${id} HTTP/1.1`,
    "Host: x",
    `Authorization: Bearer ${mary}`,
    "Tus-Resumable: 1.0.0",
    `Upload-Offset: ${String(offset)}`,
    "Content-Type: application/offset+octet-stream",
    `Content-Length: ${String(rest.length)}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const sent = Promise.withResolvers<void>();
  socket.write(rest.subarray(0, count), () => {
    sent.resolve();
  });
  await sent.promise;
  return socket;
}

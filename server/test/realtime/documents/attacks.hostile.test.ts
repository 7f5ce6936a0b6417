import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { freshDatabase } from "../../../../tests/setup/fresh-database.ts";
import { any, behind, crafted, deleted, gc, list, skip, written } from "./support/crafted.ts";
import { documentNode, Rights } from "./support/node.ts";
import { type Client, stockClient } from "./support/provider.ts";
import { presence, rawClient, type RawClient, step1, step2, update } from "./support/raw-client.ts";

const database = await freshDatabase();
const rights = new Rights();
const node = await documentNode(database.url, rights);
afterAll(() => node.cut());

const MINE = 4_242;
const many = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** A doctor and a colleague who work in a document, and somebody in it who means harm. */
async function underAttack() {
  const document = `${randomBytes(12).toString("base64url")}.1.intake`;
  // An account of its own each time: who was refused too often is not let in at all.
  const attacker = `attacker.${document.slice(0, 8)}`;
  for (const account of ["doctor", "colleague", attacker])
    rights.set(account, document, { may: "write", side: "doctor", name: account });
  const doctor = stockClient("3.1.0", () => node, document, "doctor");
  const colleague = stockClient("3.1.0", () => node, document, "colleague");
  await expect.poll(() => doctor.provider.synced && colleague.provider.synced).toBe(true);
  doctor.write("1 tablet");
  await expect.poll(colleague.text).toBe("1 tablet");
  const raw = await rawClient(node, document, attacker);
  raw.send(step1());
  await expect.poll(() => raw.frames.length).toBeGreaterThan(1);
  return {
    document,
    attacker,
    doctor,
    colleague,
    raw,
    [Symbol.dispose]: () => {
      for (const each of [doctor, colleague, raw]) each[Symbol.dispose]();
    },
  };
}

/** Nobody but the attacker was hurt: both go on, on the lines they had, and the server holds what they see. */
async function unhurt(at: {
  readonly document: string;
  readonly doctor: Client;
  readonly colleague: Client;
}) {
  at.colleague.write(" a day");
  await expect.poll(at.doctor.text).toBe("1 tablet a day");
  expect(at.doctor.closes).toEqual([]);
  expect(at.colleague.closes).toEqual([]);
  using late = stockClient("3.1.0", () => node, at.document, "doctor", { doc: new Y.Doc() });
  await expect.poll(() => late.provider.synced).toBe(true);
  expect(late.doc.getText("text").toJSON()).toBe("1 tablet a day");
  expect(Y.encodeStateVector(late.doc)).toEqual(Y.encodeStateVector(at.doctor.doc));
}

type Attack = readonly [what: string, send: (raw: RawClient, doctor: number) => void, code: number];

const REFUSED = 4400;
const TOO_LARGE = 1009;

const ATTACKS: readonly Attack[] = [
  [
    "takes the doctor's clock",
    (raw, doctor) => {
      raw.send(update(crafted([{ client: doctor, clock: 8, structs: [gc(1_000_000)] }])));
    },
    REFUSED,
  ],
  [
    "writes under the doctor's id",
    (raw, doctor) => {
      raw.send(step2(crafted([{ client: doctor, clock: 8, structs: [any("0 tablets", "text")] }])));
    },
    REFUSED,
  ],
  [
    "sends what follows an update that it withholds, again and again",
    (raw) => {
      const dangling = update(crafted([{ client: MINE, clock: 7, structs: [any("x".repeat(500))] }]));
      for (let times = 0; times < 280; times += 1) raw.send(dangling);
    },
    REFUSED,
  ],
  [
    "sends what stands behind what nobody has, again and again",
    (raw) => {
      const dangling = update(crafted([{ client: MINE, clock: 0, structs: [behind(99, 5)] }]));
      for (let times = 0; times < 280; times += 1) raw.send(dangling);
    },
    REFUSED,
  ],
  [
    "leaves holes, again and again",
    (raw) => {
      const hole = update(crafted([{ client: MINE, clock: 0, structs: [skip(5), any(1)] }]));
      for (let times = 0; times < 280; times += 1) raw.send(hole);
    },
    REFUSED,
  ],
  [
    "sends two hundred thousand structs",
    (raw) => {
      raw.send(step2(crafted([{ client: MINE, clock: 0, structs: many(200_000, () => gc(1)) }])));
    },
    REFUSED,
  ],
  [
    "sends five million structs",
    (raw) => {
      raw.send(step2(Buffer.concat(many(5, () => Buffer.alloc(2_000_000, 1)))));
    },
    TOO_LARGE,
  ],
  [
    "nests types without end",
    (raw) => {
      const structs = many(10_000, (at) => (at === 0 ? list() : list([MINE, at - 1])));
      raw.send(step2(crafted([{ client: MINE, clock: 0, structs }])));
    },
    REFUSED,
  ],
  [
    "lets its clock jump by a billion",
    (raw) => {
      raw.send(update(crafted([{ client: MINE, clock: 0, structs: [deleted(1_000_000_000)] }])));
    },
    REFUSED,
  ],
  [
    "shows a hundred thousand presences",
    (raw) => {
      raw.send(presence(...many(7_000, (at) => [at, 1, {}] as const)));
    },
    REFUSED,
  ],
  [
    "sends noise",
    (raw) => {
      raw.send(randomBytes(1_000));
    },
    REFUSED,
  ],
  [
    "sends text",
    (raw) => {
      raw.socket.send("hello");
    },
    REFUSED,
  ],
  [
    "asks for everything a thousand times",
    (raw) => {
      for (let times = 0; times < 1_000; times += 1) raw.send(step1());
    },
    4529,
  ],
  [
    "asks with a vector that is none",
    (raw) => {
      raw.send(step1(new Uint8Array([200, 200])));
    },
    REFUSED,
  ],
];

describe("an attacker who may write", () => {
  it.each(ATTACKS)("%s: closed, and nobody else notices", async (_, send, code) => {
    using at = await underAttack();
    send(at.raw, at.doctor.doc.clientID);
    expect(await at.raw.closed).toBe(code);
    await unhurt(at);
  });

  it("cannot write under an id that the doctor will use again when she is back", async () => {
    using at = await underAttack();
    at.doctor.provider.disconnect();
    at.raw.send(
      step2(crafted([{ client: at.doctor.doc.clientID, clock: 8, structs: [any("operate", "text")] }])),
    );
    expect(await at.raw.closed).toBe(REFUSED);
    at.doctor.write(", do NOT operate");
    at.doctor.provider.params = { ticket: node.ticket("doctor") };
    at.doctor.provider.connect();
    await expect.poll(at.colleague.text).toBe("1 tablet, do NOT operate");
  });

  it("that sends thousands of mutated updates changes at most what is its own to write", async () => {
    const mutations = 60;
    for (let round = 0; round < 3; round += 1) {
      using at = await underAttack();
      const honest = written(MINE, (doc) => doc.getMap("form").set("pulse", { value: 70, unit: "bpm" }));
      for (let times = 0; times < mutations; times += 1) {
        const mutated = Buffer.from(honest);
        for (const byte of randomBytes(3)) mutated[byte % mutated.length] = byte;
        at.raw.send(times % 2 === 0 ? update(mutated) : step2(mutated));
      }
      await at.raw.closed;
      at.colleague.write(" a day");
      await expect.poll(at.doctor.text).toBe("1 tablet a day");
      expect(at.doctor.closes).toEqual([]);
    }
  });

  it("that spends the server's time is closed, and everybody else goes on", async () => {
    using at = await underAttack();
    // Items that all stand at the beginning: each further one is compared with all of them.
    for (let times = 0; times < 3; times += 1) {
      const structs = many(20_000, () => any(times));
      at.raw.send(step2(crafted([{ client: MINE, clock: times * 20_000, structs }])));
    }
    const slow = many(20_000, () => any("late"));
    at.raw.send(step2(crafted([{ client: MINE + 1, clock: 0, structs: slow }])));
    expect([REFUSED, 4529]).toContain(await at.raw.closed);
    at.colleague.write(" a day");
    await expect.poll(at.doctor.text).toBe("1 tablet a day");
    expect(at.doctor.closes).toEqual([]);
    expect(at.colleague.closes).toEqual([]);
  });

  it("cannot show itself as somebody else, nor hide her", async () => {
    using at = await underAttack();
    at.doctor.provider.awareness.setLocalState({ cursor: 3 });
    const shown = () => at.colleague.provider.awareness.getStates().get(at.doctor.doc.clientID);
    await expect.poll(shown).toMatchObject({ cursor: 3, user: { account: "doctor" } });
    at.raw.send(presence([at.doctor.doc.clientID, 1_000_000_000, { cursor: 99 }]));
    at.raw.send(presence([at.doctor.doc.clientID, 1_000_000_001, null]));
    at.raw.send(presence([MINE, 1, { user: { name: "doctor", account: "doctor" }, cursor: 5 }]));
    const others = () => at.colleague.provider.awareness.getStates().get(MINE);
    await expect.poll(others).toMatchObject({ cursor: 5, user: { account: at.attacker, name: at.attacker } });
    at.doctor.provider.awareness.setLocalState({ cursor: 4 });
    await expect.poll(shown).toMatchObject({ cursor: 4, user: { account: "doctor" } });
  });

  it("shows one state of at most a kilobyte, under one id", async () => {
    using at = await underAttack();
    at.raw.send(presence([MINE, 1, { cursor: 1 }]));
    at.raw.send(presence([MINE + 1, 1, { cursor: 2 }]));
    at.raw.send(presence([MINE, 2, { cursor: "x".repeat(2_000) }]));
    at.raw.send(presence([MINE, 3, { cursor: 3 }]));
    const states = () => at.colleague.provider.awareness.getStates();
    await expect.poll(() => states().get(MINE)).toMatchObject({ cursor: 3 });
    expect(states().has(MINE + 1)).toBe(false);
    at.raw.socket.terminate();
    await expect.poll(() => states().has(MINE)).toBe(false);
  });

  it.each([
    ["reserved bits", Buffer.from([0xf2, 0x80, 0, 0, 0, 0])],
    ["no mask", Buffer.from([0x82, 0x01, 0x03])],
    ["text that is not UTF-8", Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])],
    ["a length of 90 MB", Buffer.from([0x82, 0xff, 0, 0, 0, 0, 5, 0x5d, 0x4a, 0x80, 0, 0, 0, 0])],
  ])("cannot end the process with a frame of %s", async (_, frame) => {
    using at = await underAttack();
    const { hostname, port } = new URL(node.url);
    const socket = connect(Number(port), hostname);
    const ended = new Promise((resolve) => socket.on("close", resolve));
    socket.on("error", () => undefined);
    const path = `/v1/documents/${at.document}?ticket=${node.ticket(at.attacker)}`;
    const key = randomBytes(16).toString("base64");
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    );
    socket.once("data", () => socket.write(frame));
    await ended;
    expect(socket.destroyed).toBe(true);
    await unhurt(at);
  });
});

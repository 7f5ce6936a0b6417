import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { freshDatabase } from "../../../../tests/setup/fresh-database.ts";
import { openPool } from "../../../src/database/pool.ts";
import { read } from "../../../src/database/read.ts";
import { inTransaction } from "../../../src/database/transaction.ts";
import { pruneDocumentsJob } from "../../../src/jobs/prune-documents.ts";
import type { DocumentHint, DocumentHints } from "../../../src/realtime/documents/hints.ts";
import { type DocumentNode, documentNode, Rights } from "./support/node.ts";
import { written } from "./support/crafted.ts";
import { rawClient, step2 } from "./support/raw-client.ts";
import { stockClient } from "./support/provider.ts";

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 2 });
afterAll(() => pool.close());

/** A bus between servers of one process; what one tells comes to the others. */
class Party {
  readonly #listeners = new Map<object, (hint: DocumentHint) => void>();
  readonly told: DocumentHint[] = [];

  guest(): DocumentHints {
    const me = {};
    return {
      tell: (hint) => {
        this.told.push(hint);
        for (const [other, listener] of this.#listeners) if (other !== me) listener(hint);
      },
      listen: (listener) => {
        this.#listeners.set(me, listener);
        return () => this.#listeners.delete(me);
      },
    };
  }
}

async function twoNodes(hints?: () => DocumentHints) {
  const rights = new Rights();
  const document = `${randomBytes(12).toString("base64url")}.1.intake`;
  for (const account of ["doctor", "patient"])
    rights.set(account, document, { may: "write", side: "doctor", name: account });
  const one = await documentNode(database.url, rights, hints?.());
  const two = await documentNode(database.url, rights, hints?.());
  return {
    rights,
    document,
    one,
    two,
    async [Symbol.asyncDispose]() {
      await one.cut();
      await two.cut();
    },
  };
}

/** A document over HTTP, as somebody who is signed in. */
function overHttp({ documents }: DocumentNode, document: string, account: string) {
  const routes = documents.routes(async (c, next) => {
    const who = {
      tenant: "clinic",
      account,
      device: `${account}.d`,
      role: "staff",
      clinics: [],
      doctor: undefined,
    } as const;
    c.set("who", who);
    c.set("whoNow", () => Promise.resolve(who));
    await next();
  });
  return async (update?: Uint8Array): Promise<string> => {
    const body = { vector: "AA==", ...(update && { update: Buffer.from(update).toString("base64") }) };
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    const answer: { readonly update: string } = await (
      await routes.request(`/v1/documents/${document}/sync`, request)
    ).json();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Buffer.from(answer.update, "base64"));
    return doc.getText("text").toJSON();
  };
}

async function rowsOf<Row extends object>(sql: string, document: string): Promise<readonly Row[]> {
  return read(pool, (reader) => reader.query<Row>(sql, [document]));
}

const SEQS = "SELECT seq FROM document_update WHERE document_id = ? ORDER BY seq";

describe("a document on two servers", () => {
  it("is one document without anything between them but the database, also where both write at once", async () => {
    await using at = await twoNodes();
    using doctor = stockClient("3.1.0", () => at.one, at.document, "doctor");
    using patient = stockClient("3.1.0", () => at.two, at.document, "patient");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    for (let times = 0; times < 60; times += 1) {
      doctor.write("d");
      patient.write("p");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => doctor.text().length).toBe(120);
    await expect.poll(() => patient.text()).toBe(doctor.text());
    const seqs = (await rowsOf<{ seq: number }>(SEQS, at.document)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(doctor.closes).toEqual([]);
    expect(patient.closes).toEqual([]);
  });

  it("shows over HTTP what is stored, also what the other wrote a moment ago, with nobody on a socket", async () => {
    await using at = await twoNodes();
    const [doctor, patient] = [
      overHttp(at.one, at.document, "doctor"),
      overHttp(at.two, at.document, "patient"),
    ];
    expect(await patient()).toBe("");
    await doctor(written(1, (doc) => doc.getText("text").insert(0, "rest a week")));
    expect(await patient()).toBe("rest a week");
  });

  it("shows who is there on the other, and what is written at once, where hints go between them", async () => {
    const party = new Party();
    await using at = await twoNodes(() => party.guest());
    using doctor = stockClient("3.1.0", () => at.one, at.document, "doctor");
    using patient = stockClient("3.1.0", () => at.two, at.document, "patient");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    patient.provider.awareness.setLocalStateField("cursor", 5);
    const seen = () => doctor.provider.awareness.getStates().get(patient.doc.clientID);
    await expect.poll(seen).toMatchObject({ cursor: 5, user: { account: "patient" } });
    patient.write("at once");
    await expect.poll(doctor.text).toBe("at once");
    expect(party.told).toContainEqual({ type: "updated", document: at.document, seq: 1 });
    patient.provider.disconnect();
    await expect.poll(seen).toBeUndefined();
  });

  it("does not take two stories of one account for one: what was stored first counts", async () => {
    await using at = await twoNodes();
    using reader = stockClient("3.1.0", () => at.one, at.document, "doctor");
    await expect.poll(() => reader.provider.synced).toBe(true);
    // The same id of Yjs with other content on each server, as a copied device would.
    const [one, another] = ["one story", "another"].map((story) =>
      written(77, (doc) => doc.getText("text").insert(0, story)),
    );
    using first = await rawClient(at.one, at.document, "patient");
    using second = await rawClient(at.two, at.document, "patient");
    first.send(step2(one ?? new Uint8Array()));
    second.send(step2(another ?? new Uint8Array()));
    const story = /^(one story|another)$/;
    await expect.poll(reader.text).toMatch(story);
    using late = stockClient("3.1.0", () => at.two, at.document, "doctor", { doc: new Y.Doc() });
    await expect.poll(late.text).toMatch(story);
    expect(late.text()).toBe(reader.text());
    expect((await rowsOf(SEQS, at.document)).length).toBe(1);
  });
});

describe("much at once", () => {
  it("from many who come back with what they wrote without a network is kept in portions that the database takes", async () => {
    await using at = await twoNodes();
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => rawClient(at.one, at.document, "doctor")),
    );
    for (const [index, client] of clients.entries())
      client.send(step2(written(1_000 + index, (doc) => doc.getText("text").insert(0, "x".repeat(400_000)))));
    using late = stockClient("3.1.0", () => at.two, at.document, "patient");
    await expect.poll(() => late.text().length).toBe(3_200_000);
    for (const client of clients) client[Symbol.dispose]();
  });
});

describe("the log of a document", () => {
  it("is put into a snapshot after many updates, from which the document is whole again; old updates go", async () => {
    await using at = await twoNodes();
    using doctor = stockClient("3.1.0", () => at.one, at.document, "doctor");
    await expect.poll(() => doctor.provider.synced).toBe(true);
    for (let times = 0; times < 230; times += 1) doctor.write(String(times % 10));
    const SNAPSHOTS = "SELECT DISTINCT seq FROM document_snapshot WHERE document_id = ?";
    await expect.poll(() => rowsOf(SNAPSHOTS, at.document)).toHaveLength(1);
    await expect.poll(async () => (await rowsOf(SEQS, at.document)).length).toBe(230);
    const [snapshot] = await rowsOf<{ seq: number }>(SNAPSHOTS, at.document);
    await inTransaction(pool, (tx) =>
      tx.write("UPDATE document_update SET written_at = 1 WHERE document_id = ?", [at.document]),
    );
    const { pruned } = await pruneDocumentsJob(pool, 30).run(new AbortController().signal);
    expect(pruned).toBe(snapshot?.seq);
    using late = stockClient("3.0.0", () => at.two, at.document, "patient");
    await expect.poll(late.text).toBe(doctor.text());
    late.write("!");
    await expect.poll(doctor.text).toContain("!");
  });

  it("is put into one when the last one has been gone for a while, and the document takes no memory any more", async () => {
    await using at = await twoNodes();
    const doctor = stockClient("3.1.0", () => at.one, at.document, "doctor");
    await expect.poll(() => doctor.provider.synced).toBe(true);
    doctor.write("rest a week");
    await expect.poll(async () => (await rowsOf(SEQS, at.document)).length).toBe(1);
    const rooms = (): string | undefined =>
      at.one.documents.metrics
        .flatMap((metric) => metric.lines())
        .find((line) => line.startsWith("healthbridge_document_rooms "));
    expect(rooms()).toBe("healthbridge_document_rooms 1");
    doctor[Symbol.dispose]();
    const SNAPSHOTS = "SELECT seq FROM document_snapshot WHERE document_id = ?";
    await expect
      .poll(() => {
        at.one.expire();
        return rooms();
      })
      .toBe("healthbridge_document_rooms 0");
    expect(await rowsOf(SNAPSHOTS, at.document)).toEqual([{ seq: 1 }]);
    using late = stockClient("3.0.0", () => at.one, at.document, "patient");
    await expect.poll(late.text).toBe("rest a week");
  });

  it("says which account wrote what, from which device", async () => {
    await using at = await twoNodes();
    using doctor = stockClient("3.1.0", () => at.one, at.document, "doctor");
    using patient = stockClient("3.1.0", () => at.two, at.document, "patient");
    doctor.write("10 tablets");
    await expect.poll(patient.text).toBe("10 tablets");
    patient.doc.getText("text").delete(0, 1);
    await expect.poll(doctor.text).toBe("0 tablets");
    const log =
      "SELECT account_id AS account, device_id AS device FROM document_update WHERE document_id = ? ORDER BY seq";
    expect(await rowsOf(log, at.document)).toEqual([
      { account: "doctor", device: "doctor.d" },
      { account: "patient", device: "patient.d" },
    ]);
    const owners =
      "SELECT client_id AS client, account_id AS account FROM document_client WHERE document_id = ?";
    expect(await rowsOf(owners, at.document)).toEqual([{ client: doctor.doc.clientID, account: "doctor" }]);
  });
});

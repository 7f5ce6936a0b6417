import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { freshDatabase, testServerUrl } from "../../../../tests/setup/fresh-database.ts";
import { SingleConnection } from "../../../src/database/single-connection.ts";
import { documentNode, Rights } from "./support/node.ts";
import { stockClient } from "./support/provider.ts";

const database = await freshDatabase();
const server = await SingleConnection.open(testServerUrl());
afterAll(() => server[Symbol.asyncDispose]());

async function consultation() {
  const rights = new Rights();
  const document = `${randomBytes(12).toString("base64url")}.1.intake`;
  for (const account of ["doctor", "patient"])
    rights.set(account, document, { may: "write", side: "doctor", name: account });
  const node = await documentNode(database.url, rights);
  return { rights, document, node, [Symbol.asyncDispose]: () => node.cut() };
}

describe("a document whose database is away", () => {
  it("is told to nobody until it is stored; who wrote it is sent away, comes again, and nothing is lost", async () => {
    await using at = await consultation();
    using doctor = stockClient("3.1.0", () => at.node, at.document, "doctor");
    using patient = stockClient("3.1.0", () => at.node, at.document, "patient");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    const table = `\`${database.name}\`.document_update`;
    await server.run(`RENAME TABLE ${table} TO ${table.replace("document_update", "document_away")}`);
    patient.write("fever");
    await expect.poll(() => patient.closes).toContain(1013);
    expect(doctor.text()).toBe("");
    expect(doctor.closes).toEqual([]);
    await server.run(`RENAME TABLE ${table.replace("document_update", "document_away")} TO ${table}`);
    await expect.poll(doctor.text).toBe("fever");
    doctor.write(" since Monday");
    await expect.poll(patient.text).toBe("fever since Monday");
  });

  it("cuts its connections, also in the middle of a commit, and has everything once in the end", async () => {
    await using at = await consultation();
    await using other = await documentNode(database.url, at.rights);
    using doctor = stockClient("3.1.0", () => at.node, at.document, "doctor");
    using patient = stockClient("3.0.0", () => other, at.document, "patient");
    await expect.poll(() => doctor.provider.synced && patient.provider.synced).toBe(true);
    const words: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      for (const [name, { doc }] of [
        ["d", doctor],
        ["p", patient],
      ] as const) {
        const word = `${name}${String(round)}`;
        words.push(word);
        doc.getArray<string>("words").push([word]);
      }
      await cutConnections();
    }
    const all = (doc: Y.Doc): readonly string[] => doc.getArray<string>("words").toArray();
    await expect.poll(() => all(doctor.doc).length).toBe(words.length);
    await expect.poll(() => all(patient.doc)).toEqual(all(doctor.doc));
    expect([...all(doctor.doc)].toSorted()).toEqual(words.toSorted());
    using late = stockClient("3.1.0", () => at.node, at.document, "doctor", { doc: new Y.Doc() });
    await expect.poll(() => all(late.doc)).toEqual(all(doctor.doc));
    const rows = await server.rows<{ seq: number }>(
      `SELECT seq FROM \`${database.name}\`.document_update WHERE document_id = ? ORDER BY seq`,
      [at.document],
    );
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  });
});

/** Ends every connection that the servers have at this moment. */
async function cutConnections(): Promise<void> {
  const open = await server.rows<{ id: number }>(
    "SELECT id FROM information_schema.processlist WHERE db = ?",
    [database.name],
  );
  for (const { id } of open) await server.run(`KILL ${String(id)}`).catch(() => undefined); // it has ended by itself
}

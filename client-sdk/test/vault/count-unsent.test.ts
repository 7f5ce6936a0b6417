import { describe, expect, test } from "vitest";
import { openAttachments } from "../../src/attachments/index.ts";
import { openDocuments } from "../../src/documents/index.ts";
import { createLab } from "../../src/testing/index.ts";
import { countUnsent } from "../../src/vault/index.ts";
import { jpeg } from "../support/files.ts";

const PASSWORD = "seven goats cross the river";

describe("what a wipe would lose", () => {
  test("is everything that no server has, also of somebody who is signed out: operations, documents, photos; and nothing once they are sent", async () => {
    await using lab = createLab({ seed: 5 });
    const { id: doctor, clinic } = lab.server.addDoctor();
    lab.server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [clinic] });
    const desk = await lab.device({ login: "amina", follow: [`calendar:${doctor}`] });
    const { hb, network, open } = desk;
    const { store, files } = open;
    network.goOffline();
    const { id: patient } = await hb.enqueue("patient.register", { name: "Wanjiru Kamau", clinic });
    const { id: conversation } = await hb.book({ doctor, patient, start: "2026-11-23T16:00+03:00" });
    const attachments = await openAttachments({ ...open, autoUpload: false });
    await attachments.attach(jpeg(2_000), { conversation, kind: "photo", thumbnail: false });
    expect(await countUnsent(store)).toEqual({ operations: 2, documents: 0, files: 0 });
    expect(await countUnsent(files)).toEqual({ operations: 0, documents: 0, files: 1 });
    const documents = await openDocuments({ ...open, socket: false });
    const intake = await documents.open({ conversation, kind: "intake" });
    intake.doc.getText("text").insert(0, "since Monday");
    await documents.close(); // what was written is durable then
    expect(await countUnsent(store)).toEqual({ operations: 2, documents: 1, files: 0 });
    await hb.signOut();
    expect(await countUnsent(store)).toEqual({ operations: 2, documents: 1, files: 0 }); // hers, who is out
    network.goOnline();
    await lab.time.run(hb.signIn({ login: "amina", password: PASSWORD }));
    await lab.time.run(hb.sync());
    expect(await lab.time.run(attachments.upload())).toBeUndefined();
    expect(await countUnsent(files)).toEqual({ operations: 0, documents: 0, files: 0 });
    expect(await countUnsent(store)).toEqual({ operations: 0, documents: 1, files: 0 }); // the document has no server here
    await attachments.end();
  });
});

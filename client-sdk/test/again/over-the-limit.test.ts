import { dataBudget } from "@healthbridge/client-sdk/web";
import { expect, test } from "vitest";
import { openAttachments } from "../../src/attachments/index.ts";
import { openDocuments } from "../../src/documents/index.ts";
import { memoryStore } from "../../src/index.ts";
import { clinic } from "../support/clinic.ts";
import { FakeBrowser } from "../support/fake-browser.ts";
import { settled } from "../support/fake-runtime.ts";
import { jpeg } from "../support/files.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

test.each([
  ["a document that is open", true, false],
  ["a photo", false, true],
])(
  "beyond the day's limit %s has nothing else sent before it, for it waits itself",
  async (_, written, taken) => {
    const at = scene();
    const { runtime: real } = at;
    const page = new FakeBrowser();
    const budget = dataBudget({ name: "patient", dailyBytes: 1_000_000, runtime: real, page });
    const { runtime } = budget;
    const store = memoryStore(at.disk);
    const hb = await at.ready({ runtime, store });
    budget.govern(hb);
    await settled();
    budget.setLimit(1);
    const device = { hb, url: at.line.url, store, runtime };
    at.line.seen.length = 0;
    const conversation = "appointmentappoi.1";
    const attachments = await openAttachments({ ...device, files: memoryStore() });
    if (taken) await attachments.attach(jpeg(10_000), { conversation, kind: "photo", thumbnail: false });
    const documents = await openDocuments({ ...device, socket: false });
    if (written) await documents.open({ conversation, kind: "intake" });
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    for (let minute = 0; minute < 60; minute += 1) await real.advance(60_000);
    expect(at.line.seen).toEqual([]);
    expect(hb.status.get().waiting.total).toBe(1);
    await documents.close();
    await attachments.end();
    budget.stop();
  },
);

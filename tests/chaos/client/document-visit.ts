import { HealthBridge, HealthBridgeError, memoryStore } from "@healthbridge/client-sdk";
import { type Documents, openDocuments } from "@healthbridge/client-sdk/documents";
import type { SeededRandom } from "@healthbridge/client-sdk/testing";
import { setTimeout as pause } from "node:timers/promises";
import { make } from "../document-copy.ts";
import type { DeviceLine, Edit, Journal } from "../history.ts";
import type { DevicePlan } from "./device.ts";
import { ObservedLine } from "./observed-line.ts";

interface VisitParts {
  readonly plan: DevicePlan;
  readonly url: string;
  readonly journal: Journal<DeviceLine>;
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly random: SeededRandom;
}

/** She puts it away after so long, ms, whatever came of it. */
const LONGEST_VISIT_MS = 8_000;

/** Somebody signs in on a phone, edits a document, and is told that the server has it. The phone forgets everything, and nobody ever sees it again. */
export async function writeOnce(parts: VisitParts): Promise<void> {
  const { plan, url, edits } = parts;
  const [first] = edits;
  const name = `${plan.name} once ${first?.mark ?? ""}`;
  const line = new ObservedLine({ ...plan, name });
  const { runtime } = line;
  const store = memoryStore();
  const hb = await HealthBridge.open({
    url,
    store,
    tenant: plan.tenant,
    deviceName: name,
    runtime,
    autoSync: false,
  });
  const documents = await openDocuments({ hb, url, store, runtime, socket: false });
  const enough = new AbortController();
  const bored = pause(LONGEST_VISIT_MS, undefined, { signal: enough.signal }).catch(() => undefined);
  try {
    await Promise.race([bored, visit(parts, hb, documents)]);
  } finally {
    enough.abort();
    await documents.close();
    await hb.close();
    parts.journal.write({ e: "searched", ...line.searched() });
  }
}

async function visit(
  { plan, journal, name, edits, random }: VisitParts,
  hb: HealthBridge,
  documents: Documents,
): Promise<void> {
  const { login, password } = plan.account;
  const dot = name.lastIndexOf(".");
  const kind = name.endsWith(".notes") ? "notes" : "intake";
  try {
    await hb.signIn({ login, password });
    const document = await documents.open({ conversation: name.slice(0, dot), kind });
    journal.write({ e: "editing", document: name, edits, visitor: true });
    document.doc.transact(() => {
      for (const edit of edits) make(document.doc, edit, plan.canary, random);
    });
    await document.sync();
    journal.write({ e: "stored", document: name, edits });
  } catch (error) {
    // No line, or no right any more: then nobody was told that anything is kept.
    if (!(error instanceof HealthBridgeError)) throw error;
  }
}

import { expect, it } from "vitest";
import type * as Y from "yjs";
import { openDocuments, type SharedDocument } from "../../src/documents/index.ts";
import { type HealthBridge, memoryStore } from "../../src/index.ts";
import { seededRandom } from "../../src/testing/seeded-random.ts";
import { password } from "../support/clinic.ts";
import { scene, useNetwork } from "../support/scene.ts";
import { DocumentServer } from "./document-server.ts";

useNetwork();

const ADDRESS = { conversation: "appointmentappoi.1", kind: "intake" } as const;
const NAME = `${ADDRESS.conversation}.intake`;
const STEPS = 120;
const PHONES = 3;

const words = (doc: Y.Doc): readonly string[] => doc.getArray<string>("words").toArray();

/** A phone whose app is killed, whose network goes away, and whose owner signs out and in. */
async function phone(server: DocumentServer) {
  const at = scene();
  // What one phone has no network for another may have.
  const line = new DocumentServer(server);
  line.serve(at.runtime);
  let hb: HealthBridge = await at.ready();
  let document: SharedDocument | undefined;
  const start = async (): Promise<void> => {
    const store = memoryStore(at.disk);
    const { runtime } = at;
    const documents = await openDocuments({ hb, url: at.line.url, store, runtime, socket: false });
    document = await documents.open(ADDRESS);
  };
  await start();
  return {
    line,
    document: (): SharedDocument => {
      if (document === undefined) throw new Error("the app does not run");
      return document;
    },
    /** The app dies with whatever was under way, and is started again. */
    async kill(): Promise<void> {
      at.disk.crash();
      hb = await at.open();
      await start();
    },
    async signOutAndIn(): Promise<void> {
      const away = line.away;
      line.away = false;
      await hb.signOut();
      await hb.signIn({ login: "amina", password });
      line.away = away;
      await start();
    },
  };
}

/** Lets what is under way come so much further. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

it.each([1, 2, 3, 4, 5, 6])(
  "what was kept on any phone is on all of them in the end, once, however often apps die (seed %i)",
  { timeout: 60_000 },
  async (seed) => {
    const random = seededRandom(seed);
    const pick = (most: number): number => Math.floor(random() * most);
    const server = new DocumentServer();
    const phones = [];
    while (phones.length < PHONES) phones.push(await phone(server));
    const kept = new Set<string>();
    const gone = new Set<string>();
    for (let step = 0; step < STEPS; step += 1) {
      const one = phones[pick(PHONES)];
      if (one === undefined) throw new Error("no phone");
      const document = one.document();
      const dice = pick(12);
      if (dice < 6) {
        const word = `${String(seed)}.${String(step)}`;
        // Sometimes an exchange is under way meanwhile.
        const exchange = pick(2) > 0 ? document.sync().catch(() => undefined) : undefined;
        await turns(pick(12));
        const list = document.doc.getArray<string>("words");
        const struck = pick(3) === 0 ? list.get(pick(list.length)) : undefined;
        if (struck === undefined) list.insert(pick(list.length + 1), [word]);
        else list.delete(words(document.doc).indexOf(struck));
        if (pick(3) > 0) {
          await document.kept();
          if (struck === undefined) kept.add(word);
          else gone.add(struck);
        }
        // Struck here and not kept, it may be there or not.
        if (struck !== undefined) kept.delete(struck);
        await exchange;
      } else if (dice < 8) await document.sync().catch(() => undefined); // without a network
      else if (dice < 10) one.line.away = !one.line.away;
      else if (dice < 11) await one.kill();
      else await one.signOutAndIn();
    }
    for (const { line } of phones) line.away = false;
    for (let round = 0; round < 2; round += 1) for (const one of phones) await one.document().sync();
    const [first] = phones;
    const all = words(server.doc(NAME));
    expect(new Set(all).size).toBe(all.length);
    expect([...kept].filter((word) => !all.includes(word))).toEqual([]);
    expect([...gone].filter((word) => all.includes(word))).toEqual([]);
    for (const one of phones) {
      expect(words(one.document().doc)).toEqual(all);
      expect(one.document().status.get().waiting).toBe(false);
    }
    expect(first).toBeDefined();
  },
);
